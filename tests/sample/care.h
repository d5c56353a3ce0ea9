/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_CARE_H
#define SAMPLE_CARE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sample/canaries.h"
#include "tests/sample/store.h"

/* One call and all that follows from it: visit, diagnoses, acts, prescriptions, with their notes. */

enum { DOCTORS = 60 };

struct care {
    uint64_t seed;
    struct store *store;
    struct canaries *canaries;
    char doctors[DOCTORS + 1][64]; /* surnames, by id from 1 */
    int64_t next_visit, next_act, next_prescription;
};

#define VISIT_ID_BASE INT64_C(500000000)
#define ACT_ID_BASE INT64_C(700000000)
#define PRESCRIPTION_ID_BASE INT64_C(900000000)

/* Who the call is for. The row may hold no patient (NULL, 0 or -1) though the note names somebody. */
struct subject {
    const struct person *person;
    bool has_patient;
    int64_t patient_id;
};

/* Writes the doctors of the association, and remembers their names. */
void care_hire(struct care *care);

/* Writes the call `number` received at `at`; `draw` numbers it in its seed. `changed` is NULL for the
 * ordinary last-change time. */
void care_call(struct care *care, uint64_t draw, const struct subject *subject, int64_t at,
               const char *number, const char *changed);

/* True in the weeks when half the calls are for fever and cough. */
bool care_epidemic(int day);

#endif
