/* SPDX-License-Identifier: Apache-2.0 */
/* What a database says of itself: its tables, their columns, and the keys that join them. No row is read. */
#ifndef AGENT_SOURCE_CATALOGUE_H
#define AGENT_SOURCE_CATALOGUE_H

#include "agent/source/source.h"

#define CATALOGUE_TABLES_MAX 4000
#define CATALOGUE_COLUMNS_MAX 40000 /* of all tables */

struct catalogue_column {
    char name[128];
    char type[64];      /* as the database names it */
    unsigned key;       /* place in the primary key, from 1; 0: not in it */
    char to_table[128]; /* what its foreign key names; "": none, or one of several columns */
    char to_column[128];
};

struct catalogue_table {
    char name[128];
    struct catalogue_column *columns; /* in the table's order */
    size_t column_count;
};

struct catalogue {
    struct catalogue_table *tables; /* by name; those that can be named without their schema */
    size_t table_count;
};

/* A product that tells no keys gives none. ERR_CONFIG when there are more tables or columns than the maximum.
 */
MUST_CHECK enum err_code source_catalogue(struct source *source, struct catalogue **ret, struct err *err);
void catalogue_free(struct catalogue *catalogue);

/* The queries behind it, by source_dialect.name; never NULL. */
struct catalogue_sql {
    const char *dialect;
    const char *tables; /* name */
    const char *keys;   /* table, column: of primary keys, in their order; or NULL */
    const char *links;  /* table, column, table, column: foreign keys of one column; or NULL */
};
const struct catalogue_sql *catalogue_sql_find(const char *dialect);

#endif
