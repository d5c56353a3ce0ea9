/* SPDX-License-Identifier: Apache-2.0 */
/* Sending days whole: all records of a day, then its end. A day that the centre may hold something of is read
 * twice; the second read is the one sealed, and its end goes only when both agree. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/span.h"
#include "agent/collect/sweep.h"
#include "agent/collect/texts.h"
#include "agent/collect/window.h"
#include "contact/clock.h"
#include "contact/record_line.h"

#define ROUNDS 3 /* a day whose two reads never agree waits for the next sweep */

struct snap_day {
    struct day_entry entry;
    bool wanted;
    bool known; /* the state has an entry: the centre may hold something */
    bool begun;
    struct tally first; /* raw, by the first read */
    struct tally raw, sent;
    uint32_t gone[DAY_GONE_KINDS];
    bool later; /* a text of it waits for another attempt */
    uint64_t first_seq;
};

struct snapshot {
    struct collect *c;
    struct stream *stream;
    struct draft_target target;
    int32_t from, to;
    int32_t seen_from; /* days whose records are remembered one by one */
    bool backfill;
    bool twice;
    struct snap_day days[SPAN_DAYS];
};

static enum err_code first_row(void *context, const struct cell *row, size_t count, const struct row_key *key,
                               struct err *err)
{
    (void)row, (void)count, (void)err;
    struct snapshot *snap = context;
    if (key->fate == ROW_RECORD)
        tally_add(&snap->days[key->day - snap->from].first, key->raw);
    return OK;
}

/* From the first of its batches on, a day is to be sent whole until its end is kept. */
static void begin_day(struct snapshot *snap, struct snap_day *day)
{
    day->begun = true;
    if (day->entry.work == DAY_CLEAN) {
        day->entry.work = DAY_CLEARED;
        draft_day(snap->c, snap->stream->name, &day->entry);
    }
    if (day->entry.day >= snap->seen_from && day->entry.work != DAY_ROWS_ONLY)
        draft_forget_seen(snap->c, snap->stream->name, day->entry.day);
}

static enum err_code put(struct snapshot *snap, struct snap_day *day, const struct row_key *key,
                         const uint8_t *fp, struct err *err)
{
    struct collect *c = snap->c;
    uint64_t seq = 0;
    enum err_code code = draft_room(c, &snap->target, &seq, err);
    if (code == OK)
        code = draft_line(c, &c->line, key->id, err);
    if (code != OK)
        return code;
    draft_touch(c, snap->stream->name, key->day, 0);
    labels_note(c, snap->stream, key);
    if (day->first_seq == 0)
        day->first_seq = seq;
    tally_add(&day->sent, fp);
    return OK;
}

static enum err_code second_row(void *context, const struct cell *row, size_t count,
                                const struct row_key *key, struct err *err)
{
    struct snapshot *snap = context;
    struct collect *c = snap->c;
    struct snap_day *day = &snap->days[key->day - snap->from];
    if (!day->wanted)
        return OK;
    if (key->fate != ROW_RECORD) {
        gone_count(key, day->gone);
        return OK;
    }
    if (!day->begun)
        begin_day(snap, day);
    tally_add(&day->raw, key->raw);
    struct seen seen = {.day = key->day};
    uint64_t withheld[WITHHELD_KINDS] = {0};
    buf_clear(&c->line);
    seen.sent = record_build(c->maker, snap->stream->index, row, count, key, &c->line, seen.fp, withheld);
    draft_withheld(c, snap->stream, withheld);
    day->later = day->later || withheld[WITHHELD_TEXT_LATER] > 0;
    enum err_code code = seen.sent ? put(snap, day, key, seen.fp, err) : OK;
    if (code == OK && key->day >= snap->seen_from) {
        memcpy(seen.id, key->id, TOKEN_SIZE);
        memcpy(seen.raw, key->raw, SHORT_SIZE);
        draft_seen(c, snap->stream->name, &seen, day->entry.work == DAY_ROWS_ONLY);
    }
    return code;
}

static enum err_code put_end(struct snapshot *snap, struct snap_day *day, struct err *err)
{
    struct collect *c = snap->c;
    uint64_t seq = 0;
    enum err_code code = draft_room(c, &snap->target, &seq, err);
    if (code != OK)
        return code;
    if (day->first_seq == 0)
        day->first_seq = seq;
    buf_clear(&c->line);
    record_line_tally(&c->line, RECORD_END, snap->stream->name, day->entry.day, &day->sent, day->first_seq,
                      day->entry.request[0] ? day->entry.request : NULL);
    code = draft_line(c, &c->line, NULL, err);
    draft_touch(c, snap->stream->name, day->entry.day, day->first_seq);
    day->entry.last_seq = seq;
    return code;
}

/* The day was read to its end. */
static enum err_code close_day(struct snapshot *snap, struct snap_day *day, struct err *err)
{
    struct collect *c = snap->c;
    struct day_entry *entry = &day->entry;
    bool gone = gone_keep(c, snap->stream, entry, &day->raw, day->gone);
    entry->redo = day->later ? texts_later(c, entry->redo) : 0;
    if (entry->work == DAY_ROWS_ONLY) {
        draft_hold(c, snap->stream->name, entry, &day->raw);
        return OK;
    }
    if (!day->known && day->raw.count == 0) { /* nothing there, and nothing was */
        if (gone)
            draft_day(c, snap->stream->name, entry);
        return OK;
    }
    if (snap->twice && !tally_equal(&day->first, &day->raw)) {
        if (gone)
            draft_day(c, snap->stream->name, entry);
        return OK;
    }
    if (!day->begun)
        begin_day(snap, day);
    enum err_code code = put_end(snap, day, err);
    entry->raw = day->raw;
    entry->gone[0] = day->gone[0];
    entry->sent = day->sent;
    entry->work = DAY_CLEAN;
    entry->held = false;
    entry->request[0] = '\0';
    if (code == OK)
        draft_day(c, snap->stream->name, entry);
    return code;
}

/* Which days of the span are wanted, and how they go. */
static enum err_code load_days(struct snapshot *snap, struct err *err)
{
    struct collect *c = snap->c;
    struct day_entry *entries = calloc(SPAN_DAYS, sizeof(*entries));
    if (!entries)
        return err_set(err, ERR_INTERNAL, "no memory");
    memset(snap->days, 0, sizeof(snap->days));
    for (int32_t day = snap->from; day <= snap->to; day++) {
        struct snap_day *d = &snap->days[day - snap->from];
        d->entry.day = day;
        d->wanted = snap->backfill;
    }
    size_t count = day_range(c->state, snap->stream->name, snap->from, snap->to, entries, SPAN_DAYS);
    snap->twice = c->recovering;
    for (size_t i = 0; i < count; i++) {
        struct snap_day *d = &snap->days[entries[i].day - snap->from];
        d->entry = entries[i];
        d->known = true;
        bool sends = d->entry.work == DAY_CLEARED || d->entry.work == DAY_ROWS_ONLY;
        d->wanted =
            sends || (snap->backfill && c->recovering && d->entry.work == DAY_CLEAN && !d->entry.held);
        if (sends && d->entry.halvings > snap->target.halvings)
            snap->target.halvings = d->entry.halvings;
        if (d->wanted)
            snap->twice = true;
    }
    free(entries);
    return state_failure(c->state, err);
}

static enum err_code send_span(struct snapshot *snap, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = snap->c;
    snap->from = from;
    snap->to = to;
    snap->seen_from = c->today - SEEN_DAYS;
    snap->target = (struct draft_target){
        .stream = snap->stream->name, .lane = from >= hot_from(c, snap->stream) ? LANE_FRESH : LANE_BACKLOG};
    enum err_code code = load_days(snap, err);
    const struct span span = {.stream = snap->stream, .from = from, .to = to};
    if (code == OK && snap->twice)
        code = span_read(c, &span, first_row, snap, err);
    if (code == OK)
        code = span_read(c, &span, second_row, snap, err);
    for (int32_t day = from; code == OK && day <= to; day++)
        if (snap->days[day - from].wanted)
            code = close_day(snap, &snap->days[day - from], err);
    return code;
}

static struct snapshot *snapshot_new(struct collect *c, struct stream *stream, bool backfill)
{
    struct snapshot *snap = calloc(1, sizeof(*snap));
    if (!snap)
        abort();
    snap->c = c;
    snap->stream = stream;
    snap->backfill = backfill;
    return snap;
}

/* The newest day up to `to` that is to be sent. */
static int32_t next_work(struct collect *c, const struct stream *stream, int32_t to)
{
    int32_t cleared = day_newest_work(c->state, stream->name, DAY_CLEARED, to);
    int32_t rows_only = day_newest_work(c->state, stream->name, DAY_ROWS_ONLY, to);
    return cleared > rows_only ? cleared : rows_only; /* DAY_NONE is the least */
}

/* A day in smaller batches goes alone, so that its neighbours need not. */
static int32_t run_from(struct collect *c, const struct stream *stream, int32_t to)
{
    int32_t from = to;
    struct day_entry entry;
    day_get(c->state, stream->name, to, &entry);
    while (entry.halvings == 0 && to - from + 1 < stream->span_days &&
           next_work(c, stream, from - 1) == from - 1) {
        day_get(c->state, stream->name, from - 1, &entry);
        if (entry.halvings > 0)
            break;
        from--;
    }
    return from;
}

static enum err_code one_round(struct snapshot *snap, struct err *err)
{
    struct collect *c = snap->c;
    enum err_code code = state_failure(c->state, err);
    for (int32_t to = window_to(c); code == OK && (to = next_work(c, snap->stream, to)) != DAY_NONE;) {
        int32_t from = run_from(c, snap->stream, to);
        code = send_span(snap, from, to, err);
        if (code == OK)
            code = draft_span_done(c, err);
        if (code == OK)
            code = collect_breathe(c, err);
        to = from - 1;
    }
    if (code == OK)
        code = draft_commit(c, err);
    return code;
}

enum err_code snapshot_work(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    if (code != OK || next_work(c, stream, window_to(c)) == DAY_NONE)
        return code;
    struct snapshot *snap = snapshot_new(c, stream, false);
    for (int round = 0; code == OK && round < ROUNDS && next_work(c, stream, window_to(c)) != DAY_NONE;
         round++)
        code = one_round(snap, err);
    if (code != OK)
        draft_discard(c);
    free(snap);
    return code;
}

/* From now on cold sweeps compare. The policy is the one it began under: another has come since, perhaps. */
static enum err_code backfill_done(struct snapshot *snap, const char *fact, struct err *err)
{
    struct collect *c = snap->c;
    char name[64], policy[2 * SHORT_SIZE + 1], value[24];
    snprintf(value, sizeof(value), "%" PRId32, DAY_NONE);
    draft_fact(c, fact, value);
    snprintf(name, sizeof(name), "backfill_policy.%s", snap->stream->name);
    state_get(c->state, name, policy, sizeof(policy));
    snprintf(name, sizeof(name), "policy.%s", snap->stream->name);
    draft_fact(c, name, policy);
    enum err_code code = draft_commit(c, err);
    if (code == OK)
        snap->stream->policy_new = strcmp(policy, snap->stream->policy) != 0;
    return code;
}

static enum err_code backfill_from(struct snapshot *snap, const char *fact, int32_t next, struct err *err)
{
    struct collect *c = snap->c;
    int32_t oldest = window_from(c);
    for (;;) {
        int32_t to = DAY_NONE;
        char value[16];
        enum err_code code = span_newest(c, snap->stream, oldest, next, c->recovering, &to, err);
        if (code == OK && to != DAY_NONE) {
            int32_t from = to - snap->stream->span_days + 1;
            from = from > oldest ? from : oldest;
            code = send_span(snap, from, to, err);
            next = from - 1;
            snprintf(value, sizeof(value), "%" PRId32, next);
            if (code == OK)
                draft_fact(c, fact, value);
        }
        if (code == OK && (to == DAY_NONE || next < oldest))
            return backfill_done(snap, fact, err);
        if (code == OK)
            code = draft_span_done(c, err);
        if (code != OK)
            return code;
        code = collect_breathe(c, err);
        if (code != OK)
            return code;
    }
}

enum err_code snapshot_backfill(struct collect *c, struct stream *stream, struct err *err)
{
    char fact[64];
    snprintf(fact, sizeof(fact), "backfill.%s", stream->name);
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    int64_t next = state_get_int(c->state, fact, INT64_MAX);
    if (next == DAY_NONE)
        return OK;
    if (next == INT64_MAX) {
        next = c->recovering || stream->slow ? window_to(c) : hot_from(c, stream) - 1;
        char first[64];
        int32_t oldest = DAY_NONE;
        code = span_oldest(c, stream, window_from(c), &oldest, err);
        if (code != OK)
            return code;
        snprintf(first, sizeof(first), "backfill_first.%s", stream->name);
        state_begin(c->state);
        state_put_int(c->state, fact, next);
        state_put_int(c->state, first, next < c->today ? next : c->today);
        snprintf(first, sizeof(first), "backfill_oldest.%s", stream->name);
        state_put_int(c->state, first, oldest);
        snprintf(first, sizeof(first), "backfill_policy.%s", stream->name);
        state_put(c->state, first, stream->policy);
        code = state_commit(c->state, err);
    }
    struct snapshot *snap = snapshot_new(c, stream, true);
    if (code == OK)
        code = backfill_from(snap, fact, (int32_t)next, err);
    if (code != OK)
        draft_discard(c);
    free(snap);
    return code;
}
