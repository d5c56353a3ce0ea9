/* SPDX-License-Identifier: Apache-2.0 */
/* Which of very many tokens come more than once. Memory does not grow with their number: they are dealt out
 * by their last byte, and what has no room waits in a file without a name, which ends with the process. */
#ifndef AGENT_COLLECT_REPEATS_H
#define AGENT_COLLECT_REPEATS_H

#include "agent/collect/tokens.h"
#include "contact/err.h"

struct repeats;

/* folder: where the file may be made (16 bytes a token); borrowed until repeats_free(). */
struct repeats *repeats_new(const char *folder);
void repeats_free(struct repeats *repeats); /* NULL is legal */
/* ERR_FULL when the disk is. */
MUST_CHECK enum err_code repeats_add(struct repeats *repeats, const uint8_t id[static TOKEN_SIZE],
                                     struct err *err);
/* Adds to ret every token that was added twice or more, until there are more than `max`. */
MUST_CHECK enum err_code repeats_find(struct repeats *repeats, size_t max, struct token_set *ret,
                                      struct err *err);

#endif
