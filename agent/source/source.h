/* SPDX-License-Identifier: Apache-2.0 */
/* Rows out of the association's database: read-only, streamed, one query at a time. */
#ifndef AGENT_SOURCE_SOURCE_H
#define AGENT_SOURCE_SOURCE_H

#include "contact/cell.h"
#include "contact/err.h"

#include <signal.h>
#include <stdbool.h>

/* How this database's SQL differs; collect builds its statements by it. */
struct source_dialect {
    const char *name;             /* "sqlite", "postgresql"… */
    char quote_open, quote_close; /* around identifiers */
    bool limit_by_top;            /* SELECT TOP n … instead of … LIMIT n */
    /* An aggregate that joins the texts of several rows, U+001E between them: what stands before and after
     * the column. NULL: none here, and a row is then known by its own texts alone. */
    const char *join_open, *join_close;
    /* Around a column of any type: its text without the blanks around it, of which products else ignore a
     * part or which they refuse to compare (a number with a word). Blanks within may be left out too. */
    const char *text_open, *text_close;
    /* Around a column: its text, to be compared byte by byte; NULL where none is sure. */
    const char *bytes_open, *bytes_close;
    /* Around a column: does its text hold a NUL? NULL: none does here. */
    const char *nul_open, *nul_close;
    /* Where a driver holds whole results in memory, a whole table is read in so many parts; around a column
     * stands what gives the part's number, of NULL too. 0: in one. */
    int parts;
    const char *part_open, *part_close;
    bool any_type;    /* a column holds values of any type, and LIKE looks into all but bytes */
    bool odd_numbers; /* some are no digits to SQL: a BIT is bytes, ZEROFILL puts zeros before */
    bool booleans;    /* a boolean is the text 'true' or 'false' then */
};

/* What kind of database: how it is reached. All but the first go through ODBC. */
enum source_kind {
    SOURCE_SQLITE,
    SOURCE_POSTGRESQL,
    SOURCE_MARIADB, /* and MySQL */
    SOURCE_SQLSERVER,
    SOURCE_SYBASE,
    SOURCE_ODBC, /* any other, by the driver's own name for things */
    SOURCE_KINDS,
};

enum source_tls { SOURCE_TLS_PREFER, SOURCE_TLS_REQUIRE, SOURCE_TLS_VERIFY };

/* Texts are borrowed while the source is being opened; NULL or "" where there is nothing to say. */
struct source_options {
    enum source_kind kind;
    const char *driver; /* the ODBC driver's library; "": where distributions put it */
    const char *host;   /* name or address; a path: folder (PostgreSQL) or file (MariaDB) of a Unix socket */
    int port;           /* 0: the product's own */
    const char *database; /* SQLite: the file's whole path */
    const char *user;
    const char *password_file; /* read when connecting */
    enum source_tls tls;
    const char *tls_ca; /* certificates that SOURCE_TLS_VERIFY trusts; "": the system's */
    int timeout_ms;     /* of one statement */
    int connect_timeout_ms;
    const volatile sig_atomic_t
        *stop; /* set: a statement that runs in this process ends, as after its time; NULL is legal */
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
/* Ends the query, whose reading went so: the first failure of both. ERR_RETRY when the file turned out to
 * have changed under an immutable read: discard. */
MUST_CHECK enum err_code source_end(struct source_rows *rows, enum err_code code, struct err *err);

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
