/* SPDX-License-Identifier: Apache-2.0 */
/* From a name found to the whole name, and to the same name elsewhere in the call. Internal to this room. */
#ifndef AGENT_TEXT_DETECT_EXTEND_H
#define AGENT_TEXT_DETECT_EXTEND_H

#include "agent/text/note.h"
#include "agent/text/own/own.h"

/* Adds particles, initials and other halves to the names marked in note. */
void extend_names(const struct own *own, struct note *note);

/* Marks the token at i as a name, unless it is marked. */
static inline void name_join(struct note *n, size_t i, uint8_t label, uint8_t source, bool head)
{
    if (!n->tokens[i].label)
        note_label(n, i, label, source, head);
}
/* What extend_names takes beside the name at i. */
void name_take_surname_after(struct note *note, size_t i);
void name_take_surname_before(struct note *note, size_t i);
void name_take_given_before(struct note *note, size_t i);
void name_take_initials(struct note *note, size_t i, const struct own *own);

/* The same from a letter at i that is no name yet: initials where somebody is due (whether it is one), and at
 * least four letters one by one. */
bool name_take_announced_initials(struct note *note, size_t i);
void name_take_spelt(struct note *note, size_t i);

struct seen_word {
    uint64_t hash;
    uint8_t label, role;
    bool own; /* the row's own name, and no everyday word: removed wherever it stands */
};

/* What the call's notes removed: seen_collect from each, seen_sort once, seen_repeat in each. The caller
 * frees words. */
struct seen {
    struct seen_word *words;
    size_t count, cap;
    uint64_t hashes; /* a bit for the low six of each word's hash */
};
bool seen_collect(struct seen *seen, const struct note *note);
void seen_sort(struct seen *seen);
void seen_repeat(const struct seen *seen, struct note *note);
void seen_wipe(struct seen *seen); /* forgets the words, keeps the room */

#endif
