/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_WORDS_H
#define SAMPLE_WORDS_H

#include <stddef.h>

#include "tests/sample/rng.h"

/* Names by origin, so that households look like those of a French town: no list of real persons. */
enum { SURNAMES = 20, GIVEN_NAMES = 14 };

struct origin {
    unsigned weight; /* in 1000 households */
    const char *surnames[SURNAMES];
    const char *women[GIVEN_NAMES];
    const char *men[GIVEN_NAMES];
};

extern const struct origin words_origins[];
extern const size_t words_origin_count;

/* Where people live; the first is the association's own town. */
struct commune {
    const char *code; /* postal code */
    const char *name;
    unsigned weight;
    const char *dial; /* first digits of a landline, from the numbers ARCEP keeps for fiction */
};

extern const struct commune words_communes[];
extern const size_t words_commune_count;

const struct origin *words_origin(struct rng *rng);
const struct commune *words_commune(struct rng *rng);
const char *words_street(struct rng *rng);
const char *words_residence(struct rng *rng);
const char *words_institution(struct rng *rng);

#endif
