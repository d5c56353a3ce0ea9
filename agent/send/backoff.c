/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/backoff.h"

#include "contact/clock.h"
#include "contact/crypto.h"

/* Capped first, spread after: jitter before the cap would bring everybody back at the cap together. Never
 * less than half, so that doubling means something. */
static int64_t jittered(int64_t wait_ms)
{
    return wait_ms / 2 + (int64_t)random_below((uint32_t)(wait_ms / 2) + 1);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void wait(struct backoff *b, int64_t wait_ms, int64_t retry_after_ms)
{
    int64_t now_ms = clock_monotonic_ms();
    b->wait_until_ms = now_ms + jittered(wait_ms);
    if (retry_after_ms > BACKOFF_RETRY_AFTER_MAX_MS)
        retry_after_ms = BACKOFF_RETRY_AFTER_MAX_MS;
    if (retry_after_ms > 0)
        b->told_until_ms = now_ms + retry_after_ms;
}

void backoff_failed(struct backoff *b, int64_t retry_after_ms)
{
    int64_t wait_ms = BACKOFF_FIRST_MS;
    for (unsigned i = 0; i < b->failures && wait_ms < BACKOFF_LAST_MS; i++)
        wait_ms *= 2;
    b->failures++;
    wait(b, wait_ms < BACKOFF_LAST_MS ? wait_ms : BACKOFF_LAST_MS, retry_after_ms);
}

void backoff_refused(struct backoff *b, int64_t retry_after_ms)
{
    b->failures++;
    wait(b, BACKOFF_LAST_MS, retry_after_ms);
}

void backoff_succeeded(struct backoff *b)
{
    *b = (struct backoff){0};
}

void backoff_shorten(struct backoff *b, int64_t spread_ms)
{
    int64_t soon_ms = clock_monotonic_ms() + (int64_t)random_below((uint32_t)spread_ms + 1);
    if (soon_ms < b->wait_until_ms)
        b->wait_until_ms = soon_ms;
}

void backoff_pause(struct backoff *b, int64_t pause_ms)
{
    b->wait_until_ms = later(b->wait_until_ms, clock_monotonic_ms() + pause_ms);
}

int64_t backoff_remaining_ms(const struct backoff *b)
{
    return later(0, later(b->wait_until_ms, b->told_until_ms) - clock_monotonic_ms());
}

bool backoff_due(const struct backoff *b)
{
    return backoff_remaining_ms(b) == 0;
}
