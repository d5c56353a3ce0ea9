/* SPDX-License-Identifier: Apache-2.0 */
/* One request and its answer, as the rooms of the intake see it: no HTTP library beyond the header lookup. */
#ifndef GATEWAY_EXCHANGE_H
#define GATEWAY_EXCHANGE_H

#include "gateway/answer.h"
#include "gateway/gateway.h"
#include "gateway/http_guard.h"

struct exchange {
    struct gateway *gateway;
    struct MHD_Connection *connection;
    char target[HTTP_GUARD_TARGET_MAX + 1];
    bool target_kept; /* false: too long */
    bool begun;       /* the headers have been seen */
    bool decided;     /* the answer stands: what is left of the body is read and dropped */
    struct route route;
    struct identity identity;
    uint64_t length;       /* of the body, as announced */
    struct upload *upload; /* a batch goes to disk as it comes */
    struct buf body;       /* anything else is small */
    struct answer answer;
};

/* A request header, NULL when absent. The guard has seen that none that matters stands twice. */
const char *exchange_header(const struct exchange *exchange, const char *name);
/* Sets a problem and decides. */
void exchange_refuse(struct exchange *exchange, unsigned status, const char *code, const char *detail);
/* Logs an error of ours once, sets its answer and decides. */
void exchange_fail(struct exchange *exchange, const char *what, const struct err *err);

/* The steps of a request, called by http.c: headers seen, a piece of the body, the end of it. After
 * exchange_end the answer is complete. */
void exchange_begin(struct exchange *exchange, const struct http_guard_request *request);
void exchange_data(struct exchange *exchange, const void *data, size_t len);
void exchange_end(struct exchange *exchange);
void exchange_free(struct exchange *exchange);

/* The routes. begin sees the headers and may refuse; end makes the answer. */
void intake_begin(struct exchange *exchange);
void intake_data(struct exchange *exchange, const void *data, size_t len);
void intake_end(struct exchange *exchange);
void watermark_end(struct exchange *exchange);
void heartbeat_end(struct exchange *exchange);
void seal_offer_end(struct exchange *exchange);
void est_cacerts_end(struct exchange *exchange);
void est_enroll_end(struct exchange *exchange);
void est_reenroll_end(struct exchange *exchange);

#endif
