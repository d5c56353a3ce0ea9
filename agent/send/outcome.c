/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/outcome.h"

#include <stdio.h>
#include <string.h>

static struct outcome make(enum action action, const struct reply *reply, const char *reason)
{
    struct outcome o = {.action = action, .reached = true, .retry_after_ms = reply->retry_after_ms};
    snprintf(o.reason, sizeof(o.reason), "%s", reason);
    return o;
}

/* The transfer did not end with an answer. */
static struct outcome of_transport(const struct reply *reply)
{
    static const struct {
        CURLcode curl;
        const char *reason;
    } reasons[] = {
        {CURLE_COULDNT_RESOLVE_HOST, "unknown-host"},
        {CURLE_COULDNT_RESOLVE_PROXY, "unknown-proxy"},
        {CURLE_COULDNT_CONNECT, "unreachable"},
        {CURLE_OPERATION_TIMEDOUT, "timeout"},
        {CURLE_PEER_FAILED_VERIFICATION, "server-not-trusted"},
        {CURLE_SSL_ISSUER_ERROR, "server-not-trusted"},
        {CURLE_SSL_CONNECT_ERROR, "tls"},
        {CURLE_SSL_CERTPROBLEM, "own-certificate"},
        {CURLE_SSL_CACERT_BADFILE, "own-ca"},
        {CURLE_FILESIZE_EXCEEDED, "answer-too-large"},
        {CURLE_WRITE_ERROR, "answer-too-large"},
    };
    const char *reason = "broken-off";
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].curl == reply->curl)
            reason = reasons[i].reason;
    struct outcome o = make(ACTION_WAIT, reply, reason);
    o.reached = false;
    o.retry_after_ms = 0;
    if (reply->proxy_status >= 300) {
        o.proxy_seen = true;
        snprintf(o.reason, sizeof(o.reason), "proxy-%ld", reply->proxy_status);
    }
    return o;
}

/* Something in between answered: believed in nothing, not even that the batch is too large. */
static struct outcome of_stranger(const struct reply *reply)
{
    struct outcome o = make(ACTION_WAIT, reply, "");
    o.reached = false;
    o.proxy_seen = reply->status < 500;
    snprintf(o.reason, sizeof(o.reason), "%s-%ld", o.proxy_seen ? "proxy" : "http", reply->status);
    return o;
}

/* The answers of docs/protocol.md. A status of ours without a code is the web server's in front, which judges
 * connections, not batches. */
static const struct row {
    long status;
    const char *code; /* NULL: whatever it is; "": none */
    enum action action;
} table[] = {
    {200, NULL, ACTION_DONE},
    {201, NULL, ACTION_DONE},
    {202, NULL, ACTION_WAIT},
    {204, NULL, ACTION_DONE},
    {400, "digest-mismatch", ACTION_AGAIN},
    {400, "", ACTION_WAIT},
    {401, NULL, ACTION_SLOW},
    {403, NULL, ACTION_SLOW},
    {408, NULL, ACTION_WAIT},
    {409, "other-digest", ACTION_CONFLICT},
    {409, "superseded", ACTION_CONFLICT},
    {413, NULL, ACTION_TOO_LARGE},
    {429, NULL, ACTION_WAIT},
};

static enum action action_of(const struct reply *reply)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].status == reply->status && (!table[i].code || strcmp(table[i].code, reply->code) == 0))
            return table[i].action;
    /* Any other 4xx with a code is a judgement of this batch. All else is passing. */
    if (reply->status >= 400 && reply->status < 500 && reply->code[0] != '\0')
        return ACTION_PARK;
    return ACTION_WAIT;
}

static struct outcome of_answer(const struct reply *reply)
{
    if (reply->curl != CURLE_OK)
        return of_transport(reply);
    if (!reply->marked)
        return of_stranger(reply);
    struct outcome o = make(action_of(reply), reply, reply->code);
    if (reply->status == 202) /* asked for, not done yet */
        snprintf(o.reason, sizeof(o.reason), OUTCOME_PENDING);
    else if (reply->code[0] == '\0')
        snprintf(o.reason, sizeof(o.reason), "http-%ld", reply->status);
    return o;
}

struct outcome outcome_of_batch(const struct reply *reply, unsigned attempts, bool is_void)
{
    struct outcome o = of_answer(reply);
    if (o.action == ACTION_AGAIN && attempts + 1 >= OUTCOME_DIGEST_TRIES)
        o.action = ACTION_PARK;
    if (o.action == ACTION_CONFLICT && is_void && strcmp(reply->code, "superseded") != 0)
        o.action = ACTION_DONE;
    return o;
}

struct outcome outcome_of_call(const struct reply *reply)
{
    struct outcome o = of_answer(reply);
    if (o.action == ACTION_AGAIN || o.action == ACTION_TOO_LARGE || o.action == ACTION_CONFLICT)
        o.action = ACTION_PARK;
    return o;
}
