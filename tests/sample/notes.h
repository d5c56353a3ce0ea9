/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_NOTES_H
#define SAMPLE_NOTES_H

#include <stddef.h>

#include "tests/sample/people.h"

/* Free text as it is typed at night: names, telephones, door codes, people who are in no row. Every
 * identifying value written is planted as a canary in the very form it has in the text. */

#define NOTE_TEXT 1024

struct scene {
    struct rng *rng;
    struct canaries *canaries;
    const struct person *person; /* the patient, or a stranger when the call has none */
    const char *doctor;          /* surname of the doctor who goes */
    const char *complaint;       /* the reason's words */
    int day;
};

void note_call(const struct scene *scene, char ret_text[static NOTE_TEXT]);
void note_conclusion(const struct scene *scene, char ret_text[static NOTE_TEXT]);
void note_dose(const struct scene *scene, char ret_text[static NOTE_TEXT]);

/* A remark no mapping names: it must never even be selected. */
void note_internal(const struct scene *scene, char ret_text[static NOTE_TEXT]);

#endif
