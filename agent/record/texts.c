/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a row: read in their encoding, cleaned together with the other texts of the call, and put into
 * their fields. What is typed stands in one place (plain) and is wiped with the row. */
#include <stdlib.h>
#include <string.h>

#include "agent/record/identifier.h"
#include "agent/record/maker.h"
#include "contact/mem.h"

#define TEXTS_MAX 64
#define IDENTIFIERS_MAX 64
#define NO_FIELD UINT32_MAX

/* A text in plain, which may still move. */
struct spot {
    size_t at, len;
    unsigned field; /* of the row's own texts; NO_FIELD: another row's */
};

struct call_texts {
    struct buf plain;
    struct spot own[MODEL_FIELDS_MAX], texts[TEXTS_MAX], values[IDENTIFIERS_MAX];
    size_t own_count, text_count, value_count;
    struct record_text given[TEXTS_MAX];
    struct record_identifier identifiers[IDENTIFIERS_MAX];
};

struct call_texts *call_texts_new(void)
{
    struct call_texts *call = mem_new(1, sizeof *call);
    call->plain = BUF_INIT(RAW_MESSAGE_MAX);
    return call;
}

void call_texts_free(struct call_texts *call)
{
    if (call == NULL)
        return;
    buf_free(&call->plain);
    wipe(call, sizeof *call);
    free(call);
}

static int by_bytes(const void *a, const void *b)
{
    const struct text_piece *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int order = shorter > 0 ? memcmp(left->text, right->text, shorter) : 0;
    if (order != 0)
        return order;
    return (left->len > right->len) - (left->len < right->len);
}

size_t text_pieces(const struct cell *cell, struct text_piece ret[static PIECES_MAX])
{
    if (cell->type != CELL_TEXT)
        return 0;
    const char *at = cell->text, *end = cell->text + cell->len;
    size_t count = 0;
    for (;;) {
        const char *stop =
            at < end && count < PIECES_MAX - 1 ? memchr(at, TEXT_SEPARATOR, (size_t)(end - at)) : NULL;
        ret[count++] = (struct text_piece){at, (size_t)((stop == NULL ? end : stop) - at)};
        if (stop == NULL)
            break;
        at = stop + 1;
    }
    if (count > 1)
        qsort(ret, count, sizeof *ret, by_bytes);
    return count;
}

/* Reads the row's own texts. What a rule could not read stays withheld as it says. */
static void take_own(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    for (unsigned i = 0; i < stream->model->field_count; i++) {
        const struct mapping_rule *rule = stream->rules[i];
        if (rule == NULL || rule->field->type != FIELD_TEXT)
            continue;
        size_t before = call->plain.len;
        maker->withheld[i] = rule_apply(&maker->room, rule, &maker->values[i], maker->small[i], &call->plain);
        if (maker->withheld[i] == WITHHELD_TEXT && buf_ok(&call->plain))
            call->own[call->own_count++] = (struct spot){before, call->plain.len - before, i};
    }
}

/* Text in another encoding than the mapping says is most likely Latin: nothing of it leaves, but the names in
 * it are worth knowing. */
static bool read_plain(struct record_maker *maker, enum text_encoding encoding, const char *text, size_t len,
                       struct spot *ret)
{
    struct buf *plain = &maker->call->plain;
    *ret = (struct spot){.at = plain->len, .field = NO_FIELD};
    bool read = decode_text(maker->decoder, encoding, text, len, plain) ||
                decode_text(maker->decoder, ENCODING_LATIN1, text, len, plain);
    ret->len = plain->len - ret->at;
    return read && ret->len > 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* As a rule reads it, so that a row finds its own text among the joined ones. */
static struct text_piece trimmed(struct text_piece piece)
{
    while (piece.len > 0 && is_blank(piece.text[piece.len - 1]))
        piece.len--;
    for (; piece.len > 0 && is_blank(*piece.text); piece.len--)
        piece.text++;
    return piece;
}

static struct spot *own_spot(struct call_texts *call, const struct spot *spot)
{
    for (size_t i = 0; i < call->own_count; i++)
        if (call->own[i].field != NO_FIELD && call->own[i].len == spot->len &&
            memcmp(call->plain.data + call->own[i].at, call->plain.data + spot->at, spot->len) == 0)
            return &call->own[i];
    return NULL;
}

/* One text of the call, in its place; the row's own is known by its bytes. Room is kept for own ones. */
static void add_piece(struct record_maker *maker, enum text_encoding encoding, struct text_piece piece)
{
    struct call_texts *call = maker->call;
    struct spot spot;
    piece = trimmed(piece);
    if (call->text_count + call->own_count >= TEXTS_MAX ||
        !read_plain(maker, encoding, piece.text, piece.len, &spot))
        return;
    struct spot *own = own_spot(call, &spot);
    if (own != NULL) {
        spot = *own;
        own->field = NO_FIELD; /* found */
    }
    call->texts[call->text_count++] = spot;
}

static void take_call(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    struct text_piece pieces[PIECES_MAX];
    for (unsigned t = 0; t < stream->text_count; t++) {
        const struct mapping_text *text = &stream->texts[t];
        const struct cell *cell = &maker->room.row[text->cell];
        const struct mapping_stream *other = maker->context.mapping->streams[text->stream];
        size_t count = 1;
        pieces[0] = (struct text_piece){cell->text, cell->type == CELL_TEXT ? cell->len : 0};
        if (text->joined)
            count = text_pieces(cell, pieces);
        for (size_t i = 0; i < count; i++)
            add_piece(maker, cell_encoding(cell, other->encodings[text->column]), pieces[i]);
    }
    for (size_t i = 0; i < call->own_count; i++)
        if (call->own[i].field != NO_FIELD)
            call->texts[call->text_count++] = call->own[i];
}

/* False when one of them cannot be looked for. */
static bool take_identifiers(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    if (stream->identifier_count > IDENTIFIERS_MAX)
        return false;
    for (unsigned i = 0; i < stream->identifier_count; i++) {
        const struct mapping_identifier *id = &stream->identifiers[i];
        const struct cell *cell = &maker->room.row[id->column];
        struct spot spot = {.at = call->plain.len, .field = i};
        switch (identifier_append(maker->decoder, stream->encodings[id->column], cell, &call->plain)) {
        case IDENTIFIER_ABSENT:
            break;
        case IDENTIFIER_READ:
            spot.len = call->plain.len - spot.at;
            call->values[call->value_count++] = spot;
            break;
        case IDENTIFIER_UNREADABLE:
            return false;
        }
    }
    return true;
}

/* From places to pointers, now that plain moves no more. */
static struct record_call settle(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    const char *plain = buf_text(&call->plain);
    for (size_t i = 0; i < call->value_count; i++) {
        const struct mapping_identifier *id = &stream->identifiers[call->values[i].field];
        call->identifiers[i] = (struct record_identifier){.kind = id->kind,
                                                          .role = id->role,
                                                          .value = plain + call->values[i].at,
                                                          .len = call->values[i].len};
    }
    for (size_t i = 0; i < call->text_count; i++) {
        const struct spot *spot = &call->texts[i];
        struct buf *out = spot->field == NO_FIELD ? NULL : &maker->texts[spot->field];
        if (out != NULL)
            buf_clear(out);
        call->given[i] =
            (struct record_text){.text = plain + spot->at, .len = spot->len, .out = out, .fate = TEXT_STAYS};
    }
    return (struct record_call){.identifiers = call->identifiers,
                                .identifier_count = call->value_count,
                                .day = maker->room.day,
                                .texts = call->given,
                                .text_count = call->text_count};
}

static void put_value(struct record_maker *maker, const struct record_text *text, unsigned field)
{
    struct value *value = &maker->values[field];
    if (text->fate == TEXT_LATER)
        maker->withheld[field] = WITHHELD_TEXT_LATER;
    if (text->fate != TEXT_GOES || !buf_ok(text->out))
        return;
    maker->withheld[field] = WITHHELD_KINDS;
    if (text->out->len > 0)
        *value = (struct value){.kind = VALUE_TEXT, .text = buf_text(text->out), .len = text->out->len};
    else
        *value = (struct value){.kind = VALUE_ABSENT};
}

static void clean(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    take_call(maker, stream);
    /* An identifier that is not looked for, or larger than any call: all stays withheld. */
    if (!take_identifiers(maker, stream) || !buf_ok(&call->plain))
        return;
    struct record_call given = settle(maker, stream);
    maker->context.clean(maker->context.clean_context, &given);
    for (size_t i = 0; i < call->text_count; i++)
        if (call->texts[i].field != NO_FIELD)
            put_value(maker, &call->given[i], call->texts[i].field);
}

void fill_texts(struct record_maker *maker, const struct mapping_stream *stream)
{
    struct call_texts *call = maker->call;
    call->own_count = call->text_count = call->value_count = 0;
    buf_clear(&call->plain);
    take_own(maker, stream);
    if (call->own_count > 0 && maker->context.clean != NULL)
        clean(maker, stream);
    wipe(call->plain.data, call->plain.len);
    buf_clear(&call->plain);
}
