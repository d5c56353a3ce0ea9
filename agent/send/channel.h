/* SPDX-License-Identifier: Apache-2.0 */
/* How one kind of traffic fares: batches, or everything else. Each has its own waits, so that batches that do
 * not get through never hold up heartbeats; and each change of state is logged once, not each attempt. */
#ifndef AGENT_SEND_CHANNEL_H
#define AGENT_SEND_CHANNEL_H

#include "agent/send/backoff.h"
#include "agent/send/outcome.h"

enum channel_state {
    CHANNEL_UNKNOWN, /* nothing tried yet */
    CHANNEL_ONLINE,
    CHANNEL_OFFLINE,      /* no answer */
    CHANNEL_UNTRUSTED,    /* whoever answers cannot show a certificate from the authority in our bundle */
    CHANNEL_PROXY,        /* a proxy answers in the centre's place */
    CHANNEL_BUSY,         /* the centre asks us to wait */
    CHANNEL_UNAUTHORIZED, /* the centre does not accept who we are */
};

struct channel {
    const char *name; /* in the log: "centre", "queue" */
    enum channel_state state;
    bool proxy_seen;
    struct backoff backoff;
};

/* Takes note of an outcome: state, waits, log. True when the channel works again after it did not. */
bool channel_note(struct channel *channel, const struct outcome *outcome);
bool channel_failing(const struct channel *channel);
const char *channel_word(enum channel_state state); /* "online", "offline"… */

#endif
