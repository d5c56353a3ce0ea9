/* SPDX-License-Identifier: Apache-2.0 */
/* The root key as people copy it by hand: 52 characters of Crockford's base32 and a check of four, in 14
 * groups of four, each followed by a check character of its own that says which group is mistyped.
 *
 * The check of a group at place p (from 1): begin with p; for each of its characters add it (exclusive or)
 * and double, in the field of 32 elements with x^5 + x^2 + 1. It finds any one wrong character, two that
 * changed places, and a group at another's place. The last group holds the key's epoch (two characters) and
 * the first ten bits of SHA-256(key || u32be(epoch)). */
#ifndef AGENT_KEY_PAPER_H
#define AGENT_KEY_PAPER_H

#include <stdbool.h>

#include "contact/crypto.h"

#define ROOT_KEY_SIZE 32
#define KEY_PAPER_GROUPS 14
#define KEY_PAPER_GROUP 5 /* characters, the check included */

struct key_paper {
    uint8_t root[ROOT_KEY_SIZE];
    unsigned epoch; /* 1 to 999 */
};

/* Upper case, which is written more clearly. */
void key_paper_write(const struct key_paper *paper, char ret[static KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1]);
/* Whether a word, in either case, can be the group at this place (from 0). */
bool key_paper_group_holds(const char *word, unsigned place);
/* False when the groups, each of which holds, are not of one key. */
bool key_paper_read(char groups[static KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1], struct key_paper *ret);

#endif
