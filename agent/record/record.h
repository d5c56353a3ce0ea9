/* SPDX-License-Identifier: Apache-2.0 */
/* A row becomes a record: identity, rules, pseudonyms, guard, line and fingerprints. */
#ifndef AGENT_RECORD_RECORD_H
#define AGENT_RECORD_RECORD_H

#include "agent/mapping/mapping.h"
#include "agent/record/pseudonym.h"
#include "contact/cell.h"
#include "contact/record_line.h"

/* Why a row or a value did not go. Counted by stream and code; the names travel in heartbeats. */
enum withheld {
    WITHHELD_NO_DAY,          /* row: no readable day */
    WITHHELD_NO_KEY,          /* row: no local id */
    WITHHELD_DUPLICATE_KEY,   /* row: another row of the window has the same id */
    WITHHELD_NO_PERSON,       /* row: names a patient that does not exist */
    WITHHELD_OBJECTION_VALUE, /* row: the objection column holds an unlisted value */
    WITHHELD_MERGE_CYCLE,     /* row: the patient's merges run in a circle */
    WITHHELD_GUARD,           /* row: an outgoing value contains one of its own identifiers */
    WITHHELD_TOO_LARGE,       /* row: the centre takes no batch that holds its record alone */
    WITHHELD_UNKNOWN_CODE,    /* value: outside its list or pattern */
    WITHHELD_OUT_OF_RANGE,    /* value */
    WITHHELD_BAD_VALUE,       /* value: not of its type */
    WITHHELD_UNDECODABLE,     /* value: not in its encoding */
    WITHHELD_UNREADABLE,      /* value, or row: the driver could not give it, or it is too long */
    WITHHELD_TEXT,            /* value: text without an engine, or not cleanable */
    WITHHELD_TEXT_LATER, /* value: text that may go another time: the engine stands still, or was too slow */
    WITHHELD_IDENTIFIER, /* value: equals one of the row's identifiers, perhaps by chance */
    WITHHELD_KINDS,
};
const char *withheld_name(enum withheld kind);

enum row_fate {
    ROW_RECORD,   /* may be sent */
    ROW_OBJECTED, /* its person objects: as if it were gone; patient token is set, for erase */
    ROW_WITHHELD, /* as if it were gone, and counted under `why` */
    ROW_OUTSIDE,  /* its day is outside the mapping's days */
};

/* The day of a row: a text that begins YYYY-MM-DD, as every source gives its dates, with a time and an offset
 * or without. Of one that is written so and is no day, such as 2026-02-31 or 2026-11-28 24:00, *ret_readable
 * is false, and the day is where the row stands when days are compared as texts. DAY_NONE: it stands nowhere.
 */
int32_t row_day(struct zone *zone, const struct cell *cell, bool *ret_readable);

/* What sweeping needs of a row before anything is built: cheap. */
struct row_key {
    enum row_fate fate;
    enum withheld why;
    int32_t day;             /* of one without a readable day: row_day()'s */
    uint8_t id[TOKEN_SIZE];  /* the record's token */
    uint8_t raw[SHORT_SIZE]; /* fingerprint of policy and raw values; stays on site */
    bool has_patient;
    uint8_t patient[TOKEN_SIZE]; /* after merges */
};

/* What the text engine gets of a row; the room that joins record and text turns it into that one's terms. */
struct record_identifier {
    enum identifier_kind kind;
    enum identifier_role role;
    const char *value; /* UTF-8 */
    size_t len;
};
enum text_fate { TEXT_GOES, TEXT_STAYS, TEXT_LATER };
struct record_text {
    const char *text; /* UTF-8 */
    size_t len;
    struct buf *out; /* takes the cleaned text; NULL: another row's, read for what it says about this one */
    enum text_fate fate; /* of one with an out */
};
struct record_call {
    const struct record_identifier *identifiers; /* the row's, in all roles */
    size_t identifier_count;
    int32_t day;
    struct record_text *texts; /* in an order that all rows of the call share */
    size_t text_count;
};

struct record_maker;
struct record_context {
    const struct model *model; /* borrowed, as all here */
    const struct mapping *mapping;
    struct pseudonym_keys *keys;
    struct zone *zone;
    /* Resolves merges: canonical child id → canonical parent id, or NULL when not merged. "" means a circle.
     */
    const char *(*merged)(void *context, const char *id, size_t len);
    void *merged_context;
    /* Does this person (token, after merges) object although the row's own column may not say so: by another
     * row of the same merged person, or on paper? Such a row is ROW_OBJECTED. May be NULL. An objection thus
     * covers the whole merge group; else the erase of a shared token and the rows of the parent would never
     * agree. */
    bool (*objects)(void *context, const uint8_t person[static TOKEN_SIZE]);
    /* Does this practitioner (canonical local id) object? Then their token is absent. May be NULL. */
    bool (*practitioner_objects)(void *context, const char *id, size_t len);
    void *objects_context; /* of both */
    /* Cleans the texts of a call together. NULL: there is no engine, and all text is withheld. */
    void (*clean)(void *context, struct record_call *call);
    void *clean_context;
    uint8_t text_policy[SHORT_SIZE]; /* the engine's version, as approved; zero without one */
};
struct record_maker *record_maker_new(const struct record_context *context);
void record_maker_free(struct record_maker *maker); /* wipes what it held of the last row */

/* The policy of a stream: hash of its parsed mapping, the model, rule and guard versions, the engine's
 * version if it has text. Mixed into raw; a change makes every row differ. */
void record_policy(const struct record_maker *maker, unsigned stream, uint8_t ret[static SHORT_SIZE]);
/* Looks at a row (cells as mapping_stream's columns). */
void record_key(struct record_maker *maker, unsigned stream, const struct cell *row, size_t count,
                struct row_key *ret);
/* The same where only some days are read, of the days beside which some rows come too: a row of another day
 * is ROW_OUTSIDE, and nothing is made of it. to: DAY_NONE for no end. */
void record_key_within(struct record_maker *maker, unsigned stream, const struct cell *row, size_t count,
                       int32_t from, int32_t to, struct row_key *ret);
/* The patient's local id in a row of a stream that has one (person_key). */
const struct cell *person_cell(const struct mapping_stream *stream, const struct cell *row);
/* Whether the stream's objection column says, by this cell, that the person objects. */
bool record_objects(struct record_maker *maker, const struct mapping_stream *stream, const struct cell *cell);
/* Builds the line of a row whose record_key said ROW_RECORD; appends to out with its newline. false: the
 * guard withheld it (count WITHHELD_GUARD); then nothing is appended. Adds to withheld[] each value that did
 * not go. */
MUST_CHECK bool record_build(struct record_maker *maker, unsigned stream, const struct cell *row,
                             size_t count, const struct row_key *key, struct buf *out,
                             uint8_t ret_fp[static SHORT_SIZE], uint64_t withheld[static WITHHELD_KINDS]);
/* For preview: the value of each model field after record_build, borrowed until the next row, and why a field
 * was withheld (WITHHELD_KINDS: it was not). */
const struct value *record_values(const struct record_maker *maker);
const enum withheld *record_withheld_fields(const struct record_maker *maker);

#endif
