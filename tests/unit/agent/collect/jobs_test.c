/* SPDX-License-Identifier: Apache-2.0 */
/* How often the source is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/collect/jobs.h"

static void hot_sweeps_make_way_when_the_source_is_slow_or_away(void **state)
{
    (void)state;
    const struct settings settings = {.hot_ms = 30000, .share = 1};
    struct collect c = {.settings = &settings};
    c.hot_took_ms = 150;
    assert_int_equal(job_hot_interval(&c), 30000);
    c.hot_took_ms = 400; /* half a hundredth of the time at most: looks have the other half */
    assert_int_equal(job_hot_interval(&c), 80000);
    c.hot_took_ms = 3600000;
    assert_int_equal(job_hot_interval(&c), 600000);
    c.away = 1;
    assert_int_equal(job_hot_interval(&c), 60000);
    c.away = 1000;
    assert_int_equal(job_hot_interval(&c), 300000);
}

static void a_change_hastens_a_hot_sweep_no_more_than_the_source_can_take(void **state)
{
    (void)state;
    const struct settings settings = {.hot_ms = 30000, .share = 1};
    struct collect c = {
        .settings = &settings, .hot_ended_ms = 1000000, .next_hot_ms = 1030000, .hot_took_ms = 20};
    job_hasten_hot(&c);
    assert_int_equal(c.next_hot_ms, 1004000);
    c.hot_took_ms = 400; /* and never puts it off */
    job_hasten_hot(&c);
    assert_int_equal(c.next_hot_ms, 1004000);
    c.next_hot_ms = 1700000;
    c.hot_took_ms = 3600000;
    job_hasten_hot(&c);
    assert_int_equal(c.next_hot_ms, 1600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hot_sweeps_make_way_when_the_source_is_slow_or_away),
        cmocka_unit_test(a_change_hastens_a_hot_sweep_no_more_than_the_source_can_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
