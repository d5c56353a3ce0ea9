/* SPDX-License-Identifier: Apache-2.0 */
/* What the centre tells us: what it holds, and what it answers to a heartbeat. */
#include <stdio.h>
#include <string.h>

#include "agent/send/answer.h"
#include "agent/send/sender.h"
#include "contact/clock.h"
#include "contact/log.h"

static void bad_answer(struct sender *s, const struct err *err)
{
    if (!s->answer_bad)
        log_err("centre", err);
    s->answer_bad = true;
}

/* collect alone begins the new series: what it was not told of, for a locked spool say, is asked and told
 * again. */
static enum err_code tell_ahead(struct sender *s, uint64_t highest, struct err *err)
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)highest);
    enum err_code code = spool_fact_put(s->spool, "send.ahead", text, err);
    s->blocked = code == OK;
    return code;
}

/* The centre holds seqs that we never made, or knows a newer series than this machine: it was restored or
 * copied. collect begins a new series. */
static enum err_code check_ahead(struct sender *s, const struct watermark *w, uint64_t highest,
                                 struct err *err)
{
    uint64_t lowest_held = 0, highest_put = 0;
    if (s->blocked)
        return OK;
    enum err_code code = spool_extent(s->spool, &lowest_held, &highest_put, err);
    if (code != OK || (!w->superseded && highest <= highest_put))
        return code;
    code = tell_ahead(s, w->superseded ? INT64_MAX : highest, err);
    if (code == OK && w->superseded)
        log_error("queue: the centre has taken batches of a newer series: this machine is a copy or was "
                  "restored. A new series will begin");
    else if (code == OK)
        log_error(
            "queue: the centre holds batches up to %llu of this series, we made %llu: this machine is a "
            "copy or was restored. A new series will begin",
            (unsigned long long)highest, (unsigned long long)highest_put);
    return code;
}

static enum err_code requeue(struct sender *s, const struct watermark *w, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < w->missing_count; i++)
        code = spool_missing(s->spool, w->missing[i].from, w->missing[i].to, err);
    return code;
}

void watermark_apply(struct sender *s, const struct buf *answer)
{
    struct err err;
    struct answer a = {0};
    const struct watermark *w = &a.watermark;
    if (!s->spool || strcmp(s->call_series, spool_series(s->spool)) != 0)
        return; /* asked again for the new series */
    if (answer_read(answer->data, answer->len, &a, &err) != OK) {
        bad_answer(s, &err);
        s->watermark_bad = true;
        backoff_failed(&s->control.backoff, 0);
        return;
    }
    s->watermark_bad = false;
    enum err_code code = check_ahead(s, w, w->highest, &err);
    if (code == OK)
        code = requeue(s, w, &err);
    /* What lies beyond its highest, the centre has lost (a backup put back). */
    if (code == OK)
        code = spool_missing(s->spool, w->highest + 1, UINT64_MAX, &err);
    if (code == OK)
        code = spool_loaded(s->spool, w->loaded, NULL, 0, &err);
    if (code == OK) {
        s->watermark_known = true;
        s->look_ms = 0;
        /* Not send.loaded: it comes with the list of what was refused among it, in a heartbeat's answer. */
        sender_tell_number(s, "send.contiguous", (int64_t)w->contiguous);
        sender_tell_number(s, "send.highest", (int64_t)w->highest);
    } else {
        sender_spool_failed(s, &err);
        backoff_failed(&s->control.backoff, 0);
    }
    answer_free(&a);
}

static enum err_code apply_to_spool(struct sender *s, const struct answer *a, struct err *err)
{
    const struct watermark *w = &a->watermark;
    enum err_code code = OK;
    bool same_series =
        strcmp(w->series, spool_series(s->spool)) == 0 && strcmp(w->series, s->call_series) == 0;
    if (same_series) {
        code = check_ahead(s, w, w->contiguous > w->loaded ? w->contiguous : w->loaded, err);
        if (code == OK)
            code = spool_loaded(s->spool, w->loaded, a->refused, a->refused_count, err);
        /* A batch stored while the answer was on its way would seem to be missing. */
        if (code == OK && s->call_uploads == s->uploads)
            code = requeue(s, w, err);
        if (code == OK) {
            /* In this order: whoever reads loaded first, then refused, never takes a refused batch for a
             * loaded one. */
            sender_tell(s, "send.refused", a->refused_text);
            sender_tell_number(s, "send.loaded", (int64_t)w->loaded);
            sender_tell_number(s, "send.contiguous", (int64_t)w->contiguous);
        }
    }
    for (size_t i = 0; code == OK && i < a->request_count; i++)
        code = spool_add_request(s->spool, &a->requests[i], err);
    return code;
}

static void tell_answer(struct sender *s, const struct answer *a)
{
    if (a->time_s > 0)
        sender_tell_number(s, "send.centre_s", a->time_s);
    if (a->proved[0] != '\0')
        sender_tell(s, "send.proved", a->proved);
    char key[64] = "";
    if (a->key_epoch > 0 && a->root_check[0] != '\0')
        snprintf(key, sizeof(key), "%lld %s", (long long)a->key_epoch, a->root_check);
    sender_tell(s, "send.key", key);
    if (a->receipts)
        sender_tell(s, "send.receipts", a->receipts);
    if (a->recipients)
        sender_tell(s, "send.recipients", a->recipients);
}

void answer_apply(struct sender *s, const struct buf *answer)
{
    struct err err;
    struct answer a = {0};
    if (answer_read(answer->data, answer->len, &a, &err) != OK) {
        bad_answer(s, &err);
        return;
    }
    s->answer_bad = false;
    s->interval_ms = a.interval_ms;
    s->drain_per_minute = a.drain_per_minute;
    s->own.time_known = a.time_s > 0;
    s->own.time_offset_s = a.time_s > 0 ? a.time_s - clock_wall_s() : 0;
    if (s->spool && apply_to_spool(s, &a, &err) != OK)
        sender_spool_failed(s, &err);
    tell_answer(s, &a);
    answer_free(&a);
}
