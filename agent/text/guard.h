/* SPDX-License-Identifier: Apache-2.0 */
/* text_guard: the last look at what a note keeps. It shares no helper with the detectors: it reads the
 * original with its own normaliser, so that a mistake there is not repeated here. */
#ifndef AGENT_TEXT_GUARD_H
#define AGENT_TEXT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include "agent/text/text.h"
#include "agent/text/words/lexicon.h"

struct text_guard;

struct guard_range {
    size_t start, end; /* bytes of the original */
};

struct text_guard *text_guard_new(const struct lexicon *lexicon); /* borrowed; NULL: no memory */
void text_guard_free(struct text_guard *guard);                   /* wipes; NULL is legal */

/* Takes the values of a row in the place of those before, by which the notes of its call are then checked.
 * False: they are more than can be looked for, and the notes must be withheld. */
bool text_guard_prepare(struct text_guard *guard, const struct text_identifier *identifiers, size_t count);
void text_guard_wipe(struct text_guard *guard);

/* Looks through the bytes of text outside removed (sorted, disjoint) for values of the row, long digit runs
 * and
 * '@'. Writes the tokens to remove, sorted, at most max, and returns how many there are (max + 1: more). */
size_t text_guard_check(const struct text_guard *guard, const char *text, size_t len,
                        const struct guard_range *removed, size_t removed_count, struct guard_range *ret_hits,
                        size_t max);

#endif
