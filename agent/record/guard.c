/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"

#define FOLDED_MAX (1 << 17)
#define IDENTIFIER_MAX 512

enum { EQUAL_LETTERS = 3, EQUAL_DIGITS = 5, INSIDE_LETTERS = 5, INSIDE_DIGITS = 6, PHONE_TAIL = 9 };

struct guard {
    struct decoder *decoder;
    struct buf outgoing;   /* the values that are looked into, folded */
    struct buf identifier; /* one, decoded */
    struct buf folded;     /* and folded */
};

/* A value that may not hold an identifier. */
struct watched {
    enum field_type type;
    size_t offset, len; /* in outgoing */
};

struct guard *guard_new(struct decoder *decoder)
{
    struct guard *guard = mem_new(1, sizeof *guard);
    guard->decoder = decoder;
    guard->outgoing = BUF_INIT(FOLDED_MAX);
    guard->identifier = BUF_INIT(4 * IDENTIFIER_MAX);
    guard->folded = BUF_INIT(4 * IDENTIFIER_MAX);
    return guard;
}

void guard_free(struct guard *guard)
{
    if (guard == NULL)
        return;
    buf_free(&guard->outgoing);
    buf_free(&guard->identifier);
    buf_free(&guard->folded);
    free(guard);
}

/* U+00C0 to U+017F without their marks; ? is ae, @ is oe, * nothing. */
static const char LATIN[] = "aaaaaa?ceeeeiiiidnooooo*ouuuuytsaaaaaa?ceeeeiiiidnooooo*ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooo@@rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static uint8_t *fold_wide(unsigned code, uint8_t *to)
{
    if (code < 0xc0)
        return to;
    char c = LATIN[code - 0xc0];
    if (c == '*')
        return to;
    if (c == '?' || c == '@') {
        *to++ = c == '?' ? 'a' : 'o';
        c = 'e';
    }
    *to++ = (uint8_t)c;
    if (code == 0xdf)
        *to++ = 's';
    return to;
}

/* Letters and digits alone, lower case, without accents, written as such or by combining marks. Letters
 * beyond Latin stay as their bytes. Never longer than the text. */
static void fold(const char *text, size_t len, struct buf *out)
{
    uint8_t *start = buf_reserve(out, len), *to = start;
    if (start == NULL)
        return;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            *to++ = c;
        else if (c >= 'A' && c <= 'Z')
            *to++ = (uint8_t)(c + 32);
        else if (c >= 0xc3 && c <= 0xc5 && i + 1 < len)
            to = fold_wide((unsigned)(c & 0x1f) << 6 | ((unsigned char)text[++i] & 0x3f), to);
        else if ((c == 0xcc || c == 0xcd) && i + 1 < len)
            i++;
        else if (c > 0xcd || (c >= 0x80 && to > start && to[-1] >= 0x80))
            *to++ = c;
    }
    out->len += (size_t)(to - start);
}

static bool all_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static bool inside(const char *whole, size_t whole_len, const char *part, size_t part_len)
{
    return memmem(whole, whole_len, part, part_len) != NULL;
}

static bool code_holds(const char *code, size_t code_len, const char *part, size_t len)
{
    bool digits = all_digits(part, len);
    if (len >= (digits ? EQUAL_DIGITS : EQUAL_LETTERS) && len == code_len && memcmp(code, part, len) == 0)
        return true;
    return len >= (digits ? INSIDE_DIGITS : INSIDE_LETTERS) && inside(code, code_len, part, len);
}

static bool text_holds(const char *text, size_t text_len, const char *part, size_t len,
                       enum identifier_kind kind)
{
    bool compared = kind == ID_EMAIL || all_digits(part, len);
    return compared && len >= INSIDE_DIGITS && inside(text, text_len, part, len);
}

/* One spelling of one identifier against one value. */
static bool value_holds(const struct guard *guard, const struct watched *value, const char *part, size_t len,
                        enum identifier_kind kind)
{
    const char *folded = (const char *)guard->outgoing.data + value->offset;
    if (value->type == FIELD_CODE)
        return code_holds(folded, value->len, part, len);
    if (value->type == FIELD_TEXT)
        return text_holds(folded, value->len, part, len, kind);
    return kind == ID_BIRTH_DATE && len == 8 && value->len >= 8 && memcmp(folded, part, 8) == 0;
}

static bool is_moment(enum field_type type)
{
    return type == FIELD_HOUR || type == FIELD_DAY;
}

/* 19560312 and 12031956, wherever the date may stand. */
static bool birth_date_is_held(const struct guard *guard, const struct watched *values, size_t count,
                               int32_t day)
{
    struct civil civil;
    char forms[2][32];
    if (!civil_parse((const char *)guard->identifier.data, guard->identifier.len, &civil))
        return false;
    bool newborn = day_from_civil(civil.year, civil.month, civil.day) == day;
    snprintf(forms[0], sizeof forms[0], "%04d%02d%02d", civil.year, civil.month, civil.day);
    snprintf(forms[1], sizeof forms[1], "%02d%02d%04d", civil.day, civil.month, civil.year);
    for (size_t i = 0; i < count; i++)
        for (size_t f = 0; f < 2 && !(newborn && is_moment(values[i].type)); f++)
            if (value_holds(guard, &values[i], forms[f], 8, ID_BIRTH_DATE))
                return true;
    return false;
}

/* +33 6 12 34 56 78 and 06 12 34 56 78 are the same phone: its last nine digits tell. */
static size_t phone_tail(const char **part, size_t len)
{
    if (len <= PHONE_TAIL || !all_digits(*part, len))
        return len;
    *part += len - PHONE_TAIL;
    return PHONE_TAIL;
}

/* The identifier of a cell as UTF-8, or false when there is none. One that does not decode is compared by
 * bytes. */
static bool take_identifier(struct guard *guard, const struct cell *cell, enum text_encoding encoding)
{
    buf_clear(&guard->identifier);
    if (cell->type == CELL_INTEGER) {
        buf_printf(&guard->identifier, "%lld", (long long)cell->integer);
        return true;
    }
    if (cell->type == CELL_REAL) {
        buf_printf(&guard->identifier, "%.0f", cell->real);
        return true;
    }
    if (cell->type != CELL_TEXT || cell->len == 0)
        return false;
    size_t len = cell->len < IDENTIFIER_MAX ? cell->len : IDENTIFIER_MAX;
    if (!decode_text(guard->decoder, encoding, cell->text, len, &guard->identifier) &&
        !decode_text(guard->decoder, ENCODING_LATIN1, cell->text, len, &guard->identifier))
        buf_append(&guard->identifier, cell->text, len);
    return true;
}

static bool identifier_is_held(struct guard *guard, enum identifier_kind kind, const struct watched *values,
                               size_t count, int32_t day)
{
    if (kind == ID_BIRTH_DATE && birth_date_is_held(guard, values, count, day))
        return true;
    buf_clear(&guard->folded);
    fold((const char *)guard->identifier.data, guard->identifier.len, &guard->folded);
    const char *part = (const char *)guard->folded.data;
    size_t len = kind == ID_PHONE ? phone_tail(&part, guard->folded.len) : guard->folded.len;
    for (size_t i = 0; i < count; i++)
        if (!is_moment(values[i].type) && value_holds(guard, &values[i], part, len, kind))
            return true;
    return false;
}

static bool is_watched(const struct model_field *field, const struct value *value)
{
    if (value->kind != VALUE_TEXT)
        return false;
    if (field->type == FIELD_TEXT)
        return strcmp(TEXT_WITHHELD, value->text) != 0;
    return field->type == FIELD_CODE || is_moment(field->type);
}

static size_t watch(struct guard *guard, const struct model_stream *stream, const struct value *values,
                    struct watched watched[static MODEL_FIELDS_MAX])
{
    size_t count = 0;
    buf_clear(&guard->outgoing);
    for (unsigned i = 0; i < stream->field_count; i++) {
        if (!is_watched(&stream->fields[i], &values[i]))
            continue;
        size_t offset = guard->outgoing.len;
        fold(values[i].text, values[i].len, &guard->outgoing);
        watched[count++] = (struct watched){stream->fields[i].type, offset, guard->outgoing.len - offset};
    }
    return count;
}

bool guard_passes(struct guard *guard, const struct mapping_stream *stream, const struct cell *row,
                  const struct value *values, int32_t day)
{
    struct watched watched[MODEL_FIELDS_MAX];
    size_t count = watch(guard, stream->model, values, watched);
    bool passes = buf_ok(&guard->outgoing);
    for (unsigned i = 0; passes && count > 0 && i < stream->identifier_count; i++) {
        const struct mapping_identifier *id = &stream->identifiers[i];
        if (take_identifier(guard, &row[id->column], stream->encodings[id->column]))
            passes = !identifier_is_held(guard, id->kind, watched, count, day);
    }
    buf_wipe(&guard->identifier);
    buf_wipe(&guard->folded);
    return passes;
}
