/* SPDX-License-Identifier: Apache-2.0 */
/* The warehouse's tables out of the model. */
#include <string.h>

#include "contact/model_print.h"

/* Column types by field type: SQLite, PostgreSQL. */
static const char *const TYPES[][2] = {
    [FIELD_CODE] = {"TEXT", "text"},        [FIELD_ENUM] = {"TEXT", "text"},
    [FIELD_NUMBER] = {"REAL", "numeric"},   [FIELD_FLAG] = {"INTEGER", "boolean"},
    [FIELD_HOUR] = {"TEXT", "timestamptz"}, [FIELD_DAY] = {"TEXT", "date"},
    [FIELD_DELAY] = {"INTEGER", "integer"}, [FIELD_AGE] = {"TEXT", "text"},
    [FIELD_DEPARTMENT] = {"TEXT", "text"},  [FIELD_GEO_PMSI] = {"TEXT", "text"},
    [FIELD_TOKEN] = {"TEXT", "text"},       [FIELD_TEXT] = {"TEXT", "text"},
};

struct common_column {
    const char *name, *types[2], *meaning;
};
static const struct common_column COMMON[] = {
    {"site", {"TEXT NOT NULL", "text NOT NULL"}, "Code of the association"},
    {"id", {"BLOB NOT NULL", "bytea NOT NULL"}, "Pseudonym of the record"},
    {"episode", {"BLOB", "bytea"}, "Pseudonym of the call that opened the episode"},
    {"patient", {"BLOB", "bytea"}, "Pseudonym of the patient within the association"},
    {"day", {"TEXT NOT NULL", "date NOT NULL"}, "Local day of the record"},
};
#define COMMON_COUNT (sizeof COMMON / sizeof *COMMON)

static const char *type_of(const struct model_column *column, enum model_dialect dialect)
{
    switch (column->part) {
    case COLUMN_THESAURUS:
        return dialect == MODEL_SQLITE ? "TEXT" : "text";
    case COLUMN_YEARS:
    case COLUMN_HOUR:
        return dialect == MODEL_SQLITE ? "INTEGER" : "smallint";
    case COLUMN_VALUE:
        break;
    }
    if (column->field->type == FIELD_NUMBER && column->field->decimals == 0)
        return dialect == MODEL_SQLITE ? "INTEGER" : "integer";
    return TYPES[column->field->type][dialect];
}

static void put_meaning(struct buf *out, const struct model_column *column)
{
    const struct model_field *field = column->field;
    switch (column->part) {
    case COLUMN_THESAURUS:
        buf_printf(out, "Thesaurus of %s", field->name);
        break;
    case COLUMN_YEARS:
        buf_printf(out, "Lower bound of %s in whole years", field->name);
        break;
    case COLUMN_HOUR:
        buf_printf(out, "Local hour of %s, 0 to 23", field->name);
        break;
    case COLUMN_VALUE:
        buf_puts(out, field->meaning);
        if (field->unit != NULL)
            buf_printf(out, " (%s)", field->unit);
        break;
    }
}

/* 'text', quotes doubled. */
static void put_literal(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_putc(out, '\'');
        buf_putc(out, *text);
    }
    buf_putc(out, '\'');
}

static void put_table(struct buf *out, const struct model_stream *stream, enum model_dialect dialect)
{
    struct model_column columns[MODEL_COLUMNS_MAX];
    size_t count = model_columns(stream, columns);
    if (dialect == MODEL_SQLITE)
        buf_printf(out, "-- %s\n", stream->meaning);
    buf_printf(out, "CREATE TABLE IF NOT EXISTS \"%s\" (\n", stream->name);
    for (size_t i = 0; i < COMMON_COUNT; i++) {
        buf_printf(out, "    %s %s,", COMMON[i].name, COMMON[i].types[dialect]);
        buf_printf(out, dialect == MODEL_SQLITE ? " -- %s\n" : "\n", COMMON[i].meaning);
    }
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "    \"%s\" %s,", columns[i].name, type_of(&columns[i], dialect));
        if (dialect == MODEL_SQLITE) {
            buf_puts(out, " -- ");
            put_meaning(out, &columns[i]);
        }
        buf_putc(out, '\n');
    }
    buf_puts(out, "    PRIMARY KEY (site, id)\n);\n");
    buf_printf(out, "CREATE INDEX IF NOT EXISTS \"%s_by_day\" ON \"%s\" (site, day);\n", stream->name,
               stream->name);
    buf_printf(out, "CREATE INDEX IF NOT EXISTS \"%s_by_episode\" ON \"%s\" (site, episode);\n", stream->name,
               stream->name);
    buf_printf(out, "CREATE INDEX IF NOT EXISTS \"%s_by_patient\" ON \"%s\" (site, patient);\n", stream->name,
               stream->name);
}

void model_sql_add_column(const struct model_stream *stream, const struct model_column *column,
                          enum model_dialect dialect, struct buf *out)
{
    buf_printf(out, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s;\n", stream->name, column->name,
               type_of(column, dialect));
}

static void put_comment(struct buf *out, const char *table, const char *column, const char *meaning)
{
    buf_printf(out, "COMMENT ON COLUMN \"%s\".\"%s\" IS ", table, column);
    put_literal(out, meaning);
    buf_puts(out, ";\n");
}

static void put_comments(struct buf *out, const struct model_stream *stream)
{
    struct model_column columns[MODEL_COLUMNS_MAX];
    size_t count = model_columns(stream, columns);
    struct buf BUF_CLEANUP meaning = BUF_INIT(4096);
    buf_printf(out, "COMMENT ON TABLE \"%s\" IS ", stream->name);
    put_literal(out, stream->meaning);
    buf_puts(out, ";\n");
    for (size_t i = 0; i < COMMON_COUNT; i++)
        put_comment(out, stream->name, COMMON[i].name, COMMON[i].meaning);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&meaning);
        put_meaning(&meaning, &columns[i]);
        put_comment(out, stream->name, columns[i].name, buf_text(&meaning));
    }
}

void model_sql(const struct model *model, enum model_dialect dialect, struct buf *out)
{
    for (unsigned i = 0; i < model->stream_count; i++) {
        put_table(out, &model->streams[i], dialect);
        if (dialect == MODEL_POSTGRESQL)
            put_comments(out, &model->streams[i]);
    }
}
