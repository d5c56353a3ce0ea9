/* SPDX-License-Identifier: Apache-2.0 */
/* A database behind an ODBC driver: opening it, and its session. Each query is one read-only transaction,
 * over when its rows are. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/source/backend.h"
#include "agent/source/odbc_connect.h"
#include "agent/source/odbc_error.h"
#include "agent/source/odbc_session.h"

static void odbc_source_close(void *data)
{
    struct odbc_source *s = data;
    if (s == NULL)
        return;
    if (s->connection != SQL_NULL_HDBC) {
        SQLEndTran(SQL_HANDLE_DBC, s->connection, SQL_ROLLBACK);
        SQLDisconnect(s->connection);
        SQLFreeHandle(SQL_HANDLE_DBC, s->connection);
    }
    if (s->environment != SQL_NULL_HENV)
        SQLFreeHandle(SQL_HANDLE_ENV, s->environment);
    if (s->utf16 != (iconv_t)-1)
        iconv_close(s->utf16);
    free(s);
}

/* Replaces $ms and $s. */
static void session_text(const char *sql, int timeout_ms, char *ret, size_t size)
{
    const char *mark = strchr(sql, '$');
    if (mark == NULL)
        snprintf(ret, size, "%s", sql);
    else if (strncmp(mark, "$ms", 3) == 0)
        snprintf(ret, size, "%.*s%d%s", (int)(mark - sql), sql, timeout_ms, mark + 3);
    else
        snprintf(ret, size, "%.*s%d%s", (int)(mark - sql), sql, (timeout_ms + 999) / 1000, mark + 2);
}

static enum err_code set_up_session(struct odbc_source *s, struct err *err)
{
    for (size_t i = 0; i < SESSION_MAX && s->product->session[i].sql != NULL; i++) {
        char sql[400];
        session_text(s->product->session[i].sql, s->timeout_ms, sql, sizeof sql);
        enum err_code code = odbc_run(s, sql, err);
        if (code != OK && s->product->session[i].must)
            return code;
    }
    SQLRETURN result = SQLSetConnectAttr(s->connection, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF,
                                         SQL_IS_UINTEGER);
    return SQL_SUCCEEDED(result) ? OK : odbc_error(SQL_HANDLE_DBC, s->connection, err);
}

/* Which product answers, and how it gives text and long values. */
static enum err_code look_around(struct odbc_source *s, struct err *err)
{
    char name[128] = "";
    SQLUINTEGER extensions = 0;
    SQLSMALLINT len;
    SQLGetInfo(s->connection, SQL_DBMS_NAME, name, sizeof name, &len);
    SQLGetInfo(s->connection, SQL_GETDATA_EXTENSIONS, &extensions, sizeof extensions, NULL);
    const SQLUINTEGER all = SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BOUND;
    s->any_order = (extensions & all) == all;
    s->product = odbc_product_find(name);
    s->text = s->product->text;
    enum err_code code = set_up_session(s, err);
    bool bytes = false;
    if (code == OK && s->product->stored_bytes != NULL)
        code = odbc_gives_row(s, s->product->stored_bytes, &bytes, err);
    if (bytes)
        s->text = ODBC_TEXT_BYTES;
    return code;
}

static enum err_code odbc_source_open(const struct source_options *options, void **ret, struct err *err)
{
    if (options->database == NULL || options->database[0] == '\0') {
        err_set(err, ERR_CONFIG, "source.database is not set");
        return err_hint(err, "name the dispatch database in agent.yaml");
    }
    struct odbc_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    odbc_clean_environment();
    s->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : 30000;
    s->utf16 = iconv_open("UTF-8", "UTF-16LE");
    enum err_code code = OK;
    if (s->utf16 == (iconv_t)-1 ||
        !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &s->environment)) ||
        !SQL_SUCCEEDED(SQLSetEnvAttr(s->environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0)))
        code = err_set(err, ERR_INTERNAL, "unixODBC does not start");
    if (code == OK)
        code = odbc_connect(options, s->environment, &s->connection, err);
    if (code == OK)
        code = look_around(s, err);
    if (code != OK) {
        odbc_source_close(s);
        return code;
    }
    *ret = s;
    return OK;
}

static const struct source_dialect *odbc_source_dialect(const void *data)
{
    const struct odbc_source *s = data;
    return &s->product->dialect;
}

const struct source_backend source_odbc = {
    .dialect = odbc_source_dialect,
    .open = odbc_source_open,
    .close = odbc_source_close,
    .query = odbc_query,
    .next = odbc_next,
    .end = odbc_end,
    .columns = odbc_columns,
    .explain = odbc_explain,
};
