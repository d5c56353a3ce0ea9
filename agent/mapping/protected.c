/* SPDX-License-Identifier: Apache-2.0 */
/* The columns that identify somebody, and those that are local ids: what may not be sent as it stands, by
 * whatever alias, in whatever stream, and under whatever name a join gives the same values. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

#define IDENTIFIES 1U
#define LOCAL_ID 2U

struct protected_column {
    const char *table, *column; /* the mapping's */
    unsigned why;               /* IDENTIFIES, LOCAL_ID or both */
};

struct protection {
    struct mapping_parser *p;
    struct protected_column *columns;
    size_t count;
};

/* ---- which ---- */

/* Names that differ by case alone are one: most products read them so. */
static struct protected_column *find(const struct protection *all, const char *table, const char *column)
{
    for (size_t i = 0; table != NULL && column != NULL && i < all->count; i++)
        if (strcasecmp(all->columns[i].table, table) == 0 && strcasecmp(all->columns[i].column, column) == 0)
            return &all->columns[i];
    return NULL;
}

static unsigned why(const struct protection *all, const char *table, const char *column)
{
    const struct protected_column *known = find(all, table, column);
    return known == NULL ? 0 : known->why;
}

/* Whether that says more than was known. */
static bool add(struct protection *all, const char *table, const char *column, unsigned reason)
{
    struct protected_column *known = find(all, table, column);
    if (reason == 0 || table == NULL || column == NULL)
        return false;
    if (known == NULL) {
        all->columns = mem_grow(all->columns, all->count, sizeof *all->columns);
        known = &all->columns[all->count++];
        *known = (struct protected_column){.table = table, .column = column};
    }
    bool more = (known->why | reason) != known->why;
    known->why |= reason;
    return more;
}

static void add_column(struct protection *all, const struct mapping_stream *stream, unsigned column,
                       unsigned reason)
{
    if (column >= stream->column_count)
        return;
    const struct mapping_column *c = &stream->columns[column];
    add(all, mapping_table(all->p->mapping, stream, c->alias), c->column, reason);
}

static void add_identifiers(struct protection *all, const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->identifier_count; i++)
        add_column(all, stream, stream->identifiers[i].column, IDENTIFIES);
}

/* A local id in the clear would undo its token. A column of a composite key (a rank) tells nothing by itself.
 */
static void add_stream(struct protection *all, const struct mapping_stream *stream)
{
    add_identifiers(all, stream);
    if (stream->key_count == 1)
        add_column(all, stream, stream->key[0], LOCAL_ID);
    if (stream->episode_count == 1)
        add_column(all, stream, stream->episode[0], LOCAL_ID);
    if (stream->person_key >= 0)
        add_column(all, stream, (unsigned)stream->person_key, LOCAL_ID);
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (stream->rules[i] != NULL && stream->rules[i]->field->type == FIELD_TOKEN)
            add_column(all, stream, stream->rules[i]->column, LOCAL_ID);
}

static void add_list(struct protection *all, const char *table, char *const *columns)
{
    for (; columns != NULL && *columns != NULL; columns++)
        add(all, table, *columns, IDENTIFIES);
}

/* The gazetteer learns names, streets and communes. */
static void add_gazetteer(struct protection *all, const struct mapping_gazetteer *g)
{
    add_list(all, g->table, g->name);
    add_list(all, g->table, g->given_name);
    add_list(all, g->table, g->street);
    add_list(all, g->table, g->city);
}

static void add_person(struct protection *all)
{
    const struct mapping *mapping = all->p->mapping;
    const struct mapping_column *key = &mapping->person_key;
    if (key->alias != NULL)
        add(all, mapping_table(mapping, NULL, key->alias), key->column, LOCAL_ID);
    if (mapping->merges != NULL) {
        add(all, mapping->merges->table, mapping->merges->parent, LOCAL_ID);
        add(all, mapping->merges->table, mapping->merges->child, LOCAL_ID);
    }
}

/* What a join compares is the same value by two names. */
static bool add_equal(struct protection *all, const struct mapping_stream *stream,
                      const struct mapping_column *left, const struct mapping_column *right)
{
    if (left->alias == NULL || right->alias == NULL)
        return false;
    const char *left_table = mapping_table(all->p->mapping, stream, left->alias),
               *right_table = mapping_table(all->p->mapping, stream, right->alias);
    bool more = add(all, left_table, left->column, why(all, right_table, right->column));
    return add(all, right_table, right->column, why(all, left_table, left->column)) || more;
}

static bool add_joined(struct protection *all, const struct mapping_stream *stream,
                       const struct mapping_from *from)
{
    bool more = false;
    for (size_t i = 0; i < from->count; i++)
        for (size_t k = 0; k < from->joins[i].condition_count; k++)
            more |= add_equal(all, stream, &from->joins[i].left_side[k], &from->joins[i].right_side[k]);
    return more;
}

static bool add_all_joined(struct protection *all)
{
    const struct mapping *mapping = all->p->mapping;
    bool more = add_joined(all, NULL, &mapping->person_from);
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        const struct mapping_stream *stream = mapping->streams[i];
        if (stream == NULL)
            continue;
        more |= add_joined(all, stream, &stream->from);
        if (stream->death != NULL)
            more |= add_equal(all, stream, &stream->death->on_left, &stream->death->on_right);
    }
    return more;
}

/* person: has the person's identifiers. */
static void collect(struct protection *all, const struct mapping_stream *person)
{
    const struct mapping *mapping = all->p->mapping;
    add_person(all);
    add_identifiers(all, person);
    for (unsigned i = 0; i < mapping->gazetteer_count; i++)
        add_gazetteer(all, &mapping->gazetteer[i]);
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] != NULL)
            add_stream(all, mapping->streams[i]);
    while (add_all_joined(all))
        ;
}

/* ---- who may read them ---- */

/* These derive from identifiers and are safe by construction, or go through the text engine. */
static bool may_read_identifiers(enum field_type type)
{
    return type == FIELD_TOKEN || type == FIELD_AGE || type == FIELD_DEPARTMENT || type == FIELD_GEO_PMSI ||
           type == FIELD_TEXT;
}

static void check_source(const struct protection *all, const struct mapping_stream *stream,
                         const struct mapping_rule *rule, unsigned column)
{
    enum field_type type = rule->field->type;
    if (column >= stream->column_count)
        return;
    const struct mapping_column *c = &stream->columns[column];
    unsigned reason = why(all, mapping_table(all->p->mapping, stream, c->alias), c->column);
    if ((reason & IDENTIFIES) != 0 && !may_read_identifiers(type))
        problems_add(all->p->problems, all->p->yaml->path, c->line, c->col,
                     "identifiers feed only token, age, department, geo_pmsi and text",
                     "%s.%s: %s.%s identifies a person and may not feed the rule %s", stream->model->name,
                     rule->field->name, c->alias, c->column, field_type_name(type));
    else if ((reason & LOCAL_ID) != 0 && type != FIELD_TOKEN)
        problems_add(all->p->problems, all->p->yaml->path, c->line, c->col,
                     "local ids leave as pseudonyms, never as values",
                     "%s.%s: %s.%s is a local id and may only feed a token", stream->model->name,
                     rule->field->name, c->alias, c->column);
}

static void check_stream(const struct protection *all, const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++) {
        const struct mapping_rule *rule = stream->rules[i];
        if (rule == NULL)
            continue;
        check_source(all, stream, rule, rule->column);
        if (rule->field->type == FIELD_DELAY)
            check_source(all, stream, rule, rule->since);
    }
    if (stream->day >= stream->column_count)
        return;
    const struct mapping_column *day = &stream->columns[stream->day];
    if ((why(all, mapping_table(all->p->mapping, stream, day->alias), day->column) & IDENTIFIES) != 0)
        problems_add(all->p->problems, all->p->yaml->path, day->line, day->col,
                     "day is when the call or the visit took place", "%s: the day may not be an identifier",
                     stream->model->name);
}

static void check_label(const struct protection *all, struct yaml_node *map, const char *key)
{
    const struct yaml_node *table = yaml_get(map, "from"), *column = yaml_get(map, key);
    if (table == NULL || column == NULL || table->text == NULL || column->text == NULL)
        return;
    unsigned reason = why(all, table->text, column->text);
    if ((reason & IDENTIFIES) != 0)
        yaml_problem(all->p->yaml, column, all->p->problems, "a label and its code leave as they stand",
                     "labels: %s.%s identifies a person and may not be sent", table->text, column->text);
    else if (reason != 0)
        yaml_problem(all->p->yaml, column, all->p->problems, "a label and its code leave as they stand",
                     "labels: %s.%s is a local id and may not be sent", table->text, column->text);
}

static void check_labels(const struct protection *all, struct yaml_node *list)
{
    for (struct yaml_node *map = list == NULL ? NULL : list->first; map != NULL; map = map->next) {
        check_label(all, map, "code");
        check_label(all, map, "label");
    }
}

void check_protected(struct mapping_parser *p, struct yaml_node *root)
{
    struct protection all = {.p = p};
    struct mapping_stream *person = person_alone(p);
    collect(&all, person);
    for (unsigned i = 0; i < p->mapping->stream_count; i++)
        if (p->mapping->streams[i] != NULL)
            check_stream(&all, p->mapping->streams[i]);
    check_labels(&all, yaml_get(root, "labels"));
    free(all.columns);
    free_stream(person, 0);
}
