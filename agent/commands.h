/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of contact-agent: one file each, one line each in main.c's table. */
#ifndef AGENT_COMMANDS_H
#define AGENT_COMMANDS_H

#include "agent/collect/trail.h"
#include "agent/settings.h"
#include "contact/err.h"
#include "contact/user.h"

struct command_option {
    const char *name;
    const char *argument; /* NULL: it takes none */
    const char *help;
};

struct command {
    const char *name;
    int (*run)(int argc, char **argv);    /* argv[0] is the command's name; returns the exit status */
    const char *help;                     /* one line */
    const char *arguments;                /* what comes after the name; NULL: nothing */
    const struct command_option *options; /* the last one nameless; NULL: it has none */
    bool hidden; /* a service's or a test's, not for people: shown by `help --all` only */
};

/* What one invocation works with: settings of --config, CONTACT_AGENT_CONFIG or the default file. */
struct invocation {
    const char *config_path;
    struct settings settings;
    struct config_origin origin;
};

enum user {
    USER_CALLER,  /* whoever typed it */
    USER_COLLECT, /* the owner of collect.folder, without a network when the source is on this machine */
};

/* Reads the settings and becomes the user; prints every problem and returns false when there is one. */
bool invocation_begin(struct invocation *ret, enum user user);
void invocation_end(struct invocation *invocation);
/* Prints "contact-agent: what: message" and the hint on standard error; returns the exit status. */
int command_failed(const char *what, const struct err *err);
/* Writes what was done into audit.log; prints why and returns false when it cannot. */
bool command_note(const struct settings *settings, const struct trail_entry *entry);
/* For a wrong argument ("": one is missing): prints it with how to get help; returns EX_USAGE (64). Of an
 * option that takes a value it tells which; of one that is not there, the nearest. */
int command_usage(const char *command, const char *problem);
/* Whose options command_usage knows. */
void command_begins(const struct command *command);
/* A whole number from 1 to most; false when text is none. */
bool command_number(const char *text, long most, long *ret);
/* Identifiers are shown, to a terminal or to a pager, and not kept: false, and why is printed, when what is
 * written goes to a file. */
bool command_shows(const char *command);
/* Replaces this process by contact-agent-send with these arguments (argv[0] included); returns only on
 * failure, the exit status. */
int command_exec_send(char *const *argv);

/* "start", "stop" or "restart" of both services, where a package installed them: root typed this, systemd
 * runs, and the settings are those that the units have. False when it was not done. */
bool command_services(const char *verb);
/* Prints what the standing says is to be typed next, unless that is `but` or nothing; as collect's user. */
void command_next(const struct settings *settings, const char *but);

int cmd_approve(int argc, char **argv);
int cmd_audit(int argc, char **argv); /* who did what here */
int cmd_check(int argc, char **argv);
int cmd_clean(int argc, char **argv);
int cmd_collect(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_deletions(int argc, char **argv);
int cmd_discover(int argc, char **argv);
int cmd_enroll(int argc, char **argv);
int cmd_key(int argc, char **argv); /* backup, restore, status */
int cmd_leave(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_model(int argc, char **argv);
int cmd_once(int argc, char **argv);
int cmd_object(int argc, char **argv); /* objections entered on site */
int cmd_pause(int argc, char **argv);  /* also resume */
int cmd_labels(int argc, char **argv); /* what codes mean: shown, agreed to */
int cmd_person(int argc, char **argv); /* one patient: pseudonyms, records, freeze */
int cmd_preview(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_send(int argc, char **argv);
int cmd_stand(int argc, char **argv); /* without a command: where this machine stands */
int cmd_status(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_text(int argc, char **argv); /* text audit */
int cmd_version(int argc, char **argv);

#endif
