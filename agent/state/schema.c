/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/internal.h"

/* Tokens, fingerprints and counts alone: no local id and no value of a row stands in this file. Streams are
 * named, since a new model may number them otherwise. Days count from 1970-01-01. */
const char *const state_schema[] = {
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE counter (grp TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,"
    "  PRIMARY KEY (grp, name)) STRICT, WITHOUT ROWID;"

    /* What the centre holds of a day when it has everything sent. raw: as read; sent: as sent. held: an end
     * marker is owed, and what was last read and sent without it. gone: rows not sent, by reason. */
    "CREATE TABLE day ("
    "  stream TEXT NOT NULL, day INTEGER NOT NULL, work INTEGER NOT NULL,"
    "  raw_count INTEGER NOT NULL, raw_sum BLOB NOT NULL,"
    "  sent_count INTEGER NOT NULL, sent_sum BLOB NOT NULL,"
    "  held INTEGER NOT NULL, held_count INTEGER NOT NULL, held_sum BLOB NOT NULL,"
    "  halvings INTEGER NOT NULL, last_seq INTEGER NOT NULL, request TEXT, gone BLOB,"
    "  PRIMARY KEY (stream, day)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX day_work ON day (stream, work, day) WHERE work <> 0;"

    /* Each record of the hot days. fp NULL: read, and not sent. */
    "CREATE TABLE seen (stream TEXT NOT NULL, id BLOB NOT NULL, day INTEGER NOT NULL, raw BLOB NOT NULL, fp "
    "BLOB,"
    "  PRIMARY KEY (stream, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX seen_day ON seen (stream, day);"

    /* Batches that the centre is not known to have loaded, and the days they speak of; first: of an end. */
    "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, is_void INTEGER NOT NULL,"
    "  sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE batch (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, records INTEGER NOT NULL,"
    "  only_id BLOB) STRICT;"
    "CREATE TABLE batch_day (seq INTEGER NOT NULL, stream TEXT NOT NULL, day INTEGER NOT NULL, first INTEGER "
    "NOT NULL,"
    "  PRIMARY KEY (seq, stream, day)) STRICT, WITHOUT ROWID;"

    /* What left, for the association's data-protection officer. */
    "CREATE TABLE ledger (left_on INTEGER NOT NULL, stream TEXT NOT NULL, batches INTEGER NOT NULL,"
    "  records INTEGER NOT NULL, ends INTEGER NOT NULL, bytes INTEGER NOT NULL, digest BLOB NOT NULL,"
    "  PRIMARY KEY (left_on, stream)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE approval (number INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, who TEXT NOT NULL, site TEXT "
    "NOT NULL,"
    "  model BLOB NOT NULL, mapping BLOB NOT NULL, text BLOB NOT NULL, warehouse BLOB NOT NULL) STRICT;"
    "CREATE TABLE stop (stream TEXT PRIMARY KEY, sweep INTEGER NOT NULL, at_s INTEGER NOT NULL,"
    "  days INTEGER NOT NULL, differing INTEGER NOT NULL, records INTEGER NOT NULL, vanished INTEGER NOT "
    "NULL)"
    "  STRICT, WITHOUT ROWID;"

    /* Records that are not sent though their row may be: kind 0 their key is not unique, 1 too large alone.
     */
    "CREATE TABLE exclusion (stream TEXT NOT NULL, kind INTEGER NOT NULL, id BLOB NOT NULL,"
    "  PRIMARY KEY (stream, kind, id)) STRICT, WITHOUT ROWID;",

    /* How often texts of the day were withheld for a reason that passes; 0: none waits. */
    "ALTER TABLE day ADD COLUMN redo INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX day_redo ON day (stream, redo) WHERE redo <> 0;",

    /* What people found who read cleaned notes (text audit). */
    "CREATE TABLE audit (number INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, who TEXT NOT NULL,"
    "  notes INTEGER NOT NULL, leaks INTEGER NOT NULL) STRICT;",

    /* What was agreed to, for people and stream by stream. */
    "ALTER TABLE approval ADD COLUMN terms TEXT NOT NULL DEFAULT '';",

    /* Codes as tokens: of which patients each was sent, up to eleven; and, by mark, the label that was agreed
       to (0) and sent (1), as a hash. */
    "CREATE TABLE label_patient (code BLOB NOT NULL, patient BLOB NOT NULL, PRIMARY KEY (code, patient))"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE label (code BLOB NOT NULL, mark INTEGER NOT NULL, hash BLOB NOT NULL,"
    "  PRIMARY KEY (code, mark)) STRICT, WITHOUT ROWID;",
};
const int state_schema_count = (int)(sizeof(state_schema) / sizeof(state_schema[0]));
