/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/guard.h"

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/guard_part.h"
#include "agent/record/identifier.h"
#include "contact/mem.h"

#define FOLDED_MAX (1 << 17)
#define IDENTIFIER_ROOM (4 * IDENTIFIER_BYTES_MAX)

/* How a value holds a part. By chance, perhaps, when it is short. */
enum hit { HIT_NONE, HIT_WEAK, HIT_SURE };

/* A value that may not hold an identifier. */
struct watched {
    unsigned field;
    enum field_type type;
    size_t offset, len; /* in outgoing */
    bool weak;          /* a part of an identifier is in it, perhaps by chance */
};

struct guard {
    struct decoder *decoder;
    struct buf outgoing; /* the values that are looked into, folded */
    bool *starts;        /* by byte of outgoing: a word starts there; of texts alone */
    struct watched watched[MODEL_FIELDS_MAX];
    size_t count;
    struct guard_wanted nothing, wanted;
    struct buf identifier;           /* one, decoded */
    uint8_t folded[IDENTIFIER_ROOM]; /* and folded */
    size_t used;                     /* of it, for this row */
};

struct guard *guard_new(struct decoder *decoder)
{
    struct guard *guard = mem_new(1, sizeof *guard);
    guard->decoder = decoder;
    guard_wanted_none(&guard->nothing);
    guard->outgoing = BUF_INIT(FOLDED_MAX);
    guard->identifier = BUF_INIT(IDENTIFIER_ROOM);
    guard->starts = mem_new(FOLDED_MAX, sizeof *guard->starts);
    return guard;
}

void guard_free(struct guard *guard)
{
    if (guard == NULL)
        return;
    buf_free(&guard->outgoing);
    buf_free(&guard->identifier);
    free(guard->starts);
    wipe(guard->folded, sizeof guard->folded);
    free(guard);
}

/* Letters alone, digits alone, both: from how many characters on a code may contain a part, and from how many
 * on it does so by no chance. */
enum shape { LETTERS, DIGITS, BOTH };
static const size_t INSIDE[] = {[LETTERS] = 4, [DIGITS] = 6, [BOTH] = 6};
static const size_t SURE_EQUAL[] = {[LETTERS] = 4, [DIGITS] = 5, [BOTH] = 6};
static const size_t SURE_INSIDE[] = {[LETTERS] = 4, [DIGITS] = 8, [BOTH] = 6};

static enum shape shape_of(uint64_t set)
{
    return (set & FOLD_DIGITS) == 0 ? LETTERS : (set & ~FOLD_DIGITS) == 0 ? DIGITS : BOTH;
}

static enum hit code_hit(const uint8_t *code, size_t len, const struct guard_part *part)
{
    enum shape shape = shape_of(part->set);
    if (part->len == len) {
        if (len < part->least || memcmp(code, part->text, len) != 0)
            return HIT_NONE;
        return len >= SURE_EQUAL[shape] ? HIT_SURE : HIT_WEAK;
    }
    if (part->len < INSIDE[shape] || memmem(code, len, part->text, part->len) == NULL)
        return HIT_NONE;
    return part->len >= SURE_INSIDE[shape] ? HIT_SURE : HIT_WEAK;
}

static bool stands_as_words(const uint8_t *text, size_t len, const bool *starts,
                            const struct guard_part *part)
{
    const uint8_t *at = text, *end = text + len;
    while ((at = memmem(at, (size_t)(end - at), part->text, part->len)) != NULL) {
        size_t from = (size_t)(at - text), to = from + part->len;
        if (starts[from] && (to == len || starts[to]))
            return true;
        at++;
    }
    return false;
}

static enum hit text_hit(const uint8_t *text, size_t len, const bool *starts, const struct guard_part *part)
{
    switch (part->in_text) {
    case PART_NOT_IN_TEXT:
        break;
    case PART_AS_WORDS:
        return stands_as_words(text, len, starts, part) ? HIT_WEAK : HIT_NONE;
    case PART_IN_TEXT:
        if (memmem(text, len, part->text, part->len) == NULL)
            return HIT_NONE;
        return shape_of(part->set) != DIGITS || part->len >= SURE_INSIDE[DIGITS] ? HIT_SURE : HIT_WEAK;
    }
    return HIT_NONE;
}

/* False when a value holds the part for sure; marks those that may hold it. */
static bool look_for(void *context, const struct guard_part *part)
{
    struct guard *guard = context;
    bool in_codes =
        !part->texts_only && part->len <= guard->wanted.longest && (part->set & ~guard->wanted.codes) == 0;
    bool in_texts = guard->wanted.texts && part->in_text != PART_NOT_IN_TEXT;
    for (size_t i = 0; (in_codes || in_texts) && i < guard->count; i++) {
        struct watched *value = &guard->watched[i];
        const uint8_t *folded = guard->outgoing.data + value->offset;
        enum hit hit = HIT_NONE;
        if (value->type == FIELD_CODE && in_codes)
            hit = code_hit(folded, value->len, part);
        else if (value->type == FIELD_TEXT && in_texts)
            hit = text_hit(folded, value->len, guard->starts + value->offset, part);
        if (hit == HIT_SURE)
            return false;
        value->weak |= hit == HIT_WEAK;
    }
    return true;
}

static bool is_moment(enum field_type type)
{
    return type == FIELD_HOUR || type == FIELD_DAY;
}

/* A moment that is the birth date, unless it is the record's own day: a newborn. */
static bool moments_differ(const struct guard *guard, const struct civil *birth, int32_t day)
{
    char text[8];
    if (day_from_civil(birth->year, birth->month, birth->day) == day)
        return true;
    guard_birth_digits(birth, text);
    for (size_t i = 0; i < guard->count; i++) {
        const struct watched *value = &guard->watched[i];
        if (is_moment(value->type) && value->len >= sizeof text &&
            memcmp(guard->outgoing.data + value->offset, text, sizeof text) == 0)
            return false;
    }
    return true;
}

/* The identifier of a cell as UTF-8, borrowed from the row or kept in the guard. */
static enum identifier_state take_identifier(struct guard *guard, const struct cell *cell,
                                             enum text_encoding encoding, const char **ret, size_t *ret_len)
{
    if (cell->type == CELL_TEXT && cell->len <= IDENTIFIER_BYTES_MAX && is_ascii(cell->text, cell->len)) {
        *ret = cell->text;
        *ret_len = cell->len;
        return cell->len > 0 ? IDENTIFIER_READ : IDENTIFIER_ABSENT;
    }
    buf_clear(&guard->identifier);
    enum identifier_state state = identifier_append(guard->decoder, encoding, cell, &guard->identifier);
    if (state == IDENTIFIER_UNREADABLE && cell->type == CELL_BLOB && canonical_id(cell, &guard->identifier))
        state = IDENTIFIER_READ; /* a key: no text goes beside it, and a code may hold it as its digits */
    *ret = buf_text(&guard->identifier);
    *ret_len = guard->identifier.len;
    return state;
}

static bool identifier_is_absent(struct guard *guard, enum identifier_kind kind, const char *text, size_t len,
                                 int32_t day)
{
    struct civil birth;
    if (kind == ID_BIRTH_DATE && civil_parse(text, len, &birth))
        return moments_differ(guard, &birth, day) &&
               guard_birth_parts(&birth, &guard->wanted, look_for, guard);
    guard->used = len > guard->used ? len : guard->used;
    return guard_parts(kind, text, len, &guard->wanted, guard->folded, look_for, guard);
}

static bool is_watched(const struct model_field *field, const struct value *value)
{
    if (value->kind != VALUE_TEXT)
        return false;
    if (field->type == FIELD_TEXT)
        return strcmp(TEXT_WITHHELD, value->text) != 0;
    return field->type == FIELD_CODE || is_moment(field->type);
}

static void watch_value(struct guard *guard, unsigned field, enum field_type type, const struct value *value)
{
    uint8_t *to = buf_reserve(&guard->outgoing, value->len);
    if (to == NULL)
        return;
    size_t len = fold(value->text, value->len, to, guard->starts + guard->outgoing.len);
    guard->watched[guard->count++] =
        (struct watched){.field = field, .type = type, .offset = guard->outgoing.len, .len = len};
    guard->outgoing.len += len;
    guard->wanted.texts |= type == FIELD_TEXT;
    if (type == FIELD_CODE)
        guard_wanted_code(&guard->wanted, to, len);
}

static void watch(struct guard *guard, const struct model_stream *stream, const struct value *values)
{
    guard->count = guard->used = 0;
    guard->wanted = guard->nothing;
    buf_clear(&guard->outgoing);
    for (unsigned i = 0; i < stream->field_count; i++)
        if (is_watched(&stream->fields[i], &values[i]))
            watch_value(guard, i, stream->fields[i].type, &values[i]);
}

/* What may be an identifier by chance does not go, and the record goes without it. */
static void take_out(const struct guard *guard, struct value *values, enum withheld *why)
{
    for (size_t i = 0; i < guard->count; i++) {
        const struct watched *watched = &guard->watched[i];
        if (!watched->weak)
            continue;
        why[watched->field] = WITHHELD_IDENTIFIER;
        values[watched->field] =
            watched->type == FIELD_TEXT
                ? (struct value){.kind = VALUE_TEXT, .text = TEXT_WITHHELD, .len = sizeof TEXT_WITHHELD - 1}
                : (struct value){.kind = VALUE_ABSENT};
    }
}

/* An identifier that cannot be looked for may be in any of the values. */
static void suspect_all(struct guard *guard)
{
    for (size_t i = 0; i < guard->count; i++)
        guard->watched[i].weak = true;
}

bool guard_passes(struct guard *guard, const struct mapping_stream *stream, const struct cell *row,
                  int32_t day, struct value *values, enum withheld *why)
{
    watch(guard, stream->model, values);
    bool passes = buf_ok(&guard->outgoing);
    for (unsigned i = 0; passes && guard->count > 0 && i < stream->identifier_count; i++) {
        const struct mapping_identifier *id = &stream->identifiers[i];
        const struct cell *cell = &row[id->column];
        const char *text = NULL;
        size_t len = 0;
        switch (take_identifier(guard, cell, stream->encodings[id->column], &text, &len)) {
        case IDENTIFIER_ABSENT:
            break;
        case IDENTIFIER_READ:
            passes = identifier_is_absent(guard, id->kind, text, len, day);
            break;
        case IDENTIFIER_UNREADABLE:
            suspect_all(guard);
            break;
        }
    }
    if (guard->identifier.len > 0)
        buf_wipe(&guard->identifier);
    wipe(guard->folded, guard->used);
    if (passes)
        take_out(guard, values, why);
    return passes;
}
