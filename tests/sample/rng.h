/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_RNG_H
#define SAMPLE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A small generator (SplitMix64): the same seed gives the same database on every machine. */
struct rng {
    uint64_t state;
};

/* A generator of its own for (seed, purpose, number): drawing from one never disturbs another. */
struct rng rng_make(uint64_t seed, uint64_t purpose, uint64_t number);
uint64_t rng_next(struct rng *rng);

/* A whole number in [0, bound); bound > 0. */
uint32_t rng_below(struct rng *rng, uint32_t bound);

/* A whole number in [low, high]. */
int rng_between(struct rng *rng, int low, int high);

/* True `count` times out of `of`. */
bool rng_chance(struct rng *rng, uint32_t count, uint32_t of);

/* Minutes with an exponential-like tail around `mean`, at most eight times the mean. */
int rng_wait(struct rng *rng, int mean);

#define PICK(rng, table) ((table)[rng_below((rng), (uint32_t)(sizeof(table) / sizeof((table)[0])))])

#endif
