/* SPDX-License-Identifier: Apache-2.0 */
/* Warm, cold and asked sweeps look at days: count and digest of what is read against what was read when the
 * day was last sent. They mark; once the whole range is judged, marked days are sent whole (snapshot.c). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/judge.h"
#include "agent/collect/span.h"
#include "agent/collect/sweep.h"
#include "agent/collect/window.h"
#include "contact/clock.h"

struct read_day {
    struct tally raw;
    uint32_t gone[DAY_GONE_KINDS];
};

struct compare {
    struct collect *c;
    struct stream *stream;
    enum sweep sweep;
    bool share;          /* of a cold sweep */
    struct judge judge;  /* of the whole range */
    struct judge month;  /* of the month that is being read */
    struct judge worst;  /* of the months that were, the one that calls for a stop */
    int32_t month_first; /* its first day */
    bool release;        /* this sweep may release what a stop holds back */
    int32_t from;        /* of the span */
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

static int32_t first_of_month(int32_t day)
{
    int year, month, number;
    day_to_civil(day, &year, &month, &number);
    return day - number + 1;
}

/* A month is judged by itself: what the vendor archives, a year of twenty or the oldest month every month, is
 * little of the whole. Only shortfall counts here. */
static void month_over(struct compare *compare)
{
    if (!compare->c->leaving && judge_stops(&compare->month, true) &&
        compare->month.vanished > compare->worst.vanished)
        compare->worst = compare->month;
    compare->month = (struct judge){0};
}

/* Days come newest first. */
static void judge_one(struct compare *compare, const struct day_entry *entry, const struct read_day *now)
{
    int32_t first = first_of_month(entry->day);
    if (first != compare->month_first)
        month_over(compare);
    compare->month_first = first;
    judge_day(&compare->judge, entry, &now->raw, now->gone);
    judge_day(&compare->month, entry, &now->raw, now->gone);
}

/* May the ends of this range go? What is kept of a stop is what called for it. */
static bool judge_range(struct compare *compare, bool policy_new, struct judge *ret)
{
    month_over(compare);
    bool whole = !compare->c->leaving && judge_stops(&compare->judge, policy_new);
    *ret = whole || compare->worst.vanished == 0 ? compare->judge : compare->worst;
    return whole || compare->worst.vanished > 0;
}

static void mark_day(struct compare *compare, struct day_entry *entry, const struct read_day *now)
{
    enum day_work work = mark_of(compare, entry, &now->raw);
    judge_one(compare, entry, now);
    bool gone = gone_keep(compare->c, compare->stream, entry, &now->raw, now->gone);
    if (work == entry->work && !gone)
        return;
    entry->work = work;
    draft_day(compare->c, compare->stream->name, entry);
}

/* Entries come in order, and only for known days; both are gone through from their end. */
static void mark_span(struct compare *compare, int32_t to, size_t entry_count)
{
    size_t left = entry_count;
    for (int32_t day = to; day >= compare->from; day--) {
        const struct read_day *now = &compare->days[day - compare->from];
        struct day_entry fresh = {.day = day}, *entry = &fresh;
        if (left > 0 && compare->entries[left - 1].day == day)
            entry = &compare->entries[--left];
        if (!day_passed_over(entry)) /* what was not read says nothing */
            mark_day(compare, entry, now);
    }
}

static enum err_code compare_span(struct compare *compare, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = compare->c;
    compare->from = from;
    const struct span span = {.stream = compare->stream, .from = from, .to = to};
    enum err_code code = OK;
    do { /* keys that are equal and days that cannot be read, as a read alone can tell: each time fewer */
        c->again = false;
        memset(compare->days, 0, sizeof(compare->days));
        code = span_read(c, &span, on_row, compare, err);
    } while (code == ERR_RETRY && c->again);
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
    snprintf(name, 64, "%s.%s", compare->share ? "share" : sweep_name(compare->sweep), compare->stream->name);
}

static void put_judge(struct buf *text, const struct judge *j)
{
    buf_printf(text, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, j->days, j->differing, j->records,
               j->vanished);
}

/* Where the sweep is, with what it found so far: a restart goes on from there. */
static void keep_progress(struct compare *compare, int32_t next)
{
    BUF_CLEANUP struct buf text = BUF_INIT(DRAFT_FACT_MAX);
    char name[64];
    progress_name(compare, name);
    buf_printf(&text, "%" PRId32 " %" PRId32, next, compare->month_first);
    put_judge(&text, &compare->judge);
    put_judge(&text, &compare->month);
    put_judge(&text, &compare->worst);
    draft_fact(compare->c, name, buf_text(&text));
}

static bool take_judge(const char **at, struct judge *ret)
{
    uint64_t *const numbers[] = {&ret->days, &ret->differing, &ret->records, &ret->vanished};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        char *end = NULL;
        *numbers[i] = strtoull(*at, &end, 10);
        if (end == *at)
            return false;
        *at = end;
    }
    return true;
}

static int32_t load_progress(struct compare *compare, int32_t to)
{
    char name[64], value[DRAFT_FACT_MAX];
    int32_t next = to, month_first = 0;
    int used = 0;
    struct judge judge, month, worst;
    progress_name(compare, name);
    if (!state_get(compare->c->state, name, value, sizeof(value)) ||
        sscanf(value, "%" SCNd32 " %" SCNd32 "%n", &next, &month_first, &used) != 2 || next > to)
        return to;
    const char *at = value + used;
    if (!take_judge(&at, &judge) || !take_judge(&at, &month) || !take_judge(&at, &worst))
        return to;
    compare->judge = judge;
    compare->month = month;
    compare->worst = worst;
    compare->month_first = month_first;
    return next;
}

/* Suspects become what the judgement makes of them. */
static enum err_code conclude(struct compare *compare, int32_t from, int32_t to, struct err *err)
{
    struct collect *c = compare->c;
    const char *stream = compare->stream->name;
    char name[64];
    progress_name(compare, name);
    struct judge judge;
    bool stops = judge_range(compare, compare->stream->policy_new, &judge);
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
    if (stops || !compare->share)
        judge_keep(c, compare->stream, compare->sweep, &judge, stops);
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

static struct compare *compare_new(struct collect *c, struct stream *stream, enum sweep sweep, bool share)
{
    struct compare *compare = calloc(1, sizeof(*compare));
    if (!compare)
        abort();
    compare->c = c;
    compare->stream = stream;
    compare->sweep = sweep;
    compare->share = share;
    struct stop stop;
    compare->release = !stop_get(c->state, stream->name, &stop) || (!share && stop.sweep <= (int)sweep);
    return compare;
}

static enum err_code compare_range(struct collect *c, struct stream *stream, enum sweep sweep, bool share,
                                   int32_t from, int32_t to, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    struct compare *compare = compare_new(c, stream, sweep, share);
    code = walk(compare, from, to, err);
    if (code == OK)
        code = conclude(compare, from, to, err);
    if (code != OK)
        draft_discard(c);
    free(compare);
    return code;
}

enum err_code compare_sweep(struct collect *c, struct stream *stream, enum sweep sweep, int32_t from,
                            int32_t to, struct err *err)
{
    return compare_range(c, stream, sweep, false, from, to, err);
}

enum err_code compare_share(struct collect *c, struct stream *stream, int32_t from, int32_t to,
                            struct err *err)
{
    return compare_range(c, stream, SWEEP_COLD, true, from, to, err);
}

/* Days asked for, newest first, by runs of neighbours. */
static enum err_code judge_asked(struct compare *compare, struct err *err)
{
    struct collect *c = compare->c;
    const char *stream = compare->stream->name;
    enum err_code code = OK;
    int32_t newest = window_to(c); /* days held back wait */
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
    struct compare *compare = compare_new(c, stream, SWEEP_ASKED, false);
    c->judging = true; /* no other day is asked for meanwhile */
    code = judge_asked(compare, err);
    c->judging = false;
    if (code == OK) {
        /* Asked days are compared with nothing: that they differ says nothing, that they lack rows does. */
        struct judge judge;
        struct stop standing;
        bool stops = judge_range(compare, true, &judge);
        state_begin(c->state);
        /* One or two of the days that a stop holds back are too few to be judged by themselves. */
        if (!c->leaving && stop_get(c->state, stream->name, &standing))
            day_keep_held(c->state, stream->name, window_to(c));
        day_work_all(c->state, stream->name, INT32_MIN, window_to(c), DAY_ASKED,
                     stops ? DAY_ROWS_ONLY : DAY_CLEARED);
        if (stops)
            judge_keep(c, stream, SWEEP_WARM, &judge, true);
        code = state_commit(c->state, err);
    }
    if (code != OK)
        draft_discard(c);
    free(compare);
    return code;
}
