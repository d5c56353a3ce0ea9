/* SPDX-License-Identifier: Apache-2.0 */
/* record_build: the rules fill the values, the guard looks at them, the line is written. */
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/maker.h"

static void fill_values(struct record_maker *maker, const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++) {
        maker->withheld[i] = WITHHELD_KINDS;
        maker->values[i] = (struct value){.kind = VALUE_ABSENT};
        if (stream->rules[i] != NULL && stream->rules[i]->field->type != FIELD_TEXT)
            maker->withheld[i] =
                rule_apply(&maker->room, stream->rules[i], &maker->values[i], maker->small[i], NULL);
    }
    if (stream->text_count > 0)
        fill_texts(maker, stream);
}

static void count_withheld(const struct record_maker *maker, const struct mapping_stream *stream,
                           uint64_t withheld[static WITHHELD_KINDS])
{
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (maker->withheld[i] < WITHHELD_KINDS)
            withheld[maker->withheld[i]]++;
}

/* The call's token; a call is its own episode. */
static void fill_episode(struct record_maker *maker, const struct mapping_stream *stream,
                         const struct cell *row, struct record_head *head)
{
    if (strcmp(stream->model->name, "call") == 0) {
        head->has_episode = true;
        memcpy(head->episode, head->id, TOKEN_SIZE);
        return;
    }
    if (stream->episode_count == 0 || !row_id(row, stream->episode, stream->episode_count, &maker->id) ||
        maker->id.len > CANONICAL_ID_MAX)
        return;
    head->has_episode = true;
    pseudonym_event(maker->context.keys, "call", buf_text(&maker->id), maker->id.len, head->episode);
}

/* What held values of this row; the room's pointers go with them. */
static void forget_row(struct record_maker *maker)
{
    if (maker->room.decoded.len > 0)
        buf_wipe(&maker->room.decoded);
    buf_clear(&maker->room.id);
    buf_clear(&maker->id);
    buf_clear(&maker->person);
    maker->room.row = NULL;
}

bool record_build(struct record_maker *maker, unsigned index, const struct cell *row, size_t count,
                  const struct row_key *key, struct buf *out, uint8_t ret_fp[static SHORT_SIZE],
                  uint64_t withheld[static WITHHELD_KINDS])
{
    const struct mapping_stream *stream = maker->context.mapping->streams[index];
    struct record_head head = {.stream = stream->model,
                               .epoch = pseudonym_epoch(maker->context.keys),
                               .has_patient = key->has_patient,
                               .day = key->day};
    memcpy(head.id, key->id, TOKEN_SIZE);
    memcpy(head.patient, key->patient, TOKEN_SIZE);
    maker->room.stream = stream;
    maker->room.row = row;
    maker->room.count = count;
    maker->room.day = key->day;
    maker->room.death = row_death(stream, row);
    fill_values(maker, stream);
    fill_episode(maker, stream, row, &head);
    bool passes = guard_passes(maker->guard, stream, row, key->day, maker->values, maker->withheld);
    forget_row(maker);
    if (!passes) {
        withheld[WITHHELD_GUARD]++;
        return false;
    }
    count_withheld(maker, stream, withheld);
    record_line_put(out, &head, maker->values, ret_fp);
    return true;
}
