/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/commands.h"
#include "contact/db.h"
#include "contact/language.h"
#include "contact/log.h"
#include "contact/version.h"

static int cmd_help(int argc, char **argv);

/* Ends with a nameless one. */
#define OPTIONS(...) ((const struct command_option[]){__VA_ARGS__, {.name = NULL}})
#define JSON_OPTION                                                                                          \
    {                                                                                                        \
        "--json", NULL, N_("for programs")                                                                   \
    }

/* clang-format off */
static const struct command commands[] = {
    {"enroll", cmd_enroll, N_("join this site to the warehouse with the bundle you were given"), "BUNDLE",
     OPTIONS({"--first", NULL, N_("this is the site's first machine: a root key is made (asked on a terminal)")},
             {"--replacement", NULL, N_("it replaces one: the root key is typed in from its backup first")},
             {"--wait", NULL, N_("wait until the centre has approved")}), false},
    {"discover", cmd_discover, N_("draft a mapping from the database's own tables, on standard output"), NULL,
     OPTIONS({"--out", "FILE", N_("into a new file instead, whole or not at all")},
             {"--values", NULL, N_("show the values of coded columns, on this terminal only")}), false},
    {"check", cmd_check, N_("look for everything that would keep this site from sending"), NULL,
     OPTIONS(JSON_OPTION), false},
    {"clean", cmd_clean, N_("clean notes of your own: typed on a terminal, or JSON lines in and out ({id, row, text})"), NULL,
     OPTIONS({"--gazetteer", "FILE", N_("names to learn first, JSON lines: {name, given_name, street, city}")},
             {"--lexicon", "FILE", N_("another word file")},
             {"--keep-establishments", NULL, N_("leave hospitals and homes")}), false},
    {"preview", cmd_preview, N_("show rows before and after, side by side, on this terminal only"), "[STREAM]",
     OPTIONS({"-n", "ROWS", N_("how many rows, at least 1 (default 5)")},
             {"--patient", NULL, N_("all rows of one patient, whose local id is asked for")},
             {"--reveal", NULL, N_("do not mask the identifiers")},
             {"--json", NULL, N_("for programs (identifiers stay masked)")}), false},
    {"text", cmd_text,
     N_("how often cleaned notes still tell who somebody is: a person reads some, drawn at random"), "audit",
     OPTIONS({"--n", "NOTES", N_("how many (default 100)")},
             {"--days", "N", N_("of the last N days, at least 1 (default 90)")},
             {"--by", "NAME", N_("who reads")},
             {"--list", NULL, N_("print them and ask nothing")},
             {"--results", NULL, N_("what was found so far")},
             {"--json", NULL, N_("--results: for programs")}), false},
    {"approve", cmd_approve, N_("record that the association agrees to what leaves; nothing is sent before"), NULL,
     OPTIONS({"--difference", NULL, N_("only show what is different from what was agreed to last")},
             {"--by", "NAME", N_("who agrees (asked when missing)")},
             {"--yes", NULL, N_("do not ask again")},
             {"--no-key-backup", NULL, N_("although no copy of the root key was made (see key)")},
             {"--json", NULL, N_("--difference: for programs")}), false},
    {"key", cmd_key, N_("the root key: copy it for the safe, put it back, say which one it is"),
     "backup | restore | status | new-epoch",
     OPTIONS({"--paper", NULL, N_("backup: print it for copying by hand (as without an option, on a terminal)")},
             {"--to", "CERTIFICATE", N_("backup: seal it to a certificate, on standard output")},
             {"--json", NULL, N_("status: for programs")},
             {"--lost", NULL, N_("new-epoch: there is no key any more, and no copy of it")},
             {"--yes", NULL, N_("new-epoch: do not ask again")}), false},
    {"status", cmd_status, N_("what has been read, sent and proved; what waits and why"), NULL,
     OPTIONS(JSON_OPTION), false},
    {"ledger", cmd_ledger, N_("what left this site: batches, streams, counts, receipts"), NULL,
     OPTIONS({"--days", "N", N_("the last N days, at least 1 (default 30)")}, JSON_OPTION), false},
    {"object", cmd_object, N_("objections that the database cannot hold: on paper, by telephone, of practitioners"),
     "add | list | remove",
     OPTIONS({"--practitioner", NULL, N_("add, remove: a practitioner's, whose token is then taken out")},
             {"--date", "DAY", N_("add: when the person objected, YYYY-MM-DD (default today)")},
             {"--origin", "HOW", N_("add: letter, email, telephone, desk or operator")},
             {"--by", "NAME", N_("add, remove: who enters it (default: who is logged in)")},
             {"--yes", NULL, N_("add, remove: do not ask again")},
             {"--unknown", NULL, N_("add: although no row has this id")},
             {"--history", NULL, N_("list: what was entered and withdrawn, and by whom")},
             {"--reveal", NULL, N_("list: show the local ids on this terminal")},
             JSON_OPTION), false},
    {"person", cmd_person, N_("one patient's pseudonyms and records as sent; or freeze them"), NULL,
     OPTIONS({"--records", NULL, N_("print the records as they leave, one JSON line each")},
             {"--json", NULL, N_("pseudonyms, and how each record stands, for programs")},
             {"--freeze", NULL, N_("send nothing of theirs, and take it out of the warehouse")},
             {"--unfreeze", NULL, N_("send it again")},
             {"--by", "NAME", N_("who says so (default: who is logged in)")},
             {"--yes", NULL, N_("do not ask again")},
             {"--unknown", NULL, N_("--freeze: although no row has this id")}), false},
    {"labels", cmd_labels, N_("what codes mean, as the database says it; nothing of it leaves before somebody agreed"),
     "show | approve", OPTIONS({"--by", "NAME", N_("approve: who agrees (default: who is logged in)")},
             {"--yes", NULL, N_("approve: do not ask again")}, JSON_OPTION), false},
    {"audit", cmd_audit, N_("who approved, looked, entered and accepted what here, and that nothing was changed since"),
     NULL, OPTIONS(JSON_OPTION), false},
    {"pause", cmd_pause, N_("stop reading and sending until `resume`"), NULL, NULL, false},
    {"resume", cmd_pause, N_("go on after `pause`"), NULL, NULL, false},
    {"deletions", cmd_deletions, N_("deletions held back because too much vanished at once"),
     "show | accept [STREAM]", OPTIONS(JSON_OPTION), false},
    {"leave", cmd_leave, N_("end it: remove keys and queue from this machine"), NULL,
     OPTIONS({"--erase", NULL, N_("first make the centre remove all records of this site")},
             {"--yes", NULL, N_("do not ask for the site's name")}), false},
    {"model", cmd_model, N_("everything that may ever leave"), NULL,
     OPTIONS({"--text", NULL, N_("for reading (as without an option)")},
             {"--html", NULL, N_("a page to print")},
             {"--json-schema", NULL, N_("for programs that read records")},
             {"--sql", NULL, N_("the warehouse's tables; also --sql=sqlite")}), false},
    {"config", cmd_config, N_("the settings in force, and where each comes from"), NULL,
     OPTIONS({"--sample", NULL, N_("a commented file at defaults")}, JSON_OPTION), false},
    {"version", cmd_version, N_("this program's version"), NULL, NULL, false},
    {"help", cmd_help, N_("this list"), NULL,
     OPTIONS({"--all", NULL, N_("also the commands that services and tests use")}), false},
    {"collect", cmd_collect, N_("read, pseudonymise and queue: the service contact-agent-collect"), NULL, NULL, true},
    {"send", cmd_send, N_("send the queue: the service contact-agent-send"), NULL, NULL, true},
    {"run", cmd_run, N_("collect and send as two children of one process"), NULL, NULL, true},
    {"once", cmd_once, N_("sweep, drain the queue, exit: for cron and tests"), NULL,
     OPTIONS({"--no-send", NULL, N_("only sweep")}), true},
    {"sweep", cmd_sweep, N_("one sweep now"), "hot | warm | cold", NULL, true},
};
/* clang-format on */

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static int cmd_help(int argc, char **argv)
{
    bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
    printf(_("Usage: contact-agent [--config FILE] COMMAND [OPTIONS]\n\n"));
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (all || !commands[i].hidden)
            printf("  %-10s %s\n", commands[i].name, _(commands[i].help));
    printf(_("\nWithout a command: where this machine stands, and what to type next.\n"
             "contact-agent COMMAND --help tells more; contact-agent(1) everything.\n"));
    return EX_OK;
}

int cmd_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("contact-agent %s\n", contact_version); /* as it is */
    return EX_OK;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static void print_options(const struct command_option *options)
{
    size_t widest = 0;
    char left[64];
    for (const struct command_option *o = options; o->name != NULL; o++) {
        size_t width = strlen(o->name) + (o->argument == NULL ? 0 : 1 + strlen(o->argument));
        widest = width > widest ? width : widest;
    }
    for (const struct command_option *o = options; o->name != NULL; o++) {
        snprintf(left, sizeof left, "%s%s%s", o->name, o->argument == NULL ? "" : " ",
                 o->argument == NULL ? "" : o->argument);
        printf("  %-*s  %s\n", (int)widest, left, _(o->help));
    }
}

static int print_usage(const struct command *command)
{
    printf(_("Usage: contact-agent %s%s%s%s\n"), command->name, command->arguments == NULL ? "" : " ",
           command->arguments == NULL ? "" : command->arguments,
           command->options == NULL ? "" : _(" [OPTIONS]"));
    printf("%s.\n", _(command->help));
    if (command->options != NULL) {
        putchar('\n');
        print_options(command->options);
    }
    puts(_("\nExit status: 0 done; 64 wrong usage; 65 refused; 70 internal; 73 no room; 74 damaged data; 75 "
           "try again\nlater; 77 not accepted by the centre; 78 a file or setting must be changed."));
    return EX_OK;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static int no_command(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    const char *near = yaml_nearest(name, names);
    fprintf(stderr, _("contact-agent: no command \"%.40s\"\n"), name);
    if (near != NULL)
        fprintf(stderr, _("    HINT: did you mean \"%s\"?\n"), near);
    return EX_USAGE;
}

/* The log of a service, and what a program reads, are the same in every language. */
static bool read_by_people(const struct command *command, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            return false;
    return command == NULL || !command->hidden;
}

static int run_command(int argc, char **argv)
{
    const struct command *command = find(argv[0]);
    if (read_by_people(command, argc, argv) || asks_for_help(argc, argv))
        language_init("contact-agent");
    if (command == NULL)
        return no_command(argv[0]);
    command_begins(command);
    return asks_for_help(argc, argv) ? print_usage(command) : command->run(argc, argv);
}

int main(int argc, char **argv)
{
    log_init("contact-agent", LOG_LEVEL_INFO);
    db_unshared();
    int at = 1;
    while (at < argc && argv[at][0] == '-') {
        if (strcmp(argv[at], "--config") == 0 && at + 1 < argc) {
            setenv("CONTACT_AGENT_CONFIG", argv[at + 1], 1);
            at += 2;
        } else if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            language_init("contact-agent");
            return cmd_help(1, argv);
        } else if (strcmp(argv[at], "--version") == 0) {
            return cmd_version(1, argv);
        } else {
            return command_usage("help", argv[at]);
        }
    }
    if (at < argc)
        return run_command(argc - at, argv + at);
    language_init("contact-agent");
    return cmd_stand(1, (char *[]){(char *)(uintptr_t) "status", NULL});
}
