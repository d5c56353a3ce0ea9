/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ODBC source share. */
#ifndef AGENT_SOURCE_ODBC_SESSION_H
#define AGENT_SOURCE_ODBC_SESSION_H

#include "agent/source/odbc_product.h"
#include "agent/source/source.h"

struct odbc_source {
    SQLHENV environment;
    SQLHDBC connection;
    const struct odbc_product *product;
    enum odbc_text text;
    bool any_order; /* bound columns may be fetched again, in any order */
    iconv_t utf16;
    int timeout_ms;
};

/* source_query and its like, for a source of this kind. */
MUST_CHECK enum err_code odbc_query(void *source, const char *sql, const char *const *values, size_t count,
                                    void **ret, struct err *err);
MUST_CHECK enum err_code odbc_next(void *rows, const struct cell **ret_cells, size_t *ret_count,
                                   struct err *err);
MUST_CHECK enum err_code odbc_end(void *rows, struct err *err);
/* Runs a statement that gives no rows that matter. */
MUST_CHECK enum err_code odbc_run(struct odbc_source *source, const char *sql, struct err *err);
/* Does a query give at least one row? */
MUST_CHECK enum err_code odbc_gives_row(struct odbc_source *source, const char *sql, bool *ret,
                                        struct err *err);
/* The driver's own list of a table's columns (SQLColumns), as rows. */
MUST_CHECK enum err_code odbc_query_columns(struct odbc_source *source, const char *table, void **ret,
                                            struct err *err);
/* odbc_catalogue.c */
MUST_CHECK enum err_code odbc_columns(void *source, const char *table, struct source_column **ret,
                                      size_t *ret_count, struct err *err);
MUST_CHECK enum err_code odbc_explain(void *source, const char *sql, const char *const *values, size_t count,
                                      struct source_plan *ret, struct err *err);
/* The table that a line of PostgreSQL's EXPLAIN walks through; false when it walks through none. */
bool odbc_plan_line(const char *line, char *ret, size_t size);

#endif
