/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/rng.h"

uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

struct rng rng_make(uint64_t seed, uint64_t purpose, uint64_t number)
{
    struct rng rng = {.state = seed * 0xd1342543de82ef95U + purpose};
    rng.state = rng_next(&rng) ^ number;
    rng.state = rng_next(&rng);
    return rng;
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    return (uint32_t)(((rng_next(rng) >> 32) * bound) >> 32);
}

int rng_between(struct rng *rng, int low, int high)
{
    return low + (int)rng_below(rng, (uint32_t)(high - low) + 1);
}

bool rng_chance(struct rng *rng, uint32_t count, uint32_t of)
{
    return rng_below(rng, of) < count;
}

int rng_wait(struct rng *rng, int mean)
{
    int total = rng_between(rng, 0, mean);
    while (total < 8 * mean && rng_chance(rng, 1, 3)) {
        total += rng_between(rng, 0, 2 * mean);
    }
    return total;
}
