/* SPDX-License-Identifier: Apache-2.0 */
/* The statements that are no stream's: persons, objectors, names, merges, labels. */
#include <stdlib.h>
#include <string.h>

#include "agent/select/sql.h"

const struct mapping_stream *select_objecting(const struct mapping *mapping)
{
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] && mapping->streams[i]->objection >= 0)
            return mapping->streams[i];
    return NULL;
}

char *select_objectors(const struct mapping *mapping, const struct source_dialect *dialect)
{
    const struct mapping_stream *stream = select_objecting(mapping);
    if (!stream)
        return NULL;
    const struct mapping_column *objection = &stream->columns[stream->objection];
    if (!mapping->objects || !mapping->objects[0])
        return NULL;
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    buf_puts(&t.out, "SELECT ");
    sql_column(&t, &mapping->person_key);
    buf_puts(&t.out, ", ");
    sql_column(&t, objection);
    buf_puts(&t.out, " FROM ");
    sql_from(&t, &mapping->person_from);
    buf_puts(&t.out, " WHERE ");
    sql_unless_one_of(&t, objection, mapping->allows); /* nearly everybody, and quickly seen */
    sql_may_be_one_of(&t, objection, mapping->objects);
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}

char *select_persons(const struct mapping *mapping, const struct source_dialect *dialect)
{
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    if (mapping->person_from.count == 0)
        return NULL;
    buf_puts(&t.out, "SELECT COUNT(*) FROM ");
    sql_from(&t, &mapping->person_from);
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}

char *select_names(const struct mapping_gazetteer *gazetteer, const struct source_dialect *dialect)
{
    char **const lists[] = {gazetteer->name, gazetteer->given_name, gazetteer->street, gazetteer->city};
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (char **c = lists[i]; c && *c; c++) {
            buf_puts(&t.out, first ? ", " : "SELECT ");
            sql_name(&t, *c);
            first = first ? first : *c;
        }
    buf_puts(&t.out, " FROM ");
    sql_name(&t, gazetteer->table);
    if (first && dialect->parts > 0) {
        buf_printf(&t.out, " WHERE %s", dialect->part_open);
        sql_name(&t, first);
        buf_printf(&t.out, "%s = ?", dialect->part_close);
    }
    char *sql = first ? sql_finish(&t) : NULL;
    buf_free(&t.out);
    return sql;
}

char *select_merges(const struct mapping *mapping, const struct source_dialect *dialect)
{
    const struct mapping_merges *merges = mapping->merges;
    if (!merges)
        return NULL;
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    buf_puts(&t.out, "SELECT ");
    sql_name(&t, merges->child);
    buf_puts(&t.out, ", ");
    sql_name(&t, merges->parent);
    buf_puts(&t.out, " FROM ");
    sql_name(&t, merges->table);
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}

char *select_person(const struct mapping *mapping, const struct source_dialect *dialect)
{
    const char *persons = mapping_from_table(&mapping->person_from, mapping->person_key.alias);
    if (!persons)
        return NULL;
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    buf_puts(&t.out, "SELECT ");
    sql_column(&t, &mapping->person_key);
    buf_puts(&t.out, " FROM ");
    sql_table(&t, persons, mapping->person_key.alias);
    buf_puts(&t.out, " WHERE ");
    sql_column(&t, &mapping->person_key);
    buf_puts(&t.out, " = ?");
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}

static void qualified(struct sql_text *t, const char *alias, const char *column_name)
{
    sql_name(t, alias);
    buf_putc(&t->out, '.');
    sql_name(t, column_name);
}

char *select_merges_spelled(const struct mapping *mapping, const struct source_dialect *dialect)
{
    const struct mapping_merges *merges = mapping->merges;
    const char *persons = mapping_from_table(&mapping->person_from, mapping->person_key.alias);
    if (!merges || !persons)
        return NULL;
    const char *const sides[] = {merges->child, merges->parent}, *const aliases[] = {"pc", "pp"};
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    buf_puts(&t.out, "SELECT ");
    for (int i = 0; i < 2; i++) {
        qualified(&t, "m", sides[i]);
        buf_puts(&t.out, ", ");
    }
    qualified(&t, aliases[0], mapping->person_key.column);
    buf_puts(&t.out, ", ");
    qualified(&t, aliases[1], mapping->person_key.column);
    buf_puts(&t.out, " FROM ");
    sql_table(&t, merges->table, "m");
    for (int i = 0; i < 2; i++) {
        buf_puts(&t.out, " LEFT JOIN ");
        sql_table(&t, persons, aliases[i]);
        buf_puts(&t.out, " ON ");
        qualified(&t, aliases[i], mapping->person_key.column);
        buf_puts(&t.out, " = ");
        qualified(&t, "m", sides[i]);
    }
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}

char *select_labels(const struct mapping_labels *labels, const struct source_dialect *dialect)
{
    struct sql_text t = {.out = BUF_INIT(SQL_MAX), .dialect = dialect};
    buf_puts(&t.out, "SELECT ");
    sql_name(&t, labels->code);
    buf_puts(&t.out, ", ");
    sql_name(&t, labels->label);
    buf_puts(&t.out, " FROM ");
    sql_name(&t, labels->table);
    char *sql = sql_finish(&t);
    buf_free(&t.out);
    return sql;
}
