/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/send/outcome.h"

static struct reply answer(long status, const char *code)
{
    struct reply r = {.curl = CURLE_OK, .status = status, .marked = true};
    snprintf(r.code, sizeof(r.code), "%s", code);
    return r;
}

static void each_answer_of_the_protocol_has_its_action(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *code;
        enum action action;
    } rows[] = {
        {201, "", ACTION_DONE},
        {200, "", ACTION_DONE},
        {400, "digest-mismatch", ACTION_AGAIN},
        {400, "bad-request", ACTION_PARK},
        {401, "no-certificate", ACTION_SLOW},
        {401, "unknown-certificate", ACTION_SLOW},
        {401, "expired-certificate", ACTION_SLOW},
        {403, "wrong-site", ACTION_SLOW},
        {403, "revoked", ACTION_SLOW},
        {409, "other-digest", ACTION_CONFLICT},
        {409, "superseded", ACTION_CONFLICT},
        {411, "length-required", ACTION_PARK},
        {415, "media-type", ACTION_PARK},
        {422, "bad-name", ACTION_PARK},
        {413, "too-large", ACTION_TOO_LARGE},
        {429, "slow-down", ACTION_WAIT},
        {503, "unavailable", ACTION_WAIT},
        {507, "no-space", ACTION_WAIT},
        {408, "", ACTION_WAIT},
        {418, "some-new-code", ACTION_PARK},
        /* The web server in front, which says 400 to a certificate it does not like. */
        {400, "", ACTION_WAIT},
        {404, "", ACTION_WAIT},
        {413, "", ACTION_TOO_LARGE},
        {502, "", ACTION_WAIT},
        {302, "", ACTION_WAIT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reply r = answer(rows[i].status, rows[i].code);
        struct outcome o = outcome_of_batch(&r, 0, false);
        assert_int_equal(o.action, rows[i].action);
        assert_true(o.reached);
        assert_false(o.proxy_seen);
    }
}

static void a_proxys_answer_is_never_the_centres(void **state)
{
    (void)state;
    const long statuses[] = {200, 201, 302, 400, 403, 407, 409, 413, 426};
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        struct reply r = answer(statuses[i], "other-digest");
        r.marked = false;
        struct outcome o = outcome_of_batch(&r, 0, false);
        assert_int_equal(o.action, ACTION_WAIT);
        assert_true(o.proxy_seen);
        assert_false(o.reached);
    }
    struct reply tunnel = {.curl = CURLE_RECV_ERROR, .proxy_status = 407};
    struct outcome o = outcome_of_batch(&tunnel, 0, false);
    assert_int_equal(o.action, ACTION_WAIT);
    assert_true(o.proxy_seen);
    assert_string_equal(o.reason, "proxy-407");
    struct reply gateway = answer(502, "");
    gateway.marked = false;
    assert_false(outcome_of_batch(&gateway, 0, false).proxy_seen);
}

static void a_damaged_body_is_sent_three_times_then_parked(void **state)
{
    (void)state;
    struct reply r = answer(400, "digest-mismatch");
    assert_int_equal(outcome_of_batch(&r, 0, false).action, ACTION_AGAIN);
    assert_int_equal(outcome_of_batch(&r, 1, false).action, ACTION_AGAIN);
    assert_int_equal(outcome_of_batch(&r, 2, false).action, ACTION_PARK);
}

static void a_void_that_meets_its_original_is_stored(void **state)
{
    (void)state;
    struct reply r = answer(409, "other-digest");
    assert_int_equal(outcome_of_batch(&r, 0, true).action, ACTION_DONE);
    r = answer(409, "superseded"); /* the whole series is left behind */
    assert_int_equal(outcome_of_batch(&r, 0, true).action, ACTION_CONFLICT);
}

static void no_transport_failure_gives_a_batch_up(void **state)
{
    (void)state;
    for (int curl = 1; curl < 100; curl++) {
        struct reply r = {
            .curl = (CURLcode)curl, .status = curl % 2 ? 413 : 0, .marked = true, .retry_after_ms = 5};
        struct outcome o = outcome_of_batch(&r, 99, false);
        assert_int_equal(o.action, ACTION_WAIT);
        assert_int_equal(o.retry_after_ms, 0);
        assert_true(o.reason[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_of_the_protocol_has_its_action),
        cmocka_unit_test(a_proxys_answer_is_never_the_centres),
        cmocka_unit_test(a_damaged_body_is_sent_three_times_then_parked),
        cmocka_unit_test(a_void_that_meets_its_original_is_stored),
        cmocka_unit_test(no_transport_failure_gives_a_batch_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
