/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "contact/log.h"
#include "contact/mem.h"
#include "gateway/exchange.h"
#include "gateway/pages.h"

#define CONNECTION_MEMORY ((size_t)64 * 1024)
#define CONNECTIONS_MAX 256u
#define IDLE_S 75u /* longer than nginx waits for us, or lets us wait */

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* Called with the request's target before the library decodes anything in it. */
static void *keep_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = mem_new(1, sizeof *exchange);
    exchange->gateway = context;
    exchange->connection = connection;
    exchange->answer = ANSWER_INIT;
    exchange->target_kept = strlen(target) < sizeof exchange->target;
    if (exchange->target_kept)
        memcpy(exchange->target, target, strlen(target) + 1);
    return exchange;
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode why)
{
    (void)context;
    (void)connection;
    (void)why;
    exchange_free(*state);
    *state = NULL;
}

struct header_list {
    struct http_guard_header items[HTTP_GUARD_HEADERS_MAX + 1];
    size_t count;
};

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name,
                                      const char *value)
{
    (void)kind;
    struct header_list *list = context;
    if (list->count > HTTP_GUARD_HEADERS_MAX)
        return MHD_NO;
    list->items[list->count++] = (struct http_guard_header){name, value != NULL ? value : ""};
    return MHD_YES;
}

static struct http_guard_request guard_view(const struct exchange *exchange, const char *method,
                                            const char *version, struct header_list *list)
{
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, collect_header, list);
    return (struct http_guard_request){.method = method,
                                       .target = exchange->target_kept ? exchange->target : NULL,
                                       .version = version,
                                       .headers = list->items,
                                       .header_count = list->count};
}

static void add_headers(struct MHD_Response *response, const struct answer *answer)
{
    MHD_add_response_header(response, PROTOCOL_MARKER_HEADER, PROTOCOL_MARKER_VALUE);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    if (answer->content_type != NULL)
        MHD_add_response_header(response, "Content-Type", answer->content_type);
    if (answer->transfer != NULL)
        MHD_add_response_header(response, "Content-Transfer-Encoding", answer->transfer);
    if (answer->challenge != NULL)
        MHD_add_response_header(response, "WWW-Authenticate", answer->challenge);
    if (answer->language != NULL)
        MHD_add_response_header(response, "Content-Language", answer->language);
    if (answer->close)
        MHD_add_response_header(response, "Connection", "close");
    if (answer->retry_after_s > 0) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%lld", (long long)answer->retry_after_s);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
}

static enum MHD_Result respond(struct exchange *exchange)
{
    struct answer *answer = &exchange->answer;
    if (!buf_ok(&answer->body))
        answer_problem(answer, 500, "unavailable", "The answer cannot be made.");
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->body.len, answer->body.data, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    add_headers(response, answer);
    enum MHD_Result queued = MHD_queue_response(exchange->connection, answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* What strangers are told is for debugging: they could fill the log. */
static void log_refusal(const struct exchange *exchange)
{
    const struct answer *answer = &exchange->answer;
    if (answer->code == NULL || answer->status < 400)
        return;
    if (exchange->identity.site[0] != '\0')
        log_info("%u %s, site %s", answer->status, answer->code, exchange->identity.site);
    else
        log_debug("%u %s", answer->status, answer->code);
}

static enum MHD_Result on_sites(void *context, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *data, size_t *data_len,
                                void **state)
{
    (void)context;
    (void)connection;
    (void)url;
    struct exchange *exchange = *state;
    if (exchange == NULL)
        return MHD_NO;
    if (!exchange->begun) {
        struct header_list list = {.count = 0};
        struct http_guard_request request = guard_view(exchange, method, version, &list);
        exchange_begin(exchange, &request);
        if (!exchange->answer.close)
            return MHD_YES;
        log_refusal(exchange);
        return respond(exchange);
    }
    if (*data_len > 0) {
        exchange_data(exchange, data, *data_len);
        *data_len = 0;
        return MHD_YES;
    }
    exchange_end(exchange);
    log_refusal(exchange);
    return respond(exchange);
}

static enum MHD_Result on_operators(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *data,
                                    size_t *data_len, void **state)
{
    (void)context;
    (void)connection;
    (void)url;
    (void)data;
    struct exchange *exchange = *state;
    if (exchange == NULL)
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        return MHD_YES;
    }
    if (*data_len > 0) { /* no page takes a body */
        *data_len = 0;
        return MHD_YES;
    }
    struct header_list list = {.count = 0};
    struct http_guard_request request = guard_view(exchange, method, version, &list);
    pages_answer(exchange, &request);
    return respond(exchange);
}

static struct MHD_Daemon *start(int fd, struct gateway *gateway, MHD_AccessHandlerCallback handler)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, handler, gateway, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, keep_target, gateway,
        MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_END);
}

struct MHD_Daemon *http_sites_start(int fd, struct gateway *gateway)
{
    return start(fd, gateway, on_sites);
}

struct MHD_Daemon *http_operators_start(int fd, struct gateway *gateway)
{
    return start(fd, gateway, on_operators);
}
