/* SPDX-License-Identifier: Apache-2.0 */
/* What the association decided, and what left: the part of the state that its data-protection officer reads.
 */
#ifndef AGENT_STATE_LEDGER_H
#define AGENT_STATE_LEDGER_H

#include "agent/state/state.h"
#include "contact/batch.h"
#include "contact/buf.h"
#include "contact/tally.h"

/* Sealed on one day, of one stream. */
struct ledger_line {
    int32_t left_on;
    char stream[33];
    uint64_t batches, records, ends, bytes;
    uint8_t digest[SHORT_SIZE]; /* sum of the first 16 bytes of the batches' SHA-256 */
};
void ledger_add(struct state *state, const struct ledger_line *line); /* digest: of this batch */
void ledger_each(struct state *state, int32_t from,
                 void (*each)(void *context, const struct ledger_line *line), void *context);

struct approval {
    int64_t at_s;
    char who[65];
    char site[SITE_TEXT];
    uint8_t model[SHA256_SIZE];
    uint8_t mapping[SHA256_SIZE];
    uint8_t text[SHORT_SIZE];       /* the text engine's version; zero without one */
    uint8_t warehouse[SHA256_SIZE]; /* fingerprint of the warehouse's root certificate */
};
/* terms: what was agreed to, as a text (collect's terms.h); NULL: as an agent did that kept none. */
void approval_put(struct state *state, const struct approval *approval, const char *terms);
bool approval_latest(struct state *state, struct approval *ret);
/* Appends the terms of the latest; nothing for one without. */
void approval_terms(struct state *state, struct buf *out);

/* What a person found who read cleaned notes: never the notes. */
struct audit_result {
    int64_t at_s;
    char who[65];
    uint64_t notes, leaks;
};
void audit_put(struct state *state, const struct audit_result *result);
void audit_each(struct state *state, void (*each)(void *context, const struct audit_result *result),
                void *context);

/* A mass-deletion stop: one a stream. */
struct stop {
    char stream[33];
    int sweep; /* the kind of sweep that judged; a narrower one does not release it */
    int64_t at_s;
    uint64_t days, differing, records, vanished; /* of what was swept */
};
void stop_put(struct state *state, const struct stop *stop);
bool stop_get(struct state *state, const char *stream, struct stop *ret);
size_t stop_list(struct state *state, struct stop *ret, size_t max); /* all, by stream */
void stop_clear(struct state *state, const char *stream);

/* Records that are not sent though their row may be. */
enum exclusion_kind { EXCLUDED_DUPLICATE, EXCLUDED_TOO_LARGE };
void exclusion_add(struct state *state, const char *stream, enum exclusion_kind kind,
                   const uint8_t id[static TOKEN_SIZE]);
void exclusion_clear(struct state *state, const char *stream, enum exclusion_kind kind);
void exclusion_each(struct state *state, const char *stream,
                    void (*each)(void *context, enum exclusion_kind kind,
                                 const uint8_t id[static TOKEN_SIZE]),
                    void *context);

#endif
