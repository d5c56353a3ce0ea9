/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/plan.h"

#include <stdlib.h>
#include <string.h>

#include "agent/discover/rules.h"

const char *const plan_person_fields[3] = {"sex", "age", "geo"};

static const struct {
    const char *stream;
    enum table_role role;
    const char *alias;
} places[] = {{"call", TABLE_CALL, "a"},
              {"visit", TABLE_VISIT, "v"},
              {"diagnosis", TABLE_DIAGNOSIS, "g"},
              {"act", TABLE_ACT, "t"},
              {"prescription", TABLE_PRESCRIPTION, "r"}};

static bool join(struct plan_stream *s, struct table *parent, const char *alias)
{
    struct plan_table *last = &s->tables[s->count - 1];
    struct column *to = NULL, *link = parent == NULL ? NULL : table_link(last->table, parent, &to);
    if (link == NULL || s->count == PLAN_TABLES)
        return false;
    s->tables[s->count++] = (struct plan_table){
        .table = parent, .alias = alias, .left_alias = last->alias, .left = link, .right = to};
    link->placed = to->placed = true;
    return true;
}

/* The stream's own table, then the way to the call. */
static void join_tables(const struct schema *schema, struct plan_stream *s, size_t place)
{
    struct table *call = schema->by_role[TABLE_CALL], *visit = schema->by_role[TABLE_VISIT];
    struct table *own = schema->by_role[places[place].role];
    if (own == NULL && places[place].role == TABLE_VISIT)
        own = call; /* one table for both */
    if (own == NULL)
        return;
    s->tables[s->count++] =
        (struct plan_table){.table = own, .alias = own == call ? "a" : places[place].alias};
    if (own == call || call == NULL || join(s, call, "a"))
        return;
    if (own != visit && join(s, visit, "v") && join(s, call, "a"))
        return;
    if (own != visit)
        s->count = 0; /* nothing dates it */
}

/* A code may well be a foreign key into the list of codes; a number that is one is only that list's own id.
 */
static bool is_key(const struct plan *plan, const struct table *table, const struct column *column)
{
    const struct table *to = schema_table(plan->schema, column->is->to_table);
    return column == table_key(table) ||
           (to != NULL && (to->role != TABLE_NOTHING || column_is_number(column)));
}

static unsigned code_share(const struct column *column, const struct model_field *field,
                           const struct model *model)
{
    unsigned most = 0;
    for (unsigned i = 0; i < model->thesaurus_count && i < SHAPE_THESAURI; i++)
        for (const struct model_thesaurus **t = field->thesauri; *t != NULL; t++)
            if (*t == &model->thesauri[i] && column->shape.thesauri[i] > most)
                most = column->shape.thesauri[i];
    return column->shape.filled == 0 ? 100 : most * 100 / column->shape.filled;
}

/* Whether a column's values can be what the field wants. */
static bool suits(const struct column *column, const struct model_field *field, const struct model *model)
{
    switch (field->type) {
    case FIELD_CODE:
        return column->identifier == NULL && code_share(column, field, model) >= 40;
    case FIELD_ENUM:
    case FIELD_FLAG:
        return column->identifier == NULL && column_is_coded(column);
    case FIELD_NUMBER:
        return column->identifier == NULL && column_is_number(column);
    case FIELD_HOUR:
    case FIELD_DELAY:
        return column->identifier == NULL && column_is_date(column) &&
               (column->shape.filled == 0 || column->shape.kinds[SHAPE_TIMED] > 0);
    case FIELD_DAY:
        return column->identifier == NULL && column_is_date(column);
    case FIELD_TEXT:
        return column->identifier == NULL && column_is_text(column);
    case FIELD_TOKEN:
        return column->identifier == NULL;
    case FIELD_AGE:
        return column->identifier != NULL && strcmp(column->identifier, "birth_date") == 0 &&
               strcmp(column->role, "patient") == 0;
    case FIELD_DEPARTMENT:
        return column->identifier != NULL && strcmp(column->identifier, "zip") == 0 &&
               strcmp(column->role, "patient") == 0;
    case FIELD_GEO_PMSI:
        break;
    }
    return false;
}

static unsigned words_beside(const struct column *column)
{
    return column->name.count + 2 * column->name.unknown;
}

/* The column of a table that fits a rule and says least else. */
static struct column *best_column(const struct plan *plan, struct table *table, const struct field_rule *rule,
                                  const struct model_field *field)
{
    struct column *best = NULL;
    for (size_t i = 0; i < table->count; i++) {
        struct column *column = &table->columns[i];
        bool taken = column->placed && field->type != FIELD_AGE && field->type != FIELD_DEPARTMENT;
        bool key = is_key(plan, table, column) && field->type != FIELD_TOKEN;
        if (taken || key || !column->usable || !name_says(&column->name, rule->terms) ||
            !suits(column, field, plan->model))
            continue;
        if (best == NULL || words_beside(column) < words_beside(best))
            best = column;
    }
    return best;
}

static struct plan_column find_field(const struct plan *plan, struct plan_table *tables, unsigned count,
                                     const char *stream, const struct model_field *field)
{
    for (unsigned t = 0; t < count; t++)
        for (const struct field_rule *rule = field_rules; rule->stream != NULL; rule++) {
            if (strcmp(rule->stream, stream) != 0 || strcmp(rule->field, field->name) != 0)
                continue;
            struct column *column = best_column(plan, tables[t].table, rule, field);
            if (column != NULL) {
                column->placed = true;
                return (struct plan_column){tables[t].alias, column};
            }
        }
    return (struct plan_column){0};
}

/* A long text whose name says nothing. */
static struct plan_column find_text(struct plan_table *t)
{
    for (size_t i = 0; i < t->table->count; i++) {
        struct column *c = &t->table->columns[i];
        if (c->usable && !c->placed && c->identifier == NULL && c->name.count == 0 &&
            shape_is(&c->shape, SHAPE_LONG, 30)) {
            c->placed = true;
            return (struct plan_column){t->alias, c};
        }
    }
    return (struct plan_column){0};
}

/* What dates a row of the first table that has such a column. */
static struct plan_column find_day(struct plan_stream *s)
{
    static const char *const wishes[] = {"date call !modified !cancel !ended !arrived !departed !transmitted",
                                         "received !modified",
                                         "date visit",
                                         "date !modified !cancel !ended !arrived !departed !transmitted",
                                         "!modified !cancel",
                                         NULL};
    for (unsigned t = s->count; t-- > 0;)
        for (size_t w = 0; wishes[w] != NULL; w++)
            for (size_t i = 0; i < s->tables[t].table->count; i++) {
                struct column *c = &s->tables[t].table->columns[i];
                if (c->usable && c->identifier == NULL && column_is_date(c) &&
                    name_says(&c->name, wishes[w])) {
                    c->placed = true;
                    return (struct plan_column){s->tables[t].alias, c};
                }
            }
    return (struct plan_column){0};
}

static struct plan_column find_changed(struct plan_stream *s)
{
    for (unsigned t = 0; t < s->count; t++)
        for (size_t i = 0; i < s->tables[t].table->count; i++) {
            struct column *c = &s->tables[t].table->columns[i];
            if (c->usable && c->identifier == NULL && name_has(&c->name, "modified") && column_is_date(c)) {
                c->placed = true;
                return (struct plan_column){s->tables[t].alias, c};
            }
        }
    return (struct plan_column){0};
}

static void add_key(struct plan_stream *s, struct column *column)
{
    s->key[s->key_count++] = (struct plan_column){s->tables[0].alias, column};
    column->placed = true;
}

static struct column *find_rank(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].usable && name_has(&table->columns[i].name, "rank"))
            return &table->columns[i];
    return NULL;
}

/* One column, or two: those of the primary key, or the way to the parent and a rank. */
static void find_key(struct plan_stream *s)
{
    const struct table *own = s->tables[0].table;
    struct column *key = table_key(own), *rank = find_rank(own);
    struct column *parent = s->count > 1 ? s->tables[1].left : NULL;
    bool by_parent = key == NULL || (key == parent && key->is->key == 0);
    unsigned declared = 0;
    for (size_t i = 0; i < own->count; i++)
        declared += own->columns[i].is->key > 0;
    if (declared == 2) {
        for (unsigned place = 1; place <= 2; place++)
            for (size_t i = 0; i < own->count; i++)
                if (own->columns[i].is->key == place)
                    add_key(s, &own->columns[i]);
    } else if (by_parent && parent != NULL && rank != NULL) {
        add_key(s, parent);
        add_key(s, rank);
    } else if (key != NULL) {
        add_key(s, key);
    }
    if (s->key_count == 2 &&
        rank != NULL) /* one column of two tells nothing by itself: it may fill a field */
        rank->placed = false;
}

static void find_person_link(const struct plan *plan, struct plan_stream *s)
{
    for (unsigned t = s->count; plan->person_count > 0 && t-- > 0;) {
        struct column *to = NULL, *link = table_link(s->tables[t].table, plan->person[0].table, &to);
        if (link != NULL && to == plan->person_key.column) {
            s->person = (struct plan_column){s->tables[t].alias, link};
            link->placed = true;
            return;
        }
    }
}

/* Without a table of persons, the call's own columns say who it is about. */
static bool is_of_person(const struct plan *plan, const char *field)
{
    for (unsigned i = 0; plan->person_count == 0 && i < 3; i++)
        if (strcmp(plan_person_fields[i], field) == 0)
            return true;
    return false;
}

static void fill_field(const struct plan *plan, struct plan_stream *s, unsigned i)
{
    const struct model_field *field = &s->model->fields[i];
    bool is_call = strcmp(s->model->name, "call") == 0, is_visit = strcmp(s->model->name, "visit") == 0;
    if (strcmp(field->name, "received") == 0 && s->day.column != NULL &&
        suits(s->day.column, field, plan->model))
        s->fields[i] = s->day;
    else
        s->fields[i] = find_field(plan, s->tables, is_visit ? s->count : 1,
                                  is_of_person(plan, field->name) ? "person" : s->model->name, field);
    if (s->fields[i].column == NULL && field->type == FIELD_TEXT && (is_call || is_visit))
        s->fields[i] = find_text(&s->tables[0]);
}

static void fill_stream(struct plan *plan, struct plan_stream *s)
{
    bool is_call = strcmp(s->model->name, "call") == 0, any = false;
    s->day = find_day(s);
    s->changed = find_changed(s);
    find_key(s);
    find_person_link(plan, s);
    struct plan_table *last = &s->tables[s->count - 1];
    if (!is_call && last->table == plan->schema->by_role[TABLE_CALL])
        s->episode = (struct plan_column){last->alias, table_key(last->table)};
    for (unsigned i = 0; i < s->model->field_count; i++) {
        fill_field(plan, s, i);
        any = any || s->fields[i].column != NULL;
    }
    if (!any && !is_call)
        s->count = 0; /* the call's own table holds nothing of a visit */
}

static void find_person(struct plan *plan)
{
    struct schema *schema = plan->schema;
    struct table *names = schema->by_role[TABLE_PERSON], *call = schema->by_role[TABLE_CALL], *named = names;
    struct column *to = NULL, *link = NULL;
    if (names == NULL)
        return;
    for (size_t i = 0; call != NULL && i < schema->count && named == names; i++) {
        struct table *t = &schema->tables[i];
        if (t != names && t != call && t->role == TABLE_NOTHING && name_has(&t->name, "person") &&
            table_link(call, t, &to) != NULL && (link = table_link(t, names, &to)) != NULL)
            named = t;
    }
    plan->person[plan->person_count++] = (struct plan_table){.table = named, .alias = "p"};
    if (named != names)
        plan->person[plan->person_count++] =
            (struct plan_table){.table = names, .alias = "q", .left_alias = "p", .left = link, .right = to};
    plan->person_key = (struct plan_column){"p", table_key(named)};
    if (plan->person_key.column == NULL) {
        plan->person_count = 0;
        return;
    }
    plan->person_key.column->placed = true;
    if (link != NULL)
        link->placed = to->placed = true;
}

static void fill_person(struct plan *plan)
{
    const struct model_stream *call = model_find_stream(plan->model, "call");
    for (unsigned f = 0; call != NULL && f < 3; f++) {
        const struct model_field *field = model_find_field(call, plan_person_fields[f]);
        if (field != NULL)
            plan->person_fields[f] = find_field(plan, plan->person, plan->person_count, "person", field);
    }
    for (unsigned t = 0; t < plan->person_count; t++)
        for (size_t i = 0; i < plan->person[t].table->count; i++) {
            struct column *c = &plan->person[t].table->columns[i];
            if (plan->objection.column == NULL && c->usable && name_has(&c->name, "objection") &&
                column_is_coded(c)) {
                plan->objection = (struct plan_column){plan->person[t].alias, c};
                c->placed = true;
            }
        }
}

/* The outcome that says that somebody died, and how its table names the call. */
static void find_death(struct plan *plan)
{
    struct table *call = plan->schema->by_role[TABLE_CALL];
    const struct model_stream *model = model_find_stream(plan->model, "visit");
    const struct model_field *field = model == NULL ? NULL : model_find_field(model, "outcome");
    if (call == NULL || field == NULL || plan->streams[model->index].count == 0)
        return;
    const struct plan_stream *visit = &plan->streams[model->index];
    const struct plan_column *outcome = &visit->fields[field->index];
    for (unsigned t = 0; outcome->column != NULL && t < visit->count; t++) {
        if (strcmp(visit->tables[t].alias, outcome->alias) != 0)
            continue;
        struct column *to = table_key(call);
        const struct column *link =
            visit->tables[t].table == call ? to : table_link(visit->tables[t].table, call, &to);
        plan->death.table = link == NULL || to == NULL ? NULL : visit->tables[t].table;
        plan->death.to_call = link;
        plan->death.call_key = to;
        plan->death.outcome = outcome->column;
    }
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->streams);
    free(plan);
}

enum err_code plan_make(struct schema *schema, const struct model *model, struct plan **ret, struct err *err)
{
    struct plan *plan = calloc(1, sizeof *plan);
    if (plan != NULL)
        plan->streams = calloc(model->stream_count, sizeof *plan->streams);
    if (plan == NULL || plan->streams == NULL) {
        plan_free(plan);
        return err_set(err, ERR_INTERNAL, "no memory");
    }
    plan->model = model;
    plan->schema = schema;
    find_person(plan);
    for (unsigned i = 0; i < model->stream_count; i++) {
        struct plan_stream *s = &plan->streams[i];
        s->model = &model->streams[i];
        for (size_t k = 0; k < sizeof places / sizeof *places; k++)
            if (strcmp(places[k].stream, s->model->name) == 0)
                join_tables(schema, s, k);
        if (s->count > 0)
            fill_stream(plan, s);
        if (s->count > 0 && strcmp(s->model->name, "call") == 0)
            plan->call = s;
    }
    fill_person(plan);
    find_death(plan);
    *ret = plan;
    return OK;
}
