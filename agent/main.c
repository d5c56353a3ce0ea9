/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/commands.h"
#include "contact/log.h"
#include "contact/version.h"

static int cmd_help(int argc, char **argv);

static const struct command commands[] = {
    {"enroll", cmd_enroll, "join this site to the warehouse with the bundle you were given",
     "BUNDLE\n  --wait       wait until the centre has approved", false},
    {"discover", cmd_discover, "draft a mapping from the database's own tables, on standard output",
     "  --values     show the values of coded columns, on this terminal only", false},
    {"check", cmd_check, "look for everything that would keep this site from sending",
     "  --json       for programs", false},
    {"clean", cmd_clean, "clean notes of your own, JSON lines in and out: {id, row, text}",
     "\n  --gazetteer FILE       names to learn first, JSON lines: {name, given_name, street, city}\n"
     "  --lexicon FILE         another word file\n  --keep-establishments  leave hospitals and homes",
     false},
    {"preview", cmd_preview, "show rows before and after, side by side, on this terminal only",
     "[STREAM]\n  -n ROWS      how many rows (default 5)\n  --reveal     do not mask the identifiers\n  "
     "--json       for programs (identifiers stay masked)",
     false},
    {"text", cmd_text,
     "how often cleaned notes still tell who somebody is: a person reads some, drawn at random",
     "audit\n  --n NOTES    how many (default 100)\n  --days N     of the last N days (default 90)\n"
     "  --by NAME    who reads\n  --list       print them and ask nothing\n  --results    what was found so "
     "far",
     false},
    {"approve", cmd_approve, "record that the association agrees to what leaves; nothing is sent before",
     "  --by NAME    who agrees (asked when missing)\n  --yes        do not ask again", false},
    {"status", cmd_status, "what has been read, sent and proved; what waits and why",
     "  --json       for programs", false},
    {"ledger", cmd_ledger, "what left this site: batches, streams, counts, receipts",
     "  --days N     the last N days (default 30)\n  --json       for programs", false},
    {"pause", cmd_pause, "stop reading and sending until `resume`", "", false},
    {"resume", cmd_pause, "go on after `pause`", "", false},
    {"deletions", cmd_deletions, "deletions held back because too much vanished at once",
     "show | accept\n  --json       for programs", false},
    {"model", cmd_model, "everything that may ever leave", "  --text | --json-schema | --sql | --html",
     false},
    {"config", cmd_config, "the settings in force, and where each comes from",
     "  --sample     a commented file at defaults", false},
    {"version", cmd_version, "this program's version", "", false},
    {"help", cmd_help, "this list", "  --all        also the commands that services and tests use", false},
    {"collect", cmd_collect, "read, pseudonymise and queue: the service contact-agent-collect", "", true},
    {"send", cmd_send, "send the queue: the service contact-agent-send", "", true},
    {"run", cmd_run, "collect and send as two children of one process", "", true},
    {"once", cmd_once, "sweep, drain the queue, exit: for cron and tests", "  --no-send    only sweep", true},
    {"sweep", cmd_sweep, "one sweep now", "hot | warm | cold", true},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static int cmd_help(int argc, char **argv)
{
    bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
    printf("Usage: contact-agent [--config FILE] COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (all || !commands[i].hidden)
            printf("  %-10s %s\n", commands[i].name, commands[i].help);
    printf("\nWithout a command: where this machine stands, and what to type next.\n"
           "contact-agent COMMAND --help tells more; contact-agent(1) everything.\n");
    return EX_OK;
}

int cmd_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("contact-agent %s\n", contact_version);
    return EX_OK;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int print_usage(const struct command *command)
{
    bool options_only = command->usage[0] == ' ' || command->usage[0] == '\0';
    printf("Usage: contact-agent %s %s%s\n%s.\n", command->name, options_only ? "" : command->usage,
           options_only && command->usage[0] != '\0' ? "[OPTIONS]" : "", command->help);
    if (options_only && command->usage[0] != '\0')
        printf("\n%s\n", command->usage);
    printf("\nExit status: 0 done; 64 wrong usage; 65 refused; 70 internal; 73 no room; 74 damaged data; 75 "
           "try again\n"
           "later; 77 not accepted by the centre; 78 a file or setting must be changed.\n");
    return EX_OK;
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[0], commands[i].name) == 0)
            return asks_for_help(argc, argv) ? print_usage(&commands[i]) : commands[i].run(argc, argv);
    }
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    const char *near = yaml_nearest(argv[0], names);
    fprintf(stderr, "contact-agent: no command \"%.40s\"\n", argv[0]);
    if (near != NULL)
        fprintf(stderr, "    HINT: did you mean \"%s\"?\n", near);
    return EX_USAGE;
}

int main(int argc, char **argv)
{
    log_init("contact-agent", LOG_LEVEL_INFO);
    int at = 1;
    while (at < argc && argv[at][0] == '-') {
        if (strcmp(argv[at], "--config") == 0 && at + 1 < argc) {
            setenv("CONTACT_AGENT_CONFIG", argv[at + 1], 1);
            at += 2;
        } else if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            return cmd_help(1, argv);
        } else if (strcmp(argv[at], "--version") == 0) {
            return cmd_version(1, argv);
        } else {
            return command_usage("help", argv[at]);
        }
    }
    if (at == argc)
        return cmd_stand(1, (char *[]){(char *)(uintptr_t) "status", NULL});
    return run_command(argc - at, argv + at);
}
