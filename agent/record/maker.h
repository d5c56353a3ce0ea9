/* SPDX-License-Identifier: Apache-2.0 */
/* What record_key and record_build share. */
#ifndef AGENT_RECORD_MAKER_H
#define AGENT_RECORD_MAKER_H

#include "agent/mapping/local_id.h"
#include "agent/record/guard.h"
#include "agent/record/pseudonym.h"
#include "agent/record/rules.h"

#define TEXT_MAX (64 * 1024) /* bytes of one outgoing text */
#define PIECES_MAX 256       /* texts of a joined cell that are told apart; the last one takes the rest */
#define RAW_MESSAGE_MAX                                                                                      \
    (64 << 20) /* bytes of one row's raw values; more means a row that cannot be swept                       \
                */

struct record_maker {
    struct record_context context;
    uint8_t (*policies)[SHORT_SIZE]; /* by stream */
    struct decoder *decoder;
    struct guard *guard;
    struct rule_room room;
    struct buf id, person, message;
    struct value values[MODEL_FIELDS_MAX];
    enum withheld withheld[MODEL_FIELDS_MAX];
    char small[MODEL_FIELDS_MAX][SHORT_TEXT];
    struct buf texts[MODEL_FIELDS_MAX]; /* cleaned */
    struct call_texts *call;
};

/* texts.c: the texts of a row and of its call. */
struct call_texts *call_texts_new(void);
void call_texts_free(struct call_texts *call); /* wipes; NULL is legal */
/* Fills the text fields of a row whose other fields are filled. */
void fill_texts(struct record_maker *maker, const struct mapping_stream *stream);

/* One text of a joined cell. */
struct text_piece {
    const char *text;
    size_t len;
};
/* The texts of a joined cell in the order of their bytes: a database joins them in any order. */
size_t text_pieces(const struct cell *cell, struct text_piece ret[static PIECES_MAX]);

/* Whether the row says that its episode ends in death: the cell after its columns. Anything but 0 is taken as
 * death, so that a value we do not understand hides rather than shows. */
bool row_death(const struct mapping_stream *stream, const struct cell *row);

#endif
