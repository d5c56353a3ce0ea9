/* SPDX-License-Identifier: Apache-2.0 */
/* Joins a site to the warehouse: each key is made by the process that will hold it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/ask.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "agent/key_prompt.h"
#include "contact/cms.h"
#include "contact/language.h"
#include "contact/mem.h"

/* Makes a folder and what leads to it; an existing one keeps its mode. */
static enum err_code make_folder(const char *path, mode_t mode, struct err *err)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *c = part + 1; *c != '\0'; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        mkdir(part, 0755);
        *c = '/';
    }
    if (mkdir(path, mode) == 0)
        return chmod(path, mode) == 0 ? OK : err_set(err, ERR_CONFIG, "cannot set the mode of %s", path);
    if (errno == EEXIST)
        return OK;
    err_set(err, ERR_CONFIG, "cannot make the folder %s: %s", path, strerror(errno));
    return err_hint(err,
                    "run this as root, or set collect.folder, send.folder and spool.folder in agent.yaml");
}

static enum err_code make_folders(const struct settings *settings, struct err *err)
{
    enum err_code code = make_folder(settings->collect_folder, 0700, err);
    if (code == OK)
        code = make_folder(settings->send_folder, 0700, err);
    if (code == OK)
        code = make_folder(settings->spool_folder, 02770, err);
    return code;
}

static bool present(const char *folder, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static bool has_key(const struct settings *settings)
{
    return present(settings->collect_folder, "root.key");
}

/* It has all that an enrolment makes. */
static bool is_enrolled(const struct settings *settings)
{
    return has_key(settings) && present(settings->collect_folder, "seal.pem") &&
           present(settings->send_folder, "identity");
}

/* The fingerprint that is compared on the telephone. */
static void print_fingerprint(const struct settings *settings, bool again)
{
    char path[PATH_MAX];
    X509 *certificate = NULL;
    snprintf(path, sizeof path, "%s/seal.pem", settings->collect_folder);
    if (pem_read_certificate(path, &certificate, NULL) != OK)
        return;
    uint8_t fingerprint[SHA256_SIZE];
    char hex[2 * sizeof fingerprint + 1], shown[sizeof hex + sizeof hex / 4];
    certificate_fingerprint(certificate, fingerprint);
    X509_free(certificate);
    printf(again ? _("\nThe fingerprint of the site's seal, should the central team ask for it again:\n\n   ")
                 : _("\nRead this out to the central team on the phone; they accept the site's seal by "
                     "it:\n\n   "));
    hex_encode(fingerprint, sizeof fingerprint, hex);
    hex_groups(hex, shown);
    printf(" %s\n\n", shown);
}

/* What the two parts of an enrolment need: each runs as the user who will hold what it makes. */
struct enrolment {
    const struct settings *settings;
    const char *path;
    const struct bundle *bundle;
    bool wait, replacement, again;
};

/* The key that is here: taken from the former machine by an enrolment that then failed, or one of its own? */
static enum err_code keep_key(const struct settings *settings, struct err *err)
{
    struct key_standing standing;
    if (collect_key_standing(settings, &standing, NULL) == OK && strcmp(standing.backup, "restored") == 0)
        return OK;
    err_set(err, ERR_CONFIG, "this machine has a root key already, and not from a copy");
    return err_hint(err,
                    "if it is the site's: the same without --replacement; else: contact-agent key restore");
}

/* A machine that takes another's place must have its key before anything is pseudonymised. */
static enum err_code take_key(const struct settings *settings, struct err *err)
{
    struct key_paper paper;
    bool same = false;
    if (has_key(settings))
        return keep_key(settings, err);
    enum err_code code = key_prompt(&paper, err);
    if (code != OK)
        return code;
    code = collect_key_restore(settings, paper.root, paper.epoch, ask_who(NULL), &same, err);
    wipe(&paper, sizeof paper);
    return code;
}

static int collect_part(void *context)
{
    const struct enrolment *e = context;
    struct err err;
    mem_forbid_dumps();
    enum err_code code = user_become_owner(e->settings->collect_folder, true, &err);
    if (code == OK && e->replacement)
        code = take_key(e->settings, &err);
    if (code == OK)
        code = collect_setup(e->settings->collect_folder, e->settings->spool_folder, e->bundle, &err);
    if (code != OK)
        return command_failed("enroll", &err);
    if (e->replacement && collect_key_noted(e->settings, "restored", &err) != OK)
        return command_failed("enroll", &err);
    printf(e->replacement
               ? _("Site %s: the root key is restored, a seal key is made; both stay on this machine.\n")
           : e->again
               ? _("Site %s: this machine has its root key and seal key already; they stay as they are.\n")
               : _("Site %s: root key and seal key are made, and stay on this machine.\n"),
           e->bundle->site);
    return EX_OK;
}

/* contact-agent-send takes its role itself, once it has read the bundle. */
static int send_part(void *context)
{
    const struct enrolment *e = context;
    char name[] = "contact-agent-send", verb[] = "enroll", wait[] = "--wait", path[PATH_MAX];
    snprintf(path, sizeof path, "%s", e->path);
    return command_exec_send((char *[]){name, verb, path, e->wait ? wait : NULL, NULL});
}

/* Asked once, before there is a key: afterwards it could only be answered wrongly. False: not answered. */
static bool ask_replacement(bool *ret)
{
    char answer[32] = "";
    puts(_("Is this the site's first machine, or does it replace one?\n"
           "  first        a root key is made here; copy it for the safe before you approve\n"
           "  replacement  the key of the former machine is typed in first, from its paper; with another "
           "one, pseudonyms\n"
           "               would not match and the centre would refuse them"));
    while (strchr("fpr", answer[0]) == NULL || answer[0] == '\0') {
        printf(_("first or replacement? "));
        fflush(stdout);
        if (fgets(answer, sizeof answer, stdin) == NULL)
            return false;
    }
    *ret = answer[0] == 'r'; /* p for première */
    return true;
}

static int enroll(struct enrolment *parts)
{
    const struct settings *settings = parts->settings;
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct err err;
    struct bundle *bundle = bundle_read(parts->path, &problems);
    if (bundle == NULL) {
        problems_print(&problems, stderr);
        return EX_CONFIG;
    }
    parts->bundle = bundle;
    int status = make_folders(settings, &err) == OK ? EX_OK : command_failed("enroll", &err);
    if (status == EX_OK)
        status = user_part(collect_part, parts);
    bundle_free(bundle);
    if (status == EX_OK)
        status = user_part(send_part, parts);
    return status;
}

static int next_part(void *context)
{
    (void)context;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    command_next(&invocation.settings, "");
    invocation_end(&invocation);
    return EX_OK;
}

static void conclude(const struct enrolment *e)
{
    print_fingerprint(e->settings, e->again);
    bool started = command_services("start");
    if (e->again) {
        if (started)
            puts(_("The services run."));
        (void)user_part(next_part, NULL);
        return;
    }
    if (started)
        printf(_("The services run; until the association has approved, they send heartbeats only.\n"));
    printf(_("Next: contact-agent check\n"));
}

/* EX_OK, or the status of a line that is not understood. */
static int parse(int argc, char **argv, struct enrolment *ret, bool *ret_first)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--wait") == 0)
            ret->wait = true;
        else if (strcmp(argv[i], "--first") == 0 && !ret->replacement)
            *ret_first = true;
        else if (strcmp(argv[i], "--replacement") == 0 && !*ret_first)
            ret->replacement = true;
        else if (argv[i][0] != '-' && ret->path == NULL)
            ret->path = argv[i];
        else
            return command_usage(argv[0], argv[i]);
    }
    return ret->path == NULL ? command_usage(argv[0], "") : EX_OK;
}

int cmd_enroll(int argc, char **argv)
{
    struct enrolment parts = {.wait = false};
    bool first = false;
    int usage = parse(argc, argv, &parts, &first);
    if (usage != EX_OK)
        return usage;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_CALLER))
        return EX_CONFIG;
    parts.settings = &invocation.settings;
    parts.again = is_enrolled(parts.settings);
    bool asks = !first && !parts.replacement && !has_key(parts.settings) && isatty(STDIN_FILENO);
    if (asks && !ask_replacement(&parts.replacement)) {
        printf("\n");
        puts(_("Nothing was changed."));
        invocation_end(&invocation);
        return EX_NOPERM;
    }
    int status = enroll(&parts);
    if (status == EX_OK)
        conclude(&parts);
    invocation_end(&invocation);
    return status;
}
