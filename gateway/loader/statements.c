/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/statements.h"

#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "gateway/loader/requests.h"

struct statement {
    bool found;
    unsigned stream;
    int32_t day;
    struct version version;
    struct tally tally;
    enum statement_state state;
    int64_t failures;
};

static const char *stream_name(const struct site *site, unsigned stream)
{
    return site->store->model->streams[stream].name;
}

static void take_statement(void *context, const struct sql_value *c)
{
    struct statement *s = context;
    s->found = true;
    s->version = (struct version){(uint64_t)c[0].integer, (uint64_t)c[1].integer};
    s->tally.count = (uint64_t)c[2].integer;
    if (c[3].len == sizeof s->tally.sum)
        memcpy(s->tally.sum, c[3].data, sizeof s->tally.sum);
    s->state = (enum statement_state)c[4].integer;
    s->failures = c[5].integer;
}

static enum err_code load(struct site *site, struct statement *s, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(stream_name(site, s->stream)),
                                           SQL_INT(s->day)};
    return sql_run(site->store->sql,
                   "SELECT series, seq, count, digest, state, failures FROM ops.statement "
                   "WHERE site = $1 AND stream = $2 AND day = $3",
                   parameters, 3, take_statement, s, err);
}

static enum err_code save(struct site *site, const struct statement *s, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name),
                                           SQL_STR(stream_name(site, s->stream)),
                                           SQL_INT(s->day),
                                           SQL_INT(s->version.series),
                                           SQL_INT(s->version.seq),
                                           SQL_INT(s->tally.count),
                                           SQL_BLOB(s->tally.sum, sizeof s->tally.sum),
                                           SQL_INT(s->state),
                                           SQL_INT(s->failures)};
    return sql_run(
        site->store->sql,
        "INSERT INTO ops.statement (site, stream, day, series, seq, count, digest, state, failures) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (site, stream, day) DO UPDATE SET "
        "series = excluded.series, seq = excluded.seq, count = excluded.count, "
        "digest = excluded.digest, state = excluded.state, failures = excluded.failures",
        parameters, 9, NULL, NULL, err);
}

/* Records that this loader rejected are known, and count; what another loader or model rejected does not: its
 * day is asked for, and they are judged anew. */
static enum err_code compare(struct site *site, const struct statement *s, const struct day_state *day,
                             bool *ret_equal, struct err *err)
{
    struct tally tally = day->tally;
    enum err_code code = OK;
    if (site->rejected_before)
        code = store_rejected_tally(site->store, &site->store->model->streams[s->stream], site->name, s->day,
                                    &tally, err);
    *ret_equal = tally_equal(&tally, &s->tally);
    return code;
}

/* A repair did not help: asked for again, or given up. */
static enum err_code repair_failed(struct site *site, struct statement *s, struct version as_of,
                                   struct err *err)
{
    s->failures++;
    s->state = s->failures >= REPAIRS_MAX ? STATEMENT_INCOMPLETE : STATEMENT_DIFFERS;
    return s->state == STATEMENT_DIFFERS ? request_day(site, s->stream, s->day, as_of, err) : OK;
}

static enum err_code judge_difference(struct site *site, struct statement *s, const struct day_state *day,
                                      struct err *err)
{
    const struct series *series = site_numbered_series(site, s->version.series);
    if (version_compare(day->touched, s->version) > 0) {
        if (s->state == STATEMENT_WAITS)
            s->state = STATEMENT_OVERTAKEN;
        return OK;
    }
    if (series == NULL || ranges_contiguous(&series->done) < s->version.seq)
        return OK;
    if (s->state == STATEMENT_REPAIRED)
        return repair_failed(site, s, s->version, err);
    if (s->failures >= REPAIRS_MAX) {
        s->state = STATEMENT_INCOMPLETE;
        return OK;
    }
    s->state = STATEMENT_DIFFERS;
    return request_day(site, s->stream, s->day, s->version, err);
}

static enum err_code judge(struct site *site, struct statement *s, struct err *err)
{
    struct day_state *day;
    bool equal;
    enum err_code code = days_get(&site->days, s->stream, s->day, &day, err);
    if (code == OK)
        code = compare(site, s, day, &equal, err);
    if (code != OK)
        return code;
    if (equal) {
        s->state = STATEMENT_EQUAL;
        s->failures = 0;
        code = request_close(site, s->stream, s->day, err);
    } else {
        code = judge_difference(site, s, day, err);
    }
    site->changed = true;
    return code == OK ? save(site, s, err) : code;
}

enum err_code statement_take(struct site *site, unsigned stream, int32_t day, struct version version,
                             const struct tally *tally, bool repaired, struct err *err)
{
    struct statement s = {.stream = stream, .day = day};
    enum err_code code = load(site, &s, err);
    if (code != OK || (s.found && version_compare(version, s.version) < 0))
        return code;
    s.version = version;
    s.tally = *tally;
    if (repaired)
        s.state = STATEMENT_REPAIRED;
    else if (s.state != STATEMENT_REPAIRED)
        s.state = STATEMENT_WAITS;
    return judge(site, &s, err);
}

enum err_code statement_spoilt(struct site *site, unsigned stream, int32_t day, struct version version,
                               const struct tally *tally, bool repaired, struct err *err)
{
    struct statement s = {.stream = stream, .day = day, .version = version, .tally = *tally};
    if (!repaired)
        return request_day(site, stream, day, version, err);
    enum err_code code = load(site, &s, err);
    if (code == OK)
        code = repair_failed(site, &s, version, err);
    site->changed = true;
    return code == OK ? save(site, &s, err) : code;
}

struct waiting {
    const struct model *model;
    struct statement *items;
    size_t count, room;
    bool failed;
};

static void take_waiting(void *context, const struct sql_value *c)
{
    struct waiting *w = context;
    char name[64];
    if (c[6].len >= sizeof name)
        return;
    memcpy(name, c[6].data, c[6].len);
    name[c[6].len] = '\0';
    const struct model_stream *stream = model_find_stream(w->model, name);
    if (stream == NULL)
        return;
    if (w->count == w->room) {
        size_t room = w->room == 0 ? 64 : w->room * 2;
        struct statement *items = realloc(w->items, room * sizeof *items);
        if (items == NULL) {
            w->failed = true;
            return;
        }
        w->items = items;
        w->room = room;
    }
    struct statement *s = &w->items[w->count++];
    *s = (struct statement){.stream = stream->index, .day = (int32_t)c[7].integer};
    take_statement(s, c);
}

enum err_code statements_settle(struct site *site, const struct series *series, struct err *err)
{
    struct waiting w = {.model = site->store->model};
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(STATEMENT_WAITS),
                                           SQL_INT(STATEMENT_REPAIRED), SQL_INT(series->number),
                                           SQL_INT(ranges_contiguous(&series->done))};
    enum err_code code =
        sql_run(site->store->sql,
                "SELECT series, seq, count, digest, state, failures, stream, day FROM ops.statement "
                "WHERE site = $1 AND state IN ($2, $3) AND series = $4 AND seq <= $5",
                parameters, 5, take_waiting, &w, err);
    if (code == OK && w.failed)
        code = err_set(err, ERR_INTERNAL, "no memory for statements");
    for (size_t i = 0; code == OK && i < w.count; i++)
        code = judge(site, &w.items[i], err);
    free(w.items);
    return code;
}

enum err_code statements_take_up(struct site *site, unsigned stream, sql_row_fn *row, void *context,
                                 struct err *err)
{
    const struct sql_value parameters[] = {SQL_INT(STATEMENT_DIFFERS), SQL_STR(site->name),
                                           SQL_STR(stream_name(site, stream)), SQL_INT(STATEMENT_INCOMPLETE)};
    enum err_code code =
        sql_run(site->store->sql,
                "SELECT day FROM ops.statement WHERE site = $1 AND stream = $2 AND state = $3 ORDER BY day",
                parameters + 1, 3, row, context, err);
    if (code != OK)
        return code;
    return sql_run(site->store->sql,
                   "UPDATE ops.statement SET state = $1, failures = 0 WHERE site = $2 AND stream = $3 "
                   "AND state = $4",
                   parameters, 4, NULL, NULL, err);
}

static void take_day(void *context, const struct sql_value *columns)
{
    if (columns[0].type == SQL_INTEGER)
        *(int32_t *)context = (int32_t)columns[0].integer;
}

enum err_code statements_proved(struct site *site, int32_t *ret, struct err *err)
{
    int32_t first_open = DAY_NONE, last = DAY_NONE;
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    /* Open: stated and not agreeing, or held and never stated. A day given up is shown apart. */
    enum err_code code =
        sql_run(site->store->sql,
                "SELECT MIN(d.day) FROM (SELECT day FROM ops.statement WHERE site = $1 AND state IN "
                "(0, 2, 3, 5) UNION ALL SELECT y.day FROM ops.day y WHERE y.site = $1 AND y.count > 0 "
                "AND NOT EXISTS (SELECT 1 FROM ops.statement s WHERE s.site = y.site "
                "AND s.stream = y.stream AND s.day = y.day)) AS d",
                parameters, 1, take_day, &first_open, err);
    if (code == OK)
        code = sql_run(site->store->sql, "SELECT MAX(day) FROM ops.statement WHERE site = $1 AND state = 1",
                       parameters, 1, take_day, &last, err);
    if (code != OK)
        return code;
    int32_t today = (int32_t)(clock_wall_s() / 86400); /* in UTC: of days to come nothing is proved */
    *ret = first_open == DAY_NONE || last < first_open ? last : first_open - 1;
    *ret = *ret < today ? *ret : today;
    if (first_open != DAY_NONE && last != DAY_NONE) { /* nothing agrees before the first open day */
        int32_t first = DAY_NONE;
        code = sql_run(site->store->sql, "SELECT MIN(day) FROM ops.statement WHERE site = $1 AND state = 1",
                       parameters, 1, take_day, &first, err);
        if (*ret < first)
            *ret = DAY_NONE;
    }
    return code;
}
