/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer, or the lack of one, means: the one place where curl's codes and HTTP's are mapped
 * (docs/protocol.md). */
#ifndef AGENT_SEND_OUTCOME_H
#define AGENT_SEND_OUTCOME_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#define OUTCOME_CODE_TEXT 33

/* An answer as it came. */
struct reply {
    CURLcode curl;
    long status;                  /* of the last response; 0: none */
    long proxy_status;            /* of a proxy's answer to CONNECT; 0: none */
    bool marked;                  /* carried our marker */
    char code[OUTCOME_CODE_TEXT]; /* the problem's code; empty when there was none */
    int64_t retry_after_ms;
};

enum action {
    ACTION_DONE,      /* the centre has it */
    ACTION_AGAIN,     /* damaged on its way: send again, three times in all */
    ACTION_PARK,      /* never will be taken: set it aside, go on */
    ACTION_TOO_LARGE, /* likewise, and its days are read in smaller batches */
    ACTION_CONFLICT,  /* the centre holds another under this name */
    ACTION_WAIT,      /* nothing wrong with it: try later */
    ACTION_SLOW,      /* we are not accepted: keep queueing, try slowly */
};

struct outcome {
    enum action action;
    bool proxy_seen;        /* a proxy answered in the centre's place */
    bool reached;           /* the answer was the centre's own */
    int64_t retry_after_ms; /* 0: not told */
    char reason[64];        /* a fixed word for log and facts: "unreachable", "slow-down", "http-502"… */
};

#define OUTCOME_DIGEST_TRIES 3
#define OUTCOME_PENDING "pending" /* the reason of a 202 */

/* attempts: digest mismatches before this one. A void that meets another batch under its name counts as
 * stored: the original is there, and the later snapshot corrects it. */
struct outcome outcome_of_batch(const struct reply *reply, unsigned attempts, bool is_void);
/* Of any other call: DONE (2xx), WAIT, SLOW, or PARK for an answer that repeating will not change. */
struct outcome outcome_of_call(const struct reply *reply);

#endif
