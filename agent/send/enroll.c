/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment: the one-time code becomes a certificate. The centre binds the code to the first key that uses
 * it, so that asking again with the same key, after an answer was lost, is asking for the same. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/send/commands.h"
#include "agent/send/est.h"
#include "contact/clock.h"
#include "contact/language.h"
#include "contact/log.h"
#include "contact/protocol.h"
#include "contact/user.h"

#define PENDING "enrolling"
#define CALL_TIMEOUT_S 60
#define POLL_LEAST_MS 1000
#define POLL_MOST_MS 300000
#define SIGNER_MS 2000 /* who asks to come back so soon waits for no person */
#define PATIENCE_MS 30000

static void place_of(const struct bundle *bundle, struct identity *ret)
{
    uint8_t digest[SHA256_SIZE];
    *ret = (struct identity){0};
    snprintf(ret->site, sizeof(ret->site), "%s", bundle->site);
    snprintf(ret->url, sizeof(ret->url), "%s", bundle->url);
    sha256(bundle->code, strlen(bundle->code), digest);
    hex_encode(digest, sizeof(digest), ret->code_hash);
}

static bool same_place(const struct identity *a, const struct identity *b)
{
    return strcmp(a->site, b->site) == 0 && strcmp(a->url, b->url) == 0 &&
           strcmp(a->code_hash, b->code_hash) == 0;
}

/* Finds the key of an enrolment begun with this bundle, or makes one. */
static enum err_code begin(const char *folder, const struct bundle *bundle, const struct identity *place,
                           struct identity *ret, struct err *err)
{
    enum err_code code = identity_load_pending(folder, PENDING, ret, err);
    if (code == OK && same_place(ret, place))
        return OK;
    code = identity_begin(folder, PENDING, place, bundle->ca, err);
    return code == OK ? identity_load_pending(folder, PENDING, ret, err) : code;
}

static enum err_code ask(const struct settings *settings, const struct bundle *bundle,
                         const struct identity *pending, struct reply *ret_reply, struct buf *answer,
                         struct err *err)
{
    char url[IDENTITY_PATH];
    BUF_CLEANUP struct buf body = BUF_INIT(EST_ANSWER_MAX);
    struct link_trust trust = {.ca = pending->ca};
    snprintf(url, sizeof(url), "%s" PROTOCOL_PATH_ENROLL, bundle->url);
    enum err_code code = est_request(pending, &body, err);
    if (code != OK)
        return code;
    struct request request = {.method = "POST",
                              .url = url,
                              .content_type = EST_TYPE_REQUEST,
                              .body = body.data,
                              .len = body.len,
                              .header = "Content-Transfer-Encoding: base64",
                              .user = bundle->site,
                              .password = bundle->code,
                              .answer_max = EST_ANSWER_MAX,
                              .timeout_s = CALL_TIMEOUT_S};
    return link_call(settings->proxy, &request, &trust, ret_reply, answer, err);
}

static enum err_code refused(const struct reply *reply, const struct outcome *o, struct err *err)
{
    if (strcmp(reply->code, "code-used") == 0) {
        (void)err_set(err, ERR_AUTH, "the enrolment code was used by another key");
        return err_hint(err, "another machine enrolled with it? Ask the central team for a new bundle");
    }
    if (o->action == ACTION_SLOW) {
        (void)err_set(err, ERR_AUTH, "the centre does not accept the enrolment code (%s)", o->reason);
        return err_hint(err, "ask the central team for a new bundle: a code is used once, and ends");
    }
    return err_set(err, ERR_REJECTED, "the centre refuses the enrolment (%s)", o->reason);
}

static enum err_code not_reached(const struct outcome *o, struct err *err)
{
    (void)err_set(err, ERR_RETRY, "the centre is not reached (%s)", o->reason);
    if (o->proxy_seen)
        return err_hint(
            err, "a proxy answers in its place: allow this machine to reach the centre, or set send.proxy");
    if (strcmp(o->reason, "server-not-trusted") == 0)
        return err_hint(
            err, "whoever answers has no certificate from the bundle's authority: a proxy that opens TLS? a "
                 "wrong clock?");
    return err_hint(err, "check the network and send.proxy, then run this again");
}

/* One try. ERR_RETRY with *ret_wait_ms above 0: the centre has it, an operator has not approved yet. */
static enum err_code attempt(const struct settings *settings, const struct bundle *bundle,
                             const struct identity *pending, int64_t *ret_wait_ms, struct err *err)
{
    struct reply reply = {0};
    BUF_CLEANUP struct buf answer = BUF_INIT(EST_ANSWER_MAX);
    *ret_wait_ms = 0;
    enum err_code code = ask(settings, bundle, pending, &reply, &answer, err);
    if (code != OK)
        return code;
    struct outcome o = outcome_of_call(&reply);
    if (o.action == ACTION_PARK || o.action == ACTION_SLOW)
        return refused(&reply, &o, err);
    if (o.action == ACTION_WAIT && o.reached) {
        int64_t told_ms = o.retry_after_ms > POLL_LEAST_MS ? o.retry_after_ms : POLL_LEAST_MS;
        *ret_wait_ms = told_ms < POLL_MOST_MS ? told_ms : POLL_MOST_MS;
        if (reply.status == 202)
            (void)err_set(err, ERR_RETRY,
                          "asked; not issued yet (an operator of the centre may have to approve)");
        else
            (void)err_set(err, ERR_RETRY, "the centre asks to wait (%s)", o.reason);
        return err_hint(err, "run the same command again later, or with --wait");
    }
    if (o.action == ACTION_WAIT)
        return not_reached(&o, err);
    code = est_accept(pending, &answer, err);
    return code == OK ? identity_install(settings->send_folder, PENDING, err) : code;
}

/* A certificate takes the signer a second: that is waited for, an operator only when so asked. */
static bool worth_waiting(int64_t wait_ms, int64_t begun_ms)
{
    return wait_ms > 0 && wait_ms <= SIGNER_MS && clock_monotonic_ms() - begun_ms < PATIENCE_MS;
}

static enum err_code enroll(const struct settings *settings, const struct bundle *bundle, bool wait,
                            struct err *err)
{
    struct identity place, now, pending;
    place_of(bundle, &place);
    if (identity_load(settings->send_folder, &now, err) == OK && same_place(&now, &place) &&
        clock_wall_s() < now.until_s) {
        printf(_("%s is enrolled already\n"), place.site);
        return OK;
    }
    enum err_code code = begin(settings->send_folder, bundle, &place, &pending, err);
    if (code != OK)
        return code;
    bool told = false;
    int64_t wait_ms = 0, begun_ms = clock_monotonic_ms();
    while ((code = attempt(settings, bundle, &pending, &wait_ms, err)) == ERR_RETRY &&
           (wait || worth_waiting(wait_ms, begun_ms))) {
        if (!told && wait)
            log_info("%s; waiting", err->message);
        told = true;
        usleep((useconds_t)((wait_ms > 0 ? wait_ms : 10 * POLL_LEAST_MS) * 1000));
    }
    if (code == OK)
        printf(_("%s is enrolled\n"), place.site);
    return code;
}

enum err_code command_enroll(const struct settings *settings, const char *bundle_path, bool wait,
                             struct err *err)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct bundle *bundle = bundle_read(bundle_path, &problems);
    if (!bundle) {
        problems_print(&problems, stderr);
        return err_set(err, ERR_CONFIG, "the bundle cannot be used");
    }
    (void)mkdir(settings->send_folder, 0700); /* when it cannot be made, the next step says so */
    enum err_code code = user_become_owner(settings->send_folder, false, err);
    if (code == OK)
        code = enroll(settings, bundle, wait, err);
    bundle_free(bundle);
    return code;
}
