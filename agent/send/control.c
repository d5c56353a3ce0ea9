/* SPDX-License-Identifier: Apache-2.0 */
/* The call beside the batch: heartbeats, watermarks, the seal certificate, renewal; one at a time, the most
 * urgent first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/send/sender.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/protocol.h"

#define CALL_TIMEOUT_S 60
#define SEAL_MAX 16384

static void call_done(void *context, const struct reply *reply, const struct buf *answer);

bool control_call(struct sender *s, enum call call, const struct request *request,
                  const struct link_trust *trust)
{
    struct err err;
    if (link_start(s->link, request, trust, call_done, s, &err) != OK) {
        log_err("centre", &err);
        backoff_failed(&s->control.backoff, 0);
        return false;
    }
    s->call = call;
    s->call_uploads = s->uploading ? UINT64_MAX : s->uploads;
    snprintf(s->call_series, sizeof(s->call_series), "%s", s->spool ? spool_series(s->spool) : "");
    return true;
}

static int64_t disk_free(const char *folder)
{
    struct statvfs fs;
    return statvfs(folder, &fs) == 0 ? (int64_t)fs.f_bavail * (int64_t)fs.f_frsize : -1;
}

/* While our certificate has ended no call can succeed: asking each minute would only fill logs at the centre.
 */
static int64_t heartbeat_wait_ms(const struct sender *s)
{
    int64_t wait_ms = s->settings->heartbeat_ms > s->interval_ms ? s->settings->heartbeat_ms : s->interval_ms;
    return sender_expired(s) && wait_ms < BACKOFF_LAST_MS ? BACKOFF_LAST_MS : wait_ms;
}

/* seal.pem, which is collect's, and its SHA-256. */
static bool read_seal(const struct sender *s, struct buf *text, char ret_hash[static 2 * SHA256_SIZE + 1])
{
    char path[IDENTITY_PATH];
    uint8_t digest[SHA256_SIZE];
    buf_clear(text);
    snprintf(path, sizeof(path), "%s/seal.pem", s->settings->spool_folder);
    if (access(path, R_OK) != 0 || buf_read_file(text, path, NULL) != OK || text->len > SEAL_MAX)
        return false;
    sha256(text->data, text->len, digest);
    hex_encode(digest, sizeof(digest), ret_hash);
    return true;
}

/* Made anew beside the same identity, what is sealed with it is refused until the centre has it. */
static void follow_seal(struct sender *s)
{
    BUF_CLEANUP struct buf text = BUF_INIT(65536);
    char hash[sizeof(s->seal_hash)];
    if (s->seal_settled && read_seal(s, &text, hash))
        s->seal_settled = strcmp(hash, s->seal_hash) == 0;
}

static void start_heartbeat(struct sender *s, int64_t now_ms)
{
    struct err err;
    char url[SENDER_URL];
    follow_seal(s);
    s->own.proxy_seen = s->control.proxy_seen || s->queue.proxy_seen;
    s->own.disk_free_bytes = disk_free(s->settings->spool_folder);
    s->heartbeat_ms = now_ms + heartbeat_wait_ms(s);
    buf_clear(&s->call_body);
    if (heartbeat_compose(s->spool, &s->own, &s->call_body, &s->taken, &err) != OK) {
        sender_spool_failed(s, &err);
        buf_clear(&s->call_body);
        if (heartbeat_compose(NULL, &s->own, &s->call_body, &s->taken, &err) != OK)
            return;
    }
    sender_url(&s->identity, url, PROTOCOL_PATH_HEARTBEAT, s->identity.site);
    struct request request = {.method = "POST",
                              .url = url,
                              .content_type = "application/json",
                              .body = s->call_body.data,
                              .len = s->call_body.len,
                              .answer_max = PROTOCOL_HEARTBEAT_ANSWER_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    struct link_trust trust = identity_trust(&s->identity);
    if (control_call(s, CALL_HEARTBEAT, &request, &trust))
        s->heartbeat_sent = !s->uploading;
}

static void start_watermark(struct sender *s)
{
    char url[SENDER_URL];
    sender_url(&s->identity, url, PROTOCOL_PATH_WATERMARK, s->identity.site, spool_series(s->spool));
    struct request request = {.method = "GET",
                              .url = url,
                              .answer_max = PROTOCOL_HEARTBEAT_ANSWER_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    struct link_trust trust = identity_trust(&s->identity);
    (void)control_call(s, CALL_WATERMARK, &request, &trust);
}

/* Offered at each start, and again when it changed. False: nothing to offer. */
static bool start_seal(struct sender *s)
{
    char url[SENDER_URL];
    if (!read_seal(s, &s->call_body, s->seal_hash))
        return false;
    sender_url(&s->identity, url, PROTOCOL_PATH_SEAL, s->identity.site);
    struct request request = {.method = "PUT",
                              .url = url,
                              .content_type = "application/x-pem-file",
                              .body = s->call_body.data,
                              .len = s->call_body.len,
                              .answer_max = SEAL_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    struct link_trust trust = identity_trust(&s->identity);
    return control_call(s, CALL_SEAL, &request, &trust);
}

static void refused_call(struct sender *s, const char *what, const struct outcome *o)
{
    if (!s->answer_bad)
        log_error("centre: %s is refused (%s). HINT: do the versions of this agent and of the centre fit?",
                  what, o->reason);
    s->answer_bad = true;
}

static void heartbeat_done(struct sender *s, const struct outcome *o, const struct buf *answer)
{
    struct err err;
    int64_t told_ms = s->control.backoff.told_until_ms;
    if (told_ms > s->heartbeat_ms)
        s->heartbeat_ms = told_ms;
    if (o->action == ACTION_PARK)
        refused_call(s, "the heartbeat", o); /* saying it again would change nothing: it counts as said */
    else if (o->action != ACTION_DONE)
        s->heartbeat_sent = false;
    if (o->action != ACTION_DONE)
        return;
    for (size_t i = 0; i < s->taken.count && s->spool && strcmp(s->call_series, spool_series(s->spool)) == 0;
         i++)
        if (spool_acknowledged(s->spool, s->taken.ids[i], &err) != OK)
            sender_spool_failed(s, &err);
    answer_apply(s, answer);
    sender_tell_number(s, "send.contact_s", clock_wall_s());
}

static void seal_done(struct sender *s, const struct outcome *o)
{
    if (o->action == ACTION_PARK) {
        refused_call(s, "the seal certificate", o);
        s->seal_settled = true; /* until it changes: what is refused once is not taken a second later */
    }
    if (o->action != ACTION_DONE)
        return;
    s->seal_settled = true;
    sender_tell(s, "send.seal_offered", s->seal_hash);
}

static void watermark_done(struct sender *s, const struct outcome *o, const struct buf *answer)
{
    if (o->action == ACTION_DONE) {
        watermark_apply(s, answer);
    } else if (o->action == ACTION_PARK) {
        refused_call(s, "the question for watermarks", o);
        s->watermark_bad = true;
        backoff_pause(&s->control.backoff, heartbeat_wait_ms(s));
    }
}

static void call_done(void *context, const struct reply *reply, const struct buf *answer)
{
    struct sender *s = context;
    struct outcome o = outcome_of_call(reply);
    enum call call = s->call;
    s->call = CALL_NONE;
    if (call == CALL_RENEW || call == CALL_TRIAL) {
        renew_done(s, call, &o, answer); /* says nothing of how the others fare */
        return;
    }
    if (channel_note(&s->control, &o)) {
        /* The centre is there again: what waited is spread, and what it holds is asked before more is sent.
         */
        s->watermark_known = false;
        backoff_shorten(&s->queue.backoff, s->settings->spread_ms);
    }
    if (!sender_expired(s))
        sender_tell(s, "send.state", channel_word(s->control.state));
    sender_tell(s, "send.proxy_seen", s->control.proxy_seen || s->queue.proxy_seen ? "1" : "0");
    if (call == CALL_HEARTBEAT)
        heartbeat_done(s, &o, answer);
    else if (call == CALL_SEAL)
        seal_done(s, &o);
    else
        watermark_done(s, &o, answer);
}

/* Watermarks and seal: true when one was begun. Not while a batch is under way: it would be missing in the
 * answer, or not. */
static bool start_question(struct sender *s)
{
    if (!backoff_due(&s->control.backoff))
        return false;
    if (s->spool && !s->watermark_known && !s->uploading) {
        start_watermark(s);
        return true;
    }
    return !s->seal_settled && start_seal(s);
}

void control_start(struct sender *s, int64_t now_ms)
{
    if (s->call != CALL_NONE || !s->link || s->link_stale)
        return;
    if (now_ms >= s->heartbeat_ms)
        start_heartbeat(s, now_ms);
    else if (!sender_expired(s) && !start_question(s) && renew_due(s))
        renew_start(s);
}
