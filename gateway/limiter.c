/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/limiter.h"

#include <string.h>

#include "contact/clock.h"
#include "contact/crypto.h"

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

void limiters_init(struct limiters *limiters, unsigned per_minute_of_name, unsigned per_minute_of_all)
{
    memset(limiters, 0, sizeof *limiters);
    random_bytes(limiters->salt, sizeof limiters->salt);
    limiters->all.per_minute = per_minute_of_all;
    for (size_t i = 0; i < LIMITERS_BUCKETS; i++)
        limiters->of_name[i].per_minute = per_minute_of_name;
}

static struct limiter *of_name(struct limiters *limiters, const char *name)
{
    uint8_t text[sizeof limiters->salt + 64] = {0}, digest[SHA256_SIZE];
    memcpy(text, limiters->salt, sizeof limiters->salt);
    strncpy((char *)text + sizeof limiters->salt, name, 63);
    sha256(text, sizeof text, digest);
    return &limiters->of_name[digest[0] % LIMITERS_BUCKETS];
}

void limiters_add(struct limiters *limiters, const char *name)
{
    limiter_add(&limiters->all);
    limiter_add(of_name(limiters, name));
}

const struct limiter *limiters_full(struct limiters *limiters, const char *name)
{
    struct limiter *own = of_name(limiters, name);
    if (limiter_full(own))
        return own;
    return limiter_full(&limiters->all) ? &limiters->all : NULL;
}
