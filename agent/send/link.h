/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the centre: HTTP/1.1 over TLS 1.3 on curl's multi interface. Nothing here waits but link_wait,
 * so that no transfer holds up another, nor a signal. */
#ifndef AGENT_SEND_LINK_H
#define AGENT_SEND_LINK_H

#include "agent/send/outcome.h"
#include "contact/buf.h"

struct link;
struct transfer;

/* Who we are to the centre and whom we believe: paths of PEM files. */
struct link_trust {
    const char *ca;          /* the only authority believed; never the system's */
    const char *certificate; /* NULL: none yet (enrolment) */
    const char *key;
};

/* What the strings and the body point to must live until start returns; the body until the transfer is done.
 */
struct request {
    const char *method; /* GET, PUT or POST */
    const char *url;
    const char *content_type; /* NULL without a body */
    const void *body;
    size_t len;
    const char *header;          /* one more, or NULL */
    const char *user, *password; /* HTTP Basic; NULL: none */
    size_t answer_max;           /* bytes */
    long timeout_s;              /* of the whole transfer */
};

/* Called from link_wait, once; the transfer is gone after it. answer is borrowed. */
typedef void link_done(void *context, const struct reply *reply, const struct buf *answer);

/* proxy: http://host:port, or empty for none (the environment's is not used either). */
MUST_CHECK enum err_code link_new(const char *proxy, struct link **ret, struct err *err);
void link_free(struct link *link); /* breaks off what runs, without its callback */
MUST_CHECK enum err_code link_start(struct link *link, const struct request *request,
                                    const struct link_trust *trust, link_done *done, void *context,
                                    struct err *err);
/* Waits for the network or for fd to be readable (-1: none), at most timeout_ms; calls back for each transfer
 * that ended. */
MUST_CHECK enum err_code link_wait(struct link *link, int fd, int64_t timeout_ms, struct err *err);
/* One transfer from start to end, for commands. answer must have a maximum. */
MUST_CHECK enum err_code link_call(const char *proxy, const struct request *request,
                                   const struct link_trust *trust, struct reply *ret_reply,
                                   struct buf *answer, struct err *err);

#endif
