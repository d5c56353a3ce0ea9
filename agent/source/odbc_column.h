/* SPDX-License-Identifier: Apache-2.0 */
/* One column of an ODBC result: how it is asked for, and how what comes becomes a cell.
 *
 * Each SQL type has one form, whatever the product, so that the same data give the same records: whole
 * numbers are integers, decimals are exact (text without trailing zeros, or an integer), dates are ISO text,
 * and those that stand for a moment carry their offset. */
#ifndef AGENT_SOURCE_ODBC_COLUMN_H
#define AGENT_SOURCE_ODBC_COLUMN_H

#include <iconv.h>
#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>

#include "contact/buf.h"
#include "contact/cell.h"

#define ODBC_BOUND_MAX 4096              /* longer values are fetched apart */
#define ODBC_ROOM 8                      /* bytes after a value, to write on in place */
#define ODBC_LONG_MAX (16 * 1024 * 1024) /* still longer ones are unreadable */

/* How a source gives text. */
enum odbc_text {
    ODBC_TEXT_BYTES, /* as it is stored: the mapping says the encoding */
    ODBC_TEXT_UTF8,  /* the server converts each column to UTF-8 */
    ODBC_TEXT_UTF16, /* the driver does, to UTF-16 */
};

enum odbc_form {
    ODBC_INTEGER,
    ODBC_BIT,
    ODBC_FLOAT, /* of 4 bytes: the shortest decimal that gives it */
    ODBC_DOUBLE,
    ODBC_DECIMAL,
    ODBC_TIME,    /* date, time or both, without a zone */
    ODBC_INSTANT, /* the same in UTC, since the session is */
    ODBC_GUID,
    ODBC_PADDED, /* of fixed length: trailing blanks are padding */
    ODBC_TEXT,
    ODBC_BINARY,
};

/* What a driver says of a column. */
struct odbc_described {
    SQLSMALLINT sql_type;
    bool is_unsigned;
    bool is_instant; /* its values are moments, given in the session's zone, which is UTC */
    SQLLEN octets;   /* longest value; 0 or less: unknown */
};

struct odbc_column {
    enum odbc_form form;
    bool utf8;          /* text comes as UTF-8 */
    SQLSMALLINT c_type; /* asked for */
    bool is_long;       /* may not fit size */
    bool bound;         /* filled by SQLFetch; else by SQLGetData */
    size_t size;        /* bytes of data */
    unsigned char *data;
    SQLLEN indicator; /* length, or SQL_NULL_DATA */
    struct buf longer;
};

/* Decides form, c_type and size. */
void odbc_column_plan(struct odbc_column *column, const struct odbc_described *described,
                      enum odbc_text text);
/* Makes a cell of len bytes at data, which it may change in place: data has ODBC_ROOM bytes of room after
 * len. utf16 is a converter from UTF-16 to UTF-8, needed for SQL_C_WCHAR; its result is put into
 * column->longer. */
void odbc_column_cell(struct odbc_column *column, iconv_t utf16, unsigned char *data, size_t len,
                      struct cell *ret);
void odbc_column_free(struct odbc_column *column); /* wipes */

#endif
