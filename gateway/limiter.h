/* SPDX-License-Identifier: Apache-2.0 */
/* Counts events of the current minute: past the limit, the asker is told to come back. */
#ifndef GATEWAY_LIMITER_H
#define GATEWAY_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

struct limiter {
    unsigned per_minute;
    unsigned count;
    int64_t since_ms; /* monotonic */
};

/* Counts one event, unless full. */
void limiter_add(struct limiter *limiter);
bool limiter_full(struct limiter *limiter);
/* Seconds until the minute is over, at least 1. */
int64_t limiter_wait_s(const struct limiter *limiter);

/* The same for each of many names, which anybody may invent, and for all together: whoever uses up one name's
 * leaves the others theirs. Names share a fixed number of limiters; which ones do is another matter in each
 * process, so that nobody finds a name that shares with a given one. */
#define LIMITERS_BUCKETS 256
struct limiters {
    uint8_t salt[16];
    struct limiter all, of_name[LIMITERS_BUCKETS];
};

void limiters_init(struct limiters *limiters, unsigned per_minute_of_name, unsigned per_minute_of_all);
/* Counts one event of a name. */
void limiters_add(struct limiters *limiters, const char *name);
/* The limiter that is full for this name, or NULL. */
const struct limiter *limiters_full(struct limiters *limiters, const char *name);

#endif
