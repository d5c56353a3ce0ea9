/* SPDX-License-Identifier: Apache-2.0 */
/* What this site says of itself each minute: flat JSON, enumerated codes and counts only (docs/protocol.md).
 */
#ifndef AGENT_SEND_HEARTBEAT_H
#define AGENT_SEND_HEARTBEAT_H

#include "agent/spool/spool.h"

#define HEARTBEAT_TAKEN_MAX 24 /* acknowledgements a heartbeat carries; the rest waits for the next */

/* What send itself knows. */
struct heartbeat_own {
    char instance[17]; /* random, of this process: two that alternate are two machines of one identity */
    bool proxy_seen;
    bool time_known;
    int64_t time_offset_s;   /* the centre's clock less ours */
    int64_t disk_free_bytes; /* -1: unknown */
};

/* The requests acknowledged by a heartbeat, to be marked when it has arrived. */
struct heartbeat_taken {
    size_t count;
    char ids[HEARTBEAT_TAKEN_MAX][33];
};

/* Appends the JSON to out: always valid, never above PROTOCOL_HEARTBEAT_MAX bytes, whatever the facts hold.
 * spool may be NULL: there is none yet, and the heartbeat says so. */
MUST_CHECK enum err_code heartbeat_compose(struct spool *spool, const struct heartbeat_own *own,
                                           struct buf *out, struct heartbeat_taken *ret_taken,
                                           struct err *err);

#endif
