/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/channel.h"

#include <string.h>

#include "contact/log.h"

static const struct {
    const char *word;
    const char *says; /* in the log, after the channel's name and the reason */
} states[] = {
    [CHANNEL_UNKNOWN] = {"unknown", ""},
    [CHANNEL_ONLINE] = {"online", "in order"},
    [CHANNEL_OFFLINE] = {"offline", "no answer; everything is kept, and tried again"},
    [CHANNEL_UNTRUSTED] = {"untrusted",
                           "whoever answers has no certificate from the authority in our bundle. "
                           "HINT: a proxy that opens TLS? a wrong clock? a wrong address?"},
    [CHANNEL_PROXY] = {"proxy", "a proxy answers in the centre's place; not believed. "
                                "HINT: allow this machine to reach the centre, or set send.proxy"},
    [CHANNEL_BUSY] = {"busy", "asked to wait; tried again"},
    [CHANNEL_UNAUTHORIZED] = {"unauthorized",
                              "we are not accepted; everything is kept, and tried again slowly. "
                              "HINT: ask the central team; enrol again with a new bundle"},
};

static enum channel_state state_after(const struct outcome *o)
{
    if (o->action == ACTION_SLOW)
        return CHANNEL_UNAUTHORIZED;
    if (o->action != ACTION_WAIT)
        return CHANNEL_ONLINE;
    if (o->proxy_seen)
        return CHANNEL_PROXY;
    if (o->reached)
        return CHANNEL_BUSY;
    return strcmp(o->reason, "server-not-trusted") == 0 ? CHANNEL_UNTRUSTED : CHANNEL_OFFLINE;
}

bool channel_note(struct channel *channel, const struct outcome *outcome)
{
    enum channel_state before = channel->state;
    bool failed_before = channel_failing(channel);
    channel->state = state_after(outcome);
    if (outcome->proxy_seen || outcome->reached)
        channel->proxy_seen = outcome->proxy_seen;
    if (outcome->action == ACTION_WAIT)
        backoff_failed(&channel->backoff, outcome->retry_after_ms);
    else if (outcome->action == ACTION_SLOW)
        backoff_refused(&channel->backoff, outcome->retry_after_ms);
    else
        backoff_succeeded(&channel->backoff);
    if (channel->state == before)
        return false;
    if (channel_failing(channel))
        log_warning("%s: %s: %s", channel->name, outcome->reason, states[channel->state].says);
    else
        log_info("%s: %s", channel->name, states[channel->state].says);
    return failed_before && !channel_failing(channel);
}

bool channel_failing(const struct channel *channel)
{
    return channel->state != CHANNEL_UNKNOWN && channel->state != CHANNEL_ONLINE;
}

const char *channel_word(enum channel_state state)
{
    return states[state].word;
}
