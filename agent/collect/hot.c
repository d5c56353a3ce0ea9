/* SPDX-License-Identifier: Apache-2.0 */
/* The hot sweep: rows of the last days, each compared with what was sent of it. What is new or changed goes
 * alone and at once; a day in which something vanished is marked to be sent whole. Without a change it writes
 * nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/judge.h"
#include "agent/collect/span.h"
#include "agent/collect/sweep.h"
#include "agent/collect/window.h"
#include "contact/clock.h"

#define HOT_RANGE_DAYS                                                                                       \
    1024 /* days with rows from the hot range on; more are junk dates, left to warm sweeps */

struct hot_day {
    int32_t day;
    bool whole;    /* not all of its records are remembered: its rows wait for a snapshot */
    uint64_t seen; /* records remembered */
    struct tally raw;
    uint32_t gone[DAY_GONE_KINDS];
};

struct hot {
    struct collect *c;
    struct stream *stream;
    int32_t from;
    struct hot_map map;
    struct hot_day days[HOT_RANGE_DAYS];
    size_t day_count;
    uint64_t passed; /* records remembered of days that are passed over */
    struct day_entry entries[2 * HOT_RANGE_DAYS];
};

/* Rows come by day, so the place is nearly always the last one. */
static struct hot_day *day_of(struct hot *hot, int32_t day)
{
    for (size_t i = hot->day_count; i > 0; i--)
        if (hot->days[i - 1].day == day)
            return &hot->days[i - 1];
    if (hot->day_count == HOT_RANGE_DAYS)
        return NULL;
    hot->days[hot->day_count] = (struct hot_day){.day = day};
    return &hot->days[hot->day_count++];
}

static void add_known(void *context, const struct seen *row)
{
    struct hot *hot = context;
    struct hot_record record = {.day = row->day};
    if (row->day > window_to(hot->c))
        return; /* sent before the mapping held it back: neither read nor missed */
    memcpy(record.id, row->id, TOKEN_SIZE);
    memcpy(record.raw, row->raw, SHORT_SIZE);
    hot_map_add(&hot->map, &record);
    struct hot_day *day = day_of(hot, row->day);
    if (day)
        day->seen++;
}

/* A day whose records were forgotten (a clock that was far off) cannot be compared row by row. */
static void find_whole(struct hot *hot, const struct day_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hot_day *day = day_of(hot, entries[i].day);
        if (!day)
            continue;
        day->whole = day->seen != entries[i].raw.count || day_passed_over(&entries[i]);
        hot->passed += day_passed_over(&entries[i]) ? day->seen : 0;
    }
}

static enum err_code put(struct hot *hot, const struct cell *row, size_t count, const struct row_key *key,
                         struct err *err)
{
    struct collect *c = hot->c;
    struct seen seen = {.day = key->day};
    uint64_t withheld[WITHHELD_KINDS] = {0}, seq;
    buf_clear(&c->line);
    seen.sent = record_build(c->maker, hot->stream->index, row, count, key, &c->line, seen.fp, withheld);
    memcpy(seen.id, key->id, TOKEN_SIZE);
    memcpy(seen.raw, key->raw, SHORT_SIZE);
    draft_withheld(c, hot->stream, withheld);
    if (seen.sent) {
        const struct draft_target target = {.stream = hot->stream->name, .lane = LANE_FRESH};
        enum err_code code = draft_room(c, &target, &seq, err);
        if (code == OK)
            code = draft_line(c, &c->line, key->id, err);
        if (code != OK)
            return code;
        draft_touch(c, hot->stream->name, key->day, 0);
        labels_note(c, hot->stream, key);
    }
    draft_seen(c, hot->stream->name, &seen, true);
    if (withheld[WITHHELD_TEXT_LATER] > 0)
        draft_later(c, hot->stream->name, key->day);
    return OK;
}

static enum err_code on_row(void *context, const struct cell *row, size_t count, const struct row_key *key,
                            struct err *err)
{
    struct hot *hot = context;
    struct hot_record *known = hot_map_find(&hot->map, key->id);
    struct hot_day *day = day_of(hot, key->day);
    if (!day)
        return OK;
    if (key->fate != ROW_RECORD) {
        gone_count(key, day->gone);
        if (known && key->fate == ROW_OBJECTED)
            known->visited = true;
        return OK;
    }
    tally_add(&day->raw, key->raw);
    if (day->whole)
        return OK;
    if (known) {
        known->visited = true;
        if (known->day == key->day && memcmp(known->raw, key->raw, SHORT_SIZE) == 0)
            return OK;
    }
    return put(hot, row, count, key, err);
}

static const struct hot_day *read_day(const struct hot *hot, int32_t day)
{
    static const struct hot_day empty;
    for (size_t i = 0; i < hot->day_count; i++)
        if (hot->days[i].day == day)
            return &hot->days[i];
    return &empty;
}

static uint64_t count_vanished(const struct hot *hot)
{
    uint64_t vanished = 0;
    for (size_t i = 0; i < hot->map.size; i++)
        vanished += hot->map.slots[i].day != DAY_NONE && !hot->map.slots[i].visited &&
                    !read_day(hot, hot->map.slots[i].day)->whole;
    return vanished;
}

/* Which known days are not what was read, now that every put is kept. */
static size_t differing_days(struct hot *hot, struct day_entry *entries, size_t count, struct judge *judge)
{
    size_t differing = 0;
    for (size_t i = 0; i < count; i++) {
        const struct hot_day *now = read_day(hot, entries[i].day);
        if (day_passed_over(&entries[i]))
            continue;
        judge_day(judge, &entries[i], &now->raw, now->gone);
        bool differs = now->whole || !tally_equal(&entries[i].raw, &now->raw);
        bool gone = gone_keep(hot->c, hot->stream, &entries[i], &now->raw, now->gone);
        bool mine = differs && entries[i].work == DAY_CLEAN && !entries[i].held;
        if (mine || gone)
            entries[differing++] = entries[i];
        if (mine)
            entries[differing - 1].work = DAY_SUSPECT;
    }
    return differing;
}

static enum err_code keep_days(struct hot *hot, struct day_entry *entries, size_t count, struct judge *judge,
                               struct err *err)
{
    struct collect *c = hot->c;
    judge->vanished = count_vanished(hot); /* exact here, where a sweep by days can only compare counts */
    judge->records = hot->map.count - hot->passed;
    bool stops = !c->leaving && judge_stops(judge, hot->stream->policy_new), any = false;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].work == DAY_SUSPECT) {
            any = true;
            entries[i].work = stops ? DAY_CLEAN : DAY_CLEARED;
            entries[i].held = stops;
            entries[i].held_raw = read_day(hot, entries[i].day)->raw;
        }
        draft_day(c, hot->stream->name, &entries[i]);
    }
    if (any && stops) {
        state_begin(c->state);
        judge_keep(c, hot->stream, SWEEP_WARM, judge, true);
        enum err_code code = state_commit(c->state, err);
        if (code != OK)
            return code;
    }
    return draft_commit(c, err);
}

/* Days with rows and without an entry: those on which all is withheld, whose counts are kept too. */
static size_t add_withheld_days(struct hot *hot, struct day_entry *entries, size_t count, size_t max)
{
    for (size_t i = 0; i < hot->day_count && count < max; i++) {
        bool known = false;
        for (size_t e = 0; e < count && !known; e++)
            known = entries[e].day == hot->days[i].day;
        if (!known)
            entries[count++] = (struct day_entry){.day = hot->days[i].day};
    }
    return count;
}

static enum err_code load_entries(struct hot *hot, size_t *ret_count, struct err *err)
{
    *ret_count = day_range(hot->c->state, hot->stream->name, hot->from, window_to(hot->c), hot->entries,
                           HOT_RANGE_DAYS);
    return state_failure(hot->c->state, err);
}

static enum err_code compare_days(struct hot *hot, struct err *err)
{
    struct judge judge = {0};
    size_t count = 0;
    enum err_code code = load_entries(hot, &count, err);
    if (code != OK)
        return code;
    count = add_withheld_days(hot, hot->entries, count, 2 * HOT_RANGE_DAYS);
    count = differing_days(hot, hot->entries, count, &judge);
    return count > 0 ? keep_days(hot, hot->entries, count, &judge, err) : OK;
}

static enum err_code keep_good(struct hot *hot, struct err *err)
{
    struct collect *c = hot->c;
    char name[64];
    snprintf(name, sizeof(name), "hot_day.%s", hot->stream->name);
    if (state_get_int(c->state, name, DAY_NONE) == c->today)
        return state_failure(c->state, err);
    state_begin(c->state);
    state_put_int(c->state, name, c->today);
    seen_forget_before(c->state, c->today - SEEN_DAYS);
    return state_commit(c->state, err);
}

enum err_code hot_sweep(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    if (code != OK)
        return code;
    struct hot *hot = calloc(1, sizeof(*hot));
    if (!hot)
        return err_set(err, ERR_INTERNAL, "no memory");
    *hot = (struct hot){.c = c, .stream = stream, .from = hot_from(c, stream)};
    hot_map_reset(&hot->map, seen_count(c->state, stream->name, hot->from));
    seen_each(c->state, stream->name, hot->from, add_known, hot);
    size_t count = 0;
    code = load_entries(hot, &count, err);
    find_whole(hot, hot->entries, count);
    const struct span span = {.stream = stream, .from = hot->from, .to = window_to(c)};
    if (code == OK)
        code = span_read(c, &span, on_row, hot, err);
    if (code == OK) {
        if (!draft_empty(c))
            stream->row_s = clock_wall_s();
        code = draft_commit(c, err);
    }
    if (code == OK)
        code = compare_days(hot, err);
    if (code == OK)
        code = keep_good(hot, err);
    if (code != OK)
        draft_discard(c);
    hot_map_free(&hot->map);
    free(hot);
    return code;
}
