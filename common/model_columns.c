/* SPDX-License-Identifier: Apache-2.0 */
/* The warehouse's columns of a stream, and their content: shared by the tables and by what fills them. */
#include <stdio.h>
#include <string.h>

#include "contact/model_print.h"

static void add(struct model_column *columns, size_t *count, const struct model_field *field,
                const char *suffix, enum model_column_part part)
{
    struct model_column *column = &columns[(*count)++];
    snprintf(column->name, sizeof column->name, "%.50s%s", field->name, suffix);
    column->field = field;
    column->part = part;
}

size_t model_columns(const struct model_stream *stream, struct model_column ret[static MODEL_COLUMNS_MAX])
{
    size_t count = 0;
    for (unsigned i = 0; i < stream->field_count; i++) {
        const struct model_field *field = &stream->fields[i];
        add(ret, &count, field, "", COLUMN_VALUE);
        if (field->type == FIELD_CODE)
            add(ret, &count, field, "_thesaurus", COLUMN_THESAURUS);
        if (field->type == FIELD_AGE)
            add(ret, &count, field, "_years", COLUMN_YEARS);
        if (field->type == FIELD_HOUR)
            add(ret, &count, field, "_hour", COLUMN_HOUR);
    }
    return count;
}

int age_years(const char *age, size_t len)
{
    int years = 0;
    size_t i = 0;
    for (; i < len && i < 2 && age[i] >= '0' && age[i] <= '9'; i++)
        years = years * 10 + (age[i] - '0');
    if (i == 0)
        return -1;
    if (i == len || (age[i] == '+' && i + 1 == len))
        return years;
    if (age[i] != '-')
        return -1;
    switch (age[len - 1]) {
    case 'd':
        return 0;
    case 'm':
        return years / 12;
    default:
        return years;
    }
}

static void put_decimal(struct buf *out, int64_t value, unsigned decimals)
{
    int64_t unit = 1;
    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    if (decimals == 0) {
        buf_printf(out, "%lld", (long long)value);
        return;
    }
    int64_t whole = value / unit, rest = value % unit;
    buf_printf(out, "%s%lld.%0*lld", value < 0 ? "-" : "", (long long)(whole < 0 ? -whole : whole),
               (int)decimals, (long long)(rest < 0 ? -rest : rest));
}

/* 2026-01-02T14+01:00 has no minutes, which neither database reads: they get 2026-01-02T14:00+01:00. */
static bool put_hour(const struct model_column *column, const struct value *value, struct buf *out)
{
    if (value->len != 19)
        return false;
    if (column->part == COLUMN_HOUR) {
        buf_append(out, value->text + 11 + (value->text[11] == '0'), value->text[11] == '0' ? 1 : 2);
        return true;
    }
    buf_append(out, value->text, 13);
    buf_puts(out, ":00");
    buf_append(out, value->text + 13, 6);
    return true;
}

bool model_column_text(const struct model_column *column, const struct value *value, struct buf *out)
{
    switch (value->kind) {
    case VALUE_ABSENT:
        return false;
    case VALUE_NUMBER:
        put_decimal(out, value->number, column->field->decimals);
        return true;
    case VALUE_FLAG:
        buf_putc(out, value->number != 0 ? '1' : '0');
        return true;
    case VALUE_TEXT:
        break;
    }
    if (column->field->type == FIELD_HOUR)
        return put_hour(column, value, out);
    if (column->part == COLUMN_THESAURUS) {
        if (value->thesaurus == NULL)
            return false;
        buf_puts(out, value->thesaurus);
        return true;
    }
    if (column->part == COLUMN_YEARS) {
        int years = age_years(value->text, value->len);
        if (years >= 0)
            buf_printf(out, "%d", years);
        return years >= 0;
    }
    buf_append(out, value->text, value->len);
    return true;
}
