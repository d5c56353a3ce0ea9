/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of an ODBC query.
 *
 * A row at a time, its columns bound: the drivers block their fetches on the wire by themselves (psqlODBC 100
 * rows, the others by packets), and ODBC's row arrays would only save calls. They would also lose rows: a
 * long value within a block needs SQLSetPos, after which MariaDB's driver gives another row's value and an
 * early end. What does not fit its buffer is fetched again by SQLGetData, so that memory follows the longest
 * value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/source/odbc_error.h"
#include "agent/source/odbc_session.h"
#include "contact/clock.h"

#define COLUMNS_MAX 1000
#define PARAMETERS_MAX 16

struct odbc_rows {
    struct odbc_source *source;
    SQLHSTMT stmt;
    struct odbc_column *columns;
    struct cell *cells;
    size_t count;
    SQLLEN lengths[PARAMETERS_MAX]; /* of the parameters, which the driver reads when it executes */
    int64_t deadline_ms;            /* monotonic */
};

static void rows_free(struct odbc_rows *rows)
{
    for (size_t i = 0; rows->columns != NULL && i < rows->count; i++)
        odbc_column_free(&rows->columns[i]);
    if (rows->stmt != SQL_NULL_HSTMT)
        SQLFreeHandle(SQL_HANDLE_STMT, rows->stmt);
    free(rows->columns);
    free(rows->cells);
    free(rows);
}

static enum err_code fail(const struct odbc_rows *rows, struct err *err)
{
    return odbc_error(SQL_HANDLE_STMT, rows->stmt, err);
}

static enum err_code bind_values(struct odbc_rows *rows, const char *const *values, size_t count,
                                 struct err *err)
{
    if (count > PARAMETERS_MAX)
        return err_set(err, ERR_INTERNAL, "too many parameters");
    for (size_t i = 0; i < count; i++) {
        size_t len = values[i] == NULL ? 0 : strlen(values[i]);
        rows->lengths[i] = values[i] == NULL ? SQL_NULL_DATA : (SQLLEN)len;
        if (!SQL_SUCCEEDED(SQLBindParameter(
                rows->stmt, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                len > 0 ? len : 1, 0, (SQLPOINTER)(uintptr_t)values[i], (SQLLEN)len, &rows->lengths[i])))
            return fail(rows, err);
    }
    return OK;
}

static enum err_code describe(struct odbc_rows *rows, SQLUSMALLINT number, struct err *err)
{
    struct odbc_column *column = &rows->columns[number - 1];
    struct odbc_described d = {0};
    SQLCHAR name[256], type_name[128] = "";
    SQLSMALLINT name_len, decimals, nullable, len;
    SQLULEN size;
    SQLLEN is_unsigned = SQL_FALSE;
    if (!SQL_SUCCEEDED(SQLDescribeCol(rows->stmt, number, name, sizeof name, &name_len, &d.sql_type, &size,
                                      &decimals, &nullable)))
        return fail(rows, err);
    SQLColAttribute(rows->stmt, number, SQL_DESC_UNSIGNED, NULL, 0, NULL, &is_unsigned);
    SQLColAttribute(rows->stmt, number, SQL_DESC_OCTET_LENGTH, NULL, 0, NULL, &d.octets);
    SQLColAttribute(rows->stmt, number, SQL_DESC_TYPE_NAME, type_name, sizeof type_name, &len, NULL);
    const char *instant = rows->source->product->instant_type;
    d.is_unsigned = is_unsigned == SQL_TRUE;
    d.is_instant = instant != NULL && strcasecmp((const char *)type_name, instant) == 0;
    odbc_column_plan(column, &d, rows->source->text);
    column->data = calloc(1, column->size);
    return column->data == NULL ? err_set(err, ERR_INTERNAL, "no memory") : OK;
}

/* A driver that gives unbound columns only after the bound ones, and only in their order, binds none from the
 * first long one on. */
static enum err_code bind_columns(struct odbc_rows *rows, struct err *err)
{
    SQLSMALLINT count = 0;
    if (!SQL_SUCCEEDED(SQLNumResultCols(rows->stmt, &count)))
        return fail(rows, err);
    if (count <= 0 || count > COLUMNS_MAX)
        return err_set(err, ERR_INTERNAL, "a query without columns");
    rows->columns = calloc((size_t)count, sizeof *rows->columns);
    rows->cells = calloc((size_t)count, sizeof *rows->cells);
    if (rows->columns == NULL || rows->cells == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    rows->count = (size_t)count;
    bool bind = true;
    for (SQLUSMALLINT i = 1; i <= (SQLUSMALLINT)count; i++) {
        struct odbc_column *column = &rows->columns[i - 1];
        enum err_code code = describe(rows, i, err);
        if (code != OK)
            return code;
        bind = bind && (rows->source->any_order || !column->is_long);
        column->bound = bind;
        if (bind && !SQL_SUCCEEDED(SQLBindCol(rows->stmt, i, column->c_type, column->data,
                                              (SQLLEN)column->size, &column->indicator)))
            return fail(rows, err);
    }
    return OK;
}

static enum err_code execute(struct odbc_rows *rows, const char *sql, const char *const *values, size_t count,
                             struct err *err)
{
    struct odbc_source *s = rows->source;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, s->connection, &rows->stmt)))
        return odbc_error(SQL_HANDLE_DBC, s->connection, err);
    if (s->product->timeout_attribute)
        SQLSetStmtAttr(rows->stmt, SQL_ATTR_QUERY_TIMEOUT,
                       (SQLPOINTER)(SQLULEN)((s->timeout_ms + 999) / 1000), SQL_IS_UINTEGER);
    rows->deadline_ms = clock_monotonic_ms() + s->timeout_ms;
    if (!SQL_SUCCEEDED(SQLPrepare(rows->stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS)))
        return fail(rows, err);
    enum err_code code = bind_values(rows, values, count, err);
    if (code != OK)
        return code;
    SQLRETURN result = SQLExecute(rows->stmt);
    return SQL_SUCCEEDED(result) || result == SQL_NO_DATA ? OK : fail(rows, err);
}

static void give_up(struct odbc_rows *rows)
{
    struct odbc_source *s = rows->source;
    rows_free(rows);
    SQLEndTran(SQL_HANDLE_DBC, s->connection, SQL_ROLLBACK);
}

static enum err_code start(struct odbc_source *source, const char *sql, const char *const *values,
                           size_t count, struct odbc_rows **ret, struct err *err)
{
    *ret = calloc(1, sizeof **ret);
    if (*ret == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    (*ret)->source = source;
    enum err_code code = execute(*ret, sql, values, count, err);
    if (code != OK) {
        give_up(*ret);
        *ret = NULL;
    }
    return code;
}

enum err_code odbc_run(struct odbc_source *source, const char *sql, struct err *err)
{
    struct odbc_rows *rows = NULL;
    enum err_code code = start(source, sql, NULL, 0, &rows, err);
    if (code == OK)
        rows_free(rows);
    return code;
}

static enum err_code offer(struct odbc_rows *rows, void **ret, struct err *err)
{
    enum err_code code = bind_columns(rows, err);
    if (code != OK)
        give_up(rows);
    else
        *ret = rows;
    return code;
}

enum err_code odbc_query(void *data, const char *sql, const char *const *values, size_t count, void **ret,
                         struct err *err)
{
    struct odbc_rows *rows = NULL;
    enum err_code code = start(data, sql, values, count, &rows, err);
    return code == OK ? offer(rows, ret, err) : code;
}

enum err_code odbc_query_columns(struct odbc_source *source, const char *table, void **ret, struct err *err)
{
    struct odbc_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    rows->source = source;
    rows->deadline_ms = clock_monotonic_ms() + source->timeout_ms;
    enum err_code code = OK;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, source->connection, &rows->stmt)))
        code = odbc_error(SQL_HANDLE_DBC, source->connection, err);
    else if (!SQL_SUCCEEDED(
                 SQLColumns(rows->stmt, NULL, 0, NULL, 0, (SQLCHAR *)(uintptr_t)table, SQL_NTS, NULL, 0)))
        code = fail(rows, err);
    if (code == OK)
        return offer(rows, ret, err);
    give_up(rows);
    return code;
}

/* Bytes that end a value in its buffer. */
static size_t terminator(const struct odbc_column *column)
{
    return column->c_type == SQL_C_CHAR ? 1 : column->c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
}

/* One call of SQLGetData; *ret_left as it says, SQL_NO_TOTAL too, and 0 when nothing is left. */
static enum err_code fetch_part(struct odbc_rows *rows, SQLUSMALLINT number, size_t room, SQLLEN *ret_left,
                                struct err *err)
{
    struct odbc_column *column = &rows->columns[number - 1];
    unsigned char *to = buf_reserve(&column->longer, room + ODBC_ROOM);
    if (to == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for a long value");
    SQLRETURN result = SQLGetData(rows->stmt, number, column->c_type, to, (SQLLEN)room, ret_left);
    if (result == SQL_NO_DATA)
        *ret_left = 0;
    else if (!SQL_SUCCEEDED(result))
        return fail(rows, err);
    return OK;
}

/* Fetches a value that is not bound, or did not fit, into column->longer, part by part. column->indicator
 * becomes its length, SQL_NULL_DATA, or SQL_NO_TOTAL when it is too long. */
static enum err_code fetch_apart(struct odbc_rows *rows, SQLUSMALLINT number, struct err *err)
{
    struct odbc_column *column = &rows->columns[number - 1];
    size_t end = terminator(column), room = ODBC_BOUND_MAX;
    if (column->bound && column->indicator > 0)
        room = (size_t)column->indicator + end;
    buf_wipe(&column->longer);
    column->indicator = SQL_NO_TOTAL;
    while (column->longer.len + room <= ODBC_LONG_MAX) {
        SQLLEN left = 0;
        enum err_code code = fetch_part(rows, number, room, &left, err);
        if (code != OK)
            return code;
        if (left != SQL_NO_TOTAL && (left < 0 || (size_t)left + end <= room)) {
            column->longer.len += left > 0 ? (size_t)left : 0;
            column->indicator = left < 0 ? SQL_NULL_DATA : (SQLLEN)column->longer.len;
            return OK;
        }
        column->longer.len += room - end;
        room = left == SQL_NO_TOTAL ? column->longer.len + ODBC_BOUND_MAX : (size_t)left - (room - end) + end;
    }
    return OK;
}

/* Of a fixed size in memory: no length is to be looked at. */
static bool is_fixed(const struct odbc_column *column)
{
    return column->c_type != SQL_C_CHAR && column->c_type != SQL_C_WCHAR && column->c_type != SQL_C_BINARY;
}

static bool fits(const struct odbc_column *column)
{
    return is_fixed(column) ||
           (column->indicator >= 0 &&
            (size_t)column->indicator + (terminator(column) > 0 ? terminator(column) : ODBC_ROOM) <=
                column->size);
}

static enum err_code read_cell(struct odbc_rows *rows, size_t at, struct err *err)
{
    struct odbc_column *column = &rows->columns[at];
    struct cell *cell = &rows->cells[at];
    unsigned char *data = column->data;
    *cell = (struct cell){.type = CELL_NULL};
    if (column->bound && column->indicator == SQL_NULL_DATA)
        return OK;
    if (!column->bound || (rows->source->any_order && !fits(column))) {
        enum err_code code = fetch_apart(rows, (SQLUSMALLINT)(at + 1), err);
        if (code != OK || column->indicator == SQL_NULL_DATA)
            return code;
        data = column->longer.data;
    }
    if (!is_fixed(column) && (column->indicator < 0 || (data == column->data && !fits(column))))
        cell->type = CELL_UNREADABLE;
    else
        odbc_column_cell(column, rows->source->utf16, data, (size_t)column->indicator, cell);
    return OK;
}

enum err_code odbc_next(void *data, const struct cell **ret_cells, size_t *ret_count, struct err *err)
{
    struct odbc_rows *rows = data;
    if (clock_monotonic_ms() > rows->deadline_ms)
        return odbc_error_set("HYT00", 0, err);
    SQLRETURN result = SQLFetch(rows->stmt);
    if (result == SQL_NO_DATA) {
        *ret_cells = NULL;
        *ret_count = 0;
        return OK;
    }
    if (!SQL_SUCCEEDED(result))
        return fail(rows, err);
    for (size_t i = 0; i < rows->count; i++) {
        enum err_code code = read_cell(rows, i, err);
        if (code != OK)
            return code;
    }
    *ret_cells = rows->cells;
    *ret_count = rows->count;
    return OK;
}

enum err_code odbc_end(void *data, struct err *err)
{
    struct odbc_rows *rows = data;
    struct odbc_source *s = rows->source;
    rows_free(rows);
    if (SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, s->connection, SQL_ROLLBACK)))
        return OK;
    return odbc_error(SQL_HANDLE_DBC, s->connection, err);
}

enum err_code odbc_gives_row(struct odbc_source *source, const char *sql, bool *ret, struct err *err)
{
    void *rows = NULL;
    const struct cell *cells = NULL;
    size_t count;
    enum err_code code = odbc_query(source, sql, NULL, 0, &rows, err);
    if (code != OK)
        return code;
    code = odbc_next(rows, &cells, &count, err);
    *ret = code == OK && cells != NULL;
    enum err_code ended = odbc_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}
