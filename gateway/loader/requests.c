/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/requests.h"

#include <string.h>

#include "contact/crypto.h"

static const char *stream_name(const struct site *site, unsigned stream)
{
    return site->store->model->streams[stream].name;
}

struct open_request {
    uint64_t number; /* 0: none */
    bool fresh;
    struct version as_of;
};

static void take_open(void *context, const struct sql_value *c)
{
    *(struct open_request *)context = (struct open_request){
        .number = (uint64_t)c[0].integer,
        .fresh = c[1].integer != 0,
        .as_of = {(uint64_t)c[2].integer, (uint64_t)c[3].integer},
    };
}

static enum err_code find(struct site *site, unsigned stream, int32_t day, struct open_request *ret,
                          struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)),
                                           SQL_INT(day)};
    *ret = (struct open_request){0};
    return sql_run(
        site->store->sql,
        "SELECT number, fresh, series, seq FROM ops.request WHERE site = $1 AND stream = $2 AND day = $3",
        parameters, 3, take_open, ret, err);
}

static void take_count(void *context, const struct sql_value *columns)
{
    *(int64_t *)context = columns[0].integer;
}

/* The number of a request for the day before that was not told yet, unless it is long already; else a new
 * one. */
static enum err_code choose_number(struct site *site, unsigned stream, int32_t day, uint64_t *ret,
                                   struct err *err)
{
    struct open_request before;
    int64_t days = REQUEST_DAYS_MAX;
    enum err_code code = find(site, stream, day - 1, &before, err);
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(before.number)};
    if (code == OK && before.number != 0 && before.fresh)
        code = sql_run(site->store->sql, "SELECT COUNT(*) FROM ops.request WHERE site = $1 AND number = $2",
                       parameters, 2, take_count, &days, err);
    *ret = before.number;
    while (days >= REQUEST_DAYS_MAX || *ret == 0) {
        random_bytes(ret, sizeof *ret);
        *ret >>= 64 - REQUEST_NUMBER_BITS;
        days = 0;
    }
    return code;
}

enum err_code request_day(struct site *site, unsigned stream, int32_t day, struct version as_of,
                          struct err *err)
{
    struct open_request open;
    uint64_t number;
    enum err_code code = find(site, stream, day, &open, err);
    if (code != OK || (open.number != 0 && (open.fresh || version_compare(as_of, open.as_of) <= 0)))
        return code;
    code = choose_number(site, stream, day, &number, err);
    const struct sql_value parameters[] = {SQL_STR(site->name),   SQL_STR(stream_name(site, stream)),
                                           SQL_INT(day),          SQL_INT(number),
                                           SQL_INT(as_of.series), SQL_INT(as_of.seq)};
    if (code == OK)
        code = sql_run(site->store->sql,
                       "INSERT INTO ops.request (site, stream, day, number, fresh, series, seq) "
                       "VALUES ($1, $2, $3, $4, 1, $5, $6) ON CONFLICT (site, stream, day) DO UPDATE SET "
                       "number = excluded.number, fresh = 1, series = excluded.series, seq = excluded.seq",
                       parameters, 6, NULL, NULL, err);
    site->changed = true;
    return code;
}

enum err_code request_close(struct site *site, unsigned stream, int32_t day, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)),
                                           SQL_INT(day)};
    site->changed = true;
    return sql_run(site->store->sql, "DELETE FROM ops.request WHERE site = $1 AND stream = $2 AND day = $3",
                   parameters, 3, NULL, NULL, err);
}

enum err_code request_answered(struct site *site, unsigned stream, int32_t day, struct version floor,
                               bool *ret_was, struct err *err)
{
    struct open_request open;
    enum err_code code = find(site, stream, day, &open, err);
    *ret_was = code == OK && open.number != 0 && version_compare(floor, open.as_of) > 0;
    return *ret_was ? request_close(site, stream, day, err) : code;
}

struct listing {
    struct request *items;
    size_t max, count;
};

static void take_request(void *context, const struct sql_value *columns)
{
    struct listing *listing = context;
    if (listing->count == listing->max || columns[1].len >= sizeof listing->items->stream)
        return;
    struct request *request = &listing->items[listing->count++];
    request->number = (uint64_t)columns[0].integer;
    memcpy(request->stream, columns[1].data, columns[1].len);
    request->stream[columns[1].len] = '\0';
    request->from = (int32_t)columns[2].integer;
    request->to = (int32_t)columns[3].integer;
}

enum err_code request_list(struct site *site, struct request *ret, size_t max, size_t *ret_count,
                           struct err *err)
{
    struct listing listing = {.items = ret, .max = max};
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    /* What was told once keeps its extent: a day asked for later gets a number of its own. */
    enum err_code code = sql_run(site->store->sql,
                                 "SELECT number, stream, MIN(day), MAX(day) FROM ops.request WHERE site = $1 "
                                 "GROUP BY number, stream ORDER BY number",
                                 parameters, 1, take_request, &listing, err);
    if (code == OK)
        code = sql_run(site->store->sql, "UPDATE ops.request SET fresh = 0 WHERE site = $1 AND fresh = 1",
                       parameters, 1, NULL, NULL, err);
    *ret_count = listing.count;
    return code;
}
