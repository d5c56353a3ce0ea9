/* SPDX-License-Identifier: Apache-2.0 */
/* Rows out of the association's database: read-only, streamed, one query at a time. */
#ifndef AGENT_SOURCE_SOURCE_H
#define AGENT_SOURCE_SOURCE_H

#include "contact/cell.h"
#include "contact/err.h"

#include <stdbool.h>

/* How this database's SQL differs; collect builds its statements by it. */
struct source_dialect {
    const char *name;             /* "sqlite", "postgresql"… */
    char quote_open, quote_close; /* around identifiers */
    bool limit_by_top;            /* SELECT TOP n … instead of … LIMIT n */
};

struct source_options {
    const char *driver;   /* "sqlite" or "odbc" */
    const char *database; /* sqlite: the file's path */
    int timeout_ms;       /* of one statement */
};

struct source;
struct source_rows;

/* ERR_RETRY when the database is away or busy, ERR_CONFIG when it cannot be what is meant. */
MUST_CHECK enum err_code source_open(const struct source_options *options, struct source **ret,
                                     struct err *err);
void source_close(struct source *source); /* NULL is legal; fini in reverse */
const struct source_dialect *source_dialect(const struct source *source);

/* Starts a query; values fill its ? places as text (NULL value: SQL NULL). One at a time. Every value of the
 * rows reads with the source's own type. */
MUST_CHECK enum err_code source_query(struct source *source, const char *sql, const char *const *values,
                                      size_t value_count, struct source_rows **ret, struct err *err);
/* The next row: *ret_cells (borrowed until the next call) or NULL at the end. An error means that the whole
 * read says nothing: discard what it gave. */
MUST_CHECK enum err_code source_next(struct source_rows *rows, const struct cell **ret_cells,
                                     size_t *ret_count, struct err *err);
/* Ends the query. ERR_RETRY when the file turned out to have changed under an immutable read: discard. */
MUST_CHECK enum err_code source_end(struct source_rows *rows, struct err *err);

/* The columns of a table, in order, to see whether a mapping still fits: ERR_CONFIG when there is no such
 * table. */
struct source_column {
    char name[128];
    char type[64]; /* as the database names it */
};
MUST_CHECK enum err_code source_columns(struct source *source, const char *table, struct source_column **ret,
                                        size_t *ret_count,
                                        struct err *err); /* *ret is the caller's, free() */

/* How the database would run a query: whether it walks a whole table, which, and about how many rows that is.
 */
struct source_plan {
    bool full_scan;
    char table[128];
    int64_t rows;
};
MUST_CHECK enum err_code source_explain(struct source *source, const char *sql, const char *const *values,
                                        size_t value_count, struct source_plan *ret, struct err *err);

#endif
