/* SPDX-License-Identifier: Apache-2.0 */
/* Batches on their way to the spool, and those the centre is not known to have loaded with the days they
 * speak of, so that a batch that never arrives makes its days be sent again. */
#ifndef AGENT_STATE_OUTBOX_H
#define AGENT_STATE_OUTBOX_H

#include "agent/state/state.h"
#include "contact/batch.h"

struct outbox_batch {
    uint64_t seq;
    enum lane lane;
    bool is_void;
};

void outbox_put(struct state *state, const struct outbox_batch *batch, const void *sealed, size_t len);
/* The lowest above `after`, its sealed bytes appended; false when there is none. */
bool outbox_next(struct state *state, uint64_t after, struct outbox_batch *ret, struct buf *sealed);
void outbox_remove(struct state *state, uint64_t upto); /* every seq up to this one is in the spool */

/* stream: of the manifest. only_id: the record's token when it holds one record alone, else NULL. */
void batch_note(struct state *state, uint64_t seq, const char *stream, uint64_t records,
                const uint8_t *only_id);
/* A batch speaks of a day; first: the first seq of the snapshot whose end it holds, else 0. */
void batch_note_day(struct state *state, uint64_t seq, const char *stream, int32_t day, uint64_t first);
void batch_loaded(struct state *state, uint64_t upto);
uint64_t batch_unloaded(struct state *state); /* how many are not known as loaded */
/* False when nothing is noted of it. only_id (TOKEN_SIZE) is set when *ret_records is 1. */
bool batch_get(struct state *state, uint64_t seq, char *ret_stream, size_t size, uint64_t *ret_records,
               uint8_t *ret_only_id);
/* Are batches of the days it speaks of as small as they become? */
bool batch_smallest(struct state *state, uint64_t seq);
/* The batch will never be loaded: asks for the days it speaks of, and for those with an end that spans it.
 * smaller: they are read in batches half as large. Then forgets the batch. */
void batch_lost(struct state *state, uint64_t seq, bool smaller);
/* A new series begins: likewise for all batches; the outbox is emptied. */
void batch_lost_all(struct state *state);

#endif
