/* SPDX-License-Identifier: Apache-2.0 */
/* A set of batch numbers as sorted ranges: small, because numbers come nearly in order. */
#ifndef GATEWAY_RANGES_H
#define GATEWAY_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uint64_t first, last; /* both included, from 1 */
};

struct ranges {
    struct range *items; /* owned; ascending, never touching */
    size_t count, room;
    bool failed; /* no memory: the set lacks something */
};

#define RANGES_CLEANUP __attribute__((cleanup(ranges_free)))

void ranges_free(struct ranges *r);
/* Adds first..last; overlapping and touching ranges become one. */
void ranges_add(struct ranges *r, uint64_t first, uint64_t last);
/* The range that number is in; {0, 0} when it is in none. */
struct range ranges_around(const struct ranges *r, uint64_t number);
bool ranges_has(const struct ranges *r, uint64_t number);
/* The last number up to which all from 1 are there; 0 when 1 is not. */
uint64_t ranges_contiguous(const struct ranges *r);
uint64_t ranges_highest(const struct ranges *r); /* 0 when empty */
/* The gaps below the highest, after the number `after`; returns how many were written, at most max. */
size_t ranges_gaps(const struct ranges *r, uint64_t after, struct range *ret, size_t max);

#endif
