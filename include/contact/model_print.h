/* SPDX-License-Identifier: Apache-2.0 */
/* The model for others: a table for a person, a page for a data-protection officer, a JSON Schema of the
 * record lines, and the warehouse's tables. */
#ifndef CONTACT_MODEL_PRINT_H
#define CONTACT_MODEL_PRINT_H

#include "contact/record_line.h"

void model_text(const struct model *model, struct buf *out);
void model_html(const struct model *model, struct buf *out);        /* one self-contained page */
void model_json_schema(const struct model *model, struct buf *out); /* draft 2020-12, of a put */

enum model_dialect { MODEL_SQLITE, MODEL_POSTGRESQL };

/* The warehouse: one table per stream, named as it, keyed (site, id), with a comment for each table and
 * column; each statement ends in ";\n" and says IF NOT EXISTS. In SQLite the comments are SQL comments. site
 * TEXT, id, episode, patient (re-keyed cores of 32 bytes: BYTEA or BLOB), day (DATE, or TEXT in SQLite), then
 * the columns of model_columns(). fp, seq and load times are not here: they are the operators'. */
void model_sql(const struct model *model, enum model_dialect dialect, struct buf *out);

/* The columns a stream's fields make, in order. */
enum model_column_part {
    COLUMN_VALUE,
    COLUMN_THESAURUS, /* FIELD_CODE: NAME_thesaurus */
    COLUMN_YEARS,     /* FIELD_AGE: NAME_years, integer, lower bound of the class */
    COLUMN_HOUR,      /* FIELD_HOUR: NAME_hour, local hour 0 to 23 (NAME itself is a moment) */
};
struct model_column {
    char name[64];
    const struct model_field *field;
    enum model_column_part part;
};
#define MODEL_COLUMNS_MAX (2 * MODEL_FIELDS_MAX)
size_t model_columns(const struct model_stream *stream, struct model_column ret[static MODEL_COLUMNS_MAX]);
/* The statement that adds one of them to a table that an earlier model made. */
void model_sql_add_column(const struct model_stream *stream, const struct model_column *column,
                          enum model_dialect dialect, struct buf *out);
/* Appends a column's content for a field's value as text, which PostgreSQL's COPY and SQLite's column
 * affinity both read into the column's type. False, and nothing appended: SQL NULL. */
bool model_column_text(const struct model_column *column, const struct value *value, struct buf *out);
/* Lower bound in years of an age as it travels ("2", "90+", "80-89", "6-11m"); -1 when it is none. */
int age_years(const char *age, size_t len);

#endif
