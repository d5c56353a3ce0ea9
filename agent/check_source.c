/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/check_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/day_column.h"
#include "agent/collect/tokens.h"
#include "agent/mapping/local_id.h"
#include "agent/settings_source.h"
#include "contact/clock.h"
#include "contact/language.h"
#include "contact/yaml.h"

#define SCAN_ROWS 100000 /* a hot sweep that would walk more rows than this is not made (DESIGN 6.2) */
#define NAMES_MAX 512
#define HINT_SIZE 300
#define DAY_HINT N_("make a view that gives the day as a date (or as text, YYYY-MM-DD), and name it in from")
#define KEYS_DAYS 400
#define KEYS_MAX 200000
#define KEY_BYTES 4096 /* of several columns */

/* Is this column there? A near name is the hint. */
static bool check_column(struct checklist *list, struct source *source, const char *what, const char *table,
                         const char *column)
{
    struct source_column *columns = NULL;
    size_t count = 0;
    struct err err;
    if (source_columns(source, table, &columns, &count, &err) != OK) {
        checklist_add_err(list, what, &err);
        return false;
    }
    const char *names[NAMES_MAX + 1] = {NULL};
    bool found = false;
    for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
        names[i] = columns[i].name;
        found = found || strcmp(columns[i].name, column) == 0;
    }
    if (!found) {
        const char *near = yaml_nearest(column, names);
        char hint[200];
        snprintf(hint, sizeof hint, "did you mean \"%s\"?", near == NULL ? "" : near);
        checklist_add(list, FINDING_ERROR, what, near == NULL ? NULL : hint,
                      "table \"%s\" has no column \"%s\"", table, column);
    }
    free(columns);
    return found;
}

static bool check_columns(struct checklist *list, struct source *source, const struct mapping *mapping,
                          const struct mapping_stream *stream)
{
    bool all = true;
    for (unsigned i = 0; i < stream->column_count; i++) {
        const struct mapping_column *column = &stream->columns[i];
        const char *table = mapping_table(mapping, stream, column->alias);
        if (table != NULL && !check_column(list, source, stream->model->name, table, column->column))
            all = false;
    }
    return all;
}

/* The texts of other streams that its own are cleaned with. */
static bool check_texts(struct checklist *list, struct source *source, const struct mapping *mapping,
                        const struct mapping_stream *stream)
{
    bool all = true;
    for (unsigned i = 0; i < stream->text_count; i++) {
        const struct mapping_stream *other = mapping->streams[stream->texts[i].stream];
        const struct mapping_column *text = &other->columns[stream->texts[i].column];
        const char *table = mapping_table(mapping, other, text->alias);
        if (other != stream && table != NULL &&
            !check_column(list, source, stream->model->name, table, text->column))
            all = false;
    }
    return all;
}

static const struct mapping_column *side_of(const struct mapping_from *from, const char *table)
{
    for (size_t i = 0; i < from->count; i++)
        for (size_t k = 0; k < from->joins[i].condition_count; k++) {
            const struct mapping_column *sides[] = {&from->joins[i].left_side[k],
                                                    &from->joins[i].right_side[k]};
            for (size_t side = 0; side < 2; side++) {
                const char *of = mapping_from_table(from, sides[side]->alias);
                if (of != NULL && strcmp(of, table) == 0)
                    return sides[side];
            }
        }
    return NULL;
}

/* The column by which a table is found: the day, or what it is joined by. */
static const struct mapping_column *index_column(const struct mapping *mapping,
                                                 const struct mapping_stream *stream, const char *table)
{
    const struct mapping_column *day = &stream->columns[stream->day];
    const char *day_table = mapping_from_table(&stream->from, day->alias);
    if (day_table != NULL && strcmp(day_table, table) == 0)
        return day;
    const struct mapping_column *found = side_of(&stream->from, table);
    if (found == NULL && stream->death != NULL && strcmp(stream->death->table, table) == 0)
        found = strcmp(stream->death->on_left.alias, stream->death->alias) == 0 ? &stream->death->on_left
                                                                                : &stream->death->on_right;
    if (found == NULL && stream->has_person && mapping->person_from.count > 0 &&
        strcmp(mapping->person_from.joins[0].table, table) == 0)
        found = &mapping->person_key;
    return found != NULL ? found : side_of(&mapping->person_from, table);
}

static void index_hint(const struct mapping_column *column, const char *of, char hint[static HINT_SIZE])
{
    hint[0] = '\0';
    if (column != NULL)
        snprintf(hint, HINT_SIZE, "an index would help: CREATE INDEX contact_%.60s ON %.60s (%.60s)",
                 column->column, of, column->column);
}

/* Objections and `contact-agent person` look for the rows of one patient. */
static void check_person_plan(struct checklist *list, struct source *source, const struct select *select,
                              const struct mapping_stream *stream)
{
    static const char *const values[] = {"1"};
    struct source_plan plan;
    if (select->person == NULL || source_explain(source, select->person, values, 1, &plan, NULL) != OK ||
        !plan.full_scan || plan.rows <= SCAN_ROWS)
        return; /* ids that look otherwise cannot be explained */
    const char *of = mapping_from_table(&stream->from, stream->person.alias);
    const struct mapping_column *column =
        of != NULL && strcmp(of, plan.table) == 0 ? &stream->person : side_of(&stream->from, plan.table);
    char hint[HINT_SIZE];
    index_hint(column, plan.table, hint);
    checklist_add(list, FINDING_NOTE, stream->model->name, hint,
                  "finding one patient's rows walks through all of \"%s\" (%" PRId64
                  " rows), for each new objection",
                  plan.table, plan.rows);
}

static void check_plan(struct checklist *list, struct source *source, const struct mapping *mapping,
                       const struct select *select, const struct mapping_stream *stream)
{
    char from[DAY_TEXT], to[DAY_TEXT];
    int32_t today = (int32_t)(clock_wall_s() / 86400);
    day_format(today - 1, from);
    day_format(today + 1, to);
    const char *const values[] = {from, to};
    struct source_plan plan;
    struct err err;
    if (source_explain(source, select->range, values, 2, &plan, &err) != OK) {
        checklist_add_err(list, stream->model->name, &err);
        return;
    }
    if (plan.full_scan && plan.rows > SCAN_ROWS) {
        const struct mapping_column *column = index_column(mapping, stream, plan.table);
        char hint[HINT_SIZE];
        index_hint(column, plan.table, hint);
        checklist_add(list, FINDING_WARNING, stream->model->name, hint,
                      "reading a day walks through all of \"%s\" (%" PRId64
                      " rows); it is read at night only",
                      plan.table, plan.rows);
    } else {
        checklist_add(list, FINDING_OK, stream->model->name, NULL,
                      "%u columns, read by day through an index%s", stream->column_count,
                      plan.full_scan ? _(" (small tables are walked)") : "");
    }
}

/* Keys that several of these rows have. Rows beyond KEYS_MAX are left to the agent, which searches all. */
static enum err_code count_repeated(struct source_rows *rows, int64_t *ret_repeated, struct err *err)
{
    struct token_set seen = {.slots = NULL}, repeated = {.slots = NULL};
    BUF_CLEANUP struct buf id = BUF_INIT(KEY_BYTES);
    const struct cell *cells = NULL;
    size_t width = 0;
    enum err_code code = OK;
    while (seen.count < KEYS_MAX && (code = source_next(rows, &cells, &width, err)) == OK && cells != NULL) {
        uint8_t hash[SHA256_SIZE];
        if (!row_id(cells, NULL, (unsigned)width, &id))
            continue;
        sha256(id.data, id.len, hash);
        if (!token_set_add(&seen, hash))
            token_set_add(&repeated, hash);
    }
    *ret_repeated = (int64_t)repeated.count;
    token_set_free(&seen);
    token_set_free(&repeated);
    return code;
}

/* Of somewhat more than a year: products whose numbers begin anew in January are found too. */
static void check_keys(struct checklist *list, struct source *source, const struct mapping *mapping,
                       const struct select *select, const struct mapping_stream *stream)
{
    char from[DAY_TEXT];
    int32_t today = (int32_t)(clock_wall_s() / 86400);
    int32_t last = mapping->days_to != DAY_NONE && mapping->days_to < today ? mapping->days_to : today;
    day_format(last - KEYS_DAYS > mapping->days_from ? last - KEYS_DAYS : mapping->days_from, from);
    const char *const values[] = {from, "9999-12-31"};
    struct source_rows *rows = NULL;
    int64_t repeated = 0;
    struct err err;
    enum err_code code = source_query(source, select->keys, values, 2, &rows, &err);
    if (code == OK) {
        code = count_repeated(rows, &repeated, &err);
        code = source_end(rows, code, &err);
    }
    if (code != OK)
        checklist_add_err(list, stream->model->name, &err);
    else if (repeated > 0)
        checklist_add(list, FINDING_WARNING, stream->model->name,
                      "name the columns that make it unique as a list: key: [a, b]",
                      "%" PRId64 " keys stand on more than one row; those rows are withheld", repeated);
}

static bool no_days(struct checklist *list, const struct mapping *mapping,
                    const struct mapping_stream *stream)
{
    const struct mapping_column *day = &stream->columns[stream->day];
    checklist_add(list, FINDING_ERROR, stream->model->name, DAY_HINT,
                  "the day, %s of \"%s\", is no date: rows cannot be found by it", day->column,
                  day_table(mapping, stream));
    return false;
}

/* Rows that no sweep would reach. */
static bool check_days(struct checklist *list, struct source *source, const struct mapping *mapping,
                       const struct select *select, const struct mapping_stream *stream)
{
    struct day_counts counts;
    struct err err;
    if (select->days == DAYS_NONE)
        return no_days(list, mapping, stream);
    if (day_counts(source, select, &counts, &err) != OK) {
        checklist_add_err(list, stream->model->name, &err);
        return false;
    }
    if (counts.unordered > 0)
        checklist_add(list, counts.any ? FINDING_WARNING : FINDING_ERROR, stream->model->name, DAY_HINT,
                      "the day of %" PRId64 " rows does not begin YYYY-MM-DD; those rows are withheld",
                      counts.unordered);
    if (counts.none > 0)
        checklist_add(list, FINDING_NOTE, stream->model->name, NULL,
                      "%" PRId64 " rows have no day; they are withheld", counts.none);
    return true;
}

static void check_stream(struct checklist *list, struct source *source, const struct mapping *mapping,
                         const struct mapping_stream *stream)
{
    if (!check_columns(list, source, mapping, stream) || !check_texts(list, source, mapping, stream))
        return;
    struct select *select = select_open(source, mapping, stream);
    if (select == NULL)
        return;
    if (check_days(list, source, mapping, select, stream)) {
        check_plan(list, source, mapping, select, stream);
        check_person_plan(list, source, select, stream);
        check_keys(list, source, mapping, select, stream);
    }
    select_free(select);
}

static void check_gazetteer(struct checklist *list, struct source *source, const struct mapping_gazetteer *g)
{
    char **const lists[] = {g->name, g->given_name, g->street, g->city};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (char **column = lists[i]; column != NULL && *column != NULL; column++)
            if (!check_column(list, source, "gazetteer", g->table, *column))
                return; /* a table that is missing is named once */
}

static void check_labels(struct checklist *list, struct source *source, const struct mapping_labels *labels)
{
    if (check_column(list, source, "labels", labels->table, labels->code))
        check_column(list, source, "labels", labels->table, labels->label);
}

/* What the mapping names is there, and can be read. */
static void check_mapped(struct checklist *list, struct source *source, const struct mapping *mapping)
{
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] != NULL)
            check_stream(list, source, mapping, mapping->streams[i]);
    for (unsigned i = 0; i < mapping->gazetteer_count; i++)
        check_gazetteer(list, source, &mapping->gazetteer[i]);
    for (unsigned i = 0; i < mapping->label_count; i++)
        check_labels(list, source, &mapping->labels[i]);
    if (mapping->merges != NULL) {
        check_column(list, source, "merges", mapping->merges->table, mapping->merges->parent);
        check_column(list, source, "merges", mapping->merges->table, mapping->merges->child);
    }
}

void check_source(struct checklist *list, const struct settings *settings, const struct mapping *mapping)
{
    const struct source_options options = settings_source(settings);
    struct source *source = NULL;
    struct err err;
    if (source_open(&options, &source, &err) != OK) {
        checklist_add_err(list, "dispatch database", &err);
        return;
    }
    char what[300];
    settings_source_describe(settings, what, sizeof what);
    checklist_add(list, FINDING_OK, "dispatch database", NULL, "%s, opened read-only", what);
    if (mapping != NULL)
        check_mapped(list, source, mapping);
    source_close(source);
}
