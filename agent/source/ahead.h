/* SPDX-License-Identifier: Apache-2.0 */
/* Reading ahead: from its second hundred on, the rows of a long query are fetched by a thread of their own
 * while the caller still works on those before. It runs the statement and copies cells, and nothing else: no
 * other file here, and nothing above source.h, knows that there are two threads. */
#ifndef AGENT_SOURCE_AHEAD_H
#define AGENT_SOURCE_AHEAD_H

#include "agent/source/backend.h"

struct ahead;

/* From now on the backend's rows are the thread's alone, until ahead_stop. NULL where no thread or memory is
 * to be had: the caller goes on by itself. */
struct ahead *ahead_start(const struct source_backend *backend, void *rows, size_t columns);
/* As source_next. */
MUST_CHECK enum err_code ahead_next(struct ahead *ahead, const struct cell **ret_cells, size_t *ret_count,
                                    struct err *err);
/* Waits for the row that the thread is at, and leaves the rest unread. NULL is legal. */
void ahead_stop(struct ahead *ahead);

#endif
