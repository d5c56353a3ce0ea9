/* SPDX-License-Identifier: Apache-2.0 */
/* record_key: what sweeping needs of a row, for every row of every sweep. */
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/maker.h"

bool row_death(const struct mapping_stream *stream, const struct cell *row)
{
    if (stream->death == NULL)
        return false;
    const struct cell *cell = &row[stream->column_count];
    return cell->type != CELL_INTEGER || cell->integer != 0;
}

static void withhold(struct row_key *ret, enum withheld why)
{
    ret->fate = ROW_WITHHELD;
    ret->why = why;
}

static bool id_listed(char *const *list, const struct buf *id)
{
    for (; list != NULL && *list != NULL; list++)
        if (strlen(*list) == id->len && memcmp(*list, id->data, id->len) == 0)
            return true;
    return false;
}

/* Replaces the person's id by what it was merged into; false when the merges run in a circle. */
static bool follow_merges(struct record_maker *maker)
{
    struct record_context *c = &maker->context;
    if (c->merged == NULL)
        return true;
    const char *into = c->merged(c->merged_context, buf_text(&maker->person), maker->person.len);
    if (into == NULL)
        return true;
    if (*into == '\0')
        return false;
    buf_clear(&maker->person);
    buf_puts(&maker->person, into);
    return true;
}

enum objection { OBJECTS, ALLOWS, UNCLEAR };

static bool value_listed(char *const *list, const struct word *word)
{
    for (; list != NULL && *list != NULL; list++)
        if (strlen(*list) == word->len && memcmp(*list, word->text, word->len) == 0)
            return true;
    return false;
}

static enum objection objection_of(struct record_maker *maker, const struct mapping_stream *stream,
                                   const struct cell *cell)
{
    const struct mapping *mapping = maker->context.mapping;
    struct word word = {.text = "", .len = 0};
    enum withheld why;
    if (cell->type == CELL_NULL)
        return mapping->null_allows ? ALLOWS : UNCLEAR;
    if (rule_word(&maker->room, cell, stream->encodings[stream->objection], &word, &why) == WORD_BAD)
        return UNCLEAR;
    if (value_listed(mapping->objects, &word))
        return OBJECTS;
    return value_listed(mapping->allows, &word) ? ALLOWS : UNCLEAR;
}

bool record_objects(struct record_maker *maker, const struct mapping_stream *stream, const struct cell *cell)
{
    return objection_of(maker, stream, cell) == OBJECTS;
}

/* By another row of the same merged person, or on paper. */
static bool objects_elsewhere(const struct record_context *c, const uint8_t person[static TOKEN_SIZE])
{
    return c->objects != NULL && c->objects(c->objects_context, person);
}

/* A patient column left blank is a call without a patient. */
static bool is_blank(const struct cell *cell)
{
    if (cell->type == CELL_NULL)
        return true;
    for (size_t i = 0; cell->type == CELL_TEXT && i < cell->len; i++)
        if (cell->text[i] != ' ' && cell->text[i] != '\t')
            return false;
    return cell->type == CELL_TEXT;
}

/* As the table of persons spells it: the database may join 'ab12' and 'AB12', who are one person then. */
const struct cell *person_cell(const struct mapping_stream *stream, const struct cell *row)
{
    return &row[stream->person_found >= 0 ? stream->person_found : stream->person_key];
}

/* The patient's token, and whether the row may go for its person's sake. Sets ret->fate when it may not. */
static void look_at_person(struct record_maker *maker, const struct mapping_stream *stream,
                           const struct cell *row, struct row_key *ret)
{
    const struct cell *own = &row[stream->person_key], *id = person_cell(stream, row);
    buf_clear(&maker->person);
    if (is_blank(own))
        return;
    if (!canonical_id(own, &maker->person)) {
        withhold(ret, WITHHELD_NO_PERSON);
        return;
    }
    if (id_listed(maker->context.mapping->nobody, &maker->person)) {
        buf_clear(&maker->person);
        return;
    }
    buf_clear(&maker->person);
    if (!canonical_id(id, &maker->person)) {
        withhold(ret, WITHHELD_NO_PERSON);
        return;
    }
    enum objection objection =
        stream->objection < 0 ? ALLOWS : objection_of(maker, stream, &row[stream->objection]);
    bool merged = follow_merges(maker);
    ret->has_patient = true;
    pseudonym_person(maker->context.keys, buf_text(&maker->person), maker->person.len, ret->patient);
    if (objection == OBJECTS || objects_elsewhere(&maker->context, ret->patient))
        ret->fate = ROW_OBJECTED;
    else if (objection == UNCLEAR)
        withhold(ret, WITHHELD_OBJECTION_VALUE);
    else if (!merged)
        withhold(ret, WITHHELD_MERGE_CYCLE);
}

static uint8_t *put_tagged(uint8_t *to, uint8_t tag, const void *data, size_t len)
{
    *to = tag;
    put_u32be(to + 1, (uint32_t)len);
    if (len > 0)
        memcpy(to + 5, data, len);
    return to + 5 + len;
}

static uint8_t *put_cell(uint8_t *to, const struct cell *cell)
{
    switch (cell->type) {
    case CELL_INTEGER:
        return put_tagged(to, 'i', &cell->integer, sizeof cell->integer);
    case CELL_REAL:
        return put_tagged(to, 'r', &cell->real, sizeof cell->real);
    case CELL_TEXT:
        return put_tagged(to, 't', cell->text, cell->len);
    case CELL_BLOB:
        return put_tagged(to, 'b', cell->text, cell->len);
    case CELL_NULL:
        return put_tagged(to, 'n', NULL, 0);
    case CELL_UNREADABLE:
        break;
    }
    return put_tagged(to, 'u', NULL, 0);
}

/* The texts of a joined cell, in an order of their own. */
static uint8_t *put_pieces(uint8_t *to, const struct cell *cell)
{
    struct text_piece pieces[PIECES_MAX];
    size_t count = text_pieces(cell, pieces);
    uint32_t number = (uint32_t)count;
    to = put_tagged(to, 'j', &number, sizeof number);
    for (size_t i = 0; i < count; i++)
        to = put_tagged(to, 't', pieces[i].text, pieces[i].len);
    return to;
}

static size_t pieces_room(const struct cell *cell)
{
    size_t count = 1;
    for (size_t i = 0; cell->type == CELL_TEXT && i < cell->len; i++)
        count += cell->text[i] == TEXT_SEPARATOR;
    return 9 + 5 * count + (cell->type == CELL_TEXT ? cell->len : 0);
}

static size_t cell_room(const struct cell *cell)
{
    return 5 + (cell->type == CELL_TEXT || cell->type == CELL_BLOB ? cell->len : 8);
}

/* Their token is absent then, although no value of the row has changed. */
static bool practitioner_objects(struct record_maker *maker, const struct mapping_stream *stream,
                                 const struct cell *row)
{
    const struct record_context *c = &maker->context;
    struct buf *id = &maker->room.id;
    for (unsigned i = 0; c->practitioner_objects != NULL && i < stream->model->field_count; i++) {
        if (stream->rules[i] == NULL || stream->model->fields[i].type != FIELD_TOKEN)
            continue;
        buf_clear(id);
        if (canonical_id(&row[mapping_rule_column(stream->rules[i])], id) &&
            c->practitioner_objects(c->objects_context, buf_text(id), id->len))
            return true;
    }
    return false;
}

/* The policy, each raw value with its type and length, the merged person, the death and the call's other
 * texts, in one message: each call of HMAC costs as much as hashing a few hundred bytes. */
static bool put_raw(struct record_maker *maker, unsigned index, const struct mapping_stream *stream,
                    const struct cell *row)
{
    bool without_practitioner = practitioner_objects(maker, stream, row);
    size_t room = 5 + SHORT_SIZE + 5 + maker->person.len + 5 + 1 + 5;
    for (unsigned i = 0; i < stream->column_count; i++)
        room += stream->fingerprinted[i] ? cell_room(&row[i]) : 0;
    for (unsigned i = 0; i < stream->text_count; i++)
        room += stream->texts[i].joined ? pieces_room(&row[stream->texts[i].cell]) : 0;
    buf_clear(&maker->message);
    uint8_t *to = buf_reserve(&maker->message, room);
    if (to == NULL)
        return false;
    uint8_t death = row_death(stream, row);
    to = put_tagged(to, 'p', maker->policies[index], SHORT_SIZE);
    for (unsigned i = 0; i < stream->column_count; i++)
        if (stream->fingerprinted[i])
            to = put_cell(to, &row[i]);
    to = put_tagged(to, 'm', maker->person.data, maker->person.len);
    to = put_tagged(to, 'd', &death, 1);
    if (without_practitioner)
        to = put_tagged(to, 'o', NULL, 0);
    for (unsigned i = 0; i < stream->text_count; i++)
        if (stream->texts[i].joined)
            to = put_pieces(to, &row[stream->texts[i].cell]);
    maker->message.len = (size_t)(to - maker->message.data);
    return true;
}

static void fingerprint(struct record_maker *maker, unsigned index, const struct mapping_stream *stream,
                        const struct cell *row, struct row_key *ret)
{
    uint8_t full[SHA256_SIZE];
    if (!put_raw(maker, index, stream, row)) {
        withhold(ret, WITHHELD_UNREADABLE);
        return;
    }
    struct hmac *hmac = pseudonym_raw(maker->context.keys);
    hmac_add(hmac, maker->message.data, maker->message.len);
    hmac_end(hmac, full);
    memcpy(ret->raw, full, SHORT_SIZE);
    wipe(maker->message.data, maker->message.len);
}

static bool within(int32_t day, int32_t from, int32_t to)
{
    return day >= from && (to == DAY_NONE || day <= to);
}

void record_key(struct record_maker *maker, unsigned index, const struct cell *row, size_t count,
                struct row_key *ret)
{
    record_key_within(maker, index, row, count, DAY_NONE, DAY_NONE, ret);
}

void record_key_within(struct record_maker *maker, unsigned index, const struct cell *row, size_t count,
                       int32_t from, int32_t to, struct row_key *ret)
{
    const struct mapping *mapping = maker->context.mapping;
    const struct mapping_stream *stream = mapping->streams[index];
    *ret = (struct row_key){.fate = ROW_RECORD, .why = WITHHELD_KINDS, .day = DAY_NONE};
    if (count < stream->cell_count) {
        withhold(ret, WITHHELD_UNREADABLE);
        return;
    }
    maker->room.stream = stream;
    maker->room.row = row;
    maker->room.count = count;
    bool readable;
    ret->day = row_day(maker->context.zone, &row[stream->day], &readable);
    if (!readable) {
        withhold(ret, WITHHELD_NO_DAY);
        return;
    }
    if (!within(ret->day, from, to) || !within(ret->day, mapping->days_from, mapping->days_to)) {
        ret->fate = ROW_OUTSIDE;
        return;
    }
    if (!row_id(row, stream->key, stream->key_count, &maker->id) || maker->id.len > CANONICAL_ID_MAX) {
        withhold(ret, WITHHELD_NO_KEY);
        return;
    }
    pseudonym_event(maker->context.keys, stream->model->name, buf_text(&maker->id), maker->id.len, ret->id);
    buf_clear(&maker->person);
    if (stream->has_person)
        look_at_person(maker, stream, row, ret);
    if (ret->fate == ROW_RECORD)
        fingerprint(maker, index, stream, row, ret);
}
