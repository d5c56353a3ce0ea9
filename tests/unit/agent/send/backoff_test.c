/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/send/backoff.h"
#include "contact/clock.h"

static int64_t now_ms = 1000000;

static int64_t fake_wall(void *context)
{
    (void)context;
    return 0;
}

static int64_t fake_monotonic(void *context)
{
    (void)context;
    return now_ms;
}

static const struct clock_source fake = {.wall_s = fake_wall, .monotonic_ms = fake_monotonic};

static void waits_double_to_fifteen_minutes_and_stay_spread(void **state)
{
    (void)state;
    struct backoff b = {0};
    assert_true(backoff_due(&b));
    int64_t whole_ms = 1000;
    for (int i = 0; i < 40; i++) {
        backoff_failed(&b, 0);
        int64_t wait_ms = backoff_remaining_ms(&b);
        assert_in_range(wait_ms, whole_ms / 2, whole_ms);
        now_ms += wait_ms;
        assert_true(backoff_due(&b));
        whole_ms = whole_ms * 2 > 900000 ? 900000 : whole_ms * 2;
    }
    /* At the cap, sixty-four sites do not come back together. */
    int64_t least = INT64_MAX, most = 0;
    for (int site = 0; site < 64; site++) {
        backoff_failed(&b, 0);
        int64_t wait_ms = backoff_remaining_ms(&b);
        least = wait_ms < least ? wait_ms : least;
        most = wait_ms > most ? wait_ms : most;
    }
    assert_true(most - least > 200000);
    assert_true(most <= 900000);
}

static void retry_after_wins_when_larger_and_is_not_shortened(void **state)
{
    (void)state;
    struct backoff b = {0};
    backoff_failed(&b, 30000);
    assert_int_equal(backoff_remaining_ms(&b), 30000);
    backoff_shorten(&b, 0);
    assert_int_equal(backoff_remaining_ms(&b), 30000);
    backoff_succeeded(&b);
    for (int i = 0; i < 12; i++)
        backoff_failed(&b, 0);
    backoff_failed(&b, 1000);
    assert_true(backoff_remaining_ms(&b) >= 450000);
}

static void no_answer_mutes_a_site_for_more_than_a_day(void **state)
{
    (void)state;
    struct backoff b = {0};
    backoff_failed(&b, INT64_MAX / 2);
    assert_int_equal(backoff_remaining_ms(&b), BACKOFF_RETRY_AFTER_MAX_MS);
}

static void a_return_of_the_centre_is_spread(void **state)
{
    (void)state;
    int64_t least = INT64_MAX, most = 0;
    for (int site = 0; site < 64; site++) {
        struct backoff b = {0};
        backoff_refused(&b, 0);
        assert_true(backoff_remaining_ms(&b) >= 450000);
        backoff_shorten(&b, 120000);
        int64_t wait_ms = backoff_remaining_ms(&b);
        least = wait_ms < least ? wait_ms : least;
        most = wait_ms > most ? wait_ms : most;
    }
    assert_true(least < 30000 && most > 90000 && most <= 120000);
    /* Who was not waiting does not begin to. */
    struct backoff due = {0};
    backoff_shorten(&due, 120000);
    assert_true(backoff_due(&due));
}

int main(void)
{
    clock_set_source(&fake);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_to_fifteen_minutes_and_stay_spread),
        cmocka_unit_test(retry_after_wins_when_larger_and_is_not_shortened),
        cmocka_unit_test(no_answer_mutes_a_site_for_more_than_a_day),
        cmocka_unit_test(a_return_of_the_centre_is_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
