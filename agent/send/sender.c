/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/sender.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/log.h"

#define SPOOL_AGAIN_MS 5000 /* after a failure of the spool */
#define SPOOL_LOOK_MS 500   /* while there is none */

void sender_init(struct sender *s, const struct settings *settings, bool once)
{
    uint8_t instance[8];
    *s = (struct sender){.settings = settings,
                         .once = once,
                         .queue = {.name = "queue"},
                         .control = {.name = "centre"},
                         .call_body = BUF_INIT(65536)};
    random_bytes(instance, sizeof(instance));
    hex_encode(instance, sizeof(instance), s->own.instance);
}

void sender_fini(struct sender *s)
{
    link_free(s->link);
    spool_close(s->spool);
    buf_free(&s->batch.sealed);
    buf_free(&s->call_body);
}

bool sender_expired(const struct sender *s)
{
    return s->enrolled && clock_wall_s() >= s->identity.until_s;
}

void sender_url(const struct identity *identity, char ret[static SENDER_URL], const char *format, ...)
{
    char path[SENDER_URL - sizeof(identity->url)];
    va_list args;
    va_start(args, format);
    vsnprintf(path, sizeof(path), format, args);
    va_end(args);
    snprintf(ret, SENDER_URL, "%s%s", identity->url, path);
}

void sender_spool_failed(struct sender *s, const struct err *err)
{
    if (err->code == ERR_RETRY && s->spool) /* a lock held for long */
        return;
    if (s->spool_trouble != err->code && err->code != ERR_RETRY)
        log_err("spool", err);
    s->spool_trouble = err->code;
    if (err->code == ERR_CORRUPT && s->spool)
        memcpy(s->spool_damaged, spool_series(s->spool), SERIES_TEXT);
    /* A damaged one is not opened again, so that looking for its successor costs nothing. */
    bool wait = s->spool && err->code != ERR_CORRUPT;
    s->spool_retry_ms = clock_monotonic_ms() + (wait ? SPOOL_AGAIN_MS : SPOOL_LOOK_MS);
    spool_close(s->spool);
    s->spool = NULL;
}

void sender_tell(struct sender *s, const char *name, const char *value)
{
    struct err err;
    if (s->spool && spool_fact_put(s->spool, name, value, &err) != OK)
        sender_spool_failed(s, &err);
}

void sender_tell_number(struct sender *s, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    sender_tell(s, name, text);
}

/* Another series has its own watermarks, and none of the former one's quarrels. */
static void follow_spool(struct sender *s, int64_t now_ms)
{
    struct err err;
    if (s->spool && spool_replaced(s->spool)) {
        spool_close(s->spool);
        s->spool = NULL;
        s->spool_retry_ms = 0;
    }
    if (s->spool || now_ms < s->spool_retry_ms)
        return;
    if (spool_open(s->settings->spool_folder, &s->spool, &err) != OK) {
        sender_spool_failed(s, &err);
        return;
    }
    if (strcmp(spool_series(s->spool), s->spool_damaged) == 0) {
        spool_close(s->spool);
        s->spool = NULL;
        s->spool_retry_ms = now_ms + SPOOL_LOOK_MS;
        return;
    }
    if (s->spool_trouble != OK && s->spool_trouble != ERR_RETRY)
        log_info("spool: in order again");
    s->spool_trouble = OK;
    s->blocked = false;
    s->watermark_known = false;
    s->nothing_due = false;
    s->look_ms = 0;
    if (s->enrolled)
        sender_tell_number(s, "send.certificate_s", s->identity.until_s);
    sender_tell(s, "send.state", s->enrolled ? channel_word(s->control.state) : "not-enrolled");
}

static void follow_identity(struct sender *s)
{
    struct err err;
    const char *folder = s->settings->send_folder;
    if (s->enrolled && !identity_replaced(folder, &s->identity))
        return;
    s->enrolled = identity_load(folder, &s->identity, &err) == OK;
    if (!s->enrolled) {
        if (s->identity_trouble != err.code)
            log_err("identity", &err);
        s->identity_trouble = err.code;
        return;
    }
    s->identity_trouble = OK;
    log_info("identity: site %s, centre %s", s->identity.site, s->identity.url);
    s->link_stale = s->link != NULL;
    s->expiry_told = false;
    s->seal_settled = false;
    s->heartbeat_ms = 0;
    backoff_succeeded(&s->control.backoff); /* whatever kept us waiting was about the former one */
    backoff_succeeded(&s->queue.backoff);
    sender_tell_number(s, "send.certificate_s", s->identity.until_s);
    renew_resume(s);
}

static void tell_expiry(struct sender *s)
{
    if (!sender_expired(s) || s->expiry_told)
        return;
    s->expiry_told = true;
    log_error("identity: our certificate has ended; everything is kept, and tried again slowly. "
              "HINT: ask the central team for a new code, then: contact-agent enroll BUNDLE");
    sender_tell(s, "send.state", "expired");
}

void sender_follow(struct sender *s, int64_t now_ms)
{
    struct err err;
    follow_identity(s);
    follow_spool(s, now_ms);
    tell_expiry(s);
    if (s->link_stale && !s->uploading && s->call == CALL_NONE) {
        link_free(s->link);
        s->link = NULL;
        s->link_stale = false;
    }
    if (s->enrolled && !s->link && link_new(s->settings->proxy, &s->link, &err) != OK)
        log_err("network", &err);
}
