/* SPDX-License-Identifier: Apache-2.0 */
/* What the name of a table or column says: DtNaissPat is a date, a birth, a patient. */
#ifndef AGENT_DISCOVER_NAME_H
#define AGENT_DISCOVER_NAME_H

#include <stdbool.h>

#define NAME_CONCEPTS_MAX 16

struct name {
    const char *concepts[NAME_CONCEPTS_MAX]; /* static texts, each once */
    unsigned count;
    unsigned unknown; /* words that say nothing to us */
};

void name_read(const char *text, struct name *ret);
bool name_has(const struct name *name, const char *concept);
/* terms: "phone caller/relative !work": all of the words, of which a/b is either and !c must not be there. */
bool name_says(const struct name *name, const char *terms);

/* The words, in words.c: what each concept is called, in French and English, whole and cut short. */
struct concept {
    const char *name;
    const char *words; /* lower case, without accents, between blanks */
};
extern const struct concept discover_concepts[]; /* ends with a NULL name */

#endif
