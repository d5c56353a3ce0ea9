/* SPDX-License-Identifier: Apache-2.0 */
/* The mass-deletion stop: a truncated table, a wrong database or the vendor's archiving must not empty the
 * warehouse. It judges what a whole sweep found, and holds back end markers alone. */
#include "agent/collect/judge.h"

#include <stdio.h>

#include "contact/clock.h"

#define FEW_RECORDS 20 /* so many may always vanish */
#define FEW_DAYS 20    /* on fewer days, differing says little */

void judge_day(struct judge *judge, const struct day_entry *entry, const struct tally *now,
               const uint32_t gone[static DAY_GONE_KINDS])
{
    if (entry->raw.count == 0)
        return;
    judge->days++;
    judge->records += entry->raw.count;
    if (tally_equal(&entry->raw, now))
        return;
    uint64_t objected = gone[0] > entry->gone[0] ? gone[0] - entry->gone[0] : 0;
    uint64_t left = now->count + objected;
    if (left < entry->raw.count)
        judge->vanished += entry->raw.count - left;
    if (objected == 0 || left != entry->raw.count)
        judge->differing++;
}

bool judge_stops(const struct judge *judge, bool policy_new)
{
    if (judge->vanished > FEW_RECORDS && judge->vanished * 10 > judge->records)
        return true;
    return !policy_new && judge->days >= FEW_DAYS && judge->differing * 2 > judge->days;
}

void judge_keep(struct collect *c, struct stream *stream, enum sweep sweep, const struct judge *judge,
                bool stops)
{
    struct stop stop = {.sweep = (int)sweep,
                        .at_s = clock_wall_s(),
                        .days = judge->days,
                        .differing = judge->differing,
                        .records = judge->records,
                        .vanished = judge->vanished};
    struct stop older;
    bool standing = stop_get(c->state, stream->name, &older);
    snprintf(stop.stream, sizeof(stop.stream), "%s", stream->name);
    if (stops) {
        if (standing && older.sweep > stop.sweep)
            stop.sweep = older.sweep;
        stop_put(c->state, &stop);
    } else if (standing && older.sweep <= (int)sweep) {
        stop_clear(c->state, stream->name);
    }
}
