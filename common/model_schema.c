/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Schema (draft 2020-12) of a put line: one alternative a stream, nothing allowed besides. */
#include <stdio.h>
#include <string.h>

#include "contact/json.h"
#include "contact/model_print.h"

#define TOKEN_PATTERN(letter) "^" letter "[1-9][0-9]{0,2}\\.[0-9a-hjkmnp-tv-z]{26}$"
#define DAY_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

static void begin_member(struct json *j, const char *name, const char *type)
{
    json_key(j, name);
    json_begin_object(j);
    json_kv_string(j, "type", type);
}

static void put_pattern(struct json *j, const char *name, const char *pattern)
{
    begin_member(j, name, "string");
    json_kv_string(j, "pattern", pattern);
    json_end_object(j);
}

static void put_constant(struct json *j, const char *name, const char *text)
{
    json_key(j, name);
    json_begin_object(j);
    json_kv_string(j, "const", text);
    json_end_object(j);
}

/* ^(?:one|other)$ over every pattern of the field's thesauri. */
static void put_code_pattern(struct json *j, const struct model_field *field)
{
    struct buf BUF_CLEANUP pattern = BUF_INIT(8192);
    const char *between = "^(?:";
    for (size_t t = 0; field->thesauri[t] != NULL; t++)
        for (char **p = field->thesauri[t]->patterns; p != NULL && *p != NULL; p++) {
            buf_printf(&pattern, "%s%s", between, *p);
            between = "|";
        }
    buf_puts(&pattern, ")$");
    json_kv_string(j, "pattern", buf_text(&pattern));
}

static void put_words(struct json *j, const struct model_field *field)
{
    json_key(j, "enum");
    json_begin_array(j);
    for (char **word = field->vocabulary; word != NULL && *word != NULL; word++)
        json_text(j, *word);
    json_end_array(j);
}

static const char *text_pattern(enum field_type type)
{
    switch (type) {
    case FIELD_HOUR:
        return "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}[+-][0-9]{2}:[0-9]{2}$";
    case FIELD_DAY:
        return DAY_PATTERN;
    case FIELD_AGE:
        return "^(?:0-27d|1-2m|3-5m|6-11m|12-17m|18-23m|[2-9]|[1-8][0-9]|90\\+|0-9|[1-8]0-[1-8]9)$";
    case FIELD_DEPARTMENT:
        return "^(?:0[1-9]|[1-8][0-9]|9[0-5]|2A|2B|9[78][0-9])$";
    case FIELD_GEO_PMSI:
        return "^[0-9][0-9AB][0-9]{3}$";
    case FIELD_TOKEN:
        return TOKEN_PATTERN("d");
    case FIELD_CODE:
    case FIELD_ENUM:
    case FIELD_NUMBER:
    case FIELD_FLAG:
    case FIELD_DELAY:
    case FIELD_TEXT:
        break;
    }
    return NULL;
}

static void put_range(struct json *j, const struct model_field *field)
{
    json_key(j, "minimum");
    json_decimal(j, field->min, field->decimals);
    json_key(j, "maximum");
    json_decimal(j, field->max, field->decimals);
}

static const char *json_type(enum field_type type)
{
    if (type == FIELD_NUMBER)
        return "number";
    if (type == FIELD_DELAY)
        return "integer";
    return type == FIELD_FLAG ? "boolean" : "string";
}

static void put_field(struct json *j, const struct model_field *field)
{
    begin_member(j, field->name, json_type(field->type));
    json_kv_string(j, "description", field->meaning);
    if (field->type == FIELD_NUMBER || field->type == FIELD_DELAY)
        put_range(j, field);
    if (field->type == FIELD_CODE)
        put_code_pattern(j, field);
    if (field->type == FIELD_ENUM)
        put_words(j, field);
    const char *pattern = text_pattern(field->type);
    if (pattern != NULL)
        json_kv_string(j, "pattern", pattern);
    json_end_object(j);
    if (field->type != FIELD_CODE)
        return;
    char name[80];
    snprintf(name, sizeof name, "%.60s_thesaurus", field->name);
    json_key(j, name);
    json_begin_object(j);
    json_key(j, "enum");
    json_begin_array(j);
    for (size_t t = 0; field->thesauri[t] != NULL; t++)
        json_text(j, field->thesauri[t]->name);
    json_end_array(j);
    json_end_object(j);
}

static void put_dependent(struct json *j, const struct model_stream *stream)
{
    json_key(j, "dependentRequired");
    json_begin_object(j);
    for (unsigned i = 0; i < stream->field_count; i++) {
        const struct model_field *field = &stream->fields[i];
        char name[80];
        if (field->type != FIELD_CODE)
            continue;
        snprintf(name, sizeof name, "%.60s_thesaurus", field->name);
        json_key(j, field->name);
        json_begin_array(j);
        json_text(j, name);
        json_end_array(j);
    }
    json_end_object(j);
}

static void put_stream(struct json *j, const struct model_stream *stream)
{
    static const char *const required[] = {"stream", "id", "day", "op", "fp"};
    json_begin_object(j);
    json_kv_string(j, "title", stream->name);
    json_kv_string(j, "description", stream->meaning);
    json_kv_string(j, "type", "object");
    json_kv_bool(j, "additionalProperties", false);
    json_key(j, "required");
    json_begin_array(j);
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        json_text(j, required[i]);
    json_end_array(j);
    put_dependent(j, stream);
    json_key(j, "properties");
    json_begin_object(j);
    put_constant(j, "stream", stream->name);
    put_pattern(j, "id", TOKEN_PATTERN("e"));
    put_pattern(j, "episode", TOKEN_PATTERN("e"));
    put_pattern(j, "patient", TOKEN_PATTERN("p"));
    put_pattern(j, "day", DAY_PATTERN);
    put_constant(j, "op", "put");
    for (unsigned i = 0; i < stream->field_count; i++)
        put_field(j, &stream->fields[i]);
    put_pattern(j, "fp", "^[0-9a-f]{32}$");
    json_end_object(j);
    json_end_object(j);
}

void model_json_schema(const struct model *model, struct buf *out)
{
    struct json j = JSON(out);
    json_begin_object(&j);
    json_kv_string(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_kv_string(&j, "title", model->name);
    json_key(&j, "oneOf");
    json_begin_array(&j);
    for (unsigned i = 0; i < model->stream_count; i++)
        put_stream(&j, &model->streams[i]);
    json_end_array(&j);
    json_end_object(&j);
    buf_putc(out, '\n');
}
