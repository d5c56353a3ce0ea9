/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"
#include "contact/version.h"
#include "gateway/loader/schema.h"
#include "gateway/loader/store_driver.h"

void stored_list_free(struct stored_list *list)
{
    free(list->items);
    *list = (struct stored_list){0};
}

static void list_add(struct stored_list *list, const struct stored *item)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct stored *items = realloc(list->items, room * sizeof *items);
        if (items == NULL) {
            list->failed = true;
            return;
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = *item;
}

char *store_text(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (len < 0)
        abort();
    return text;
}

char *store_column_names(const struct store_stream *s, const char *before, const char *after)
{
    struct buf names = BUF_INIT(65536);
    buf_puts(&names, "");
    for (size_t i = 0; i < s->column_count; i++)
        buf_printf(&names, ", %s\"%s\"%s", before, s->columns[i].name, after);
    char *text = mem_dup(buf_text(&names));
    buf_free(&names);
    return text;
}

static void prepare_rejected(struct store_stream *s, const char *name)
{
    s->reject = store_text("INSERT INTO ops.version_%s (site, id, series, seq, fp, day, judge) "
                           "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (site, id) DO UPDATE SET "
                           "series = excluded.series, seq = excluded.seq, fp = excluded.fp, "
                           "day = excluded.day, judge = excluded.judge",
                           name);
    s->rejected = store_text("SELECT COUNT(*) FROM ops.version_%s WHERE site = $1 AND judge <> ''", name);
    s->rejected_days = store_text("SELECT DISTINCT day FROM ops.version_%s WHERE site = $1 "
                                  "AND judge <> '' AND judge <> $2 ORDER BY day",
                                  name);
    s->rejected_fps = store_text("SELECT fp FROM ops.version_%s WHERE site = $1 AND judge <> '' "
                                 "AND day = $2 AND judge <> $3",
                                 name);
}

static void prepare_stream(struct store *store, struct store_stream *s, const struct model_stream *stream)
{
    s->stream = stream;
    s->column_count = model_columns(stream, s->columns);
    s->day_below = store_text("SELECT v.id, v.series, v.seq, v.fp, v.day FROM \"%s\" r "
                              "JOIN ops.version_%s v ON v.site = r.site AND v.id = r.id "
                              "WHERE r.site = $1 AND r.day = %s AND (v.series, v.seq) < ($3, $4) "
                              "UNION ALL SELECT id, series, seq, fp, day FROM ops.version_%s "
                              "WHERE site = $1 AND judge <> '' AND day = $5 AND (series, seq) < ($3, $4)",
                              stream->name, stream->name,
                              store->sql->postgres ? "CAST(CAST($2 AS text) AS date)" : "$2", stream->name);
    s->of_patient = store_text("SELECT v.id, v.series, v.seq, v.fp, v.day FROM \"%s\" r "
                               "JOIN ops.version_%s v ON v.site = r.site AND v.id = r.id "
                               "WHERE r.site = $1 AND r.patient = $2",
                               stream->name, stream->name);
    s->people = store_text("SELECT DISTINCT patient FROM \"%s\" WHERE site = $1 AND patient IS NOT NULL",
                           stream->name);
    prepare_rejected(s, stream->name);
    store->driver->prepare(store, s);
}

enum err_code store_new(struct sql *sql, const struct store_driver *driver, const struct model *model,
                        struct store **ret, struct err *err)
{
    enum err_code code = schema_make(sql, model, err);
    if (code != OK) {
        sql_close(sql);
        return code;
    }
    struct store *store = mem_new(1, sizeof *store);
    store->sql = sql;
    store->model = model;
    store->driver = driver;
    snprintf(store->judge, sizeof store->judge, "%.32s/", contact_version);
    hex_encode(model->hash, 8, store->judge + strlen(store->judge));
    store->streams = mem_new(model->stream_count, sizeof *store->streams);
    for (unsigned i = 0; i < model->stream_count; i++)
        prepare_stream(store, &store->streams[i], &model->streams[i]);
    *ret = store;
    return OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    sql_close(store->sql);
    for (unsigned i = 0; i < store->model->stream_count; i++) {
        struct store_stream *s = &store->streams[i];
        char *texts[] = {s->reject,     s->rejected,   s->rejected_days,  s->rejected_fps, s->day_below,
                         s->of_patient, s->people,     s->versions,       s->write,        s->write_version,
                         s->raise,      s->delete_row, s->delete_version, s->copy,         s->empty};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            free(texts[t]);
    }
    free(store->streams);
    free(store);
}

enum err_code store_begin(struct store *store, struct err *err)
{
    enum err_code code =
        sql_run(store->sql, store->sql->postgres ? "BEGIN" : "BEGIN IMMEDIATE", NULL, 0, NULL, NULL, err);
    store->inside = code == OK;
    return code;
}

enum err_code store_commit(struct store *store, struct err *err)
{
    enum err_code code = sql_run(store->sql, "COMMIT", NULL, 0, NULL, NULL, err);
    if (code == OK)
        store->inside = false;
    return code;
}

void store_rollback(struct store *store)
{
    if (!store->inside)
        return;
    store->inside = false;
    if (sql_run(store->sql, "ROLLBACK", NULL, 0, NULL, NULL, NULL) != OK)
        return; /* the connection is lost, or SQLite has rolled back by itself: the same in effect */
}

enum err_code store_versions(struct store *store, const struct model_stream *stream, const char *site,
                             const uint8_t *ids, size_t count, struct stored *ret, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        ret[i].found = false;
    return store->driver->versions(store, &store->streams[stream->index], site, ids, count, ret, err);
}

enum err_code store_write(struct store *store, const struct model_stream *stream, const char *site,
                          struct version version, const struct store_row *rows, size_t count, struct err *err)
{
    if (count == 0)
        return OK;
    return store->driver->write(store, &store->streams[stream->index], site, version, rows, count, err);
}

enum err_code store_raise(struct store *store, const struct model_stream *stream, const char *site,
                          struct version version, const uint8_t *ids, size_t count, struct err *err)
{
    if (count == 0)
        return OK;
    return store->driver->raise(store, &store->streams[stream->index], site, version, ids, count, err);
}

enum err_code store_delete(struct store *store, const struct model_stream *stream, const char *site,
                           const uint8_t *ids, size_t count, struct err *err)
{
    if (count == 0)
        return OK;
    return store->driver->remove(store, &store->streams[stream->index], site, ids, count, err);
}

static void collect(void *context, const struct sql_value *columns)
{
    struct stored item = {.found = true};
    if (columns[0].len != sizeof item.id || columns[3].len != sizeof item.fp)
        return;
    memcpy(item.id, columns[0].data, sizeof item.id);
    item.version = (struct version){(uint64_t)columns[1].integer, (uint64_t)columns[2].integer};
    memcpy(item.fp, columns[3].data, sizeof item.fp);
    item.day = (int32_t)columns[4].integer;
    list_add(context, &item);
}

static enum err_code listed(enum err_code code, const struct stored_list *list, struct err *err)
{
    return code == OK && list->failed ? err_set(err, ERR_INTERNAL, "no memory for a list of records") : code;
}

enum err_code store_day_below(struct store *store, const struct model_stream *stream, const char *site,
                              int32_t day, struct version floor, struct stored_list *ret, struct err *err)
{
    char text[DAY_TEXT];
    day_format(day, text);
    const struct sql_value parameters[] = {SQL_STR(site), SQL_STR(text), SQL_INT(floor.series),
                                           SQL_INT(floor.seq), SQL_INT(day)};
    return listed(
        sql_run(store->sql, store->streams[stream->index].day_below, parameters, 5, collect, ret, err), ret,
        err);
}

enum err_code store_of_patient(struct store *store, const struct model_stream *stream, const char *site,
                               const uint8_t patient[static CORE_SIZE], struct stored_list *ret,
                               struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(patient, CORE_SIZE)};
    return listed(
        sql_run(store->sql, store->streams[stream->index].of_patient, parameters, 2, collect, ret, err), ret,
        err);
}

enum judged store_judged(const struct store *store, const struct sql_value *judge)
{
    if (judge->len == 0)
        return TAKEN;
    bool ours = judge->len == strlen(store->judge) && memcmp(judge->data, store->judge, judge->len) == 0;
    return ours ? REJECTED_NOW : REJECTED_BEFORE;
}

enum err_code store_reject(struct store *store, const struct model_stream *stream, const char *site,
                           struct version version, const struct store_row *rows, size_t count,
                           struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++) {
        const struct sql_value parameters[] = {
            SQL_STR(site),        SQL_BLOB(rows[i].id, CORE_SIZE),  SQL_INT(version.series),
            SQL_INT(version.seq), SQL_BLOB(rows[i].fp, SHORT_SIZE), SQL_INT(rows[i].day),
            SQL_STR(store->judge)};
        code = sql_run(store->sql, store->streams[stream->index].reject, parameters, 7, NULL, NULL, err);
    }
    return code;
}

static void add_count(void *context, const struct sql_value *columns)
{
    *(int64_t *)context += columns[0].integer;
}

enum err_code store_rejected(struct store *store, const char *site, int64_t *ret, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site)};
    enum err_code code = OK;
    *ret = 0;
    for (unsigned i = 0; code == OK && i < store->model->stream_count; i++)
        code = sql_run(store->sql, store->streams[i].rejected, parameters, 1, add_count, ret, err);
    return code;
}

enum err_code store_rejected_days(struct store *store, const struct model_stream *stream, const char *site,
                                  sql_row_fn *row, void *context, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site), SQL_STR(store->judge)};
    return sql_run(store->sql, store->streams[stream->index].rejected_days, parameters, 2, row, context, err);
}

static void take_away(void *context, const struct sql_value *columns)
{
    if (columns[0].len == SHORT_SIZE)
        tally_sub(context, columns[0].data);
}

enum err_code store_rejected_tally(struct store *store, const struct model_stream *stream, const char *site,
                                   int32_t day, struct tally *tally, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site), SQL_INT(day), SQL_STR(store->judge)};
    return sql_run(store->sql, store->streams[stream->index].rejected_fps, parameters, 3, take_away, tally,
                   err);
}
