/* SPDX-License-Identifier: Apache-2.0 */
/* Warm, cold and asked sweeps look at days: count and digest of what is read against what was read when the
 * day was last sent. They mark; once the whole range is judged, marked days are sent whole (snapshot.c). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"

struct read_day {
    struct tally raw;
    uint32_t gone[DAY_GONE_KINDS];
};

struct compare {
    struct collect *c;
    struct stream *stream;
    enum sweep sweep;
    struct judge judge;
    bool release; /* this sweep may release what a stop holds back */
    int32_t from; /* of the span */
    struct read_day days[SPAN_DAYS];
    struct day_entry entries[SPAN_DAYS];
};

static enum err_code on_row(void *context, const struct cell *row, size_t count, const struct row_key *key,
                            struct err *err)
{
    (void)row, (void)count, (void)err;
    struct compare *compare = context;
    struct read_day *day = &compare->days[key->day - compare->from];
    if (key->fate == ROW_RECORD)
        tally_add(&day->raw, key->raw);
    else
        gone_count(key, day->gone);
    return OK;
}

/* What a day becomes that a warm or cold sweep read; its old work when nothing is to be done. */
static enum day_work mark_of(const struct compare *compare, const struct day_entry *entry,
                             const struct tally *now)
{
    if (entry->work != DAY_CLEAN)
        return entry->work;
    if (entry->held && !compare->release)
        return DAY_CLEAN;
    if (entry->held)
        return tally_equal(&entry->held_raw, now) && !tally_equal(&entry->raw, now) ? DAY_SUSPECT_HELD
                                                                                    : DAY_SUSPECT;
    return tally_equal(&entry->raw, now) ? DAY_CLEAN : DAY_SUSPECT;
}

static void mark_day(struct compare *compare, struct day_entry *entry, const struct read_day *now)
{
    enum day_work work = mark_of(compare, entry, &now->raw);
    judge_day(&compare->judge, entry, &now->raw, now->gone);
    bool gone = gone_keep(compare->c, compare->stream, entry, now->gone);
    if (work == entry->work && !gone)
        return;
    entry->work = work;
    draft_day(compare->c, compare->stream->name, entry);
}

/* Entries come in order, and only for known days. */
static void mark_span(struct compare *compare, int32_t to, size_t entry_count)
{
    size_t at = 0;
    for (int32_t day = compare->from; day <= to; day++) {
        const struct read_day *now = &compare->days[day - compare->from];
        struct day_entry fresh = {.day = day}, *entry = &fresh;
        if (at < entry_count && compare->entries[at].day == day)
            entry = &compare->entries[at++];
        mark_day(compare, entry, now);
    }
}

static enum err_code compare_span(struct compare *compare, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = compare->c;
    compare->from = from;
    memset(compare->days, 0, sizeof(compare->days));
    const struct span span = {.stream = compare->stream, .from = from, .to = to};
    enum err_code code = span_read(c, &span, on_row, compare, err);
    size_t count = 0;
    if (code == OK) {
        count = day_range(c->state, compare->stream->name, from, to, compare->entries, SPAN_DAYS);
        code = state_failure(c->state, err);
    }
    if (code == OK)
        mark_span(compare, to, count);
    return code;
}

static void progress_name(const struct compare *compare, char name[static 64])
{
    snprintf(name, 64, "%s.%s", sweep_name(compare->sweep), compare->stream->name);
}

/* Where the sweep is, with what it found so far: a restart goes on from there. */
static void keep_progress(struct compare *compare, int32_t next)
{
    char name[64], value[128];
    const struct judge *j = &compare->judge;
    progress_name(compare, name);
    snprintf(value, sizeof(value), "%" PRId32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, next, j->days,
             j->differing, j->records, j->vanished);
    draft_fact(compare->c, name, value);
}

static int32_t load_progress(struct compare *compare, int32_t to)
{
    char name[64], value[128];
    int32_t next = to;
    struct judge j;
    progress_name(compare, name);
    if (state_get(compare->c->state, name, value, sizeof(value)) &&
        sscanf(value, "%" SCNd32 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &next, &j.days,
               &j.differing, &j.records, &j.vanished) == 5 &&
        next <= to)
        compare->judge = j;
    else
        next = to;
    return next;
}

/* Suspects become what the judgement makes of them. */
static enum err_code conclude(struct compare *compare, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = compare->c;
    const char *stream = compare->stream->name;
    char name[64];
    progress_name(compare, name);
    bool stops = judge_stops(&compare->judge, compare->stream->policy_new);
    bool marked =
        day_count_work(c->state, stream, DAY_SUSPECT) + day_count_work(c->state, stream, DAY_SUSPECT_HELD) >
        0;
    struct stop standing;
    char value[8];
    bool policy = compare->sweep == SWEEP_COLD && compare->stream->policy_new;
    if (!marked && !policy && !stop_get(c->state, stream, &standing) &&
        !state_get(c->state, name, value, sizeof(value)))
        return state_failure(c->state, err);
    state_begin(c->state);
    day_work_all(c->state, stream, from, to, DAY_SUSPECT, stops ? DAY_ROWS_ONLY : DAY_CLEARED);
    day_work_all(c->state, stream, from, to, DAY_SUSPECT_HELD, stops ? DAY_CLEAN : DAY_CLEARED);
    judge_keep(c, compare->stream, compare->sweep, &compare->judge, stops);
    state_put(c->state, name, NULL);
    if (policy) {
        snprintf(name, sizeof(name), "policy.%s", stream);
        state_put(c->state, name, compare->stream->policy);
    }
    enum err_code code = state_commit(c->state, err);
    if (code == OK && policy)
        compare->stream->policy_new = false;
    return code;
}

static enum err_code walk(struct compare *compare, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = compare->c;
    int64_t kept_ms = clock_monotonic_ms();
    for (int32_t next = load_progress(compare, to);;) {
        int32_t newest = DAY_NONE;
        enum err_code code = span_newest(c, compare->stream, from, next, true, &newest, err);
        if (code != OK || newest == DAY_NONE)
            return code;
        int32_t days = compare->stream->span_days;
        int32_t oldest = newest - days + 1 > from ? newest - days + 1 : from;
        code = compare_span(compare, oldest, newest, err);
        next = oldest - 1;
        if (code == OK && compare->sweep == SWEEP_COLD &&
            (!draft_empty(c) || clock_monotonic_ms() - kept_ms > 10 * SPAN_MS)) {
            keep_progress(compare, next);
            kept_ms = clock_monotonic_ms();
        }
        if (code == OK)
            code = draft_commit(c, err);
        if (code == OK)
            code = collect_breathe(c, err);
        if (code != OK || next < from)
            return code;
    }
}

static struct compare *compare_new(struct collect *c, struct stream *stream, enum sweep sweep)
{
    struct compare *compare = calloc(1, sizeof(*compare));
    if (!compare)
        abort();
    compare->c = c;
    compare->stream = stream;
    compare->sweep = sweep;
    struct stop stop;
    compare->release = !stop_get(c->state, stream->name, &stop) || stop.sweep <= (int)sweep;
    return compare;
}

enum err_code compare_sweep(struct collect *c, struct stream *stream, enum sweep sweep, int32_t from,
                            int32_t to, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    struct compare *compare = compare_new(c, stream, sweep);
    code = walk(compare, from, to, err);
    if (code == OK)
        code = conclude(compare, from, to, err);
    if (code != OK)
        draft_discard(c);
    free(compare);
    return code;
}

/* Days asked for, newest first, by runs of neighbours. */
static enum err_code judge_asked(struct compare *compare, struct err *err)
{
    struct collect *c = compare->c;
    const char *stream = compare->stream->name;
    enum err_code code = OK;
    int32_t newest = DAY_FAR;
    while (code == OK && (newest = day_newest_work(c->state, stream, DAY_ASKED, newest)) != DAY_NONE) {
        int32_t oldest = newest, days = compare->stream->span_days;
        while (newest - oldest + 1 < days &&
               day_newest_work(c->state, stream, DAY_ASKED, oldest - 1) == oldest - 1)
            oldest--;
        code = compare_span(compare, oldest, newest, err);
        if (code == OK)
            code = draft_commit(c, err);
        if (code == OK)
            code = collect_breathe(c, err);
        newest = oldest - 1;
    }
    return code;
}

enum err_code compare_asked(struct collect *c, struct stream *stream, struct err *err)
{
    if (day_count_work(c->state, stream->name, DAY_ASKED) == 0)
        return state_failure(c->state, err);
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    struct compare *compare = compare_new(c, stream, SWEEP_ASKED);
    c->judging = true; /* no other day is asked for meanwhile */
    code = judge_asked(compare, err);
    c->judging = false;
    if (code == OK) {
        /* Asked days are compared with nothing: that they differ says nothing, that they lack rows does. */
        bool stops = judge_stops(&compare->judge, true);
        state_begin(c->state);
        day_work_all(c->state, stream->name, INT32_MIN, DAY_FAR, DAY_ASKED,
                     stops ? DAY_ROWS_ONLY : DAY_CLEARED);
        if (stops)
            judge_keep(c, stream, SWEEP_WARM, &compare->judge, true);
        code = state_commit(c->state, err);
    }
    if (code != OK)
        draft_discard(c);
    free(compare);
    return code;
}
