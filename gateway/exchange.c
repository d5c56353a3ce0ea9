/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "contact/log.h"

struct handler {
    uint64_t body_max; /* bytes; 0: the settings' limit for batches */
    const char *type;  /* media type that the body must have; NULL: any, or none */
    bool certificate;  /* only for a known site; on a /v1/sites path, only for that one */
    void (*begin)(struct exchange *exchange);                              /* may be NULL */
    void (*data)(struct exchange *exchange, const void *data, size_t len); /* NULL: kept in body */
    void (*end)(struct exchange *exchange);
};

static const struct handler handlers[] = {
    [ROUTE_BATCH] = {0, PROTOCOL_TYPE_BATCH, true, intake_begin, intake_data, intake_end},
    [ROUTE_WATERMARK] = {1, NULL, true, NULL, NULL, watermark_end},
    [ROUTE_HEARTBEAT] = {PROTOCOL_HEARTBEAT_MAX, "application/json", true, NULL, NULL, heartbeat_end},
    [ROUTE_SEAL] = {8192, NULL, true, NULL, NULL, seal_offer_end},
    [ROUTE_CACERTS] = {1, NULL, false, NULL, NULL, est_cacerts_end},
    [ROUTE_ENROLL] = {8192, "application/pkcs10", false, NULL, NULL, est_enroll_end},
    [ROUTE_REENROLL] = {8192, "application/pkcs10", true, NULL, NULL, est_reenroll_end},
};

void exchange_refuse(struct exchange *exchange, unsigned status, const char *code, const char *detail)
{
    answer_problem(&exchange->answer, status, code, detail);
    exchange->decided = true;
}

void exchange_fail(struct exchange *exchange, const char *what, const struct err *err)
{
    log_err(what, err);
    answer_error(&exchange->answer, err);
    exchange->decided = true;
}

static void refuse_route(struct exchange *exchange)
{
    if (exchange->route.kind == ROUTE_NONE)
        exchange_refuse(exchange, 404, "not-found", "There is nothing at this path.");
    else if (exchange->route.kind == ROUTE_OTHER_METHOD)
        exchange_refuse(exchange, 405, "bad-request", "This path is served by another method.");
    else
        exchange_refuse(exchange, 422, "bad-name",
                        "A site, series or number in the path has an impossible form.");
}

static void refuse_identity(struct exchange *exchange, enum identity_outcome outcome)
{
    switch (outcome) {
    case IDENTITY_KNOWN:
        break;
    case IDENTITY_NONE:
        exchange_refuse(exchange, 401, "no-certificate", "A client certificate is needed.");
        break;
    case IDENTITY_UNKNOWN:
        exchange_refuse(exchange, 401, "unknown-certificate", "This client certificate is not one of ours.");
        break;
    case IDENTITY_EXPIRED:
        exchange_refuse(exchange, 401, "expired-certificate", "This client certificate is out of its time.");
        break;
    case IDENTITY_REVOKED:
        exchange_refuse(exchange, 403, "revoked",
                        "This site or its key was revoked, or replaced by a newer one.");
        break;
    }
}

static void check_identity(struct exchange *exchange)
{
    const struct identity_source *source = &exchange->gateway->identity;
    enum identity_outcome outcome;
    struct err err = {0};
    const char *value = exchange_header(exchange, identity_header_name(source));
    if (identity_check(source, value, &outcome, &exchange->identity, &err) != OK)
        exchange_fail(exchange, "identity", &err);
    else if (outcome != IDENTITY_KNOWN)
        refuse_identity(exchange, outcome);
    else if (exchange->route.site[0] != '\0' && strcmp(exchange->route.site, exchange->identity.site) != 0)
        exchange_refuse(exchange, 403, "wrong-site", "This certificate is another site's.");
}

static void check_body(struct exchange *exchange, const struct handler *handler)
{
    uint64_t max =
        handler->body_max > 0 ? handler->body_max : (uint64_t)exchange->gateway->settings->body_limit_bytes;
    const char *type = exchange_header(exchange, "Content-Type");
    if (exchange->length > max) {
        exchange_refuse(exchange, 413, "too-large", "The body is above the limit.");
        exchange->answer.close = true;
    } else if (handler->type != NULL && (type == NULL || strcmp(type, handler->type) != 0)) {
        exchange_refuse(exchange, 415, "media-type", "This path takes another media type.");
    }
}

void exchange_begin(struct exchange *exchange, const struct http_guard_request *request)
{
    exchange->begun = true;
    enum http_guard_verdict verdict = http_guard_check(request, &exchange->length);
    if (verdict != HTTP_GUARD_PASS) {
        /* Where this request ends is in doubt: nothing more is read from the connection. */
        exchange_refuse(exchange, http_guard_status(verdict), http_guard_code(verdict),
                        http_guard_detail(verdict));
        exchange->answer.close = true;
        return;
    }
    exchange->route = route_parse(request->method, request->target);
    const struct handler *handler = &handlers[exchange->route.kind];
    if (handler->end == NULL) {
        refuse_route(exchange);
        return;
    }
    exchange->body = BUF_INIT(handler->body_max);
    if (handler->certificate)
        check_identity(exchange);
    if (!exchange->decided)
        check_body(exchange, handler);
    if (!exchange->decided && handler->begin != NULL)
        handler->begin(exchange);
}

void exchange_data(struct exchange *exchange, const void *data, size_t len)
{
    if (exchange->decided)
        return;
    const struct handler *handler = &handlers[exchange->route.kind];
    if (handler->data != NULL)
        handler->data(exchange, data, len);
    else
        buf_append(&exchange->body, data, len);
}

void exchange_end(struct exchange *exchange)
{
    if (exchange->decided)
        return;
    if (exchange->body.failed)
        exchange_refuse(exchange, 413, "too-large", "The body is above the limit.");
    else
        handlers[exchange->route.kind].end(exchange);
    exchange->decided = true;
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    upload_free(exchange->upload);
    buf_free(&exchange->body);
    buf_free(&exchange->answer.body);
    free(exchange);
}
