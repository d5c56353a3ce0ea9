/* SPDX-License-Identifier: Apache-2.0 */
/* Ends of snapshots (DESIGN, section 3). An end waits until everything from its snapshot's first seq to its
 * own is done. Then it removes the day's records of lower version and sets the day's floor; or, when what
 * those batches brought of the day is not what the snapshot held (brought.h), it is discarded and its day
 * asked for. */
#ifndef GATEWAY_LOADER_ENDS_H
#define GATEWAY_LOADER_ENDS_H

#include "gateway/loader/site_state.h"

/* Notes an end that batch `at` carried. */
MUST_CHECK enum err_code end_take(struct site *site, struct version at, const struct record_line *line,
                                  struct err *err);
/* Applies or discards the ends of a series whose range is done since seq is. */
MUST_CHECK enum err_code ends_settle(struct site *site, const struct series *series, uint64_t seq,
                                     struct err *err);

#endif
