/* SPDX-License-Identifier: Apache-2.0 */
/* Days that the database cannot give whole: passed over, so that one bad value costs its day at most. */
#ifndef AGENT_COLLECT_UNREAD_H
#define AGENT_COLLECT_UNREAD_H

#include "agent/collect/span.h"

/* The next neighbouring days of the span, from `from` on, of which none is passed over; false when none are
 * left. */
bool unread_next(struct collect *c, const struct span *span, int32_t from, struct span *ret);
/* Which texts of days may hold rows of these days: one more at either end, unless it cannot be read. */
void unread_bounds(struct collect *c, const struct span *piece, int32_t *ret_first, int32_t *ret_last);
/* After a read of these texts of days failed by its data: passes over those that fail by themselves.
 * ERR_RETRY with c->again: read again without them. ERR_REJECTED, with err as it is: none does, or too many
 * do. */
MUST_CHECK enum err_code unread_find(struct collect *c, struct stream *stream, int32_t first, int32_t last,
                                     struct err *err);
/* Asks for the days passed over, now and then; at once when the site leaves. */
MUST_CHECK enum err_code unread_again(struct collect *c, struct stream *stream, struct err *err);

#endif
