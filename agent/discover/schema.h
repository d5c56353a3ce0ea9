/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue with what was recognised in it. */
#ifndef AGENT_DISCOVER_SCHEMA_H
#define AGENT_DISCOVER_SCHEMA_H

#include "agent/discover/name.h"
#include "agent/discover/shape.h"
#include "agent/source/catalogue.h"

struct column {
    const struct catalogue_column *is;
    struct name name;
    struct shape shape;
    const char *identifier; /* the mapping's kind; NULL: identifies nobody */
    const char *role;       /* "patient", "caller", "practitioner" */
    bool usable;            /* its name can be written in a mapping */
    bool placed;
};

/* What a table is for. */
enum table_role {
    TABLE_NOTHING,
    TABLE_PERSON,
    TABLE_CALL,
    TABLE_VISIT,
    TABLE_DIAGNOSIS,
    TABLE_ACT,
    TABLE_PRESCRIPTION,
    TABLE_DOCTOR,
    TABLE_MERGES,
    TABLE_ROLES,
};

struct table {
    const struct catalogue_table *is;
    struct name name;
    struct column *columns;
    size_t count;
    enum table_role role;
    bool sampled; /* else only names and types are known */
};

struct schema {
    struct catalogue *catalogue;
    struct table *tables;
    size_t count;
    struct table *by_role[TABLE_ROLES]; /* PERSON: the one that holds the names */
};

/* Reads the catalogue and a few rows of each table, and recognises what it can. */
MUST_CHECK enum err_code schema_read(struct source *source, const struct model *model, struct schema **ret,
                                     struct err *err);
void schema_free(struct schema *schema);

/* recognise.c: by names and shapes alone. */
void recognise(struct schema *schema);

/* What a column's values may be; a column without values is taken by its type. */
bool column_is_date(const struct column *column);
bool column_is_number(const struct column *column);
bool column_is_coded(const struct column *column); /* few short values */
bool column_is_text(const struct column *column);

/* join.c. The column that names one record of a table, or NULL. */
struct column *table_key(const struct table *table);
/* The column of child that names a row of parent, and the one that it equals; NULL: none. */
struct column *table_link(const struct table *child, const struct table *parent, struct column **ret_to);
struct table *schema_table(const struct schema *schema, const char *name);

#endif
