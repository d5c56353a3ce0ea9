/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef enum err_code row_visitor(struct catalogue *catalogue, char (*texts)[128], struct err *err);

static void cell_name(const struct cell *cell, char *ret, size_t size)
{
    size_t len = cell->type == CELL_TEXT ? cell->len : 0;
    snprintf(ret, size, "%.*s", (int)(len < size ? len : size - 1), len > 0 ? cell->text : "");
}

/* Each row of a query about the catalogue, as names. */
static enum err_code each_row(struct source *source, const char *sql, struct catalogue *catalogue,
                              row_visitor *visit, struct err *err)
{
    struct source_rows *rows = NULL;
    if (sql == NULL)
        return OK;
    enum err_code code = source_query(source, sql, NULL, 0, &rows, err);
    if (code != OK)
        return code;
    const struct cell *cells = NULL;
    size_t count = 0;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells != NULL) {
        char texts[4][128] = {""};
        for (size_t i = 0; i < count && i < 4; i++)
            cell_name(&cells[i], texts[i], sizeof texts[i]);
        if ((code = visit(catalogue, texts, err)) != OK)
            break;
    }
    return source_end(rows, code, err);
}

static enum err_code too_many(const char *what, struct err *err)
{
    err_set(err, ERR_CONFIG, "the dispatch database has too many %s to look at", what);
    return err_hint(err, "let the agent's account read only what is needed");
}

static enum err_code add_table(struct catalogue *catalogue, char (*texts)[128], struct err *err)
{
    if (catalogue->table_count == CATALOGUE_TABLES_MAX)
        return too_many("tables", err);
    struct catalogue_table *more = reallocarray(catalogue->tables, catalogue->table_count + 1, sizeof *more);
    if (more == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    catalogue->tables = more;
    more[catalogue->table_count] = (struct catalogue_table){0};
    snprintf(more[catalogue->table_count++].name, sizeof more->name, "%s", texts[0]);
    return OK;
}

static enum err_code fill_columns(struct source *source, struct catalogue_table *table, struct err *err)
{
    struct source_column *columns = NULL;
    size_t count = 0;
    enum err_code code = source_columns(source, table->name, &columns, &count, err);
    if (code == ERR_CONFIG || code == ERR_INTERNAL) /* a view whose table is gone: nothing to see */
        return OK;
    if (code != OK)
        return code;
    table->columns = calloc(count, sizeof *table->columns);
    for (size_t i = 0; table->columns != NULL && i < count; i++) {
        memcpy(table->columns[i].name, columns[i].name, sizeof columns[i].name);
        memcpy(table->columns[i].type, columns[i].type, sizeof columns[i].type);
    }
    table->column_count = table->columns == NULL ? 0 : count;
    free(columns);
    return table->columns == NULL ? err_set(err, ERR_INTERNAL, "no memory") : OK;
}

static struct catalogue_table *find_table(struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->table_count; i++)
        if (strcasecmp(catalogue->tables[i].name, name) == 0)
            return &catalogue->tables[i];
    return NULL;
}

static struct catalogue_column *find_column(struct catalogue_table *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->column_count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

static enum err_code add_key(struct catalogue *catalogue, char (*texts)[128], struct err *err)
{
    struct catalogue_table *table = find_table(catalogue, texts[0]);
    struct catalogue_column *column = find_column(table, texts[1]);
    unsigned place = 0;
    (void)err;
    for (size_t i = 0; table != NULL && i < table->column_count; i++)
        place += table->columns[i].key > 0;
    if (column != NULL && column->key == 0)
        column->key = place + 1;
    return OK;
}

static enum err_code add_link(struct catalogue *catalogue, char (*texts)[128], struct err *err)
{
    struct catalogue_column *column = find_column(find_table(catalogue, texts[0]), texts[1]);
    struct catalogue_table *parent = find_table(catalogue, texts[2]);
    const struct catalogue_column *to = find_column(parent, texts[3]);
    (void)err;
    if (column == NULL || parent == NULL || to == NULL)
        return OK;
    memcpy(column->to_table, parent->name, sizeof parent->name);
    memcpy(column->to_column, to->name, sizeof to->name);
    return OK;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    for (size_t i = 0; i < catalogue->table_count; i++)
        free(catalogue->tables[i].columns);
    free(catalogue->tables);
    free(catalogue);
}

enum err_code source_catalogue(struct source *source, struct catalogue **ret, struct err *err)
{
    const struct catalogue_sql *sql = catalogue_sql_find(source_dialect(source)->name);
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (catalogue == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    size_t columns = 0;
    enum err_code code = each_row(source, sql->tables, catalogue, add_table, err);
    for (size_t i = 0; code == OK && i < catalogue->table_count; i++) {
        code = fill_columns(source, &catalogue->tables[i], err);
        columns += catalogue->tables[i].column_count;
        if (code == OK && columns > CATALOGUE_COLUMNS_MAX)
            code = too_many("columns", err);
    }
    if (code == OK)
        code = each_row(source, sql->keys, catalogue, add_key, err);
    if (code == OK)
        code = each_row(source, sql->links, catalogue, add_link, err);
    if (code != OK) {
        catalogue_free(catalogue);
        return code;
    }
    *ret = catalogue;
    return OK;
}
