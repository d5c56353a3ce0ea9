/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_POPULATION_H
#define SAMPLE_POPULATION_H

#include <stdint.h>

#include "tests/sample/care.h"

/* Who calls: new patients, in households, and those who call again. */
struct population;

struct population *population_new(struct care *care, uint32_t calls);
void population_free(struct population *population);

/* Draws whom the next call, on `day`, is for; writes the rows of a new patient. The person lives until the
 * next draw. */
void population_draw(struct population *population, struct rng *rng, int day, struct subject *ret_subject);

/* Writes merges of patients recorded twice, the last of them on `day`. */
void population_merge(struct population *population, struct rng *rng, int day);

#endif
