/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/preview_row.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agent/reason.h"
#include "agent/report.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/shown.h"
#include "contact/table.h"

#define SHOWN 48              /* characters of a value in the table before it is cut */
#define WHOLE SIZE_MAX        /* of what a person reads in full, or a program */
#define TEXT_ROOM (256 << 10) /* a longer text is withheld */

static const char *const kind_names[] = {[ID_NAME] = N_("name"),
                                         [ID_GIVEN_NAME] = N_("given name"),
                                         [ID_BIRTH_DATE] = N_("birth date"),
                                         [ID_PHONE] = N_("telephone"),
                                         [ID_EMAIL] = N_("e-mail"),
                                         [ID_NIR] = "NIR",
                                         [ID_ADDRESS] = N_("address"),
                                         [ID_CODE] = N_("code"),
                                         [ID_ZIP] = N_("postal code"),
                                         [ID_CITY] = N_("town"),
                                         [ID_OTHER] = N_("identifier")};
static const char *const role_names[] = {[ROLE_PATIENT] = N_("of the patient"),
                                         [ROLE_CALLER] = N_("of the caller"),
                                         [ROLE_PRACTITIONER] = N_("of the practitioner")};

static const struct mapping_identifier *identifier_of(const struct mapping_stream *stream, unsigned column)
{
    for (unsigned i = 0; i < stream->identifier_count; i++)
        if (stream->identifiers[i].column == column)
            return &stream->identifiers[i];
    return NULL;
}

static bool in_list(const unsigned *list, unsigned count, unsigned column)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i] == column)
            return true;
    return false;
}

/* Local ids and free text are masked like identifiers: the one finds a person, the other names them. */
static bool sensitive(const struct mapping_stream *stream, unsigned column, enum field_type type)
{
    return type == FIELD_TEXT || identifier_of(stream, column) != NULL ||
           in_list(stream->key, stream->key_count, column) ||
           in_list(stream->episode, stream->episode_count, column) || stream->person_key == (int)column ||
           stream->person_found == (int)column || type == FIELD_TOKEN || type == FIELD_AGE ||
           type == FIELD_DEPARTMENT || type == FIELD_GEO_PMSI;
}

/* Text as a terminal may show it: control characters would let a row's value drive it. */
static void safe_text(struct buf *out, const char *text, size_t len, size_t most)
{
    size_t i = 0;
    for (size_t shown = 0; i < len && shown < most; shown++) {
        uint32_t code;
        size_t bytes = shown_character(text + i, len - i, &code);
        if (shown_controls(code))
            buf_putc(out, ' ');
        else
            buf_append(out, text + i, bytes);
        i += bytes;
    }
    if (i < len)
        buf_puts(out, "…");
}

static void source_text(struct buf *out, const struct cell *cell, bool masked)
{
    switch (cell->type) {
    case CELL_NULL:
        buf_puts(out, "NULL");
        break;
    case CELL_UNREADABLE:
        buf_puts(out, _("(unreadable)"));
        break;
    case CELL_BLOB:
        buf_printf(out, _("(%zu bytes)"), cell->len);
        break;
    case CELL_INTEGER:
        if (masked)
            buf_puts(out, "•••");
        else
            buf_printf(out, "%" PRId64, cell->integer);
        break;
    case CELL_REAL:
        if (masked)
            buf_puts(out, "•••");
        else
            buf_printf(out, "%g", cell->real);
        break;
    case CELL_TEXT:
        if (masked)
            buf_printf(out, "••• (%zu)", cell->len);
        else
            safe_text(out, cell->text, cell->len, SHOWN);
        break;
    }
}

static void value_text(struct buf *out, const struct model_field *field, const struct value *value,
                       size_t most)
{
    struct json j = JSON(out);
    switch (value->kind) {
    case VALUE_ABSENT:
        buf_puts(out, "—");
        break;
    case VALUE_FLAG:
        buf_puts(out, value->number != 0 ? "true" : "false");
        break;
    case VALUE_NUMBER:
        json_decimal(&j, value->number, field->decimals);
        if (field->unit != NULL)
            buf_printf(out, " %s", field->unit);
        break;
    case VALUE_TEXT:
        safe_text(out, value->text, value->len, most);
        if (value->thesaurus != NULL)
            buf_printf(out, " (%s)", value->thesaurus);
        break;
    }
}

/* One line: what leaves, from which column, as it stands there, by which rule. */
static void add_line(struct table *table, const struct preview_row *row, const char *field,
                     enum table_style style, const char *leaves, int column, bool masked, const char *rule)
{
    struct buf there BUF_CLEANUP = BUF_INIT(4096);
    char name[160] = "";
    if (column >= 0) {
        const struct mapping_column *c = &row->stream->columns[column];
        snprintf(name, sizeof name, "%s.%s", c->alias, c->column);
        source_text(&there, &row->cells[column], masked && !row->reveal);
    }
    table_cell(table, TABLE_PLAIN, "%s", field);
    table_cell(table, style, "%s", leaves);
    table_cell(table, TABLE_DIM, "%s", name);
    table_cell(table, TABLE_PLAIN, "%s", buf_text(&there));
    table_cell(table, TABLE_DIM, "%s", rule);
}

static void add_tokens(struct table *table, const struct preview_row *row)
{
    char text[TOKEN_TEXT], day[DAY_TEXT];
    token_format('e', row->epoch, row->key.id, text);
    add_line(table, row, "id", TABLE_GOOD, text, (int)row->stream->key[0], true, _("pseudonym"));
    if (row->key.has_patient) {
        token_format('p', row->epoch, row->key.patient, text);
        add_line(table, row, "patient", TABLE_GOOD, text, row->stream->person_key, true,
                 _("pseudonym, after merges"));
    }
    day_format(row->key.day, day);
    add_line(table, row, "day", TABLE_GOOD, day, (int)row->stream->day, false, _("local day"));
}

static void add_fields(struct table *table, const struct preview_row *row)
{
    const struct model_stream *model = row->stream->model;
    const struct value *values = record_values(row->maker);
    const enum withheld *why = record_withheld_fields(row->maker);
    for (unsigned i = 0; i < model->field_count; i++) {
        const struct mapping_rule *rule = row->stream->rules[i];
        if (rule == NULL)
            continue;
        unsigned column = mapping_rule_column(rule);
        struct buf leaves BUF_CLEANUP = BUF_INIT(4096);
        enum table_style style = values[i].kind == VALUE_ABSENT ? TABLE_DIM : TABLE_GOOD;
        value_text(&leaves, &model->fields[i], &values[i], SHOWN);
        bool withheld = why[i] != WITHHELD_KINDS; /* nobody knows what it is: a name in a code's column */
        if (withheld) {
            buf_printf(&leaves, _(" withheld: %s"), reason_text(why[i]));
            style = TABLE_WARNING;
        }
        add_line(table, row, model->fields[i].name, style, buf_text(&leaves), (int)column,
                 withheld || sensitive(row->stream, column, model->fields[i].type), mapping_rule_text(rule));
    }
}

/* Free texts in full, one under the other: a person reads what was removed and what stayed. */
static void print_texts(const struct preview_row *row)
{
    const struct model_stream *model = row->stream->model;
    for (unsigned i = 0; i < model->field_count; i++) {
        const struct value *value = &record_values(row->maker)[i];
        if (row->stream->rules[i] == NULL || model->fields[i].type != FIELD_TEXT || value->kind != VALUE_TEXT)
            continue;
        const struct cell *cell = &row->cells[mapping_rule_column(row->stream->rules[i])];
        struct buf leaves BUF_CLEANUP = BUF_INIT(TEXT_ROOM), there BUF_CLEANUP = BUF_INIT(TEXT_ROOM);
        safe_text(&leaves, value->text, value->len, WHOLE);
        if (row->reveal && cell->type == CELL_TEXT)
            safe_text(&there, cell->text, cell->len, WHOLE);
        else
            source_text(&there, cell, true);
        printf(_("  %s as typed     %s\n  %*s as it leaves %s\n"), model->fields[i].name, buf_text(&there),
               (int)strlen(model->fields[i].name), "", buf_text(&leaves));
    }
}

static void add_identifiers(struct table *table, const struct preview_row *row)
{
    for (unsigned i = 0; i < row->stream->column_count; i++) {
        const struct mapping_identifier *id = identifier_of(row->stream, i);
        if (id == NULL)
            continue;
        char rule[80];
        snprintf(rule, sizeof rule, _("%s %s, read to clean text"), _(kind_names[id->kind]),
                 _(role_names[id->role]));
        add_line(table, row, "—", TABLE_DIM, _("never leaves"), (int)i, true, rule);
    }
}

static const char *fate_text(const struct preview_row *row)
{
    switch (row->key.fate) {
    case ROW_OBJECTED:
        return _("not sent: the person objects");
    case ROW_OUTSIDE:
        return _("not sent: outside the mapping's days");
    case ROW_WITHHELD:
        return reason_text(row->key.why);
    case ROW_RECORD:
        break;
    }
    return row->built ? NULL : reason_text(WITHHELD_GUARD);
}

/* The same for programs. */
static const char *fate_code(const struct preview_row *row)
{
    switch (row->key.fate) {
    case ROW_OBJECTED:
        return "objection";
    case ROW_OUTSIDE:
        return "outside_days";
    case ROW_WITHHELD:
        return withheld_name(row->key.why);
    case ROW_RECORD:
        break;
    }
    return row->built ? NULL : withheld_name(WITHHELD_GUARD);
}

static void print_json(const struct preview_row *row)
{
    const char *fate = fate_code(row);
    struct buf out BUF_CLEANUP = BUF_INIT(1 << 20);
    struct json j = JSON(&out);
    json_begin_object(&j);
    json_kv_string(&j, "stream", row->stream->model->name);
    json_kv_string(&j, "withheld", fate);
    json_key(&j, "fields");
    json_begin_object(&j);
    for (unsigned i = 0; fate == NULL && i < row->stream->model->field_count; i++) {
        if (row->stream->rules[i] == NULL)
            continue;
        struct buf value BUF_CLEANUP = BUF_INIT(TEXT_ROOM);
        value_text(&value, &row->stream->model->fields[i], &record_values(row->maker)[i], WHOLE);
        json_kv_string(&j, row->stream->model->fields[i].name, buf_text(&value));
    }
    json_end_object(&j);
    json_end_object(&j);
    report_json(&out);
}

void preview_row_print(const struct preview_row *row)
{
    static const char *const headings[] = {N_("field"), N_("what leaves"), N_("column"),
                                           N_("as it stands there"), N_("rule")};
    const char *fate = fate_text(row);
    if (row->as_json) {
        print_json(row);
        return;
    }
    printf(_("%s, row %u%s%s\n"), row->stream->model->name, row->number,
           fate == NULL ? "" : _(": withheld, "), fate == NULL ? "" : fate);
    struct table *table = table_new(headings, 5);
    if (fate == NULL) {
        add_tokens(table, row);
        add_fields(table, row);
    }
    add_identifiers(table, row);
    table_print(table, stdout);
    table_free(table);
    if (fate == NULL)
        print_texts(row);
    putchar('\n');
}
