/* SPDX-License-Identifier: Apache-2.0 */
/* Does the database itself promise that no key comes twice? Then nothing is read to see it: the key holds the
 * primary key of its table, in a type that has one spelling only, and every joined table goes by its own
 * primary key, so that no join doubles a row. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/collect/internal.h"
#include "agent/collect/types.h"
#include "agent/source/catalogue.h"

#define TABLES_MAX 16
#define KEY_MAX 8 /* columns */

struct table {
    const struct mapping_join *join;
    char key[KEY_MAX][128]; /* its primary key */
    size_t key_count;
    struct source_column *columns;
    size_t column_count;
    bool once; /* each row of the stream has one of its rows at most */
};

struct tables {
    const struct mapping_from *from;
    bool any_type; /* SQLite's columns take values of any type, but for a primary key declared INTEGER */
    struct table list[TABLES_MAX];
};

static struct table *table_of(struct tables *t, const char *alias)
{
    for (size_t i = 0; i < t->from->count; i++)
        if (strcmp(t->from->joins[i].alias, alias) == 0)
            return &t->list[i];
    return NULL;
}

static void add_key(struct tables *t, const struct cell *cells)
{
    for (size_t i = 0; i < t->from->count; i++) {
        struct table *table = &t->list[i];
        const char *name = table->join->table;
        if (cells[0].len != strlen(name) || memcmp(cells[0].text, name, cells[0].len) != 0)
            continue;
        if (table->key_count < KEY_MAX && cells[1].len < sizeof(table->key[0]))
            memcpy(table->key[table->key_count], cells[1].text, cells[1].len);
        table->key_count++; /* one that is too wide is taken for none */
    }
}

static enum err_code read_keys(struct source *source, struct tables *t)
{
    const char *sql = catalogue_sql_find(source_dialect(source)->name)->keys;
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = sql ? source_query(source, sql, NULL, 0, &rows, NULL) : ERR_CONFIG;
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, NULL)) == OK && cells)
        if (count > 1 && cells[0].type == CELL_TEXT && cells[1].type == CELL_TEXT)
            add_key(t, cells);
    enum err_code ended = source_end(rows, NULL);
    return code == OK ? ended : code;
}

static bool has_key(const struct table *table)
{
    return table->key_count > 0 && table->key_count <= KEY_MAX;
}

static const char *type_of(const struct table *table, const char *column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, column) == 0)
            return table->columns[i].type;
    return "";
}

/* Two values that the database takes for different are different in canonical form too. */
static bool one_spelling(const struct tables *t, const struct table *table, const char *column)
{
    char class[64];
    const char *type = type_of(table, column);
    if (t->any_type)
        return table->key_count == 1 && strcasecmp(type, "INTEGER") == 0;
    type_class(type, class, sizeof(class));
    return strcmp(class, "integer") == 0 || strcmp(class, "uuid") == 0;
}

static bool is_column(const struct mapping_column *c, const struct table *table, const char *column)
{
    return strcmp(c->alias, table->join->alias) == 0 && strcmp(c->column, column) == 0;
}

/* Compared as what it is: of texts that are compared as numbers, '7' and '007' are both 7. */
static bool compares(struct tables *t, const struct table *table, const char *column,
                     const struct mapping_column *with)
{
    const struct table *other = table_of(t, with->alias);
    return other && other->once &&
           (one_spelling(t, table, column) ||
            strcmp(type_of(table, column), type_of(other, with->column)) == 0);
}

static bool is_joined_by(struct tables *t, const struct table *table, const char *column)
{
    for (size_t i = 0; i < t->from->count; i++) {
        const struct mapping_join *join = &t->from->joins[i];
        for (size_t k = 0; k < join->condition_count; k++) {
            const struct mapping_column *left = &join->left_side[k], *right = &join->right_side[k];
            if ((is_column(left, table, column) && compares(t, table, column, right)) ||
                (is_column(right, table, column) && compares(t, table, column, left)))
                return true;
        }
    }
    return false;
}

/* From the key's table on to those that it names by their keys, and from them to others. */
static bool all_once(struct tables *t)
{
    size_t left = t->from->count - 1;
    for (bool more = true; more && left > 0;) {
        more = false;
        for (size_t i = 0; i < t->from->count; i++) {
            struct table *table = &t->list[i];
            bool joined = !table->once && has_key(table);
            for (size_t k = 0; joined && k < table->key_count; k++)
                joined = is_joined_by(t, table, table->key[k]);
            table->once = table->once || joined;
            left -= joined;
            more = more || joined;
        }
    }
    return left == 0;
}

static bool key_holds(const struct mapping_stream *stream, const struct table *table, const char *column)
{
    for (unsigned i = 0; i < stream->key_count; i++)
        if (is_column(&stream->columns[stream->key[i]], table, column))
            return true;
    return false;
}

static bool is_promised(struct tables *t, const struct mapping_stream *stream)
{
    struct table *own = table_of(t, stream->columns[stream->key[0]].alias);
    if (!own || !has_key(own))
        return false;
    for (size_t k = 0; k < own->key_count; k++)
        if (!key_holds(stream, own, own->key[k]) || !one_spelling(t, own, own->key[k]))
            return false;
    own->once = true;
    return all_once(t);
}

bool keys_promised(struct source *source, const struct mapping_stream *stream)
{
    struct tables t = {.from = &stream->from,
                       .any_type = strcmp(source_dialect(source)->name, "sqlite") == 0};
    if (t.from->count > TABLES_MAX || stream->key_count == 0)
        return false;
    for (size_t i = 0; i < t.from->count; i++)
        t.list[i].join = &t.from->joins[i];
    enum err_code code = read_keys(source, &t);
    for (size_t i = 0; code == OK && i < t.from->count; i++)
        code =
            source_columns(source, t.list[i].join->table, &t.list[i].columns, &t.list[i].column_count, NULL);
    bool promised = code == OK && is_promised(&t, stream);
    for (size_t i = 0; i < t.from->count; i++)
        free(t.list[i].columns);
    return promised;
}
