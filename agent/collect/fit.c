/* SPDX-License-Identifier: Apache-2.0 */
/* Does the mapping still fit the database? A stream that names a table or column which is not there, or is of
 * another type than when it was approved, stands still with its reason, and goes on by itself once it is as
 * before; the others are not stopped by it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/collect/approval.h"
#include "agent/collect/columns.h"
#include "agent/collect/day_column.h"
#include "agent/collect/internal.h"
#include "agent/collect/practitioner.h"
#include "agent/collect/types.h"
#include "agent/collect/witness.h"
#include "contact/clock.h"
#include "contact/log.h"

struct table {
    char name[128];
    struct source_column *columns;
    size_t count;
    bool missing;
};

struct catalogue {
    struct collect *c;
    struct buf types;      /* of the columns that the stream reads */
    char what[STOPPED_BY]; /* the table or column by which it stands still, and how; may be "" */
    struct table tables[64];
    size_t count;
};

/* Each table is looked up once for all streams. */
static enum err_code find_table(struct catalogue *cat, const char *name, struct table **ret, struct err *err)
{
    for (size_t i = 0; i < cat->count; i++)
        if (strcmp(cat->tables[i].name, name) == 0) {
            *ret = &cat->tables[i];
            return OK;
        }
    if (cat->count == sizeof(cat->tables) / sizeof(cat->tables[0]))
        return err_set(err, ERR_CONFIG, "the mapping names too many tables");
    struct table *t = &cat->tables[cat->count];
    enum err_code code = source_columns(cat->c->source, name, &t->columns, &t->count, err);
    if (code != OK && code != ERR_CONFIG)
        return code;
    t->missing = code != OK;
    snprintf(t->name, sizeof(t->name), "%s", name);
    cat->count++;
    *ret = t;
    return OK;
}

/* PostgreSQL tells names apart by their case: the statements quote them as the mapping writes them. */
static bool same_column(const struct collect *c, const char *there, const char *mapped)
{
    bool exactly = c->settings->source_kind == SOURCE_POSTGRESQL;
    return (exactly ? strcmp(there, mapped) : strcasecmp(there, mapped)) == 0;
}

/* Adds the type of a column that is there, and names one that is not. */
static const char *look_up(struct catalogue *cat, const char *table, const char *column, enum err_code *code,
                           struct err *err)
{
    struct table *t = NULL;
    if (!table || *code != OK)
        return "";
    *code = find_table(cat, table, &t, err);
    if (*code != OK)
        return "";
    if (t->missing) {
        snprintf(cat->what, sizeof(cat->what), "%s", table);
        return "table_missing";
    }
    for (size_t i = 0; i < t->count; i++)
        if (same_column(cat->c, t->columns[i].name, column)) {
            types_add(&cat->types, table, column, t->columns[i].type);
            return "";
        }
    snprintf(cat->what, sizeof(cat->what), "%s.%s", table, column);
    return "column_missing";
}

static const char *check_from(struct catalogue *cat, const struct mapping *m, const struct mapping_stream *s,
                              const struct mapping_from *from, enum err_code *code, struct err *err)
{
    const char *fault = "";
    for (size_t i = 0; i < from->count; i++)
        for (size_t k = 0; k < from->joins[i].condition_count && !*fault; k++) {
            const struct mapping_column *left = &from->joins[i].left_side[k],
                                        *right = &from->joins[i].right_side[k];
            fault = look_up(cat, mapping_table(m, s, left->alias), left->column, code, err);
            if (!*fault)
                fault = look_up(cat, mapping_table(m, s, right->alias), right->column, code, err);
        }
    return fault;
}

static const char *check_death(struct catalogue *cat, const struct mapping *m, const struct mapping_stream *s,
                               enum err_code *code, struct err *err)
{
    const struct mapping_death *d = s->death;
    const char *fault = look_up(cat, mapping_table(m, s, d->on_left.alias), d->on_left.column, code, err);
    if (!*fault)
        fault = look_up(cat, mapping_table(m, s, d->on_right.alias), d->on_right.column, code, err);
    return *fault ? fault : look_up(cat, d->table, d->field.column, code, err);
}

static const char *check_person(struct catalogue *cat, const struct mapping *m,
                                const struct mapping_stream *s, enum err_code *code, struct err *err)
{
    const char *fault = check_from(cat, m, s, &m->person_from, code, err);
    if (!*fault)
        fault = look_up(cat, mapping_table(m, s, s->person.alias), s->person.column, code, err);
    if (!*fault && m->merges)
        fault = look_up(cat, m->merges->table, m->merges->child, code, err);
    if (!*fault && m->merges)
        fault = look_up(cat, m->merges->table, m->merges->parent, code, err);
    return fault;
}

/* A text that cannot be read hides what it would have removed from the others. */
static const char *check_texts(struct catalogue *cat, const struct mapping *m, const struct mapping_stream *s,
                               enum err_code *code, struct err *err)
{
    const char *fault = "";
    if (!source_dialect(cat->c->source)->join_open)
        return "";
    for (unsigned i = 0; i < s->text_count && !*fault; i++) {
        const struct mapping_stream *other = m->streams[s->texts[i].stream];
        const struct mapping_column *text = &other->columns[s->texts[i].column];
        if (!s->texts[i].joined)
            continue;
        fault = check_from(cat, m, other, &other->from, code, err);
        for (unsigned k = 0; k < other->episode_count && !*fault; k++) {
            const struct mapping_column *episode = &other->columns[other->episode[k]];
            fault = look_up(cat, mapping_table(m, other, episode->alias), episode->column, code, err);
        }
        if (!*fault)
            fault = look_up(cat, mapping_table(m, other, text->alias), text->column, code, err);
    }
    return fault;
}

static const char *check_stream(struct catalogue *cat, const struct mapping *m,
                                const struct mapping_stream *s, enum err_code *code, struct err *err)
{
    const char *fault = "";
    for (unsigned i = 0; i < s->column_count && !*fault; i++)
        fault = look_up(cat, mapping_table(m, s, s->columns[i].alias), s->columns[i].column, code, err);
    if (!*fault)
        fault = check_from(cat, m, s, &s->from, code, err);
    if (!*fault && s->has_person)
        fault = check_person(cat, m, s, code, err);
    if (!*fault && s->death)
        fault = check_death(cat, m, s, code, err);
    return *fault ? fault : check_texts(cat, m, s, code, err);
}

/* Is the day something by which rows can be found, and what the statements were made for? */
static const char *check_day(struct catalogue *cat, const struct stream *s, enum err_code *code,
                             struct err *err)
{
    const struct mapping_column *day = &s->mapping->columns[s->mapping->day];
    struct table *t = NULL;
    *code = find_table(cat, day_table(cat->c->mapping, s->mapping), &t, err);
    if (*code != OK)
        return "";
    const char *type = "";
    for (size_t i = 0; i < t->count; i++)
        if (strcasecmp(t->columns[i].name, day->column) == 0)
            type = t->columns[i].type;
    enum days days = day_type(source_dialect(cat->c->source), type);
    if (days != s->select->days)
        *code = err_set(err, ERR_RETRY, "stream %s: the day's type has changed: the database is opened anew",
                        s->name);
    if (days != DAYS_NONE)
        return "";
    snprintf(cat->what, sizeof(cat->what), "%s.%s: %s", t->name, day->column, type);
    return "day_unordered";
}

/* After something went wrong that asking again at once would not mend. */
static const char *resting(const struct stream *s)
{
    if (clock_monotonic_ms() >= s->rests_until_ms)
        return "";
    return s->unordered ? "day_unordered" : "bad_data";
}

static const char *find_fault(struct catalogue *cat, const struct stream *s, enum err_code *code,
                              struct err *err)
{
    bool changed = false;
    buf_clear(&cat->types);
    cat->what[0] = '\0';
    if (!approval_covers(cat->c->state, cat->c->mapping, s->name))
        return "not_approved";
    const char *fault = check_stream(cat, cat->c->mapping, s->mapping, code, err);
    if (*code == OK && !*fault)
        *code = types_check(cat->c->state, s->name, &cat->types, &changed, cat->what, sizeof(cat->what), err);
    if (changed)
        return "type_changed";
    if (*code == OK && !*fault)
        fault = check_day(cat, s, code, err);
    bool few = false;
    if (*code == OK && !*fault)
        *code = witness_check(cat->c, s, &few, err);
    if (few)
        return "few_rows";
    if (*code == ERR_REJECTED) { /* its rows cannot even be counted, and the others' can */
        *code = OK;
        return "bad_data";
    }
    return *code == OK && !*fault ? resting(s) : fault;
}

static enum err_code keep_fault(struct collect *c, struct stream *s, const char *fault, const char *what,
                                struct err *err)
{
    char name[64], by[64], known[STOPPED_BY];
    snprintf(name, sizeof(name), "stopped.%s", s->name);
    snprintf(by, sizeof(by), "stopped_by.%s", s->name);
    state_get(c->state, by, known, sizeof(known));
    if (strcmp(fault, s->stopped) == 0 && strcmp(what, known) == 0)
        return state_failure(c->state, err);
    if (*fault)
        log_error("stream %s stands still: %s%s%s", s->name, fault, *what ? ": " : "", what);
    else
        log_info("stream %s goes on", s->name);
    snprintf(s->stopped, sizeof(s->stopped), "%s", fault);
    state_begin(c->state);
    if (!*fault)
        practitioner_forget_search(c->state);
    state_put(c->state, name, *fault ? fault : NULL);
    state_put(c->state, by, *what ? what : NULL);
    return state_commit(c->state, err);
}

void fit_rests(struct collect *c, struct stream *stream)
{
    char name[64];
    struct err err;
    snprintf(name, sizeof(name), "stopped.%s", stream->name);
    state_begin(c->state);
    state_put(c->state, name, resting(stream));
    if (state_commit(c->state, &err) != OK)
        log_err("state", &err);
}

/* What came into the tables that are read; of those that are gone nothing is said. */
static enum err_code note_columns(struct catalogue *cat, struct err *err)
{
    struct columns *columns = columns_new(cat->c->state);
    for (size_t i = 0; i < cat->count; i++)
        if (!cat->tables[i].missing)
            columns_add(columns, cat->tables[i].name, cat->tables[i].columns, cat->tables[i].count);
    enum err_code code = columns_keep(columns, err);
    columns_free(columns);
    return code;
}

enum err_code fit_check(struct collect *c, struct err *err)
{
    struct catalogue *cat = calloc(1, sizeof(*cat));
    if (!cat)
        return err_set(err, ERR_INTERNAL, "no memory");
    cat->c = c;
    cat->types = BUF_INIT(TYPES_MAX - 1);
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < c->stream_count; i++) {
        const char *fault = find_fault(cat, &c->streams[i], &code, err);
        if (code == OK)
            code = keep_fault(c, &c->streams[i], fault, cat->what, err);
    }
    if (code == OK)
        code = note_columns(cat, err);
    for (size_t i = 0; i < cat->count; i++)
        free(cat->tables[i].columns);
    buf_free(&cat->types);
    free(cat);
    return code;
}
