/* SPDX-License-Identifier: Apache-2.0 */
/* state.db: what collect knows, and nobody else reads. One file, one connection, one transaction at a time.
 *
 * A failure is remembered, not returned: after one, writes do nothing, reads find nothing, and
 * state_commit() (or state_failure()) gives the first one. So a transaction is a straight line, and nothing
 * decided on a failed read can ever be kept. */
#ifndef AGENT_STATE_STATE_H
#define AGENT_STATE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/err.h"

struct state;

/* Opens folder/state.db, or makes it. A file that fails its check is set aside as state.db.damaged-N, never
 * deleted, and a fresh one begun. *ret_fresh: nothing was known; *ret_damaged: because a file was set aside.
 */
MUST_CHECK enum err_code state_open(const char *folder, struct state **ret, bool *ret_fresh,
                                    bool *ret_damaged, struct err *err);
/* For a command beside the daemon: the file as it is, unchecked. ERR_RETRY when there is none yet. */
MUST_CHECK enum err_code state_attach(const char *folder, struct state **ret, struct err *err);
MUST_CHECK enum err_code state_check(struct state *state,
                                     struct err *err); /* ERR_CORRUPT when it is damaged */
void state_close(struct state *state);                 /* NULL is legal; an open transaction is undone */

void state_begin(struct state *state);
/* Keeps everything since state_begin, or nothing. */
MUST_CHECK enum err_code state_commit(struct state *state, struct err *err);
void state_rollback(struct state *state); /* also forgets a failure; legal outside a transaction */
/* The first failure since it was last asked, and forgets it. For reads outside a transaction. */
MUST_CHECK enum err_code state_failure(struct state *state, struct err *err);

struct sqlite3;
struct sqlite3 *state_handle(struct state *state); /* for tests: what did it cost? */

/* Small facts by name. */
void state_put(struct state *state, const char *name, const char *value); /* NULL removes */
void state_put_int(struct state *state, const char *name, int64_t value);
/* Copies the value, cut to size; "" and false when there is none. */
bool state_get(struct state *state, const char *name, char *ret, size_t size);
int64_t state_get_int(struct state *state, const char *name, int64_t otherwise);

/* Counters by group and name ("withheld", "unknown_code"). */
void state_count(struct state *state, const char *group, const char *name, uint64_t more);
void state_counts(struct state *state, const char *group,
                  void (*each)(void *context, const char *name, uint64_t count), void *context);

#endif
