/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of contact-gateway. Each gets the settings and its own arguments (argv[0] is its name; main
 * has already answered --help from the table), and returns the exit status. */
#ifndef GATEWAY_COMMANDS_H
#define GATEWAY_COMMANDS_H

#include "gateway/settings.h"

int cmd_fleet(const struct gateway_settings *settings, int argc, char **argv);
int cmd_init(const struct gateway_settings *settings, int argc, char **argv);
int cmd_key(const struct gateway_settings *settings, int argc, char **argv);
int cmd_load(const struct gateway_settings *settings, int argc, char **argv);
int cmd_metrics(const struct gateway_settings *settings, int argc, char **argv);
int cmd_renew(const struct gateway_settings *settings, int argc, char **argv);
int cmd_seal(const struct gateway_settings *settings, int argc, char **argv);
int cmd_serve(const struct gateway_settings *settings, int argc, char **argv);
int cmd_sign(const struct gateway_settings *settings, int argc, char **argv);
int cmd_site(const struct gateway_settings *settings, int argc, char **argv);

/* Prints where this gateway stands and the next command to type, for a person or as JSON. */
int where_print(const struct gateway_settings *settings, bool as_json);

/* Prints "contact-gateway: what: message" and the hint to standard error; returns the exit status. */
int command_failed(const char *what, const struct err *err);
/* A wrong command line: prints the message and where help is; returns 64 (sysexits(3)). */
int command_usage(const char *command, const char *format, ...) PRINTF(2, 3);

#endif
