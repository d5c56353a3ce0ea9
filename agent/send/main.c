/* SPDX-License-Identifier: Apache-2.0 */
/* contact-agent-send: the part of the agent that reaches the network. It links nothing that reads the source,
 * knows no key but its own, and what it carries it cannot open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <curl/curl.h>

#include "agent/send/commands.h"
#include "contact/db.h"
#include "contact/language.h"
#include "contact/log.h"
#include "contact/mem.h"
#include "contact/user.h"
#include "contact/version.h"

#define PROGRAM "contact-agent-send"

struct arguments {
    const char *config;
    const char *bundle;
    bool wait, json;
};

static enum err_code do_run(const struct settings *settings, const struct arguments *a, struct err *err)
{
    (void)a;
    return command_run(settings, false, err);
}

static enum err_code do_once(const struct settings *settings, const struct arguments *a, struct err *err)
{
    (void)a;
    return command_run(settings, true, err);
}

static enum err_code do_enroll(const struct settings *settings, const struct arguments *a, struct err *err)
{
    return command_enroll(settings, a->bundle, a->wait, err);
}

static enum err_code do_renew(const struct settings *settings, const struct arguments *a, struct err *err)
{
    (void)a;
    return command_renew(settings, err);
}

static enum err_code do_status(const struct settings *settings, const struct arguments *a, struct err *err)
{
    return command_status(settings, a->json, err);
}

static const struct command {
    const char *name;
    bool takes_bundle;
    enum err_code (*run)(const struct settings *, const struct arguments *, struct err *);
    const char *help;
} commands[] = {
    {"run", false, do_run, "send batches and heartbeats until told to stop (SIGHUP: try everything now)"},
    {"once", false, do_once, "send what is due, then end; 0: all is sent, 75: some is kept for later"},
    {"enroll", true, do_enroll, "BUNDLE [--wait]: make the TLS key and ask for its certificate"},
    {"renew", false, do_renew, "renew the certificate now; the one in use stays until the new one works"},
    {"status", false, do_status, "[--json]: where sending stands"},
};

static int usage(FILE *to)
{
    fprintf(to, "usage: " PROGRAM " [--config FILE] COMMAND\n\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].help);
    fprintf(to, "\nSettings: $CONTACT_AGENT_CONFIG, or " SETTINGS_DEFAULT_PATH "\n");
    return to == stdout ? EX_OK : EX_USAGE;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* Takes one word of the line. False: it is not understood. */
static bool take(struct arguments *a, const char *word, const struct command **command)
{
    if (strcmp(word, "--wait") == 0)
        a->wait = true;
    else if (strcmp(word, "--json") == 0)
        a->json = true;
    else if (!*command)
        *command = find(word);
    else if ((*command)->takes_bundle && !a->bundle && word[0] != '-')
        a->bundle = word;
    else
        return false;
    return true;
}

/* The command, or NULL when the line is not understood. */
static const struct command *parse(int argc, char **argv, struct arguments *a)
{
    const struct command *command = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            a->config = argv[++i];
        else if (!take(a, argv[i], &command))
            return NULL;
    }
    return command && command->takes_bundle && !a->bundle ? NULL : command;
}

static int run(const struct command *command, const struct arguments *a)
{
    struct settings settings = {0};
    struct config_origin origin = {0};
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct err err = {0};
    if (command->takes_bundle) /* a person waits for this one; the others log */
        language_init("contact-agent");
    const char *path = a->config ? a->config : getenv("CONTACT_AGENT_CONFIG");
    config_load(settings_table, path ? path : SETTINGS_DEFAULT_PATH, !path, &settings, &origin, &problems);
    problems_print(&problems, stderr);
    enum err_code code = problems_result(&problems, &err);
    if (code == OK && !command->takes_bundle) /* enroll reads root's bundle first */
        code = user_become_owner(settings.send_folder, false, &err);
    if (code == OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        code = err_set(&err, ERR_INTERNAL, "curl does not start");
    if (code == OK)
        code = command->run(&settings, a, &err);
    if (code != OK)
        log_err(command->name, &err);
    curl_global_cleanup();
    config_free(settings_table, &settings, &origin);
    return err_exit_status(code);
}

int main(int argc, char **argv)
{
    struct arguments a = {0};
    mem_forbid_dumps(); /* the TLS key, and at enrolment the code */
    log_init(PROGRAM, LOG_LEVEL_INFO);
    db_unshared();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return usage(stdout);
        if (strcmp(argv[i], "--version") == 0)
            return printf(PROGRAM " %s\n", contact_version) < 0 ? EX_IOERR : EX_OK;
    }
    const struct command *command = parse(argc, argv, &a);
    return command ? run(command, &a) : usage(stderr);
}
