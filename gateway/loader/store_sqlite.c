/* SPDX-License-Identifier: Apache-2.0 */
/* Many rows of SQLite: prepared statements, row by row. */
#include <stdlib.h>
#include <string.h>

#include "contact/db.h"
#include "gateway/loader/store_driver.h"

#define COMMON_COLUMNS 5 /* site, id, episode, patient, day */

static void prepare(struct store *store, struct store_stream *s)
{
    (void)store;
    const char *name = s->stream->name;
    char *columns = store_column_names(s, "", "");
    struct buf marks = BUF_INIT(4096);
    for (size_t i = 0; i < COMMON_COLUMNS + s->column_count; i++)
        buf_puts(&marks, i == 0 ? "?" : ", ?");
    s->versions = store_text(
        "SELECT series, seq, fp, day, judge FROM ops.version_%s WHERE site = $1 AND id = $2", name);
    s->write = store_text("INSERT OR REPLACE INTO \"%s\" (site, id, episode, patient, day%s) VALUES (%s)",
                          name, columns, buf_text(&marks));
    s->write_version =
        store_text("INSERT OR REPLACE INTO ops.version_%s (site, id, series, seq, fp, day, judge) "
                   "VALUES ($1, $2, $3, $4, $5, $6, '')",
                   name);
    s->raise =
        store_text("UPDATE ops.version_%s SET series = $1, seq = $2 WHERE site = $3 AND id = $4", name);
    s->delete_row = store_text("DELETE FROM \"%s\" WHERE site = $1 AND id = $2", name);
    s->delete_version = store_text("DELETE FROM ops.version_%s WHERE site = $1 AND id = $2", name);
    buf_free(&marks);
    free(columns);
}

struct finding {
    const struct store *store;
    struct stored *ret;
};

static void take_version(void *context, const struct sql_value *columns)
{
    const struct finding *finding = context;
    struct stored *ret = finding->ret;
    if (columns[2].len != sizeof ret->fp)
        return;
    ret->found = true;
    ret->version = (struct version){(uint64_t)columns[0].integer, (uint64_t)columns[1].integer};
    memcpy(ret->fp, columns[2].data, sizeof ret->fp);
    ret->day = (int32_t)columns[3].integer;
    ret->judged = store_judged(finding->store, &columns[4]);
}

static enum err_code versions(struct store *store, struct store_stream *s, const char *site,
                              const uint8_t *ids, size_t count, struct stored *ret, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++) {
        const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(ids + i * CORE_SIZE, CORE_SIZE)};
        struct finding finding = {.store = store, .ret = &ret[i]};
        memcpy(ret[i].id, ids + i * CORE_SIZE, CORE_SIZE);
        code = sql_run(store->sql, s->versions, parameters, 2, take_version, &finding, err);
    }
    return code;
}

/* The row's parameters; texts of the columns go to `texts`, which must not move: its room is reserved before.
 */
static void fill(const struct store_stream *s, const char *site, const char *day, const struct store_row *row,
                 struct buf *texts, struct sql_value *ret)
{
    ret[0] = SQL_STR(site);
    ret[1] = SQL_BLOB(row->id, CORE_SIZE);
    ret[2] = row->has_episode ? SQL_BLOB(row->episode, CORE_SIZE) : SQL_NONE;
    ret[3] = row->has_patient ? SQL_BLOB(row->patient, CORE_SIZE) : SQL_NONE;
    ret[4] = SQL_STR(day);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct model_column *column = &s->columns[i];
        const struct value *value = &row->values[column->field->index];
        size_t start = texts->len;
        ret[COMMON_COLUMNS + i] = SQL_NONE;
        if (column->part == COLUMN_VALUE && value->kind == VALUE_TEXT && column->field->type != FIELD_HOUR)
            ret[COMMON_COLUMNS + i] =
                (struct sql_value){.type = SQL_TEXT, .data = value->text, .len = value->len};
        else if (model_column_text(column, value, texts))
            ret[COMMON_COLUMNS + i] =
                (struct sql_value){.type = SQL_TEXT, .len = texts->len - start, .integer = (int64_t)start};
    }
    for (size_t i = COMMON_COLUMNS; i < COMMON_COLUMNS + s->column_count; i++)
        if (ret[i].type == SQL_TEXT && ret[i].data == NULL)
            ret[i].data = texts->data + ret[i].integer;
}

static enum err_code write_rows(struct store *store, struct store_stream *s, const char *site,
                                struct version version, const struct store_row *rows, size_t count,
                                struct err *err)
{
    struct sql_value parameters[COMMON_COLUMNS + MODEL_COLUMNS_MAX];
    BUF_CLEANUP struct buf texts = BUF_INIT(65536);
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++) {
        char day[DAY_TEXT];
        day_format(rows[i].day, day);
        buf_clear(&texts);
        fill(s, site, day, &rows[i], &texts, parameters);
        if (texts.failed)
            return err_set(err, ERR_INTERNAL, "a row has too much text");
        code = sql_run(store->sql, s->write, parameters, COMMON_COLUMNS + s->column_count, NULL, NULL, err);
        const struct sql_value of_version[] = {
            SQL_STR(site),        SQL_BLOB(rows[i].id, CORE_SIZE),  SQL_INT(version.series),
            SQL_INT(version.seq), SQL_BLOB(rows[i].fp, SHORT_SIZE), SQL_INT(rows[i].day)};
        if (code == OK)
            code = sql_run(store->sql, s->write_version, of_version, 6, NULL, NULL, err);
    }
    return code;
}

static enum err_code raise_rows(struct store *store, struct store_stream *s, const char *site,
                                struct version version, const uint8_t *ids, size_t count, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++) {
        const struct sql_value parameters[] = {SQL_INT(version.series), SQL_INT(version.seq), SQL_STR(site),
                                               SQL_BLOB(ids + i * CORE_SIZE, CORE_SIZE)};
        code = sql_run(store->sql, s->raise, parameters, 4, NULL, NULL, err);
    }
    return code;
}

static enum err_code remove_rows(struct store *store, struct store_stream *s, const char *site,
                                 const uint8_t *ids, size_t count, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++) {
        const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(ids + i * CORE_SIZE, CORE_SIZE)};
        code = sql_run(store->sql, s->delete_row, parameters, 2, NULL, NULL, err);
        if (code == OK)
            code = sql_run(store->sql, s->delete_version, parameters, 2, NULL, NULL, err);
    }
    return code;
}

static const struct store_driver driver = {.prepare = prepare,
                                           .versions = versions,
                                           .write = write_rows,
                                           .raise = raise_rows,
                                           .remove = remove_rows};

enum err_code store_open_sqlite(const char *path, const struct model *model, struct store **ret,
                                struct err *err)
{
    struct sql *sql;
    enum err_code code = sql_open_sqlite(path, &sql, err);
    return code == OK ? store_new(sql, &driver, model, ret, err) : code;
}
