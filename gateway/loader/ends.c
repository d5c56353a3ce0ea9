/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/ends.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/loader/brought.h"
#include "gateway/loader/requests.h"
#include "gateway/loader/statements.h"

struct ending {
    unsigned stream;
    int32_t day;
    uint64_t seq, first;
    struct tally tally;
};

enum err_code end_take(struct site *site, struct version at, const struct record_line *line, struct err *err)
{
    const char *request = line->request != NULL ? line->request : "";
    const struct sql_value parameters[] = {SQL_STR(site->name),
                                           SQL_INT(at.series),
                                           SQL_INT(at.seq),
                                           SQL_STR(line->head.stream->name),
                                           SQL_INT(line->head.day),
                                           SQL_INT(line->first),
                                           SQL_INT(line->tally.count),
                                           SQL_BLOB(line->tally.sum, sizeof line->tally.sum),
                                           SQL_STR(request)};
    return sql_run(site->store->sql,
                   "INSERT INTO ops.ending (site, series, seq, stream, day, first, count, digest, request) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (site, series, seq, stream, day) "
                   "DO UPDATE SET first = excluded.first, count = excluded.count, digest = excluded.digest, "
                   "request = excluded.request",
                   parameters, 9, NULL, NULL, err);
}

struct endings {
    const struct model *model;
    struct ending *items;
    size_t count, room;
    bool failed;
};

static void take_ending(void *context, const struct sql_value *c)
{
    struct endings *list = context;
    char name[64];
    if (c[0].len >= sizeof name || c[5].len != SHORT_SIZE)
        return;
    memcpy(name, c[0].data, c[0].len);
    name[c[0].len] = '\0';
    const struct model_stream *stream = model_find_stream(list->model, name);
    if (stream == NULL)
        return;
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct ending *items = realloc(list->items, room * sizeof *items);
        if (items == NULL) {
            list->failed = true;
            return;
        }
        list->items = items;
        list->room = room;
    }
    struct ending *e = &list->items[list->count++];
    *e = (struct ending){.stream = stream->index,
                         .day = (int32_t)c[1].integer,
                         .seq = (uint64_t)c[2].integer,
                         .first = (uint64_t)c[3].integer,
                         .tally.count = (uint64_t)c[4].integer};
    memcpy(e->tally.sum, c[5].data, SHORT_SIZE);
}

static enum err_code remove_below(struct site *site, const struct ending *e, struct version floor,
                                  struct version at, struct day_state *day, struct err *err)
{
    const struct model_stream *stream = &site->store->model->streams[e->stream];
    struct stored_list list = {0};
    BUF_CLEANUP struct buf ids = BUF_INIT((size_t)1 << 30);
    enum err_code code = store_day_below(site->store, stream, site->name, e->day, floor, &list, err);
    for (size_t i = 0; code == OK && i < list.count; i++) {
        buf_append(&ids, list.items[i].id, CORE_SIZE);
        day_remove(day, list.items[i].fp, at);
    }
    if (code == OK && !buf_ok(&ids))
        code = err_set(err, ERR_INTERNAL, "no memory for a day's records");
    if (code == OK)
        code = store_delete(site->store, stream, site->name, ids.data, list.count, err);
    stored_list_free(&list);
    return code;
}

static enum err_code apply(struct site *site, const struct series *series, const struct ending *e,
                           struct err *err)
{
    struct version floor = {series->number, e->first}, at = {series->number, e->seq};
    struct day_state *day;
    bool was = false;
    enum err_code code = days_get(&site->days, e->stream, e->day, &day, err);
    if (code != OK)
        return code;
    if (version_compare(floor, day->floor) > 0) {
        if (day->lowest.series == 0 || version_compare(day->lowest, floor) < 0)
            code = remove_below(site, e, floor, at, day, err);
        day->floor = day->lowest = floor;
        day->dirty = true;
    }
    if (code == OK)
        code = request_answered(site, e->stream, e->day, floor, &was, err);
    return code == OK ? statement_take(site, e->stream, e->day, at, &e->tally, was, err) : code;
}

/* What arrived is not what was sealed: a batch was refused, replaced by a void, or its number was used twice.
 */
static enum err_code discard(struct site *site, const struct series *series, const struct ending *e,
                             struct err *err)
{
    bool was = false;
    enum err_code code =
        request_answered(site, e->stream, e->day, (struct version){series->number, e->first}, &was, err);
    if (code != OK)
        return code;
    return statement_spoilt(site, e->stream, e->day, (struct version){series->number, e->seq}, &e->tally, was,
                            err);
}

static enum err_code settle(struct site *site, const struct series *series, const struct ending *e,
                            struct err *err)
{
    const char *stream = site->store->model->streams[e->stream].name;
    struct tally brought;
    enum err_code code = brought_sum(site, series->number, stream, e->day, e->first, e->seq, &brought, err);
    if (code == OK)
        code = tally_equal(&brought, &e->tally) ? apply(site, series, e, err) : discard(site, series, e, err);
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(series->number), SQL_INT(e->seq),
                                           SQL_STR(stream), SQL_INT(e->day)};
    if (code == OK)
        code = sql_run(site->store->sql,
                       "DELETE FROM ops.ending WHERE site = $1 AND series = $2 AND seq = $3 "
                       "AND stream = $4 AND day = $5",
                       parameters, 5, NULL, NULL, err);
    return code;
}

enum err_code ends_settle(struct site *site, const struct series *series, uint64_t seq, struct err *err)
{
    struct endings list = {.model = site->store->model};
    struct range done = ranges_around(&series->done, seq);
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(series->number), SQL_INT(done.first),
                                           SQL_INT(done.last)};
    enum err_code code =
        sql_run(site->store->sql,
                "SELECT stream, day, seq, first, count, digest FROM ops.ending "
                "WHERE site = $1 AND series = $2 AND seq >= $3 AND seq <= $4 AND first >= $3 "
                "ORDER BY seq, stream, day",
                parameters, 4, take_ending, &list, err);
    if (code == OK && list.failed)
        code = err_set(err, ERR_INTERNAL, "no memory for ends");
    for (size_t i = 0; code == OK && i < list.count; i++)
        code = settle(site, series, &list.items[i], err);
    free(list.items);
    return code;
}
