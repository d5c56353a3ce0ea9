/* SPDX-License-Identifier: Apache-2.0 */
/* The spool, and a series of batches for it. */
#ifndef AGENT_COLLECT_SERIES_H
#define AGENT_COLLECT_SERIES_H

#include "agent/collect/internal.h"

MUST_CHECK enum err_code series_open(struct collect *c, struct err *err);
MUST_CHECK enum err_code series_new(struct collect *c, struct err *err);
/* A new series because of what the centre says; OK without one when the last such is not long ago. */
MUST_CHECK enum err_code series_again(struct collect *c, const char *why, bool *ret_begun, struct err *err);
MUST_CHECK enum err_code series_drain(struct collect *c, struct err *err); /* outbox → spool */
/* ERR_CORRUPT when state or spool is damaged. Looks through them, at most once an hour: after an ERR_CORRUPT,
 * which may as well be the dispatch database's. */
MUST_CHECK enum err_code series_check(struct collect *c, struct err *err);

#endif
