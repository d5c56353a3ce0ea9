/* SPDX-License-Identifier: Apache-2.0 */
/* The sweeps over all streams. */
#include <inttypes.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"
#include "contact/log.h"

#define READS_AGAIN 20 /* rounds in which a read found one more duplicate key, before it waits */

typedef enum err_code stream_job(struct collect *c, struct stream *stream, struct err *err);

/* A read that found two rows of one key is done again at once, without them. */
static enum err_code run(struct collect *c, struct stream *stream, stream_job *job, struct err *err)
{
    enum err_code code = OK;
    int reads = 0;
    do {
        c->again = false;
        code = job(c, stream, err);
    } while (code == ERR_RETRY && c->again && ++reads < READS_AGAIN);
    c->again = false;
    return code;
}

static enum err_code each_stream(struct collect *c, stream_job *job, struct err *err)
{
    enum err_code first = OK;
    for (unsigned i = 0; i < c->stream_count && !c->stopping; i++) {
        struct err why = {.code = OK};
        if (c->streams[i].stopped[0])
            continue;
        enum err_code code = run(c, &c->streams[i], job, &why);
        if (code == OK && c->pending_count > 0)
            code = objector_flush(c, &why);
        if (code == OK)
            continue;
        draft_discard(c);
        state_rollback(c->state);
        if (first == OK && err)
            *err = why;
        first = first == OK ? code : first;
        if (code == ERR_FULL || code == ERR_INTERNAL || !c->source)
            break;
    }
    if (first == OK && c->stopping)
        return err_set(err, ERR_RETRY, "stopped");
    return first;
}

static enum err_code hot_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (stream->slow)
        return OK;
    enum err_code code = hot_sweep(c, stream, err);
    if (code == OK)
        stream->swept_s = clock_wall_s();
    return code;
}

enum err_code job_hot(struct collect *c, struct err *err)
{
    c->next_hot_ms = clock_monotonic_ms() + c->settings->hot_ms;
    return each_stream(c, hot_one, err);
}

static enum err_code asked_one(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = compare_asked(c, stream, err);
    return code == OK ? snapshot_work(c, stream, err) : code;
}

enum err_code job_asked(struct collect *c, struct err *err)
{
    return each_stream(c, asked_one, err);
}

bool job_work_waiting(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++) {
        const char *name = c->streams[i].name;
        if (!c->streams[i].stopped[0] &&
            (day_count_work(c->state, name, DAY_ASKED) || day_count_work(c->state, name, DAY_CLEARED) ||
             day_count_work(c->state, name, DAY_ROWS_ONLY)))
            return true;
    }
    return false;
}

static enum err_code warm_one(struct collect *c, struct stream *stream, struct err *err)
{
    int32_t from = c->today - HOT_DAYS > window_from(c) ? c->today - HOT_DAYS : window_from(c);
    enum err_code code = compare_sweep(c, stream, SWEEP_WARM, from, window_to(c), err);
    if (code == OK && stream->slow)
        stream->swept_s = clock_wall_s();
    return code == OK ? snapshot_work(c, stream, err) : code;
}

static enum err_code keep_time(struct collect *c, const char *name, struct err *err)
{
    state_begin(c->state);
    state_put_int(c->state, name, clock_wall_s());
    return state_commit(c->state, err);
}

enum err_code job_warm(struct collect *c, struct err *err)
{
    enum err_code code = objector_scan(c, err);
    if (code == OK)
        code = each_stream(c, warm_one, err);
    int32_t from = c->today - HOT_DAYS > window_from(c) ? c->today - HOT_DAYS : window_from(c);
    if (code == OK)
        code = statement_send(c, from, err);
    return code == OK ? keep_time(c, "warm_s", err) : code;
}

/* What is older than the window is neither judged nor stated any more. */
static enum err_code forget_old(struct collect *c, struct stream *stream, struct err *err)
{
    int32_t oldest = INT32_MAX;
    struct day_sums sums;
    day_sum(c->state, stream->name, &sums);
    oldest = sums.first;
    if (oldest == DAY_NONE || oldest >= window_from(c))
        return state_failure(c->state, err);
    state_begin(c->state);
    day_forget_before(c->state, stream->name, window_from(c));
    return state_commit(c->state, err);
}

static enum err_code cold_one(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = forget_old(c, stream, err);
    if (code == OK)
        code = duplicate_scan(c, stream, err);
    if (code == OK)
        code = compare_sweep(c, stream, SWEEP_COLD, window_from(c), window_to(c), err);
    return code == OK ? snapshot_work(c, stream, err) : code;
}

static enum err_code after_cold(struct collect *c, struct err *err)
{
    enum err_code code = statement_send(c, window_from(c), err);
    if (code == OK)
        code = keep_time(c, "warm_s", err);
    if (code == OK)
        code = keep_time(c, "cold_s", err);
    return code;
}

enum err_code job_cold(struct collect *c, struct err *err)
{
    enum err_code code = objector_scan(c, err);
    if (code == OK)
        code = each_stream(c, cold_one, err);
    return code == OK ? after_cold(c, err) : code;
}

static bool backfill_over(struct collect *c, const struct stream *stream)
{
    char name[64];
    snprintf(name, sizeof(name), "backfill.%s", stream->name);
    return state_get_int(c->state, name, INT64_MAX) == DAY_NONE;
}

bool job_backfill_due(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (!c->streams[i].stopped[0] && !backfill_over(c, &c->streams[i]))
            return true;
    return false;
}

static enum err_code backfill_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (backfill_over(c, stream))
        return OK;
    enum err_code code = duplicate_scan(c, stream, err);
    if (code == OK)
        code = snapshot_backfill(c, stream, err);
    return code == OK ? snapshot_work(c, stream, err) : code;
}

enum err_code job_backfill(struct collect *c, struct err *err)
{
    if (state_get_int(c->state, "backfill_s", 0) == 0) {
        enum err_code began = keep_time(c, "backfill_s", err);
        if (began != OK)
            return began;
    }
    enum err_code code = objector_scan(c, err);
    if (code == OK)
        code = each_stream(c, backfill_one, err);
    if (code != OK || job_backfill_due(c))
        return code;
    if (c->recovering) {
        state_begin(c->state);
        state_put(c->state, "recovering", NULL);
        code = state_commit(c->state, err);
        c->recovering = code != OK;
    }
    return code == OK ? after_cold(c, err) : code;
}
