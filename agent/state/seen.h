/* SPDX-License-Identifier: Apache-2.0 */
/* The records of the hot days, each by its token: what a hot sweep compares rows with. */
#ifndef AGENT_STATE_SEEN_H
#define AGENT_STATE_SEEN_H

#include "agent/state/state.h"
#include "contact/crypto.h"

struct seen {
    uint8_t id[TOKEN_SIZE];
    uint8_t raw[SHORT_SIZE];
    uint8_t fp[SHORT_SIZE];
    bool sent; /* false: read, but its record was withheld; fp means nothing */
    int32_t day;
};

bool seen_get(struct state *state, const char *stream, const uint8_t id[static TOKEN_SIZE], struct seen *ret);
void seen_put(struct state *state, const char *stream, const struct seen *row);
void seen_delete_day(struct state *state, const char *stream, int32_t day);
void seen_forget_before(struct state *state, int32_t day);
uint64_t seen_count(struct state *state, const char *stream, int32_t from);
/* Those of `from` and later. The callback must not use the state. */
void seen_each(struct state *state, const char *stream, int32_t from,
               void (*each)(void *context, const struct seen *row), void *context);

#endif
