/* SPDX-License-Identifier: Apache-2.0 */
/* Which days are looked at. */
#ifndef AGENT_COLLECT_WINDOW_H
#define AGENT_COLLECT_WINDOW_H

#include "agent/collect/internal.h"

int32_t window_from(const struct collect *c);
int32_t hot_from(struct collect *c, const struct stream *stream); /* the first day of its hot sweep */
int32_t window_to(const struct collect *c);    /* the last day that may leave; DAY_FAR: open */
int32_t window_end(const struct collect *c);   /* likewise, once nothing is held any more */
int32_t calendar_day(const struct collect *c); /* c->today without the hold */
MUST_CHECK enum err_code window_today(struct collect *c, struct err *err); /* sets c->today */
int32_t local_day(const struct collect *c);                                /* by the wall clock */

#endif
