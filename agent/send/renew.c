/* SPDX-License-Identifier: Apache-2.0 */
/* A new certificate at two thirds of the old one's life: a new key, asked for with the old certificate, tried
 * by a real request, and only then put in the old one's place. */
#include <string.h>

#include "agent/send/commands.h"
#include "agent/send/est.h"
#include "agent/send/sender.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/protocol.h"

#define CALL_TIMEOUT_S 60
#define COMMAND_PATIENCE_MS 120000             /* the signer may be slow */
#define NO_SERIES "00000000000000000000000000" /* any series answers the trial */

void renew_resume(struct sender *s)
{
    struct identity pending;
    struct err err;
    s->renewing =
        identity_load_pending(s->settings->send_folder, SENDER_FOLDER_OF_RENEWAL, &pending, &err) == OK;
    s->renewal_ready = s->renewing && pending.until_s > 0;
    /* Left from before a new enrolment, or for another place: of no use now. */
    if (s->renewing &&
        (strcmp(pending.site, s->identity.site) != 0 || strcmp(pending.url, s->identity.url) != 0)) {
        identity_discard(s->settings->send_folder, SENDER_FOLDER_OF_RENEWAL);
        s->renewing = s->renewal_ready = false;
    }
}

bool renew_due(const struct sender *s)
{
    return s->enrolled && !sender_expired(s) && backoff_due(&s->renewal_wait) &&
           (s->renewal_ready || clock_wall_s() >= identity_renewal_s(&s->identity));
}

static void failed(struct sender *s, const char *reason, const struct outcome *o)
{
    bool pending = strcmp(reason, OUTCOME_PENDING) == 0; /* the ordinary course: the signer works apart */
    if (!s->renewal_told && !pending)
        log_warning("identity: our certificate is not renewed yet (%s); tried again", reason);
    s->renewal_told = s->renewal_told || !pending;
    if (o && o->action == ACTION_WAIT)
        backoff_failed(&s->renewal_wait, o->retry_after_ms);
    else
        backoff_refused(&s->renewal_wait, 0);
}

static enum err_code begin(struct sender *s, struct identity *ret, struct err *err)
{
    BUF_CLEANUP struct buf ca = BUF_INIT(65536);
    const char *folder = s->settings->send_folder;
    enum err_code code = OK;
    if (!s->renewing) {
        code = buf_read_file(&ca, s->identity.ca, err);
        if (code == OK)
            code = identity_begin(folder, SENDER_FOLDER_OF_RENEWAL, &s->identity, buf_text(&ca), err);
        s->renewing = code == OK;
    }
    return code == OK ? identity_load_pending(folder, SENDER_FOLDER_OF_RENEWAL, ret, err) : code;
}

static void ask(struct sender *s, const struct identity *pending)
{
    struct err err;
    char url[SENDER_URL];
    buf_clear(&s->call_body);
    if (est_request(pending, &s->call_body, &err) != OK) {
        failed(s, err.message, NULL);
        return;
    }
    sender_url(&s->identity, url, PROTOCOL_PATH_REENROLL);
    struct request request = {.method = "POST",
                              .url = url,
                              .content_type = EST_TYPE_REQUEST,
                              .body = s->call_body.data,
                              .len = s->call_body.len,
                              .header = "Content-Transfer-Encoding: base64",
                              .answer_max = EST_ANSWER_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    struct link_trust trust = identity_trust(&s->identity);
    (void)control_call(s, CALL_RENEW, &request, &trust);
}

static void try_it(struct sender *s, const struct identity *pending)
{
    char url[SENDER_URL];
    sender_url(&s->identity, url, PROTOCOL_PATH_WATERMARK, s->identity.site,
               s->spool ? spool_series(s->spool) : NO_SERIES);
    struct request request = {.method = "GET",
                              .url = url,
                              .answer_max = PROTOCOL_HEARTBEAT_ANSWER_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    struct link_trust trust = identity_trust(pending);
    (void)control_call(s, CALL_TRIAL, &request, &trust);
}

void renew_start(struct sender *s)
{
    struct err err;
    struct identity pending;
    if (begin(s, &pending, &err) != OK) {
        failed(s, err.message, NULL);
        return;
    }
    if (s->renewal_ready)
        try_it(s, &pending);
    else
        ask(s, &pending);
}

static void asked(struct sender *s, const struct outcome *o, const struct buf *answer)
{
    struct err err;
    struct identity pending;
    if (o->action != ACTION_DONE) {
        failed(s, o->reason, o);
        return;
    }
    enum err_code code =
        identity_load_pending(s->settings->send_folder, SENDER_FOLDER_OF_RENEWAL, &pending, &err);
    if (code == OK)
        code = est_accept(&pending, answer, &err);
    if (code == OK)
        s->renewal_ready = true;
    else
        failed(s, err.message, NULL);
}

static void tried(struct sender *s, const struct outcome *o)
{
    struct err err;
    const char *folder = s->settings->send_folder;
    if (!o->reached || o->action == ACTION_WAIT) {
        failed(s, o->reason, o);
        return;
    }
    s->renewing = s->renewal_ready = false;
    if (o->action == ACTION_SLOW) {
        identity_discard(folder, SENDER_FOLDER_OF_RENEWAL);
        s->link_stale = true; /* its connection must not serve the next one tried */
        failed(s, "the new certificate is not accepted", o);
        return;
    }
    if (identity_install(folder, SENDER_FOLDER_OF_RENEWAL, &err) != OK) {
        failed(s, err.message, NULL);
        return;
    }
    s->renewal_told = false;
    backoff_succeeded(&s->renewal_wait);
    log_info("identity: our certificate is renewed");
}

void renew_done(struct sender *s, enum call call, const struct outcome *outcome, const struct buf *answer)
{
    if (call == CALL_RENEW)
        asked(s, outcome, answer);
    else
        tried(s, outcome);
}

/* Asks, waits for the signer, tries, until the renewal ended well or not. */
static enum err_code renew_now(struct sender *s, struct err *err)
{
    int64_t until_ms = clock_monotonic_ms() + COMMAND_PATIENCE_MS;
    enum err_code code = OK;
    do {
        if (s->call == CALL_NONE && backoff_due(&s->renewal_wait))
            renew_start(s);
        code = link_wait(s->link, -1, 200, err);
        if (code == OK && (s->renewal_told || clock_monotonic_ms() > until_ms))
            code = err_set(err, ERR_RETRY, "the certificate is not renewed yet; the one in use stays");
    } while (code == OK && (s->renewing || s->call != CALL_NONE));
    return code;
}

enum err_code command_renew(const struct settings *settings, struct err *err)
{
    struct sender s;
    enum err_code code;
    sender_init(&s, settings, true);
    sender_follow(&s, clock_monotonic_ms());
    if (!s.link) {
        code = err_set(err, ERR_CONFIG, "this site is not enrolled yet");
        (void)err_hint(err, "contact-agent enroll BUNDLE");
    } else if (sender_expired(&s)) {
        code = err_set(err, ERR_AUTH, "this site's certificate has ended");
        (void)err_hint(err, "ask the central team for a new code, then: contact-agent enroll BUNDLE");
    } else {
        code = renew_now(&s, err);
    }
    sender_fini(&s);
    return code;
}
