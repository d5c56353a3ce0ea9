/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/limiter.h"

#include "contact/clock.h"

#define MINUTE_MS 60000

static void turn(struct limiter *limiter)
{
    int64_t now = clock_monotonic_ms();
    if (limiter->count > 0 && now - limiter->since_ms < MINUTE_MS)
        return;
    limiter->since_ms = now;
    limiter->count = 0;
}

void limiter_add(struct limiter *limiter)
{
    turn(limiter);
    if (limiter->count < limiter->per_minute)
        limiter->count++;
}

bool limiter_full(struct limiter *limiter)
{
    turn(limiter);
    return limiter->count >= limiter->per_minute;
}

int64_t limiter_wait_s(const struct limiter *limiter)
{
    int64_t left = (limiter->since_ms + MINUTE_MS - clock_monotonic_ms() + 999) / 1000;
    return left > 0 ? left : 1;
}
