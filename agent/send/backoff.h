/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait after a failure: 1 s, doubling to 15 minutes, then spread so that 64 sites do not come
 * back in the same second. Moments are those of clock_monotonic_ms(): a step of the wall clock changes
 * nothing. */
#ifndef AGENT_SEND_BACKOFF_H
#define AGENT_SEND_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_FIRST_MS INT64_C(1000)
#define BACKOFF_LAST_MS INT64_C(900000)
#define BACKOFF_RETRY_AFTER_MAX_MS INT64_C(86400000) /* a day: no answer mutes a site for longer */

struct backoff {
    unsigned failures;     /* in a row */
    int64_t wait_until_ms; /* our own wait */
    int64_t told_until_ms; /* the centre's Retry-After: nothing shortens it */
};

/* One more failure; retry_after_ms is 0 when the centre gave none, and wins when larger. */
void backoff_failed(struct backoff *b, int64_t retry_after_ms);
/* A failure that time alone does not mend (we are not accepted): the longest wait at once. */
void backoff_refused(struct backoff *b, int64_t retry_after_ms);
void backoff_succeeded(struct backoff *b);
/* The centre is there again: waits at most a random part of spread_ms longer. */
void backoff_shorten(struct backoff *b, int64_t spread_ms);
/* Waits at least this long (a rate to keep to), and counts no failure. */
void backoff_pause(struct backoff *b, int64_t pause_ms);
bool backoff_due(const struct backoff *b);
int64_t backoff_remaining_ms(const struct backoff *b); /* 0 when due */

#endif
