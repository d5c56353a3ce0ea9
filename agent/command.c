/* SPDX-License-Identifier: Apache-2.0 */
/* What every command does alike. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/commands.h"
#include "agent/settings_source.h"
#include "contact/language.h"
#include "contact/mem.h"
#include "contact/yaml.h"

#define OPTIONS_MAX 16

static enum err_code become(const struct settings *settings, enum user user, struct err *err)
{
    if (user == USER_CALLER)
        return OK;
    return user_become_owner(settings->collect_folder, settings_source_local(settings), err);
}

bool invocation_begin(struct invocation *ret, enum user user)
{
    *ret = (struct invocation){0};
    if (user == USER_COLLECT)
        mem_forbid_dumps();
    const char *path = getenv("CONTACT_AGENT_CONFIG");
    ret->config_path = path != NULL && path[0] != '\0' ? path : SETTINGS_DEFAULT_PATH;
    struct problems problems PROBLEMS_CLEANUP = {0};
    config_load(settings_table, ret->config_path, path == NULL, &ret->settings, &ret->origin, &problems);
    problems_print(&problems, stderr);
    struct err err;
    if (problems.errors == 0 && become(&ret->settings, user, &err) == OK)
        return true;
    if (problems.errors == 0)
        command_failed(ret->config_path, &err);
    invocation_end(ret);
    return false;
}

void invocation_end(struct invocation *invocation)
{
    config_free(settings_table, &invocation->settings, &invocation->origin);
}

int command_failed(const char *what, const struct err *err)
{
    fprintf(stderr, _("contact-agent: %s: %s\n"), what, err->message);
    if (err->hint[0] != '\0')
        fprintf(stderr, _("    HINT: %s\n"), err->hint);
    return err_exit_status(err->code);
}

bool command_note(const struct settings *settings, const struct trail_entry *entry)
{
    struct err err;
    if (trail_note(settings, entry, &err) == OK)
        return true;
    command_failed("audit", &err);
    return false;
}

static const struct command *begun;

void command_begins(const struct command *command)
{
    begun = command;
}

/* The option of that name; NULL, and the nearest one's name in *ret_near when there is one. */
static const struct command_option *find_option(const char *name, const char **ret_near)
{
    const char *names[OPTIONS_MAX + 1] = {NULL};
    const struct command_option *option = begun == NULL ? NULL : begun->options;
    for (size_t i = 0; option != NULL && option->name != NULL; option++) {
        if (strcmp(option->name, name) == 0)
            return option;
        if (i < OPTIONS_MAX)
            names[i++] = option->name;
    }
    bool long_one = strncmp(name, "--", 2) == 0 && strchr(name, ' ') == NULL;
    *ret_near = long_one ? yaml_nearest(name, names) : NULL;
    return NULL;
}

int command_usage(const char *command, const char *problem)
{
    if (problem[0] == '\0') {
        fprintf(stderr, _("contact-agent: %s: something is missing\n    HINT: contact-agent %s --help\n"),
                command, command);
        return EX_USAGE;
    }
    const char *near = NULL;
    const struct command_option *option = find_option(problem, &near);
    fprintf(stderr, _("contact-agent: %s: cannot use \"%.60s\" here\n"), command, problem);
    if (option != NULL && option->argument != NULL)
        fprintf(stderr, _("    HINT: %s %s: %s\n"), option->name, option->argument, _(option->help));
    else if (near != NULL)
        fprintf(stderr, _("    HINT: did you mean \"%s\"?\n"), near);
    else
        fprintf(stderr, _("    HINT: contact-agent %s --help\n"), command);
    return EX_USAGE;
}

bool command_number(const char *text, long most, long *ret)
{
    char *end;
    *ret = strtol(text, &end, 10);
    return *end == '\0' && *ret > 0 && *ret <= most;
}

bool command_shows(const char *command)
{
    struct stat out;
    if (fstat(STDOUT_FILENO, &out) != 0 || !S_ISREG(out.st_mode))
        return true;
    fprintf(stderr,
            _("contact-agent: %s --reveal writes into no file\n"
              "    HINT: type it without >; into a pager it may go: | less -R\n"),
            command);
    return false;
}

/* The folder of this executable and the libexec folder, in this order: where contact-agent-send is. */
static bool find_send(char *ret_path, size_t size)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len > 0) {
        self[len] = '\0';
        snprintf(ret_path, size, "%s/contact-agent-send", dirname(self));
        if (access(ret_path, X_OK) == 0)
            return true;
    }
    snprintf(ret_path, size, "%s/contact-agent-send", CONTACT_LIBEXECDIR);
    return access(ret_path, X_OK) == 0;
}

int command_exec_send(char *const *argv)
{
    char path[4200];
    if (!find_send(path, sizeof path)) {
        fprintf(stderr,
                _("contact-agent: contact-agent-send is missing\n    HINT: install the package again\n"));
        return EX_UNAVAILABLE;
    }
    fflush(NULL);
    execv(path, argv);
    perror("contact-agent: cannot start contact-agent-send");
    return EX_OSERR;
}

/* Replaces the child of user_part. */
static int tell_manager(void *context)
{
    const char *verb = context;
    /* A target's stop is over before that of its services, which hold what the caller is about to change. */
    if (strcmp(verb, "stop") == 0)
        execlp("systemctl", "systemctl", verb, "contact-agent.target", "contact-agent-collect.service",
               "contact-agent-send.service", (char *)NULL);
    else
        execlp("systemctl", "systemctl", verb, "contact-agent.target", (char *)NULL);
    return EX_UNAVAILABLE;
}

bool command_services(const char *verb)
{
    return geteuid() == 0 && getenv("CONTACT_AGENT_CONFIG") == NULL &&
           access("/run/systemd/system", F_OK) == 0 &&
           user_part(tell_manager, (void *)(uintptr_t)verb) == EX_OK;
}

int cmd_send(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    char name[] = "contact-agent-send", verb[] = "run";
    return command_exec_send((char *[]){name, verb, NULL});
}

int cmd_config(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--sample") == 0) {
        config_print_sample(settings_table, stdout);
        return EX_OK;
    }
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !as_json)
        return command_usage(argv[0], argv[1]);
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_CALLER))
        return EX_CONFIG;
    if (as_json) {
        config_print_json(settings_table, &invocation.settings, &invocation.origin, stdout);
    } else {
        printf("# %s\n", invocation.config_path);
        config_print(settings_table, &invocation.settings, &invocation.origin, stdout);
    }
    invocation_end(&invocation);
    return EX_OK;
}
