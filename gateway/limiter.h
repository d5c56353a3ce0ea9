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

#endif
