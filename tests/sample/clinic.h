/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_CLINIC_H
#define SAMPLE_CLINIC_H

#include <stdbool.h>

#include "tests/sample/rng.h"

/* What people call for, and what is found and given. */
struct reason {
    const char *code; /* thesaurus of the dispatch product */
    const char *words;
    unsigned child, adult, elder; /* weights by age */
    unsigned winter;              /* weight in an epidemic week, in percent of the ordinary one */
    const char *diagnoses[3];     /* ICD-10 */
};

struct drug {
    const char *cip;
    const char *atc;
    const char *name;
};

struct act {
    const char *code;
    const char *label;
};

const struct reason *clinic_reason(struct rng *rng, int age, bool epidemic);
const struct drug *clinic_drug(struct rng *rng);
const struct act *clinic_act(struct rng *rng);

#endif
