/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/link.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/send/answer.h"
#include "contact/protocol.h"

#define TRANSFERS_MAX 4
#define CONNECT_TIMEOUT_S 30L
#define STALLED_AFTER_S 60L /* not one byte in this time: the connection is dead */

struct link {
    CURLM *multi;
    char *proxy;
    struct transfer *running[TRANSFERS_MAX];
};

struct transfer {
    CURL *easy;
    struct curl_slist *headers;
    const uint8_t *body;
    size_t len, sent;
    struct buf answer;
    struct reply reply;
    link_done *done;
    void *context;
};

static size_t read_body(char *to, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    size_t n = t->len - t->sent < size * count ? t->len - t->sent : size * count;
    memcpy(to, t->body + t->sent, n);
    t->sent += n;
    return n;
}

/* A reused connection that had died makes curl send again from the start. */
static int seek_body(void *context, curl_off_t offset, int origin)
{
    struct transfer *t = context;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > t->len)
        return CURL_SEEKFUNC_FAIL;
    t->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static size_t write_answer(char *data, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    buf_append(&t->answer, data, size * count);
    return buf_ok(&t->answer) ? size * count : 0;
}

static size_t read_header(char *data, size_t size, size_t count, void *context)
{
    static const char marker[] = PROTOCOL_MARKER_HEADER ":";
    struct transfer *t = context;
    size_t len = size * count, name = sizeof(marker) - 1;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0)
        t->reply.marked = false; /* the marker of an earlier answer (100 Continue) is not this one's */
    if (len > name && strncasecmp(data, marker, name) == 0) {
        const char *value = data + name;
        size_t left = len - name;
        while (left > 0 && (*value == ' ' || *value == '\t'))
            value++, left--;
        while (left > 0 && strchr(" \t\r\n", value[left - 1]))
            left--;
        t->reply.marked =
            left == strlen(PROTOCOL_MARKER_VALUE) && memcmp(value, PROTOCOL_MARKER_VALUE, left) == 0;
    }
    return len;
}

static void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    buf_free(&t->answer);
    free(t);
}

static bool add_header(struct transfer *t, const char *name, const char *value)
{
    BUF_CLEANUP struct buf line = BUF_INIT(1024);
    buf_printf(&line, "%s%s", name, value);
    struct curl_slist *longer = buf_ok(&line) ? curl_slist_append(t->headers, buf_text(&line)) : NULL;
    if (longer)
        t->headers = longer;
    return longer != NULL;
}

#define SET(option, value) ok = curl_easy_setopt(t->easy, option, value) == CURLE_OK && ok

/* Every option that decides whom we talk to is set, not left to how curl was built: Debian's would believe
 * the system's authorities besides ours. */
static bool set_trust(struct transfer *t, const struct link_trust *trust, const char *proxy)
{
    bool ok = true;
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "https");
#else
    SET(CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_CAINFO, trust->ca);
    SET(CURLOPT_CAPATH, (char *)NULL);
    if (trust->certificate) {
        SET(CURLOPT_SSLCERT, trust->certificate);
        SET(CURLOPT_SSLKEY, trust->key);
    }
    SET(CURLOPT_PROXY, proxy);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    return ok;
}

static bool set_limits(struct transfer *t, const struct request *r)
{
    bool ok = true;
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    SET(CURLOPT_TIMEOUT, r->timeout_s);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, STALLED_AFTER_S);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* a name being resolved does not hold up SIGTERM */
#endif
    return ok;
}

static bool set_request(struct transfer *t, const struct request *r)
{
    bool ok = true;
    SET(CURLOPT_URL, r->url);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "contact-agent");
    SET(CURLOPT_WRITEFUNCTION, write_answer);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_HEADERFUNCTION, read_header);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_PRIVATE, t);
    if (r->user) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, r->user);
        SET(CURLOPT_PASSWORD, r->password);
    }
    if (strcmp(r->method, "GET") != 0) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_CUSTOMREQUEST, r->method);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->len);
        SET(CURLOPT_READFUNCTION, read_body);
        SET(CURLOPT_READDATA, t);
        SET(CURLOPT_SEEKFUNCTION, seek_body);
        SET(CURLOPT_SEEKDATA, t);
        ok = add_header(t, "Content-Type: ", r->content_type) && ok;
        /* No waiting for "100 Continue": proxies that know nothing of it cost a second each time. */
        ok = add_header(t, "Expect:", "") && ok;
    }
    if (r->header)
        ok = add_header(t, r->header, "") && ok;
    SET(CURLOPT_HTTPHEADER, t->headers);
    return ok;
}

enum err_code link_new(const char *proxy, struct link **ret, struct err *err)
{
    struct link *link = calloc(1, sizeof(*link));
    if (!link)
        return err_set(err, ERR_INTERNAL, "no memory for the network");
    link->proxy = strdup(proxy ? proxy : "");
    link->multi = curl_multi_init();
    if (!link->proxy || !link->multi) {
        link_free(link);
        return err_set(err, ERR_INTERNAL, "no memory for the network");
    }
    *ret = link;
    return OK;
}

void link_free(struct link *link)
{
    if (!link)
        return;
    for (size_t i = 0; i < TRANSFERS_MAX; i++) {
        if (link->running[i])
            curl_multi_remove_handle(link->multi, link->running[i]->easy);
        transfer_free(link->running[i]);
    }
    curl_multi_cleanup(link->multi);
    free(link->proxy);
    free(link);
}

enum err_code link_start(struct link *link, const struct request *request, const struct link_trust *trust,
                         link_done *done, void *context, struct err *err)
{
    size_t slot = 0;
    while (slot < TRANSFERS_MAX && link->running[slot])
        slot++;
    struct transfer *t = slot < TRANSFERS_MAX ? calloc(1, sizeof(*t)) : NULL;
    if (!t)
        return err_set(err, ERR_INTERNAL, "no room for another transfer");
    t->body = request->body;
    t->len = request->len;
    t->answer = BUF_INIT(request->answer_max);
    t->done = done;
    t->context = context;
    t->easy = curl_easy_init();
    bool ok = t->easy && set_trust(t, trust, link->proxy) && set_limits(t, request) &&
              set_request(t, request) && curl_multi_add_handle(link->multi, t->easy) == CURLM_OK;
    if (!ok) {
        transfer_free(t);
        return err_set(err, ERR_CONFIG, "a request that curl does not take: is the proxy's address right?");
    }
    link->running[slot] = t;
    return OK;
}

/* Reads what the answer was, before the handle goes. */
static void conclude(struct transfer *t, CURLcode result)
{
    curl_off_t retry_after_s = 0;
    t->reply.curl = result;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->reply.status);
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &t->reply.proxy_status);
    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    if (retry_after_s > 0)
        t->reply.retry_after_ms = (retry_after_s < INT32_MAX ? (int64_t)retry_after_s : INT32_MAX) * 1000;
    if (t->reply.status >= 400 && t->reply.marked)
        problem_code(t->answer.data, t->answer.len, t->reply.code, sizeof(t->reply.code));
}

static bool dispatch_ended(struct link *link)
{
    CURLMsg *message;
    int left;
    bool any = false;
    while ((message = curl_multi_info_read(link->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode result = message->data.result;
        CURL *easy = message->easy_handle; /* message dies with the removal */
        struct transfer *t = NULL;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
        conclude(t, result);
        curl_multi_remove_handle(link->multi, easy);
        for (size_t i = 0; i < TRANSFERS_MAX; i++)
            if (link->running[i] == t)
                link->running[i] = NULL;
        t->done(t->context, &t->reply, &t->answer);
        transfer_free(t);
        any = true;
    }
    return any;
}

enum err_code link_wait(struct link *link, int fd, int64_t timeout_ms, struct err *err)
{
    struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int running = 0;
    CURLMcode code = curl_multi_perform(link->multi, &running);
    if (dispatch_ended(link) || timeout_ms < 0)
        timeout_ms = 0; /* there may be something to start at once */
    if (timeout_ms > 60000)
        timeout_ms = 60000;
    if (code == CURLM_OK)
        code = curl_multi_poll(link->multi, fd >= 0 ? &extra : NULL, fd >= 0 ? 1 : 0, (int)timeout_ms, NULL);
    if (code == CURLM_OK)
        code = curl_multi_perform(link->multi, &running);
    (void)dispatch_ended(link);
    return code == CURLM_OK ? OK : err_set(err, ERR_INTERNAL, "network: curl multi error %d", (int)code);
}

struct call {
    bool done;
    struct reply reply;
    struct buf *answer;
};

static void call_done(void *context, const struct reply *reply, const struct buf *answer)
{
    struct call *call = context;
    call->done = true;
    call->reply = *reply;
    buf_append(call->answer, answer->data, answer->len);
}

enum err_code link_call(const char *proxy, const struct request *request, const struct link_trust *trust,
                        struct reply *ret_reply, struct buf *answer, struct err *err)
{
    struct link *link = NULL;
    struct call call = {.answer = answer};
    enum err_code code = link_new(proxy, &link, err);
    if (!link)
        return code;
    code = link_start(link, request, trust, call_done, &call, err);
    while (code == OK && !call.done)
        code = link_wait(link, -1, 1000, err);
    link_free(link);
    if (code == OK)
        *ret_reply = call.reply;
    return code;
}
