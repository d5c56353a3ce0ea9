/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: one exact spelling of each line, so that a reader can write again what it read and compare. */
#include "contact/record_line.h"

#include <string.h>

#include "contact/json.h"

/* Names of members are the model's, or ours: [a-z0-9_]. */
static void put_text(struct json *j, const char *name, const char *text)
{
    json_name(j, name);
    json_text(j, text);
}

static void put_token(struct json *j, const char *name, char letter, unsigned epoch,
                      const uint8_t token[static TOKEN_SIZE])
{
    char text[TOKEN_TEXT];
    token_format(letter, epoch, token, text);
    put_text(j, name, text);
}

static void put_day(struct json *j, int32_t day)
{
    char text[DAY_TEXT];
    day_format(day, text);
    put_text(j, "day", text);
}

static void put_value(struct json *j, const struct model_field *field, const struct value *value)
{
    switch (value->kind) {
    case VALUE_ABSENT:
        return;
    case VALUE_TEXT:
        json_name(j, field->name);
        json_text_n(j, value->text, value->len);
        break;
    case VALUE_NUMBER:
        json_name(j, field->name);
        json_decimal(j, value->number, field->decimals);
        break;
    case VALUE_FLAG:
        json_name(j, field->name);
        json_bool(j, value->number != 0);
        break;
    }
    if (field->type == FIELD_CODE) {
        char key[64 + sizeof "_thesaurus"];
        size_t len = strnlen(field->name, 63);
        memcpy(key, field->name, len);
        memcpy(key + len, "_thesaurus", sizeof "_thesaurus");
        put_text(j, key, value->thesaurus);
    }
}

void record_line_put(struct buf *out, const struct record_head *head, const struct value *values,
                     uint8_t ret_fp[static SHORT_SIZE])
{
    struct json j = JSON(out);
    uint8_t hash[SHA256_SIZE];
    size_t start = out->len;
    json_begin_object(&j);
    put_text(&j, "stream", head->stream->name);
    put_token(&j, "id", 'e', head->epoch, head->id);
    if (head->has_episode)
        put_token(&j, "episode", 'e', head->epoch, head->episode);
    if (head->has_patient)
        put_token(&j, "patient", 'p', head->epoch, head->patient);
    put_day(&j, head->day);
    put_text(&j, "op", "put");
    for (unsigned i = 0; i < head->stream->field_count; i++)
        put_value(&j, &head->stream->fields[i], &values[i]);
    json_end_object(&j);
    memset(ret_fp, 0, SHORT_SIZE);
    if (!buf_ok(out))
        return;
    sha256(out->data + start, out->len - start, hash);
    memcpy(ret_fp, hash, SHORT_SIZE);
    out->len--; /* the brace: fp goes before it */
    j.comma = true;
    json_name(&j, "fp");
    json_hex(&j, ret_fp, SHORT_SIZE);
    json_end_object(&j);
    buf_putc(out, '\n');
}

void record_line_tally(struct buf *out, enum record_op op, const char *stream, int32_t day,
                       const struct tally *tally, uint64_t upto_or_first, const char *request)
{
    struct json j = JSON(out);
    json_begin_object(&j);
    json_kv_string(&j, "stream", stream);
    put_day(&j, day);
    json_kv_string(&j, "op", op == RECORD_END ? "end" : "statement");
    if (op == RECORD_END)
        json_kv_int(&j, "first", (int64_t)upto_or_first);
    json_kv_int(&j, "count", (int64_t)tally->count);
    json_key(&j, "digest");
    json_hex(&j, tally->sum, sizeof tally->sum);
    if (op == RECORD_STATEMENT)
        json_kv_int(&j, "upto", (int64_t)upto_or_first);
    if (op == RECORD_END && request != NULL)
        json_kv_string(&j, "request", request);
    json_end_object(&j);
    buf_putc(out, '\n');
}

void record_line_erase(struct buf *out, unsigned epoch, const uint8_t patient[static TOKEN_SIZE],
                       const char *request)
{
    struct json j = JSON(out);
    json_begin_object(&j);
    json_kv_string(&j, "op", "erase");
    put_token(&j, "patient", 'p', epoch, patient);
    json_kv_string(&j, "request", request);
    json_end_object(&j);
    buf_putc(out, '\n');
}

void record_line_label(struct buf *out, const char *thesaurus, const char *code, const char *label)
{
    struct json j = JSON(out);
    json_begin_object(&j);
    json_kv_string(&j, "op", "label");
    json_kv_string(&j, "thesaurus", thesaurus);
    json_kv_string(&j, "code", code);
    json_kv_string(&j, "label", label);
    json_end_object(&j);
    buf_putc(out, '\n');
}
