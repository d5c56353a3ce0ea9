/* SPDX-License-Identifier: Apache-2.0 */
/* text_guard: the last look at what a note keeps. It shares no helper with the detectors: it reads the
 * original with its own normaliser, so that a mistake there is not repeated here. */
#ifndef AGENT_TEXT_GUARD_H
#define AGENT_TEXT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include "agent/text/lexicon.h"
#include "agent/text/text.h"

struct guard_range {
    size_t start, end; /* bytes of the original */
};

/* Looks through the bytes of text outside removed (sorted, disjoint) for values of identifiers, long digit
 * runs and
 * '@'. Writes the tokens to remove, sorted, at most max, and returns how many there are (max + 1: more). */
size_t guard_check(const struct lexicon *lexicon, const char *text, size_t len,
                   const struct guard_range *removed, size_t removed_count,
                   const struct text_identifier *identifiers, size_t identifier_count,
                   struct guard_range *ret_hits, size_t max);

#endif
