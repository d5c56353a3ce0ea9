/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a person at the terminal. */
#ifndef AGENT_ASK_H
#define AGENT_ASK_H

#include <stdbool.h>
#include <stddef.h>

/* Between the two, what would end or halt the program ends a read instead, and takes effect at the release: a
 * terminal is put back as it was first, without a key on it and with its echo. */
void ask_hold(void);
void ask_release(void);
/* One byte of standard input: 1, 0 at its end, -1 for a failure or when a held signal came, also before. */
int ask_byte(char *ret);
/* A line; false at the end of input, or when it is empty or too long. */
bool ask_line(const char *question, char *ret, size_t size);
/* A local id without blanks around it (id_typed): typed without echo, or the first line of standard input
 * when that is no terminal. Never an argument, which every user of the machine could read. The caller wipes
 * it. */
bool ask_id(const char *question, char *ret, size_t size);
/* True for "yes" and "oui" in full. */
bool ask_yes(const char *question);
/* Is a person there to answer? */
bool ask_possible(void);
/* Who types: what --by says (given), or else the login's name, sudo's before root's. */
const char *ask_who(const char *given);

#endif
