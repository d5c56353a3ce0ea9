/* SPDX-License-Identifier: Apache-2.0 */
/* One SQL for two databases: SQLite and PostgreSQL, each behind a driver. Statements are written once, with
 * $1, $2… in the order of their first use, `ops.` before operators' tables (a schema; in SQLite the prefix
 * ops_), and, when tables are made, BYTES for binary columns and ROWLESS after a table that is its own index.
 */
#ifndef GATEWAY_LOADER_SQL_H
#define GATEWAY_LOADER_SQL_H

#include "contact/buf.h"
#include "contact/model.h"

enum sql_type { SQL_NULL, SQL_INTEGER, SQL_TEXT, SQL_BYTES };

struct sql_value {
    enum sql_type type;
    int64_t integer;
    const void *data; /* text or bytes, borrowed */
    size_t len;
};

#define SQL_INT(value) ((struct sql_value){.type = SQL_INTEGER, .integer = (int64_t)(value)})
#define SQL_STR(text) ((struct sql_value){.type = SQL_TEXT, .data = (text), .len = strlen(text)})
#define SQL_BLOB(bytes, size) ((struct sql_value){.type = SQL_BYTES, .data = (bytes), .len = (size)})
#define SQL_NONE ((struct sql_value){.type = SQL_NULL})

/* Called for each row; columns are borrowed until it returns. */
typedef void sql_row_fn(void *context, const struct sql_value *columns);

struct sql;
struct sql_driver {
    void (*close)(struct sql *sql);
    /* statement is a literal: its address names the prepared statement. */
    enum err_code (*run)(struct sql *sql, const char *statement, const struct sql_value *parameters,
                         size_t count, sql_row_fn *row, void *context, struct err *err);
    /* Several statements without parameters or rows. */
    enum err_code (*script)(struct sql *sql, const char *text, struct err *err);
};

/* The base of each driver's own structure. */
struct sql {
    const struct sql_driver *driver;
    bool postgres;
};

/* row may be NULL. */
MUST_CHECK enum err_code sql_run(struct sql *sql, const char *statement, const struct sql_value *parameters,
                                 size_t count, sql_row_fn *row, void *context, struct err *err);
MUST_CHECK enum err_code sql_script(struct sql *sql, const char *text, struct err *err);
void sql_close(struct sql *sql); /* NULL is legal */
/* Appends text with ops., BYTES and ROWLESS as this database spells them. */
void sql_translate(bool postgres, const char *text, struct buf *out);

MUST_CHECK enum err_code sql_open_sqlite(const char *path, struct sql **ret, struct err *err);
MUST_CHECK enum err_code sql_open_postgres(const char *conninfo, struct sql **ret, struct err *err);

#endif
