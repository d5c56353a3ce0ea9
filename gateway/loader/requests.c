/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/requests.h"

#include <stdlib.h>
#include <string.h>

static const char *stream_name(const struct site *site, unsigned stream)
{
    return site->store->model->streams[stream].name;
}

static void take_number(void *context, const struct sql_value *columns)
{
    *(uint64_t *)context = (uint64_t)columns[0].integer;
}

static void take_run(void *context, const struct sql_value *columns)
{
    int64_t *run = context;
    run[0] = columns[0].integer;
    run[1] = columns[1].integer;
}

/* The number of the request that ends the day before, unless it is long already; else a new one. */
static enum err_code choose_number(struct site *site, unsigned stream, int32_t day, uint64_t *ret, struct err *err)
{
    int64_t run[2] = {0, 0}; /* number, days */
    const struct sql_value before[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)), SQL_INT(day - 1)};
    enum err_code code = sql_run(site->store->sql,
                                 "SELECT number, (SELECT COUNT(*) FROM ops.request r WHERE r.site = q.site "
                                 "AND r.number = q.number) FROM ops.request q "
                                 "WHERE site = $1 AND stream = $2 AND day = $3 AND fresh = 1",
                                 before, 3, take_run, run, err);
    if (code != OK)
        return code;
    if (run[0] != 0 && run[1] < REQUEST_DAYS_MAX) {
        *ret = (uint64_t)run[0];
        return OK;
    }
    *ret = 1;
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    code = sql_run(site->store->sql, "SELECT last + 1 FROM ops.request_number WHERE site = $1", parameters, 1, take_number,
                   ret, err);
    const struct sql_value next[] = {SQL_STR(site->name), SQL_INT(*ret)};
    if (code == OK)
        code = sql_run(site->store->sql, "INSERT INTO ops.request_number (site, last) VALUES ($1, $2) "
                       "ON CONFLICT (site) DO UPDATE SET last = excluded.last", next, 2, NULL, NULL, err);
    return code;
}

enum err_code request_open(struct site *site, unsigned stream, int32_t day, bool *ret, struct err *err)
{
    uint64_t number = 0;
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)), SQL_INT(day)};
    enum err_code code = sql_run(site->store->sql,
                                 "SELECT number FROM ops.request WHERE site = $1 AND stream = $2 AND day = $3",
                                 parameters, 3, take_number, &number, err);
    *ret = number != 0;
    return code;
}

enum err_code request_day(struct site *site, unsigned stream, int32_t day, struct err *err)
{
    bool open;
    uint64_t number;
    enum err_code code = request_open(site, stream, day, &open, err);
    if (code != OK || open)
        return code;
    code = choose_number(site, stream, day, &number, err);
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)), SQL_INT(day),
                                           SQL_INT(number)};
    if (code == OK)
        code = sql_run(site->store->sql, "INSERT INTO ops.request (site, stream, day, number, fresh) "
                       "VALUES ($1, $2, $3, $4, 1)", parameters, 4, NULL, NULL, err);
    site->changed = true;
    return code;
}

enum err_code request_close(struct site *site, unsigned stream, int32_t day, const char *id, bool *ret_was,
                            struct err *err)
{
    uint64_t number = 0;
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, stream)), SQL_INT(day)};
    enum err_code code = sql_run(site->store->sql,
                                 "SELECT number FROM ops.request WHERE site = $1 AND stream = $2 AND day = $3",
                                 parameters, 3, take_number, &number, err);
    *ret_was = number != 0 && (id == NULL || (strncmp(id, "r-", 2) == 0 && strtoull(id + 2, NULL, 10) == number));
    if (code != OK || !*ret_was)
        return code;
    site->changed = true;
    return sql_run(site->store->sql, "DELETE FROM ops.request WHERE site = $1 AND stream = $2 AND day = $3", parameters, 3,
                   NULL, NULL, err);
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

enum err_code request_list(struct site *site, struct request *ret, size_t max, size_t *ret_count, struct err *err)
{
    struct listing listing = {.items = ret, .max = max};
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    /* What was told once keeps its extent: a day asked for later gets a number of its own. */
    enum err_code code = sql_run(site->store->sql,
                                 "SELECT number, stream, MIN(day), MAX(day) FROM ops.request WHERE site = $1 "
                                 "GROUP BY number, stream ORDER BY number",
                                 parameters, 1, take_request, &listing, err);
    if (code == OK)
        code = sql_run(site->store->sql, "UPDATE ops.request SET fresh = 0 WHERE site = $1 AND fresh = 1", parameters, 1,
                       NULL, NULL, err);
    *ret_count = listing.count;
    return code;
}
