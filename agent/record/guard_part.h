/* SPDX-License-Identifier: Apache-2.0 */
/* What the guard looks for: an identifier of the row, or one of several in a cell, or one word of it. */
#ifndef AGENT_RECORD_GUARD_PART_H
#define AGENT_RECORD_GUARD_PART_H

#include "agent/mapping/mapping.h"
#include "agent/record/guard_fold.h"

enum part_in_text {
    PART_NOT_IN_TEXT, /* the text engine's to judge */
    PART_IN_TEXT,     /* anywhere */
    PART_AS_WORDS,    /* from the start of a word to the end of one */
};

struct guard_part {
    const uint8_t *text; /* folded */
    size_t len;
    uint64_t set;   /* fold_set() of it */
    unsigned least; /* characters from which a code may be it */
    enum part_in_text in_text;
    bool texts_only; /* no code is written like this: in one it stands by chance */
};

/* What may be in a value at all; the rest need not be looked for. */
struct guard_wanted {
    bool texts;        /* there are texts, which may hold anything */
    uint64_t codes;    /* fold_set() of all codes */
    size_t longest;    /* of them */
    uint8_t runs[256]; /* by byte of a cell: what it does to a run of the codes' characters */
};
void guard_wanted_none(struct guard_wanted *ret);
void guard_wanted_code(struct guard_wanted *wanted, const uint8_t *folded, size_t len);

/* Calls each for the parts of a cell until it says false. room has as many bytes as the text. */
typedef bool guard_part_found(void *context, const struct guard_part *part);
bool guard_parts(enum identifier_kind kind, const char *text, size_t len, const struct guard_wanted *wanted,
                 uint8_t *room, guard_part_found *each, void *context);
/* Likewise for the ways to write a birth date. */
bool guard_birth_parts(const struct civil *birth, const struct guard_wanted *wanted, guard_part_found *each,
                       void *context);
void guard_birth_digits(const struct civil *birth, char ret[static 8]); /* 19560312 */

#endif
