/* SPDX-License-Identifier: Apache-2.0 */
/* The mass-deletion stop. */
#ifndef AGENT_COLLECT_JUDGE_H
#define AGENT_COLLECT_JUDGE_H

#include "agent/collect/internal.h"

struct judge {
    uint64_t days, differing, records, vanished;
};
/* A known day was read: adds it. Objections do not count. */
void judge_day(struct judge *judge, const struct day_entry *entry, const struct tally *now,
               const uint32_t gone[static DAY_GONE_KINDS]);
bool judge_stops(const struct judge *judge, bool policy_new);
/* What a stopped sweep leaves behind; or releases an older stop of this sweep or a narrower one. In a
 * transaction. */
void judge_keep(struct collect *c, struct stream *stream, enum sweep sweep, const struct judge *judge,
                bool stops);

#endif
