/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/sql.h"

#include <stdlib.h>
#include <string.h>

#include "contact/db.h"

#define STATEMENTS_MAX 192
#define COLUMNS_MAX 16

struct sql_sqlite {
    struct sql base;
    sqlite3 *db;
    struct {
        const char *text;
        sqlite3_stmt *stmt;
    } statements[STATEMENTS_MAX];
    size_t statement_count;
};

static struct sql_sqlite *own(struct sql *sql)
{
    return (struct sql_sqlite *)sql;
}

static void close_sqlite(struct sql *sql)
{
    struct sql_sqlite *s = own(sql);
    db_close(s->db);
    free(s);
}

static enum err_code prepared(struct sql_sqlite *s, const char *text, sqlite3_stmt **ret, struct err *err)
{
    for (size_t i = 0; i < s->statement_count; i++) {
        if (s->statements[i].text == text) {
            *ret = s->statements[i].stmt;
            return OK;
        }
    }
    BUF_CLEANUP struct buf translated = BUF_INIT(65536);
    sql_translate(false, text, &translated);
    if (!buf_ok(&translated) || s->statement_count == STATEMENTS_MAX)
        return err_set(err, ERR_INTERNAL, "no room for another statement");
    enum err_code code = db_prepare(s->db, buf_text(&translated), ret, err);
    if (code == OK) {
        s->statements[s->statement_count].text = text;
        s->statements[s->statement_count++].stmt = *ret;
    }
    return code;
}

static int bind(sqlite3_stmt *stmt, int at, const struct sql_value *value)
{
    switch (value->type) {
    case SQL_NULL:
        return sqlite3_bind_null(stmt, at);
    case SQL_INTEGER:
        return sqlite3_bind_int64(stmt, at, value->integer);
    case SQL_TEXT:
        return sqlite3_bind_text64(stmt, at, value->data, value->len, SQLITE_STATIC, SQLITE_UTF8);
    case SQL_BYTES:
        return sqlite3_bind_blob64(stmt, at, value->data, value->len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static struct sql_value column(sqlite3_stmt *stmt, int at)
{
    size_t len;
    switch (sqlite3_column_type(stmt, at)) {
    case SQLITE_INTEGER:
        return SQL_INT(sqlite3_column_int64(stmt, at));
    case SQLITE_BLOB:
        len = (size_t)sqlite3_column_bytes(stmt, at);
        return SQL_BLOB(sqlite3_column_blob(stmt, at), len);
    case SQLITE_NULL:
        return SQL_NONE;
    default: {
        const void *text = sqlite3_column_text(stmt, at);
        return (struct sql_value){
            .type = SQL_TEXT, .data = text, .len = (size_t)sqlite3_column_bytes(stmt, at)};
    }
    }
}

static enum err_code step_all(struct sql_sqlite *s, sqlite3_stmt *stmt, sql_row_fn *row, void *context,
                              struct err *err)
{
    struct sql_value columns[COLUMNS_MAX];
    int width = sqlite3_column_count(stmt), result;
    if (width > COLUMNS_MAX)
        return err_set(err, ERR_INTERNAL, "a statement gives too many columns");
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (row == NULL)
            continue;
        for (int i = 0; i < width; i++)
            columns[i] = column(stmt, i);
        row(context, columns);
    }
    return result == SQLITE_DONE ? OK : db_error(s->db, result, "warehouse", err);
}

static enum err_code run_sqlite(struct sql *sql, const char *statement, const struct sql_value *parameters,
                                size_t count, sql_row_fn *row, void *context, struct err *err)
{
    struct sql_sqlite *s = own(sql);
    sqlite3_stmt *stmt = NULL;
    enum err_code code = prepared(s, statement, &stmt, err);
    for (size_t i = 0; code == OK && i < count; i++) {
        int result = bind(stmt, (int)i + 1, &parameters[i]);
        if (result != SQLITE_OK)
            code = db_error(s->db, result, "warehouse", err);
    }
    if (code == OK)
        code = step_all(s, stmt, row, context, err);
    if (stmt != NULL) {
        sqlite3_reset(stmt);
        sqlite3_clear_bindings(stmt);
    }
    return code;
}

static enum err_code script_sqlite(struct sql *sql, const char *text, struct err *err)
{
    BUF_CLEANUP struct buf translated = BUF_INIT(1024 * 1024);
    sql_translate(false, text, &translated);
    if (!buf_ok(&translated))
        return err_set(err, ERR_INTERNAL, "no memory for statements");
    return db_exec(own(sql)->db, buf_text(&translated), err);
}

static const struct sql_driver driver = {.close = close_sqlite, .run = run_sqlite, .script = script_sqlite};

enum err_code sql_open_sqlite(const char *path, struct sql **ret, struct err *err)
{
    /* Keys are random, so each commit touches pages all over the indexes. Those of two million records take
     * some 700 MB: a cache that holds them, and checkpoints every 512 MiB of log, doubled the speed of such a
     * load. Memory is taken as it is used. */
    static const struct db_options options = {
        .page_size = 8192, .mode = 0640, .busy_ms = 30000, .create = true, .application_id = 0x436f5768};
    struct sql_sqlite *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for the warehouse");
    s->base.driver = &driver;
    enum err_code code = db_open(path, &options, &s->db, err);
    if (code == OK)
        code = db_exec(s->db, "PRAGMA cache_size = -1048576; PRAGMA wal_autocheckpoint = 65536;", err);
    if (code != OK) {
        close_sqlite(&s->base);
        return code;
    }
    *ret = &s->base;
    return OK;
}
