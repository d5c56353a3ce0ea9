/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent back: a status, headers and a body, before any HTTP library sees it. */
#ifndef GATEWAY_ANSWER_H
#define GATEWAY_ANSWER_H

#include "contact/buf.h"
#include "contact/json.h"
#include "contact/protocol.h"

struct answer {
    unsigned status;
    const char *code;         /* of a problem, for the log; NULL otherwise */
    const char *content_type; /* static; NULL: no body */
    const char *transfer;     /* Content-Transfer-Encoding, as EST asks; NULL: none */
    const char *challenge;    /* WWW-Authenticate; NULL: none */
    const char *language;     /* Content-Language; NULL: none */
    int64_t retry_after_s;    /* 0: none */
    bool close;               /* the connection cannot be trusted to go on */
    struct buf body;
};

#define ANSWER_INIT ((struct answer){.status = 500, .body = BUF_INIT(PROTOCOL_HEARTBEAT_ANSWER_MAX)})

/* problem+json (RFC 9457) with its code; detail is one fixed sentence. Replaces what was there. */
void answer_problem(struct answer *answer, unsigned status, const char *code, const char *detail);
/* An empty body. */
void answer_status(struct answer *answer, unsigned status);
/* The problem of an error of ours: FULL is 507, anything else 503; nothing of it is told. */
void answer_error(struct answer *answer, const struct err *err);

#endif
