/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/guard.h"

#include <stdlib.h>
#include <string.h>

#include "agent/record/key.h"
#include "contact/mem.h"

#define FOLDED_MAX (1 << 17)
#define IDENTIFIER_MAX 512

enum { EQUAL_LETTERS = 3, EQUAL_DIGITS = 5, INSIDE_LETTERS = 5, INSIDE_DIGITS = 6, PHONE_TAIL = 9 };

/* A value that may not hold an identifier. */
struct watched {
    enum field_type type;
    size_t offset, len; /* in outgoing */
};

struct guard {
    struct decoder *decoder;
    struct buf outgoing; /* the values that are looked into, folded */
    struct watched watched[MODEL_FIELDS_MAX];
    size_t count, longest;
    struct buf identifier;              /* one, decoded */
    uint8_t folded[4 * IDENTIFIER_MAX]; /* and folded */
};

struct guard *guard_new(struct decoder *decoder)
{
    struct guard *guard = mem_new(1, sizeof *guard);
    guard->decoder = decoder;
    guard->outgoing = BUF_INIT(FOLDED_MAX);
    guard->identifier = BUF_INIT(4 * IDENTIFIER_MAX);
    return guard;
}

void guard_free(struct guard *guard)
{
    if (guard == NULL)
        return;
    buf_free(&guard->outgoing);
    buf_free(&guard->identifier);
    wipe(guard->folded, sizeof guard->folded);
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

static uint8_t *fold_ascii(unsigned char c, uint8_t *to)
{
    if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        *to++ = c;
    return to;
}

/* One character from i on, which moves past it; nothing for a sign, a blank or a combining mark. */
static uint8_t *fold_one(const char *text, size_t len, size_t *i, const uint8_t *start, uint8_t *to)
{
    unsigned char c = (unsigned char)text[(*i)++];
    bool more = *i < len;
    if (c < 0x80)
        return fold_ascii(c, to);
    if (c >= 0xc3 && c <= 0xc5 && more)
        return fold_wide((unsigned)(c & 0x1f) << 6 | ((unsigned char)text[(*i)++] & 0x3f), to);
    if ((c == 0xcc || c == 0xcd) && more)
        (*i)++;
    else if (c > 0xcd || (to > start && to[-1] >= 0x80))
        *to++ = c;
    return to;
}

/* Letters and digits alone, lower case, without accents, written as such or by combining marks. Letters
 * beyond Latin stay as their bytes. Stops once longer than limit; to has room for len bytes. Returns the
 * length. */
static size_t fold(const char *text, size_t len, size_t limit, uint8_t *to)
{
    uint8_t *start = to;
    for (size_t i = 0; i < len && (size_t)(to - start) <= limit;)
        to = fold_one(text, len, &i, start, to);
    return (size_t)(to - start);
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

static void put_digits(char *to, int value, size_t count)
{
    while (count-- > 0) {
        to[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* 19560312 and 12031956, wherever the date may stand. */
static bool birth_date_is_held(const struct guard *guard, const char *text, size_t len, int32_t day)
{
    struct civil civil;
    char forms[2][8];
    if (!civil_parse(text, len, &civil))
        return false;
    bool newborn = day_from_civil(civil.year, civil.month, civil.day) == day;
    put_digits(forms[0], civil.year, 4);
    put_digits(forms[0] + 4, civil.month, 2);
    put_digits(forms[0] + 6, civil.day, 2);
    put_digits(forms[1], civil.day, 2);
    put_digits(forms[1] + 2, civil.month, 2);
    put_digits(forms[1] + 4, civil.year, 4);
    for (size_t i = 0; i < guard->count; i++)
        for (size_t f = 0; f < 2 && !(newborn && is_moment(guard->watched[i].type)); f++)
            if (value_holds(guard, &guard->watched[i], forms[f], sizeof forms[f], ID_BIRTH_DATE))
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

/* The identifier of a cell as UTF-8; NULL when there is none. One in another encoding than the mapping says
 * is most likely Latin. */
static const char *take_identifier(struct guard *guard, const struct cell *cell, enum text_encoding encoding,
                                   size_t *ret_len)
{
    if (cell->type == CELL_TEXT && is_ascii(cell->text, cell->len)) {
        *ret_len = cell->len < IDENTIFIER_MAX ? cell->len : IDENTIFIER_MAX;
        return cell->text;
    }
    buf_clear(&guard->identifier);
    if (cell->type == CELL_TEXT) {
        size_t len = cell->len < IDENTIFIER_MAX ? cell->len : IDENTIFIER_MAX;
        if (!decode_text(guard->decoder, encoding, cell->text, len, &guard->identifier) &&
            !decode_text(guard->decoder, ENCODING_LATIN1, cell->text, len, &guard->identifier))
            buf_append(&guard->identifier, cell->text, len);
    } else if (!canonical_id(cell, &guard->identifier)) { /* a phone or a date kept as a number */
        return NULL;
    }
    *ret_len = guard->identifier.len;
    return buf_text(&guard->identifier);
}

static bool identifier_is_held(struct guard *guard, enum identifier_kind kind, const char *text, size_t len,
                               int32_t day)
{
    if (kind == ID_BIRTH_DATE && birth_date_is_held(guard, text, len, day))
        return true;
    /* What is longer than every value is in none; a phone is cut to its end first. */
    const char *part = (const char *)guard->folded;
    size_t folded_len = fold(text, len, kind == ID_PHONE ? len : guard->longest, guard->folded);
    size_t part_len = folded_len;
    if (kind == ID_PHONE)
        part_len = phone_tail(&part, part_len);
    bool held = false;
    for (size_t i = 0; i < guard->count && part_len <= guard->longest; i++)
        held |= !is_moment(guard->watched[i].type) &&
                value_holds(guard, &guard->watched[i], part, part_len, kind);
    wipe(guard->folded, folded_len);
    return held;
}

static bool is_watched(const struct model_field *field, const struct value *value)
{
    if (value->kind != VALUE_TEXT)
        return false;
    if (field->type == FIELD_TEXT)
        return strcmp(TEXT_WITHHELD, value->text) != 0;
    return field->type == FIELD_CODE || is_moment(field->type);
}

static void watch(struct guard *guard, const struct model_stream *stream, const struct value *values)
{
    guard->count = guard->longest = 0;
    buf_clear(&guard->outgoing);
    for (unsigned i = 0; i < stream->field_count; i++) {
        if (!is_watched(&stream->fields[i], &values[i]))
            continue;
        uint8_t *to = buf_reserve(&guard->outgoing, values[i].len);
        if (to == NULL)
            return;
        size_t len = fold(values[i].text, values[i].len, values[i].len, to);
        guard->watched[guard->count++] = (struct watched){stream->fields[i].type, guard->outgoing.len, len};
        guard->outgoing.len += len;
        if (len > guard->longest)
            guard->longest = len;
    }
}

bool guard_passes(struct guard *guard, const struct mapping_stream *stream, const struct cell *row,
                  const struct value *values, int32_t day)
{
    watch(guard, stream->model, values);
    bool passes = buf_ok(&guard->outgoing);
    for (unsigned i = 0; passes && guard->count > 0 && i < stream->identifier_count; i++) {
        const struct mapping_identifier *id = &stream->identifiers[i];
        size_t len = 0;
        const char *text = take_identifier(guard, &row[id->column], stream->encodings[id->column], &len);
        if (text != NULL && len > 0)
            passes = !identifier_is_held(guard, id->kind, text, len, day);
    }
    if (guard->identifier.len > 0)
        buf_wipe(&guard->identifier);
    return passes;
}
