/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the cleaned note: what stays, and a typed placeholder for each thing that goes. Internal to this
 * room. */
#ifndef AGENT_TEXT_REPLACE_H
#define AGENT_TEXT_REPLACE_H

#include "agent/text/guard.h"
#include "agent/text/note.h"

#define NUMBERED_MAX 256u

/* The distinct values of a call, so that <NOM_1> is the same person in all its notes. */
struct numbered {
    struct {
        uint64_t key;
        uint8_t label;
        uint16_t number;
    } seen[NUMBERED_MAX];
    size_t count;
    uint16_t last[TEXT_LABELS];
};

void numbered_wipe(struct numbered *numbered);

struct removal {
    struct guard_range bytes; /* of the original */
    size_t from, to;          /* tokens; from > to for one the guard added */
    uint8_t label, source, role;
};

struct removals {
    struct removal *list;
    size_t count, cap;
};

/* The spans of a note as byte ranges, neighbours of one label without blank between them joined. False: no
 * memory. */
bool removals_collect(struct removals *removals, const struct note *note);
/* Adds a range found by the guard, in place. False: no memory. */
bool removals_add(struct removals *removals, struct guard_range range);

/* Appends the cleaned text; day as in text_clean. */
void replace_write(struct buf *out, const struct note *note, const struct removals *removals,
                   struct numbered *numbered);

#endif
