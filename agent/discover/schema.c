/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contact/buf.h"
#include "contact/crypto.h"

#define SAMPLE_ROWS 400 /* fewer than half of SHAPE_SLOTS */
#define NAME_WRITABLE 64
#define SQL_MAX (64 * 1024)

/* Names that a mapping can hold: see its FROM. */
static bool is_usable(const char *name)
{
    static const char *const keywords[] = {"join",  "left",    "on",    "and",   "or",   "where",
                                           "as",    "inner",   "outer", "right", "full", "cross",
                                           "using", "natural", "union", NULL};
    size_t len = strlen(name);
    if (len == 0 || len > NAME_WRITABLE || isdigit((unsigned char)name[0]) != 0)
        return false;
    for (size_t i = 0; keywords[i] != NULL; i++)
        if (strcasecmp(keywords[i], name) == 0)
            return false;
    for (; *name != '\0'; name++)
        if (isalnum((unsigned char)*name) == 0 && *name != '_' && (unsigned char)*name < 0x80)
            return false;
    return true;
}

static bool is_binary(const char *type)
{
    static const char *const words[] = {"blob", "binary", "bytea", "image", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasestr(type, words[i]) != NULL)
            return true;
    return false;
}

static bool is_sampled(const struct column *column)
{
    return column->usable && !is_binary(column->is->type);
}

/* The newest rows by the primary key, whose index makes that cheap. */
static bool sample_sql(const struct table *table, const struct source_dialect *d, struct buf *out)
{
    const struct catalogue_column *key = NULL;
    unsigned keys = 0, named = 0;
    for (size_t i = 0; i < table->count; i++) {
        keys += table->columns[i].is->key > 0;
        key = table->columns[i].is->key == 1 && table->columns[i].usable ? table->columns[i].is : key;
    }
    buf_puts(out, "SELECT");
    if (d->limit_by_top)
        buf_printf(out, " TOP %d", SAMPLE_ROWS);
    for (size_t i = 0; i < table->count; i++)
        if (is_sampled(&table->columns[i]))
            buf_printf(out, "%s %c%s%c", named++ > 0 ? "," : "", d->quote_open, table->columns[i].is->name,
                       d->quote_close);
    buf_printf(out, " FROM %c%s%c", d->quote_open, table->is->name, d->quote_close);
    if (keys == 1 && key != NULL)
        buf_printf(out, " ORDER BY %c%s%c DESC", d->quote_open, key->name, d->quote_close);
    if (!d->limit_by_top)
        buf_printf(out, " LIMIT %d", SAMPLE_ROWS);
    return named > 0 && buf_ok(out);
}

static void count_row(struct table *table, const struct model *model, const struct cell *cells, size_t width,
                      uint64_t *slots)
{
    size_t at = 0;
    for (size_t i = 0; i < table->count && at < width; i++)
        if (is_sampled(&table->columns[i]))
            shape_add(&table->columns[i].shape, &cells[at++], model, &slots[i * SHAPE_SLOTS]);
}

/* A table that cannot be sampled (no right, too slow) is known by its names alone. */
static void sample(struct source *source, struct table *table, const struct model *model)
{
    struct buf sql BUF_CLEANUP = BUF_INIT(SQL_MAX);
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t width = 0;
    if (!is_usable(table->is->name) || !sample_sql(table, source_dialect(source), &sql) ||
        source_query(source, buf_text(&sql), NULL, 0, &rows, NULL) != OK)
        return;
    uint64_t *slots = calloc(table->count, SHAPE_SLOTS * sizeof *slots);
    enum err_code code = slots == NULL ? ERR_INTERNAL : OK;
    while (code == OK && (code = source_next(rows, &cells, &width, NULL)) == OK && cells != NULL)
        count_row(table, model, cells, width, slots);
    if (slots != NULL)
        wipe(slots, table->count * SHAPE_SLOTS * sizeof *slots);
    free(slots);
    table->sampled = source_end(rows, code, NULL) == OK;
    for (size_t i = 0; !table->sampled && i < table->count; i++)
        table->columns[i].shape = (struct shape){0};
}

static bool describe(struct table *table, const struct catalogue_table *is)
{
    *table = (struct table){.is = is, .count = is->column_count};
    name_read(is->name, &table->name);
    table->columns = calloc(table->count + 1, sizeof *table->columns);
    for (size_t i = 0; table->columns != NULL && i < table->count; i++) {
        table->columns[i].is = &is->columns[i];
        table->columns[i].usable = is_usable(is->columns[i].name);
        name_read(is->columns[i].name, &table->columns[i].name);
    }
    return table->columns != NULL;
}

void schema_free(struct schema *schema)
{
    if (schema == NULL)
        return;
    for (size_t i = 0; i < schema->count; i++)
        free(schema->tables[i].columns);
    free(schema->tables);
    catalogue_free(schema->catalogue);
    free(schema);
}

enum err_code schema_read(struct source *source, const struct model *model, struct schema **ret,
                          struct err *err)
{
    struct schema *schema = calloc(1, sizeof *schema);
    if (schema == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    enum err_code code = source_catalogue(source, &schema->catalogue, err);
    size_t count = code == OK ? schema->catalogue->table_count : 0;
    schema->tables = calloc(count + 1, sizeof *schema->tables);
    if (code == OK && schema->tables == NULL)
        code = err_set(err, ERR_INTERNAL, "no memory");
    for (size_t i = 0; code == OK && i < count; i++) {
        if (!describe(&schema->tables[i], &schema->catalogue->tables[i]))
            code = err_set(err, ERR_INTERNAL, "no memory");
        schema->count += code == OK;
        if (code == OK)
            sample(source, &schema->tables[i], model);
    }
    if (code != OK) {
        schema_free(schema);
        return code;
    }
    recognise(schema);
    *ret = schema;
    return OK;
}

struct table *schema_table(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->tables[i].is->name, name) == 0)
            return &schema->tables[i];
    return NULL;
}
