/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/days.h"

#include <stdlib.h>
#include <string.h>

void days_init(struct days *days, struct store *store, const char *site)
{
    *days = (struct days){.store = store, .site = site};
}

void days_forget(struct days *days)
{
    for (size_t i = 0; i < days->count; i++)
        free(days->items[i]);
    free(days->items);
    day_index_free(&days->index);
    days->items = NULL;
    days->count = days->room = days->last = 0;
}

static void take_day(void *context, const struct sql_value *c)
{
    struct day_state *state = context;
    state->tally.count = (uint64_t)c[0].integer;
    if (c[1].len == sizeof state->tally.sum)
        memcpy(state->tally.sum, c[1].data, sizeof state->tally.sum);
    state->touched = (struct version){(uint64_t)c[2].integer, (uint64_t)c[3].integer};
    state->floor = (struct version){(uint64_t)c[4].integer, (uint64_t)c[5].integer};
}

static enum err_code load(struct days *days, struct day_state *state, struct err *err)
{
    const struct sql_value parameters[] = {
        SQL_STR(days->site), SQL_STR(days->store->model->streams[state->stream].name), SQL_INT(state->day)};
    enum err_code code = sql_run(days->store->sql,
                                 "SELECT count, digest, series, seq, floor_series, floor_seq FROM ops.day "
                                 "WHERE site = $1 AND stream = $2 AND day = $3",
                                 parameters, 3, take_day, state, err);
    if (state->tally.count == 0) /* no record can be lower than any other */
        state->lowest = (struct version){UINT64_MAX, UINT64_MAX};
    return code;
}

/* Makes room for one more. */
static bool make_room(struct days *days)
{
    if (days->count < days->room)
        return true;
    size_t room = days->room == 0 ? 64 : days->room * 2;
    struct day_state **items = reallocarray(days->items, room, sizeof *items);
    if (items == NULL)
        return false;
    days->items = items;
    days->room = room;
    return true;
}

enum err_code days_get(struct days *days, unsigned stream, int32_t day, struct day_state **ret,
                       struct err *err)
{
    const struct day_state *last = days->last < days->count ? days->items[days->last] : NULL;
    if ((last != NULL && last->day == day && last->stream == stream) || /* records come by days */
        day_index_find(&days->index, stream, day, &days->last)) {
        *ret = days->items[days->last];
        return OK;
    }
    struct day_state *state = make_room(days) ? calloc(1, sizeof *state) : NULL;
    if (state == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for days");
    state->stream = stream;
    state->day = day;
    enum err_code code = load(days, state, err);
    if (code == OK && !day_index_add(&days->index, stream, day, days->count))
        code = err_set(err, ERR_INTERNAL, "no memory for days");
    if (code != OK) {
        free(state);
        return code;
    }
    days->last = days->count;
    days->items[days->count++] = state;
    *ret = state;
    return OK;
}

enum err_code days_write(struct days *days, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < days->count; i++) {
        struct day_state *s = days->items[i];
        if (!s->dirty)
            continue;
        const struct sql_value parameters[] = {SQL_STR(days->site),
                                               SQL_STR(days->store->model->streams[s->stream].name),
                                               SQL_INT(s->day),
                                               SQL_INT(s->tally.count),
                                               SQL_BLOB(s->tally.sum, sizeof s->tally.sum),
                                               SQL_INT(s->touched.series),
                                               SQL_INT(s->touched.seq),
                                               SQL_INT(s->floor.series),
                                               SQL_INT(s->floor.seq)};
        code = sql_run(
            days->store->sql,
            "INSERT INTO ops.day (site, stream, day, count, digest, series, seq, floor_series, floor_seq) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (site, stream, day) DO UPDATE SET "
            "count = excluded.count, digest = excluded.digest, series = excluded.series, "
            "seq = excluded.seq, floor_series = excluded.floor_series, floor_seq = excluded.floor_seq",
            parameters, 9, NULL, NULL, err);
        s->dirty = code != OK;
    }
    return code;
}

static void touch(struct day_state *day, struct version by)
{
    if (version_compare(by, day->touched) > 0)
        day->touched = by;
    day->dirty = true;
}

void day_add(struct day_state *day, const uint8_t fp[static SHORT_SIZE], struct version by)
{
    tally_add(&day->tally, fp);
    touch(day, by);
    if (day->lowest.series != 0 && version_compare(by, day->lowest) < 0)
        day->lowest = by;
}

void day_remove(struct day_state *day, const uint8_t fp[static SHORT_SIZE], struct version by)
{
    tally_sub(&day->tally, fp);
    touch(day, by);
}
