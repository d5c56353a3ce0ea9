/* SPDX-License-Identifier: Apache-2.0 */
/* Where this machine stands: collect's state, the queue, and what the centre last said, in one structure that
 * `status`, its JSON and the bare command print. */
#ifndef AGENT_STANDING_H
#define AGENT_STANDING_H

#include "agent/collect/collect.h"
#include "agent/spool/spool.h"

struct standing {
    struct collect_status collect;
    bool spool_there;
    struct spool_depth depth;
    char send_state[33]; /* "online", "offline"… ; "" before the first answer */
    int64_t contact_s;   /* wall time of the centre's last answer; 0 never */
    int64_t loaded, contiguous;
    int64_t certificate_s; /* wall time at which the TLS certificate ends; 0 unknown */
    bool proxy_seen;
    char proved[11];        /* proved equal up to this day; "" not yet */
    int64_t progress_age_s; /* of collect's last sign of life; -1 unknown */
    bool collect_runs, send_runs;
    bool reads_on; /* collect runs, by what was agreed to and read when it began */
    char refused[200];
    bool no_room;    /* on the disk of collect's folder or of the queue, now */
    char error[16];  /* class of what ended collect's last round, "" when it went well */
    char barred[24]; /* why the warehouse takes nothing of this machine; "" when it does */
    bool isolated_known, isolated;
    bool no_source;  /* the settings name no database */
    char draft[512]; /* the command that drafts the mapping, while there is none; else "" */
};

enum err_code standing_read(const struct settings *settings, struct standing *ret, struct err *err);
/* What to type next, one line; "" when there is nothing to do. */
const char *standing_next(const struct standing *standing);
/* What is wrong, in order of urgency: each call gives the next sentence, NULL after the last. *at starts at
 * 0. */
const char *standing_trouble(const struct standing *standing, int *at);
/* "3 min", "2 h", "5 days"; of seconds. */
void standing_age(int64_t seconds, char *ret, size_t size);

#endif
