/* SPDX-License-Identifier: Apache-2.0 */
/* What is being made: the open batch, batches sealed since the last commit, and everything that they change
 * in the state. One commit keeps all of it, or a discard none: so a read that fails half-way says nothing.
 *
 * At most one batch is open. Its seq is the last one plus one, so an end knows the first seq of its snapshot.
 */
#ifndef AGENT_COLLECT_DRAFT_H
#define AGENT_COLLECT_DRAFT_H

#include "agent/record/record.h"
#include "agent/state/day.h"
#include "agent/state/seen.h"
#include "contact/batch.h"

#define DRAFT_FACT_MAX 384 /* characters of a fact */

struct collect;
struct stream;
struct draft;

struct draft *draft_new(int gzip_level); /* NULL without memory */
void draft_free(struct draft *draft);

/* What later lines go into. halvings: of the batch limits. Seals the open batch when it is another's. */
struct draft_target {
    const char *stream; /* of the manifest; borrowed for the program's life */
    enum lane lane;
    unsigned halvings;
};
/* Makes room for one line in a batch of that target; *ret_seq is the batch's. */
MUST_CHECK enum err_code draft_room(struct collect *c, const struct draft_target *target, uint64_t *ret_seq,
                                    struct err *err);
/* Adds a line to the open batch, after draft_room. id: the token of a put, else NULL. */
MUST_CHECK enum err_code draft_line(struct collect *c, const struct buf *line, const uint8_t *id,
                                    struct err *err);
/* The open batch speaks of a day of a record stream; first: of an end, else 0. */
void draft_touch(struct collect *c, const char *stream, int32_t day, uint64_t first);

/* Changes of the state, applied in this order at the commit. */
/* A row of the hot days was read and, when sent, its record put. alone: the day's tallies change by it (a
 * snapshot sets them whole instead). Where the record stood on another day, that day loses it. */
void draft_seen(struct collect *c, const char *stream, const struct seen *row, bool alone);
/* A text of that day waits for another attempt. */
void draft_later(struct collect *c, const char *stream, int32_t day);
void draft_forget_seen(struct collect *c, const char *stream, int32_t day); /* a snapshot of the day begins */
void draft_day(struct collect *c, const char *stream, const struct day_entry *entry);
/* The day's rows went without their end: it is held, as read now. Its other tallies stay what the puts make
 * them. */
void draft_hold(struct collect *c, const char *stream, const struct day_entry *entry,
                const struct tally *now);
/* A code (its token) was sent for a patient; a label of it was sent. */
void draft_code(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                const uint8_t patient[static TOKEN_SIZE]);
void draft_label(struct collect *c, const uint8_t code[static TOKEN_SIZE],
                 const uint8_t hash[static SHORT_SIZE]);
void draft_fact(struct collect *c, const char *name, const char *value); /* state_put at the commit */
/* Counts that a commit adds to the withheld values and rows of a stream. */
void draft_withheld(struct collect *c, const struct stream *stream,
                    const uint64_t more[static WITHHELD_KINDS]);

bool draft_empty(const struct collect *c); /* nothing would be lost by a discard */
/* Seals what is open, keeps all in one transaction, and puts the batches into the spool. When the spool does
 * not take them they wait in the outbox, and c->blocked says why: OK all the same for want of room. */
MUST_CHECK enum err_code draft_commit(struct collect *c, struct err *err);
void draft_discard(struct collect *c);
/* A span of days has been read to its end: commits when enough batches are sealed to be worth it. */
MUST_CHECK enum err_code draft_span_done(struct collect *c, struct err *err);

/* Seals a batch without records for a seq that was used, appended to out. */
MUST_CHECK enum err_code draft_void(struct collect *c, uint64_t seq, enum lane lane, struct buf *out,
                                    struct err *err);

#endif
