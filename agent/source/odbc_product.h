/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between the products behind ODBC, in one table. */
#ifndef AGENT_SOURCE_ODBC_PRODUCT_H
#define AGENT_SOURCE_ODBC_PRODUCT_H

#include "agent/source/odbc_column.h"
#include "agent/source/source.h"

#define SESSION_MAX 14

/* A statement that makes a session fit: $ms and $s stand for source.timeout. Without one that must succeed
 * the database is not read; old releases may lack the others. */
struct odbc_session {
    const char *sql;
    bool must;
};

enum odbc_explain {
    EXPLAIN_NOT,      /* the product has no form that can be read here */
    EXPLAIN_LINES,    /* PostgreSQL: a text line a node */
    EXPLAIN_ROWS,     /* MariaDB: a row a table */
    EXPLAIN_STEPS,    /* SQLite */
    EXPLAIN_SHOWPLAN, /* SQL Server: a session setting */
};

struct odbc_product {
    const char *dbms; /* how SQL_DBMS_NAME begins; "" ends the table and fits all */
    struct source_dialect dialect;
    enum odbc_text text;
    const char
        *stored_bytes; /* gives a row when text comes as it is stored, and not as `text` says; or NULL */
    const char *instant_type; /* its values are moments, shown in the session's zone; or NULL */
    bool timeout_attribute;   /* statements are timed by the driver, not by the session */
    enum odbc_explain explain;
    const char *columns;    /* name and type of each column of table ?; NULL: SQLColumns */
    const char *table_rows; /* about how many rows table ? has, without counting; or NULL */
    struct odbc_session session[SESSION_MAX];
};

/* By what SQLGetInfo(SQL_DBMS_NAME) says; never NULL. */
const struct odbc_product *odbc_product_find(const char *dbms);

#endif
