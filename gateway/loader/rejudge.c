/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/rejudge.h"

#include <stdio.h>
#include <string.h>

#include "gateway/loader/requests.h"
#include "gateway/loader/statements.h"

#define FACT "judge." /* and the site: who judged its records last */

/* To a buffer of int32_t, one after the other. */
static void take_day(void *context, const struct sql_value *columns)
{
    int32_t day = (int32_t)columns[0].integer;
    buf_append(context, &day, sizeof day);
}

/* As of what last touched the day: whatever snapshot begins after it has the records judged anew. */
static enum err_code ask_days(struct site *site, unsigned stream, const struct buf *days, struct err *err)
{
    enum err_code code = days->failed ? err_set(err, ERR_INTERNAL, "no memory for days") : OK;
    for (size_t at = 0; code == OK && at < days->len; at += sizeof(int32_t)) {
        struct day_state *state;
        int32_t day;
        memcpy(&day, days->data + at, sizeof day);
        code = days_get(&site->days, stream, day, &state, err);
        if (code == OK)
            code = request_day(site, stream, day, state->touched, err);
    }
    return code;
}

static enum err_code rejudge_stream(struct site *site, const struct model_stream *stream, bool ask,
                                    struct err *err)
{
    BUF_CLEANUP struct buf days = BUF_INIT((size_t)1 << 28);
    enum err_code code = store_rejected_days(site->store, stream, site->name, take_day, &days, err);
    site->rejected_before |= days.len > 0;
    if (code == OK && ask)
        code = statements_take_up(site, stream->index, take_day, &days, err);
    return code == OK && ask ? ask_days(site, stream->index, &days, err) : code;
}

struct judged_by {
    const char *judge; /* this one */
    bool same;
};

static void compare_judge(void *context, const struct sql_value *columns)
{
    struct judged_by *by = context;
    by->same = columns[0].len == strlen(by->judge) && memcmp(columns[0].data, by->judge, columns[0].len) == 0;
}

enum err_code rejudge(struct site *site, struct err *err)
{
    char name[sizeof FACT + SITE_TEXT];
    struct judged_by by = {.judge = site->store->judge};
    snprintf(name, sizeof name, FACT "%s", site->name);
    const struct sql_value parameters[] = {SQL_STR(name), SQL_STR(by.judge)};
    enum err_code code = sql_run(site->store->sql, "SELECT value FROM ops.fact WHERE name = $1", parameters,
                                 1, compare_judge, &by, err);
    for (unsigned i = 0; code == OK && i < site->store->model->stream_count; i++)
        code = rejudge_stream(site, &site->store->model->streams[i], !by.same, err);
    if (code == OK && !by.same)
        code = sql_run(site->store->sql,
                       "INSERT INTO ops.fact (name, value) VALUES ($1, $2) "
                       "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                       parameters, 2, NULL, NULL, err);
    return code;
}
