/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of a column look like. Values are counted and forgotten: nothing of them is kept. */
#ifndef AGENT_DISCOVER_SHAPE_H
#define AGENT_DISCOVER_SHAPE_H

#include "contact/cell.h"
#include "contact/model.h"

#define SHAPE_THESAURI 16
#define SHAPE_SLOTS 1024 /* of the hashes that tell values apart, while a table is sampled */

enum shape_kind {
    SHAPE_NUMBER,  /* whole or decimal */
    SHAPE_DATE,    /* 2026-01-02, 20260102, 02/01/2026, with or without a time */
    SHAPE_ORDERED, /* of these, texts 2026-01-02, whose order is that of days */
    SHAPE_TIMED,   /* of these, with a time that is not midnight */
    SHAPE_OLD,     /* of these, more than 40 years ago */
    SHAPE_PHONE,
    SHAPE_EMAIL,
    SHAPE_NIR,     /* 13 or 15 digits as the French number is made */
    SHAPE_ZIP,     /* five digits */
    SHAPE_ADDRESS, /* with the word for a street */
    SHAPE_WORDS,   /* letters only, as names are */
    SHAPE_CODE,    /* at most 8 letters and digits, at least one a letter */
    SHAPE_LONG,    /* more than 40 characters, with blanks */
    SHAPE_BROKEN,  /* not UTF-8 */
    SHAPE_KINDS,
};

struct shape {
    unsigned rows, filled; /* filled: neither NULL nor blank */
    unsigned kinds[SHAPE_KINDS];
    unsigned distinct;
    unsigned thesauri[SHAPE_THESAURI]; /* values that are codes of it, by the model's order */
    size_t longest;                    /* bytes */
};

/* Counts one value; slots has SHAPE_SLOTS zeros for a new column. */
void shape_add(struct shape *shape, const struct cell *cell, const struct model *model, uint64_t *slots);
/* Whether at least so many percent of what is filled look so. */
bool shape_is(const struct shape *shape, enum shape_kind kind, unsigned percent);

#endif
