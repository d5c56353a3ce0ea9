/* SPDX-License-Identifier: Apache-2.0 */
/* The sweeps over all streams. */
#include "agent/collect/jobs.h"

#include <inttypes.h>
#include <string.h>

#include "agent/collect/objector.h"
#include "agent/collect/sweep.h"
#include "agent/collect/unread.h"
#include "agent/collect/window.h"
#include "agent/collect/witness.h"
#include "contact/clock.h"
#include "contact/log.h"

#define DAY_S INT64_C(86400)
#define DATA_REST_MS INT64_C(3600000)
#define SLOW_MS 600000 /* longest that a slow source makes a hot sweep wait */
#define AWAY_MS 300000 /* and one that is away */
#define READS_AGAIN                                                                                          \
    80 /* rounds in which a read found one more duplicate key or unread day, before it waits */

typedef enum err_code stream_job(struct collect *c, struct stream *stream, struct err *err);

/* What the state knows of one stream. */
static int64_t fact_of(struct collect *c, const char *fact, const struct stream *stream, int64_t missing)
{
    char name[64];
    snprintf(name, sizeof(name), "%s.%s", fact, stream->name);
    return state_get_int(c->state, name, missing);
}

static void put_fact(struct collect *c, const char *fact, const struct stream *stream, int64_t value)
{
    char name[64];
    snprintf(name, sizeof(name), "%s.%s", fact, stream->name);
    state_put_int(c->state, name, value);
}

static void forget_fact(struct collect *c, const char *fact, const struct stream *stream)
{
    char name[64];
    snprintf(name, sizeof(name), "%s.%s", fact, stream->name);
    state_put(c->state, name, NULL);
}

/* After a failure: the other streams would fail by it too. */
static bool nothing_more(const struct collect *c, enum err_code code)
{
    return code == ERR_FULL || code == ERR_INTERNAL || c->blocked != OK || !c->source;
}

/* A read that found two rows of one key, or a day that cannot be read, is done again at once, without them.
 */
static enum err_code run(struct collect *c, struct stream *stream, stream_job *job, struct err *err)
{
    enum err_code code = unread_again(c, stream, err);
    int reads = 0;
    if (code != OK)
        return code;
    do {
        c->again = false;
        code = job(c, stream, err);
    } while (code == ERR_RETRY && c->again && ++reads < READS_AGAIN);
    c->again = false;
    return code;
}

static void undo(struct collect *c, struct stream *stream, enum err_code code)
{
    draft_discard(c);
    state_rollback(c->state);
    if (code != ERR_REJECTED)
        return;
    /* Of the data: asking again at once gives the same. */
    stream->rests_until_ms = clock_monotonic_ms() + DATA_REST_MS;
    fit_rests(c, stream);
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
        undo(c, &c->streams[i], code);
        if (first == OK && err)
            *err = why;
        first = first == OK ? code : first;
        if (nothing_more(c, code))
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
    int64_t began = clock_monotonic_ms();
    enum err_code code = hot_sweep(c, stream, err);
    if (code !=
        OK) /* what was waited for in vain is no cost to be paid back, by the other streams least of all */
        return code;
    stream->swept_s = clock_wall_s();
    c->hot_took_ms += clock_monotonic_ms() - began;
    return OK;
}

int64_t job_rest(const struct collect *c, int64_t took_ms)
{
    int64_t rest =
        took_ms * 100 * 2 / c->settings->share; /* half of the share for hot sweeps, half for looks */
    return rest < SLOW_MS ? rest : SLOW_MS;
}

int64_t job_hot_interval(const struct collect *c)
{
    bool away = c->away > 0;
    int64_t wait = away ? c->settings->hot_ms << (c->away < 8 ? c->away : 8) : job_rest(c, c->hot_took_ms);
    wait = away && wait > AWAY_MS ? AWAY_MS : wait;
    return wait > c->settings->hot_ms ? wait : c->settings->hot_ms;
}

enum err_code job_hot(struct collect *c, struct err *err)
{
    c->hot_took_ms = c->ready_took_ms;
    c->ready_took_ms = 0;
    enum err_code code = each_stream(c, hot_one, err);
    c->hot_ended_ms = clock_monotonic_ms();
    c->next_hot_ms = c->hot_ended_ms + job_hot_interval(c);
    return code;
}

void job_hasten_hot(struct collect *c)
{
    int64_t rested = c->hot_ended_ms + job_rest(c, c->hot_took_ms);
    c->next_hot_ms = rested < c->next_hot_ms ? rested : c->next_hot_ms;
}

/* How many rows there are, and the newest change, whatever its type; of a long one its end, which changes
 * most. */
static void note_seen(const struct cell cells[static 2], char *seen, size_t size)
{
    const struct cell *newest = &cells[1];
    size_t from = newest->type == CELL_TEXT && newest->len > 24 ? newest->len - 24 : 0;
    long long count = cells[0].integer;
    if (newest->type == CELL_INTEGER)
        snprintf(seen, size, "%lld %lld", count, (long long)newest->integer);
    else if (newest->type == CELL_TEXT)
        snprintf(seen, size, "%lld %.*s", count, (int)(newest->len - from), newest->text + from);
    else
        snprintf(seen, size, "%lld", count);
}

bool job_look(struct collect *c)
{
    for (unsigned i = 0; c->source && i < c->stream_count; i++) {
        struct stream *s = &c->streams[i];
        char from[DAY_TEXT], seen[sizeof(s->look)] = "";
        struct source_rows *rows = NULL;
        const struct cell *cells = NULL;
        size_t count = 0;
        if (!s->select->look || s->stopped[0] || s->slow)
            continue;
        day_format(hot_from(c, s), from);
        const char *const values[] = {from};
        if (source_query(c->source, s->select->look, values, 1, &rows, NULL) != OK)
            return false;
        if (source_next(rows, &cells, &count, NULL) == OK && cells && cells[0].type == CELL_INTEGER)
            note_seen(cells, seen, sizeof(seen));
        if (source_end(rows, OK, NULL) == OK && strcmp(seen, s->look) != 0) {
            memcpy(s->look, seen, sizeof(seen));
            job_hasten_hot(c);
        }
    }
    return true;
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
    static const enum day_work works[] = {DAY_ASKED, DAY_CLEARED, DAY_ROWS_ONLY};
    for (unsigned i = 0; i < c->stream_count; i++)
        for (size_t k = 0; k < sizeof(works) / sizeof(*works) && !c->streams[i].stopped[0]; k++)
            if (day_newest_work(c->state, c->streams[i].name, works[k], window_to(c)) != DAY_NONE)
                return true;
    return false;
}

static enum err_code keep_time(struct collect *c, const char *name, struct err *err)
{
    state_begin(c->state);
    state_put_int(c->state, name, clock_wall_s());
    return state_commit(c->state, err);
}

/* The last HOT_DAYS of it were swept, or more: a gap before today is answered, even while its hot sweeps
 * fail. */
static enum err_code keep_swept(struct collect *c, const struct stream *stream, bool cold, struct err *err)
{
    state_begin(c->state);
    put_fact(c, "swept_day", stream, c->today);
    put_fact(c, "warm", stream, clock_wall_s());
    if (cold)
        put_fact(c, "cold_had", stream, clock_wall_s());
    return state_commit(c->state, err);
}

static bool backfill_over(struct collect *c, const struct stream *stream)
{
    return fact_of(c, "backfill", stream, INT64_MAX) == DAY_NONE;
}

/* While another stream cannot be read, the night's work is tried again each round: not by those that had
 * theirs, nor by one whose backfill reads the same rows. */
static bool sleeps(struct collect *c, const struct stream *stream, const char *sweep)
{
    int64_t had_s = fact_of(c, sweep, stream, 0);
    return (had_s >= last_night(c) && had_s <= clock_wall_s()) || !backfill_over(c, stream);
}

static enum err_code warm_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (c->night && sleeps(c, stream, "warm"))
        return OK;
    int32_t from = c->today - HOT_DAYS > window_from(c) ? c->today - HOT_DAYS : window_from(c);
    enum err_code code = dayless_count(c, stream, err);
    if (code == OK)
        code = compare_sweep(c, stream, SWEEP_WARM, from, window_to(c), err);
    if (code == OK && stream->slow)
        stream->swept_s = clock_wall_s();
    if (code == OK)
        code = snapshot_work(c, stream, err);
    if (code == OK) /* not when all are through: one that cannot be read leaves no other unproved */
        code = statement_stream(c, stream, from, DAY_FAR, err);
    return code == OK ? keep_swept(c, stream, false, err) : code;
}

enum err_code job_warm(struct collect *c, struct err *err)
{
    enum err_code code = objector_scan(c, err);
    if (code == OK)
        code = each_stream(c, warm_one, err);
    if (code == OK)
        code = labels_send(c, false, err);
    if (code == OK)
        code = witness_keep(c, err);
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

static enum err_code before_cold(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = forget_old(c, stream, err);
    return code == OK ? duplicate_scan(c, stream, err) : code;
}

static enum err_code cold_all(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = before_cold(c, stream, err);
    if (code == OK)
        code = compare_sweep(c, stream, SWEEP_COLD, window_from(c), window_to(c), err);
    return code == OK ? snapshot_work(c, stream, err) : code;
}

/* While another stream cannot be read, all of history is tried again each round: not by those that had it
 * since it was called for. */
static bool cold_had(struct collect *c, const struct stream *stream)
{
    return !c->leaving && !stream->policy_new && fact_of(c, "cold_had", stream, 0) != 0;
}

static enum err_code cold_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (cold_had(c, stream))
        return OK;
    enum err_code code = cold_all(c, stream, err);
    if (code == OK)
        code = statement_stream(c, stream, window_from(c), DAY_FAR, err);
    return code == OK ? keep_swept(c, stream, true, err) : code;
}

static void forget(struct collect *c, const char *fact)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        forget_fact(c, fact, &c->streams[i]);
}

void job_forget_cold(struct collect *c)
{
    forget(c, "cold");
    forget(c, "cold_had");
}

/* All of history was compared: the shares begin anew. */
static enum err_code keep_covered(struct collect *c, struct err *err)
{
    state_begin(c->state);
    state_put_int(c->state, "cold_s", clock_wall_s());
    state_put_int(c->state, "share_s", clock_wall_s());
    forget(c, "share");
    forget(c, "share_next");
    forget(c, "share_from");
    forget(c, "share_over");
    enum err_code code = state_commit(c->state, err);
    return code == OK ? witness_keep(c, err) : code;
}

static enum err_code after_cold(struct collect *c, struct err *err)
{
    enum err_code code = labels_send(c, true, err);
    if (code == OK)
        code = keep_time(c, "warm_s", err);
    return code == OK ? keep_covered(c, err) : code;
}

enum err_code job_cold(struct collect *c, struct err *err)
{
    enum err_code code = objector_scan(c, err);
    if (code == OK)
        code = each_stream(c, cold_one, err);
    if (code == OK)
        code = after_cold(c, err);
    if (code != OK)
        return code;
    state_begin(c->state);
    job_forget_cold(c);
    return state_commit(c->state, err);
}

/* How many nights are left, this one included, until all of the stream's history is to have been compared. */
static int32_t nights_left(struct collect *c, const struct stream *stream)
{
    int64_t every_s = c->settings->cold_every_ms / 1000, now = clock_wall_s();
    int64_t cold = fact_of(c, "share_over", stream, state_get_int(c->state, "cold_s", 0));
    int64_t left = (cold + every_s - now + DAY_S - 1) / DAY_S;
    if (cold > now || left < 1)
        return 1; /* a clock that was wrong, or nights that were missed */
    return (int32_t)(left > every_s / DAY_S && every_s >= DAY_S ? every_s / DAY_S : left);
}

/* The stream's share of this night: days older than the warm range, newest first, so many that in the nights
 * left all is covered. One that was interrupted is gone on with. The last one takes everything before. Each
 * stream is as far as it is: one that cannot be read keeps none at its share. */
static void plan_share(struct collect *c, const struct stream *stream)
{
    int32_t top = c->today - HOT_DAYS - 1, nights = nights_left(c, stream);
    int64_t next = fact_of(c, "share_next", stream, top);
    struct day_sums sums;
    day_sum(c->state, stream->name, &sums);
    int32_t oldest = sums.first != DAY_NONE && sums.first < top ? sums.first : top;
    c->share_to = next < top ? (int32_t)next : top;
    int32_t days = (c->share_to - oldest + nights) / nights;
    c->share_from = (int32_t)fact_of(c, "share_from", stream, c->share_to - days + 1);
    if (nights == 1 || c->share_from <= oldest || c->share_from <= window_from(c))
        c->share_from = window_from(c);
}

/* A stop of all history is released by a sweep of all history alone. */
static enum err_code share_all(struct collect *c, struct stream *stream, struct err *err)
{
    struct stop stop;
    bool last = c->share_from == window_from(c);
    bool stands = stop_get(c->state, stream->name, &stop) && stop.sweep >= (int)SWEEP_COLD;
    if (last && stands)
        return cold_all(c, stream, err);
    enum err_code code = last ? before_cold(c, stream, err) : OK;
    if (code == OK && !stands && c->share_from <= c->share_to)
        code = compare_share(c, stream, c->share_from, c->share_to, err);
    return code == OK ? snapshot_work(c, stream, err) : code;
}

static enum err_code keep_share(struct collect *c, const struct stream *stream, struct err *err)
{
    state_begin(c->state);
    put_fact(c, "share_had", stream, clock_wall_s());
    put_fact(c, "share_next", stream, c->share_from - 1);
    forget_fact(c, "share_from", stream);
    if (c->share_from == window_from(c)) {
        forget_fact(c, "share_next", stream);
        put_fact(c, "share_over", stream, clock_wall_s());
    }
    return state_commit(c->state, err);
}

static enum err_code share_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (stream->policy_new || sleeps(c, stream, "share_had"))
        return OK; /* under a new policy all of it is swept at once, and a share must not pass for that */
    plan_share(c, stream);
    state_begin(c->state);
    put_fact(c, "share_from", stream, c->share_from);
    enum err_code code = state_commit(c->state, err);
    if (code == OK)
        code = share_all(c, stream, err);
    if (code == OK)
        code = statement_stream(c, stream, c->share_from, c->share_to, err);
    return code == OK ? keep_share(c, stream, err) : code;
}

/* What codes mean goes again when a stream's history was covered. */
enum err_code job_share(struct collect *c, struct err *err)
{
    enum err_code code = each_stream(c, share_one, err);
    bool over = false;
    for (unsigned i = 0; i < c->stream_count; i++)
        over = over || fact_of(c, "share_over", &c->streams[i], 0) >= last_night(c);
    if (code == OK && over)
        code = labels_send(c, true, err);
    return code == OK ? keep_time(c, "share_s", err) : code;
}

bool job_backfill_due(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (!c->streams[i].stopped[0] && !backfill_over(c, &c->streams[i]))
            return true;
    return false;
}

/* Those that stand still too. */
static bool all_backfilled(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (!backfill_over(c, &c->streams[i]))
            return false;
    return true;
}

/* A backfill that waits for the link takes up again every few minutes; the keys are searched once a day. */
static bool search_due(const struct stream *stream)
{
    return stream->searched_ms == 0 || clock_monotonic_ms() - stream->searched_ms > DAY_S * 1000;
}

static enum err_code backfill_one(struct collect *c, struct stream *stream, struct err *err)
{
    if (backfill_over(c, stream))
        return OK;
    enum err_code code = search_due(stream) ? duplicate_scan(c, stream, err) : OK;
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
    if (c->recovering && all_backfilled(c)) {
        state_begin(c->state);
        state_put(c->state, "recovering", NULL);
        code = state_commit(c->state, err);
        c->recovering = code != OK;
    }
    if (code == OK)
        code = statement_send(c, window_from(c), DAY_FAR, err);
    return code == OK ? after_cold(c, err) : code;
}
