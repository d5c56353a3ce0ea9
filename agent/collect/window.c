/* SPDX-License-Identifier: Apache-2.0 */
/* Which days are looked at. The wall clock is not believed alone: with a dead battery it says 1970 or 2099,
 * and the rows of today must still be read. */
#include "agent/collect/window.h"

#include <stdlib.h>

#include "agent/collect/span.h"
#include "contact/clock.h"

#define PLAUSIBLE_DAYS 60 /* the newest row may be this old before the rows count for more than the clock */

static int32_t day_of(const struct collect *c, int64_t at_s)
{
    struct civil civil;
    zone_civil(c->zone, at_s, &civil);
    return day_from_civil(civil.year, civil.month, civil.day);
}

int32_t local_day(const struct collect *c)
{
    return day_of(c, clock_wall_s());
}

/* Ranges lag behind by the mapping's hold; what is purged does not, here as at the centre. */
int32_t calendar_day(const struct collect *c)
{
    return c->today + (int32_t)c->mapping->hold_days;
}

int32_t window_from(const struct collect *c)
{
    int year, month, day;
    day_to_civil(calendar_day(c), &year, &month, &day);
    int32_t kept = day_from_civil(year - (int)c->model->retention_years, month, 1);
    return kept > c->mapping->days_from ? kept : c->mapping->days_from;
}

int32_t window_end(const struct collect *c)
{
    return c->mapping->days_to == DAY_NONE ? DAY_FAR : c->mapping->days_to;
}

int32_t window_to(const struct collect *c)
{
    if (c->leaving)
        return DAY_FAR; /* what was sent before the hold is taken back too, and no row is read */
    bool held = c->mapping->hold_days > 0 && c->today < window_end(c);
    return held ? c->today : window_end(c);
}

/* A clock that is ahead, or a row that was dated so, would let go what is to be held: the day is the centre's
 * as of its last answer, and nothing is read before there was one. By a day that is too early nothing is
 * lost: what is held is read later. */
static enum err_code held_day(struct collect *c, int32_t *ret, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    int64_t centre_s = 0;
    if (spool_fact_get(c->spool, "send.centre_s", &text, NULL) == OK && text.len > 0)
        centre_s = strtoll(buf_text(&text), NULL, 10);
    if (centre_s <= 0) {
        err_set(err, ERR_RETRY,
                "the mapping has a hold: nothing is read before the centre has said what day it is");
        return err_hint(err, "is contact-agent-send running? contact-agent status");
    }
    *ret = day_of(c, centre_s) - (int32_t)c->mapping->hold_days;
    return OK;
}

/* The newest day of a stream's rows, but for the last day, which stands for none. None when its days cannot
 * be read: its own sweep tells that, and the others go on. */
static enum err_code newest_of(struct collect *c, struct stream *stream, int32_t wall, int32_t *ret,
                               struct err *err)
{
    enum err_code code = span_newest(c, stream, INT32_MIN + 1, wall + 1, false, ret, err);
    if (code == OK && *ret == DAY_NONE)
        code = span_newest(c, stream, INT32_MIN + 1, DAY_FAR - 1, false, ret, err);
    if (code != OK)
        *ret = DAY_NONE;
    return code == ERR_REJECTED ? OK : code;
}

/* The clock's day when some row is at most PLAUSIBLE_DAYS older; else the newest row's. With a hold another,
 * less the hold: of what is younger nothing is read. */
enum err_code window_today(struct collect *c, struct err *err)
{
    int32_t wall = local_day(c), newest = DAY_NONE;
    enum err_code code = OK;
    if (c->mapping->hold_days > 0)
        return held_day(c, &c->today, err);
    c->today = wall;
    for (unsigned i = 0; i < c->stream_count && code == OK; i++) {
        int32_t one = DAY_NONE;
        if (c->streams[i].stopped[0])
            continue;
        code = newest_of(c, &c->streams[i], wall, &one, err);
        if (one != DAY_NONE && (newest == DAY_NONE || one > newest))
            newest = one;
        if (newest != DAY_NONE)
            break; /* calls come first, and every other row hangs on one */
    }
    if (newest != DAY_NONE && (newest > wall + 1 || wall - newest > PLAUSIBLE_DAYS))
        c->today = newest;
    return code;
}

int32_t hot_from(struct collect *c, const struct stream *stream)
{
    char name[64];
    snprintf(name, sizeof(name), "hot_day.%s", stream->name);
    int64_t last = state_get_int(c->state, name, c->today);
    int32_t from = (int32_t)(last < c->today ? last : c->today) - 1;
    if (from < c->today - HOT_DAYS)
        from = c->today - HOT_DAYS;
    return from > window_from(c) ? from : window_from(c);
}
