/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/feedback_write.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contact/clock.h"
#include "contact/json.h"
#include "gateway/layout.h"
#include "gateway/loader/requests.h"
#include "gateway/loader/statements.h"
#include "gateway/landing_zone.h"

#define FEEDBACK_MAX (8 * 1024 * 1024)
#define REFUSED_TOLD 1000
#define REFUSED_SHOWN_S (7 * 86400)
#define REQUESTS_TOLD 5000 /* twenty years of five streams, by months */

/* A query whose rows become elements of the JSON under way. */
struct telling {
    struct json *json;
};

static enum err_code ask(struct site *site, const char *statement, sql_row_fn *row, struct telling *telling,
                         struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    return sql_run(site->store->sql, statement, parameters, 1, row, telling, err);
}

static void text_of(struct json *j, const struct sql_value *value)
{
    json_text_n(j, value->data, value->len);
}

static void day_of(struct json *j, const char *key, int32_t day)
{
    char text[DAY_TEXT] = "";
    if (day != DAY_NONE)
        day_format(day, text);
    json_kv_string(j, key, text);
}

/* Refusals of one series, in order, as far as there is room. */
struct refusals {
    struct json *json;
    uint64_t after; /* the site has dealt with those up to it */
    size_t left;
    uint64_t untold; /* the first without room; 0: all were told */
};

static void put_refused(void *context, const struct sql_value *c)
{
    struct refusals *r = context;
    uint64_t first = (uint64_t)c[0].integer, last = (uint64_t)c[1].integer;
    for (uint64_t seq = first > r->after ? first : r->after + 1; seq <= last; seq++) {
        if (r->left == 0) {
            r->untold = r->untold == 0 ? seq : r->untold;
            return;
        }
        r->left--;
        json_begin_array(r->json);
        json_int(r->json, (int64_t)seq);
        text_of(r->json, &c[2]);
        json_end_array(r->json);
    }
}

/* A series that the site left behind is only kept in mind: nobody asks what was refused of it. */
static enum err_code put_one_series(struct site *site, const struct series *series, uint64_t settled,
                                    struct json *j, struct err *err)
{
    bool newest = series == &site->series[site->series_count - 1];
    uint64_t done = ranges_contiguous(&series->done);
    struct refusals refusals = {.json = j, .after = settled, .left = newest ? REFUSED_TOLD : 0};
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(series->number), SQL_INT(settled),
                                           SQL_INT(refusals.left + 1)};
    enum err_code code = OK;
    json_key(j, "refused");
    json_begin_array(j);
    if (newest)
        code = sql_run(site->store->sql,
                       "SELECT seq, last, code FROM ops.batch WHERE site = $1 AND series = $2 "
                       "AND code <> '' AND last > $3 ORDER BY seq LIMIT $4",
                       parameters, 4, put_refused, &refusals, err);
    json_end_array(j);
    json_kv_int(j, "loaded",
                (int64_t)(refusals.untold != 0 && refusals.untold <= done ? refusals.untold - 1 : done));
    json_kv_int(j, "done", (int64_t)done);
    site->untold = refusals.untold != 0;
    return code;
}

static enum err_code put_series(struct site *site, const char *landing, struct json *j, struct err *err)
{
    struct zone_heartbeat heartbeat;
    enum err_code code = OK;
    bool heard = zone_heartbeat(landing, site->name, &heartbeat);
    json_key(j, "series");
    json_begin_object(j);
    for (size_t i = 0; code == OK && i < site->series_count; i++) {
        const struct series *series = &site->series[i];
        bool sends = heard && strcmp(heartbeat.series, series->name) == 0;
        json_key(j, series->name);
        json_begin_object(j);
        code = put_one_series(site, series, sends ? heartbeat.settled : 0, j, err);
        json_end_object(j);
    }
    json_end_object(j);
    return code;
}

static void put_refused_count(void *context, const struct sql_value *c)
{
    json_kv_int(((struct telling *)context)->json, "refused", c[0].integer);
}

/* Of the last week: what was refused comes again. */
static enum err_code put_refused_lately(struct site *site, struct json *j, struct err *err)
{
    struct telling telling = {.json = j};
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(clock_wall_s() - REFUSED_SHOWN_S)};
    return sql_run(site->store->sql,
                   "SELECT CAST(COALESCE(SUM(last - seq + 1), 0) AS BIGINT) FROM ops.batch "
                   "WHERE site = $1 AND code <> '' AND done_s > $2",
                   parameters, 2, put_refused_count, &telling, err);
}

static enum err_code put_requests(struct site *site, struct json *j, struct err *err)
{
    struct request requests[REQUESTS_TOLD];
    size_t count;
    enum err_code code = request_list(site, requests, REQUESTS_TOLD, &count, err);
    if (code != OK)
        return code;
    json_key(j, "requests");
    json_begin_array(j);
    for (size_t i = 0; i < count; i++) {
        char id[REQUEST_TEXT];
        snprintf(id, sizeof id, "r-%012llx", (unsigned long long)requests[i].number);
        json_begin_object(j);
        json_kv_string(j, "id", id);
        json_kv_string(j, "stream", requests[i].stream);
        day_of(j, "from", requests[i].from);
        day_of(j, "to", requests[i].to);
        json_end_object(j);
    }
    json_end_array(j);
    return OK;
}

static void put_incomplete(void *context, const struct sql_value *c)
{
    struct json *j = ((struct telling *)context)->json;
    json_begin_object(j);
    json_key(j, "stream");
    text_of(j, &c[0]);
    day_of(j, "day", (int32_t)c[1].integer);
    json_end_object(j);
}

static void put_receipt(void *context, const struct sql_value *c)
{
    struct json *j = ((struct telling *)context)->json;
    json_begin_object(j);
    json_key(j, "token");
    text_of(j, &c[0]);
    json_key(j, "request");
    text_of(j, &c[1]);
    json_kv_int(j, "deleted", c[2].integer);
    json_key(j, "at");
    text_of(j, &c[3]);
    json_key(j, "signature");
    text_of(j, &c[4]);
    json_end_object(j);
}

static void put_count(void *context, const struct sql_value *c)
{
    struct json *j = ((struct telling *)context)->json;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)c[0].len, (const char *)c[0].data);
    json_kv_int(j, name, c[1].integer);
}

static void put_newest(void *context, const struct sql_value *c)
{
    day_of(((struct telling *)context)->json, "newest_day",
           c[0].type == SQL_INTEGER ? (int32_t)c[0].integer : DAY_NONE);
}

static void put_root(void *context, const struct sql_value *c)
{
    struct json *json = ((struct telling *)context)->json;
    json_kv_int(json, "key_epoch", c[0].integer);
    json_key(json, "root_check");
    json_hex(json, c[1].data, c[1].len);
}

static enum err_code put_lists(struct site *site, struct json *j, struct err *err)
{
    struct telling telling = {.json = j};
    int64_t rejected = 0;
    json_key(j, "incomplete");
    json_begin_array(j);
    enum err_code code = ask(site,
                             "SELECT stream, day FROM ops.statement WHERE site = $1 AND state = 4 "
                             "ORDER BY stream, day LIMIT 1000",
                             put_incomplete, &telling, err);
    json_end_array(j);
    json_key(j, "receipts");
    json_begin_array(j);
    if (code == OK)
        code = ask(site,
                   "SELECT token, request, deleted, at, signature FROM ops.receipt WHERE site = $1 "
                   "ORDER BY made_s DESC, request, token LIMIT 5000",
                   put_receipt, &telling, err);
    json_end_array(j);
    json_key(j, "records");
    json_begin_object(j);
    if (code == OK)
        code = ask(site,
                   "SELECT stream, CAST(SUM(count) AS BIGINT) FROM ops.day WHERE site = $1 GROUP BY stream "
                   "ORDER BY stream",
                   put_count, &telling, err);
    json_end_object(j);
    if (code == OK)
        code = put_refused_lately(site, j, err);
    if (code == OK)
        code = store_rejected(site->store, site->name, &rejected, err);
    json_kv_int(j, "rejected", rejected);
    if (code == OK)
        code = ask(site, "SELECT MAX(day) FROM ops.day WHERE site = $1 AND count > 0", put_newest, &telling,
                   err);
    if (code == OK)
        code =
            ask(site,
                "SELECT key_epoch, root_check FROM ops.root WHERE site = $1 ORDER BY key_epoch DESC LIMIT 1",
                put_root, &telling, err);
    return code;
}

static void put_written(struct json *j)
{
    char text[32];
    struct tm tm;
    time_t now = (time_t)clock_wall_s();
    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    json_kv_string(j, "written", text);
}

enum err_code feedback_write(struct site *site, const char *landing, const char *folder, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(FEEDBACK_MAX);
    struct json j = JSON(&text);
    int32_t proved;
    char name[SITE_TEXT + sizeof ".json"], path[PATH_ROOM];
    json_begin_object(&j);
    json_kv_string(&j, "site", site->name);
    enum err_code code = put_series(site, landing, &j, err);
    if (code == OK)
        code = put_requests(site, &j, err);
    if (code == OK)
        code = statements_proved(site, &proved, err);
    if (code != OK)
        return code;
    day_of(&j, "proved", proved);
    code = put_lists(site, &j, err);
    if (code != OK)
        return code;
    put_written(&j);
    json_end_object(&j);
    buf_putc(&text, '\n');
    snprintf(name, sizeof name, "%s.json", site->name);
    return buf_write_file(&text, layout_path(path, folder, name), 0644, err);
}
