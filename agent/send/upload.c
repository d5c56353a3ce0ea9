/* SPDX-License-Identifier: Apache-2.0 */
/* Batches on their way, one at a time: the fresh lane first, then by seq. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "agent/send/sender.h"
#include "contact/log.h"
#include "contact/protocol.h"

#define LOOK_MS 500           /* for a new batch, when there was none */
#define UPLOAD_TIMEOUT_S 3600 /* 4 MiB at 10 kbit/s; a dead connection is noticed much sooner */
#define PROBLEM_MAX 65536

static bool record(struct sender *s, enum batch_state state)
{
    struct err err;
    if (!s->spool || strcmp(spool_series(s->spool), s->batch_series) != 0)
        return false; /* the spool was replaced meanwhile */
    if (spool_outcome(s->spool, s->batch.seq, state, &err) == OK)
        return true;
    sender_spool_failed(s, &err);
    backoff_failed(&s->queue.backoff, 0); /* it will be sent again: not at once */
    return false;
}

static void set_aside(struct sender *s, enum batch_state state, const char *reason)
{
    log_warning("queue: batch %llu is refused (%s) and set aside; its days will be read again",
                (unsigned long long)s->batch.seq, reason);
    (void)record(s, state);
}

/* Blocked only when collect will learn why: else it is sent again, to the same answer. */
static void conflict(struct sender *s)
{
    if (!record(s, BATCH_CONFLICT))
        return;
    s->blocked = true;
    log_error("queue: the centre holds another batch %llu of this series: is this machine a copy or "
              "restored? A new series will begin",
              (unsigned long long)s->batch.seq);
}

static void upload_done(void *context, const struct reply *reply, const struct buf *answer)
{
    struct sender *s = context;
    struct outcome o = outcome_of_batch(reply, s->batch.attempts, s->batch.is_void);
    (void)answer;
    s->uploading = false;
    s->look_ms = 0;
    channel_note(&s->queue, &o);
    switch (o.action) {
    case ACTION_DONE:
        if (s->drain_per_minute > 0)
            backoff_pause(&s->queue.backoff, 60000 / s->drain_per_minute);
        (void)record(s, BATCH_STORED);
        break;
    case ACTION_AGAIN:
        (void)record(s, BATCH_QUEUED);
        break;
    case ACTION_PARK:
        set_aside(s, BATCH_PARKED, o.reason);
        break;
    case ACTION_TOO_LARGE:
        set_aside(s, BATCH_TOO_LARGE, o.reason);
        break;
    case ACTION_CONFLICT:
        conflict(s);
        break;
    case ACTION_WAIT:
    case ACTION_SLOW:
        break; /* it stays as it was */
    }
}

/* `contact-agent pause` stops what leaves, not the heartbeats. */
static enum err_code is_paused(struct sender *s, bool *ret, struct err *err)
{
    BUF_CLEANUP struct buf value = BUF_INIT(64);
    enum err_code code = spool_fact_get(s->spool, "collect.paused", &value, err);
    *ret = strcmp(buf_text(&value), "1") == 0;
    return code;
}

/* The next batch due, read into s->batch. */
static bool next_batch(struct sender *s, int64_t now_ms)
{
    struct err err;
    bool found = false, paused = false;
    enum err_code code = is_paused(s, &paused, &err);
    if (code == OK && !paused)
        code = spool_next(s->spool, &s->batch, &found, &err);
    if (code == ERR_REJECTED) { /* the disk altered its bytes: the others are not kept waiting */
        memcpy(s->batch_series, spool_series(s->spool), SERIES_TEXT);
        set_aside(s, BATCH_PARKED, "its bytes are damaged here");
        return false;
    }
    if (code != OK)
        sender_spool_failed(s, &err);
    s->nothing_due = code == OK && !found;
    if (!found)
        s->look_ms = now_ms + LOOK_MS;
    return found;
}

int64_t upload_wait_ms(const struct sender *s, int64_t now_ms)
{
    if (s->uploading || !s->link || s->link_stale || !s->spool || s->blocked || !s->watermark_known ||
        sender_expired(s))
        return -1;
    int64_t wait_ms = backoff_remaining_ms(&s->queue.backoff);
    return s->look_ms - now_ms > wait_ms ? s->look_ms - now_ms : wait_ms;
}

void upload_start(struct sender *s, int64_t now_ms)
{
    if (upload_wait_ms(s, now_ms) != 0 || !next_batch(s, now_ms))
        return;
    char url[SENDER_URL];
    BUF_CLEANUP struct buf header = BUF_INIT(80);
    struct err err;
    memcpy(s->batch_series, spool_series(s->spool), SERIES_TEXT);
    sender_url(&s->identity, url, PROTOCOL_PATH_BATCH, s->identity.site, s->batch_series,
               (unsigned long long)s->batch.seq);
    buf_puts(&header, "Repr-Digest: sha-256=:");
    buf_base64(&header, s->batch.digest, SHA256_SIZE);
    buf_putc(&header, ':');
    struct request request = {.method = "PUT",
                              .url = url,
                              .content_type = PROTOCOL_TYPE_BATCH,
                              .body = s->batch.sealed.data,
                              .len = s->batch.sealed.len,
                              .header = buf_text(&header),
                              .answer_max = PROBLEM_MAX,
                              .timeout_s = UPLOAD_TIMEOUT_S};
    struct link_trust trust = identity_trust(&s->identity);
    if (link_start(s->link, &request, &trust, upload_done, s, &err) != OK) {
        log_err("queue", &err);
        backoff_failed(&s->queue.backoff, 0);
        return;
    }
    s->uploading = true;
    s->heartbeat_sent = false;
    s->uploads++;
}
