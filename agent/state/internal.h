/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: statements by their text, bound and stepped in one line. */
#ifndef AGENT_STATE_INTERNAL_H
#define AGENT_STATE_INTERNAL_H

#include "agent/state/state.h"
#include "contact/db.h"
#include "contact/tally.h"

struct state {
    sqlite3 *db;
    char path[4096];
    struct err failure; /* code OK: none */
    struct db_statements statements;
};

/* The statement of a literal, reset, its values taken from the format: i int64_t, u uint64_t, t text, b blob
 * of SHORT_SIZE bytes or a NULL pointer for NULL, B pointer and size_t. NULL after a failure. */
sqlite3_stmt *state_sql(struct state *state, const char *sql, const char *format, ...);
bool state_step(struct state *state,
                sqlite3_stmt *statement); /* true while there is a row; resets at the end */
void state_run(struct state *state, sqlite3_stmt *statement); /* to the end */
/* Copies a blob column; false when it has another size. */
bool state_blob(sqlite3_stmt *statement, int column, void *ret, size_t size);
void state_tally(sqlite3_stmt *statement, int column,
                 struct tally *ret); /* count, sum in column and the next */
void state_text(sqlite3_stmt *statement, int column, char *ret, size_t size);

extern const char *const state_schema[];
extern const int state_schema_count;

#endif
