/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns identify somebody, and what each table is for. In doubt a column identifies. */
#include <string.h>
#include <strings.h>

#include "agent/discover/rules.h"

#define CODED_MAX 40 /* values of a code list, at most */
#define ROLE_POINTS 4

static bool type_has(const struct column *column, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcasestr(column->is->type, words[i]) != NULL)
            return true;
    return false;
}

bool column_is_date(const struct column *column)
{
    static const char *const types[] = {"date", "timestamp", NULL};
    if (column->shape.filled == 0)
        return type_has(column, types);
    return shape_is(&column->shape, SHAPE_DATE, 80);
}

bool column_is_number(const struct column *column)
{
    static const char *const types[] = {"int", "num", "dec", "real", "float", "double", NULL};
    if (column->shape.filled == 0)
        return type_has(column, types);
    return shape_is(&column->shape, SHAPE_NUMBER, 80);
}

bool column_is_coded(const struct column *column)
{
    const struct shape *s = &column->shape;
    if (s->filled == 0)
        return !column_is_date(column);
    return s->distinct <= CODED_MAX && s->longest <= 40 && !column_is_date(column) &&
           (s->distinct * 2 <= s->filled || s->filled < 20);
}

bool column_is_text(const struct column *column)
{
    return !column_is_number(column) && !column_is_date(column);
}

static const char *role_of(const struct table *table, const struct column *column)
{
    if (name_says(&column->name, "doctor/professional/user"))
        return "practitioner";
    if (name_has(&column->name, "caller"))
        return "caller";
    return name_has(&table->name, "doctor") && !name_has(&table->name, "person") ? "practitioner" : "patient";
}

static bool meets(const struct table *table, const struct column *column, const struct identifier_rule *rule)
{
    switch (rule->need) {
    case NEED_DATE:
        return column_is_date(column) || column->shape.filled == 0;
    case NEED_TEXT:
        return !column_is_number(column) && !column_is_date(column) &&
               !(column->shape.filled > 0 && shape_is(&column->shape, SHAPE_CODE, 80) &&
                 column->shape.longest <= 4);
    case NEED_PERSON:
        return name_has(&table->name, "person") && column->is->key == 0;
    case NEED_NOTHING:
        break;
    }
    return true;
}

static const char *by_name(const struct table *table, const struct column *column)
{
    for (const struct identifier_rule *rule = identifier_rules; rule->terms != NULL; rule++)
        if (name_says(&column->name, rule->terms) && meets(table, column, rule))
            return rule->kind;
    return NULL;
}

/* Sentences and labels: words alone make no names of them. */
static bool is_prose(const struct column *column)
{
    return name_says(&column->name, "note/label/drug/dose");
}

static bool like_zips(const struct column *column)
{
    return shape_is(&column->shape, SHAPE_ZIP, 90) && strcasestr(column->is->type, "int") == NULL &&
           column->shape.distinct > 5 && !name_says(&column->name, "id/code");
}

static bool like_names(const struct column *column)
{
    const struct shape *s = &column->shape;
    return shape_is(s, SHAPE_WORDS, 80) && s->distinct > CODED_MAX && !shape_is(s, SHAPE_LONG, 5);
}

/* What values look like, whatever their column is called. */
static const char *by_shape(const struct column *column)
{
    static const struct {
        enum shape_kind kind;
        unsigned percent;
        const char *identifier, *unless; /* its name says so */
    } looks[] = {{SHAPE_EMAIL, 30, "email", ""},
                 {SHAPE_NIR, 60, "nir", "cip/drug"},
                 {SHAPE_PHONE, 40, "phone", ""},
                 {SHAPE_OLD, 20, "birth_date", ""},
                 {SHAPE_ADDRESS, 40, "address", "note/label/drug/dose"}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (shape_is(&column->shape, looks[i].kind, looks[i].percent) &&
            (looks[i].unless[0] == '\0' || !name_says(&column->name, looks[i].unless)))
            return looks[i].identifier;
    if (is_prose(column))
        return NULL;
    if (like_zips(column))
        return "zip";
    return like_names(column) ? "name" : NULL;
}

static void identify(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct column *column = &table->columns[i];
        column->identifier = by_name(table, column);
        if (column->identifier == NULL)
            column->identifier = by_shape(column);
        column->role = column->identifier == NULL ? NULL : role_of(table, column);
    }
}

static bool has_column(const struct table *table, const char *terms)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].usable && name_says(&table->columns[i].name, terms))
            return true;
    return false;
}

static bool has_date(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].usable && column_is_date(&table->columns[i]) &&
            table->columns[i].identifier == NULL)
            return true;
    return false;
}

/* Points of a table for a role; a list of codes is none of them. */
static int points(const struct table *table, enum table_role role)
{
    int sum = 0;
    for (const struct role_rule *rule = role_rules; rule->terms != NULL; rule++) {
        if (rule->role != role)
            continue;
        if (rule->for_name != 0 && name_says(&table->name, rule->terms))
            sum += rule->for_name;
        if (rule->for_column != 0 && has_column(table, rule->terms))
            sum += rule->for_column;
    }
    if (role == TABLE_CALL && !has_date(table))
        return 0;
    if (role == TABLE_MERGES && !(has_column(table, "parent") && has_column(table, "child")))
        return 0;
    return sum;
}

static void assign(struct schema *schema, enum table_role role)
{
    struct table *best = NULL;
    int most = ROLE_POINTS - 1;
    for (size_t i = 0; i < schema->count; i++) {
        struct table *table = &schema->tables[i];
        int sum = table->role == TABLE_NOTHING ? points(table, role) : 0;
        if (sum > most) {
            most = sum;
            best = table;
        }
    }
    schema->by_role[role] = best;
    if (best != NULL)
        best->role = role;
}

void recognise(struct schema *schema)
{
    static const enum table_role order[] = {TABLE_MERGES, TABLE_PERSON,       TABLE_CALL,  TABLE_DIAGNOSIS,
                                            TABLE_ACT,    TABLE_PRESCRIPTION, TABLE_VISIT, TABLE_DOCTOR};
    for (size_t i = 0; i < schema->count; i++)
        identify(&schema->tables[i]);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assign(schema, order[i]);
}
