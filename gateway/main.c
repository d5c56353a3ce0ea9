/* SPDX-License-Identifier: Apache-2.0 */
/* contact-gateway: the central side. A table of commands; each lives in a file of its own. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "contact/language.h"
#include "contact/log.h"
#include "contact/mem.h"
#include "contact/user.h"
#include "contact/version.h"
#include "gateway/commands.h"

#define EXIT_USAGE 64

/* Whose folder a command works in: typed by root, it works as the owner of it. */
enum part { PART_CALLER, PART_INTAKE, PART_SIGNER, PART_LOADER };

struct command {
    const char *name;
    enum part part;
    int (*run)(const struct gateway_settings *settings, int argc, char **argv);
    const char *help;  /* one line */
    const char *usage; /* what may be typed */
    const char *more;  /* what it means */
};

static const struct command commands[] = {
    {"init", PART_CALLER, cmd_init, N_("make the centre's keys, once"), "init --host NAME [--host NAME…]",
     N_("Makes the CA, the warehouse root, the decryption and re-keying keys and nginx's certificate, each "
        "in the\n"
        "folder of who will hold it. --host: a name or address by which sites reach nginx. Overwrites "
        "nothing.\n"
        "Beside keys put back from a backup it makes the folders, and an empty registry where that was "
        "lost.\n")},
    {"site", PART_CALLER, cmd_site, N_("add, list, approve, revoke associations"),
     "site add NAME [--out FILE] [--new-code]\n"
     "       contact-gateway site list [--json] | approve NAME | revoke NAME",
     N_("add makes the bundle that the site enrols with (FILE, or NAME.bundle.yaml; - for the terminal). It "
        "holds a\n"
        "one-time code: send it by a way you trust. --new-code: for a site that exists (new machine, "
        "expired\n"
        "certificate, lifted revocation). approve: where enrolments wait for an operator. revoke: every key "
        "of the\n"
        "site is refused at once.\n")},
    {"seal", PART_CALLER, cmd_seal, N_("compare and accept the certificates that sites seal with"),
     "seal list [--json]\n"
     "       contact-gateway seal accept SITE FINGERPRINT",
     N_("The loader opens a site's batches only after its fingerprint, as the agent shows it at enrolment, "
        "was accepted\n"
        "here: compare by telephone.\n")},
    {"key", PART_CALLER, cmd_key, N_("compare and accept another root key of a site"),
     "key list [--json]\n"
     "       contact-gateway key accept SITE EPOCH CHECK",
     N_("A site's first key is taken with its seal. Another one of a later epoch (contact-agent key "
        "new-epoch: the former is\n"
        "lost, or known to others) waits until its check value, as the site's contact-agent key status shows "
        "it, was accepted\n"
        "here: compare by telephone. Another one of the same epoch is refused: the site restores its "
        "own.\n")},
    {"serve", PART_INTAKE, cmd_serve, N_("take batches and heartbeats in, behind nginx"), "serve",
     N_("Listens at two Unix sockets (settings socket and operators_socket); nginx stands in front. Ends at "
        "SIGTERM.\n")},
    {"sign", PART_SIGNER, cmd_sign, N_("answer certificate requests; as the signer's user"), "sign [--once]",
     N_("Follows the enrolment folder and issues the certificates asked for there. --once: those waiting "
        "now.\n")},
    {"renew", PART_CALLER, cmd_renew,
     N_("nginx's certificate anew, before it ends; or the key that batches are sealed to"),
     "renew [--host NAME…]\n"
     "       contact-gateway renew --recipient FILE",
     N_("A new certificate of 397 days for nginx's key, with the names that the old one has, or those given. "
        "As root.\n"
        "--recipient: another decryption key for the loader, by the warehouse root's key (FILE, from its "
        "safe). Sites take\n"
        "it by themselves; the former ones stay for what is on its way.\n")},
    {"fleet", PART_INTAKE, cmd_fleet, N_("all sites at a glance"), "fleet [--json]",
     N_("One line a site, worst first. HEARD: age of the last heartbeat. PROVED TO: the day up to which "
        "source and\n"
        "warehouse are proved equal. The same is served at /fleet of the operators' socket.\n")},
    {"metrics", PART_INTAKE, cmd_metrics, N_("the same for Prometheus"), "metrics",
     N_("Text format 0.0.4, as served at /metrics of the operators' socket.\n")},
    {"load", PART_LOADER, cmd_load, N_("open batches and fill the warehouse"), "load [--once]",
     N_("Follows the landing zone until stopped. --once: loads what is there and ends.\n"
        "At each start it opens two forged batches, and does not run if it could.\n")},
    {NULL, PART_CALLER, NULL, NULL, NULL, NULL},
};

static const char exit_codes[] =
    N_("Exit status: 0 done; 64 wrong command line; 65 refused; 70 internal; 73 no room; 74 damaged data;\n"
       "75 try again later; 77 not allowed; 78 configuration.\n");

static const struct command *command_find(const char *name)
{
    for (const struct command *c = commands; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void print_help(void)
{
    printf(_("usage: contact-gateway [--config FILE] COMMAND [ARGUMENTS]\n\n"
             "The central side of Contact: takes in sealed batches, loads them, watches the sites.\n"
             "Without a command: where this gateway stands, and the next command to type.\n\n"));
    for (const struct command *c = commands; c->name != NULL; c++)
        printf("  %-9s %s\n", c->name, _(c->help));
    printf(_("\n  --config FILE    default %s\n"
             "  --print-config   the settings in force and where each comes from\n"
             "  --sample-config  every setting at its default, with its meaning\n"
             "  --json           without a command, or with --print-config: for programs\n"
             "  --version\n\nCOMMAND --help says more of each.\n%s"),
           GATEWAY_SETTINGS_PATH, _(exit_codes));
}

int command_failed(const char *what, const struct err *err)
{
    fprintf(stderr, _("contact-gateway: %s: %s\n"), what, err->message);
    if (err->hint[0] != '\0')
        fprintf(stderr, _("HINT: %s\n"), err->hint);
    return err_exit_status(err->code);
}

int command_usage(const char *command, const char *format, ...)
{
    fprintf(stderr, "contact-gateway %s: ", command); /* as it is */
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, _("\nHINT: contact-gateway %s --help\n"), command);
    return EXIT_USAGE;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static enum err_code become(const struct gateway_settings *settings, enum part part, struct err *err)
{
    const char *const folders[] = {[PART_INTAKE] = settings->state_folder,
                                   [PART_SIGNER] = settings->signer_folder,
                                   [PART_LOADER] = settings->loader_folder};
    return part == PART_CALLER ? OK : user_become_owner(folders[part], false, err);
}

static int run_command(const struct gateway_settings *settings, int argc, char **argv)
{
    const struct command *command = command_find(argv[0]);
    struct err err = {0};
    if (become(settings, command->part, &err) != OK)
        return command_failed(argv[0], &err);
    optind = 0; /* the command reads its own options afresh */
    return command->run(settings, argc, argv);
}

/* What the command line says before the command's name. */
struct front {
    const char *config;
    bool print_config, as_json;
    int status; /* -1: go on */
};

static struct front read_front(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {"print-config", no_argument, NULL, 'p'},
        {"sample-config", no_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    struct front front = {.status = -1};
    int option;
    while (front.status < 0 && (option = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            front.config = optarg;
            break;
        case 'p':
            front.print_config = true;
            break;
        case 'j':
            front.as_json = true;
            break;
        case 'h':
            print_help();
            front.status = 0;
            break;
        case 'V':
            printf("contact-gateway %s\n", contact_version); /* as it is */
            front.status = 0;
            break;
        case 's':
            config_print_sample(gateway_settings_table, stdout);
            front.status = 0;
            break;
        default:
            fprintf(stderr, _("HINT: contact-gateway --help\n"));
            front.status = EXIT_USAGE;
        }
    }
    return front;
}

static int with_settings(const struct front *front, int argc, char **argv)
{
    struct gateway_settings settings = {0};
    struct config_origin origin = {0};
    PROBLEMS_CLEANUP struct problems problems = {0};
    const char *path = front->config != NULL ? front->config : GATEWAY_SETTINGS_PATH;
    config_load(gateway_settings_table, path, front->config == NULL, &settings, &origin, &problems);
    problems_print(&problems, stderr);
    struct err err = {0};
    int status = err_exit_status(problems_result(&problems, &err));
    if (status == 0) {
        if (front->print_config && front->as_json)
            config_print_json(gateway_settings_table, &settings, &origin, stdout);
        else if (front->print_config)
            config_print(gateway_settings_table, &settings, &origin, stdout);
        else if (argc == 0)
            status = where_print(&settings, front->as_json);
        else
            status = run_command(&settings, argc, argv);
    }
    config_free(gateway_settings_table, &settings, &origin);
    return status;
}

/* What services log and programs read is English, whatever the machine's language. */
static bool speaks_to_people(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            return asks_for_help(argc, argv);
    for (int i = 1; i < argc; i++) {
        const struct command *command = command_find(argv[i]);
        if (command != NULL)
            return asks_for_help(argc, argv) ||
                   (command->run != cmd_serve && command->run != cmd_sign && command->run != cmd_load);
    }
    return true;
}

int main(int argc, char **argv)
{
    log_init("contact-gateway", LOG_LEVEL_INFO);
    mem_forbid_dumps(); /* keys, enrolment codes, decrypted records */
    if (speaks_to_people(argc, argv))
        language_init("contact-gateway");
    struct front front = read_front(argc, argv);
    if (front.status >= 0)
        return front.status;
    argc -= optind;
    argv += optind;
    const struct command *command = argc > 0 ? command_find(argv[0]) : NULL;
    if (argc > 0 && command == NULL) {
        fprintf(stderr, _("contact-gateway: no command '%s'\nHINT: contact-gateway --help\n"), argv[0]);
        return EXIT_USAGE;
    }
    if (command != NULL && front.as_json)
        return command_usage(argv[0], "%s", _("--json stands after the command"));
    if (command != NULL && asks_for_help(argc, argv)) {
        printf(_("usage: contact-gateway %s\n\n%s%s"), command->usage, _(command->more), _(exit_codes));
        return 0;
    }
    return with_settings(&front, argc, argv);
}
