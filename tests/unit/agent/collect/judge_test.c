/* SPDX-License-Identifier: Apache-2.0 */
/* When a sweep found so much gone that nothing is removed before a person says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/collect/judge.h"

static void stop_judges_the_whole_range(void **state)
{
    (void)state;
    const struct {
        struct judge judge;
        bool policy_new, stops;
    } cases[] = {
        {{.days = 10, .differing = 5, .records = 1000, .vanished = 20}, false, false}, /* few records */
        {{.days = 10, .differing = 5, .records = 1000, .vanished = 100},
         false,
         false}, /* a tenth, not more */
        {{.days = 10, .differing = 5, .records = 1000, .vanished = 101}, false, true},
        {{.days = 10, .differing = 5, .records = 1000, .vanished = 101},
         true,
         true}, /* shortfall always counts */
        {{.days = 19, .differing = 19, .records = 1000, .vanished = 0}, false, false},
        {{.days = 20, .differing = 10, .records = 1000, .vanished = 0}, false, false},
        {{.days = 20, .differing = 11, .records = 1000, .vanished = 0}, false, true},
        {{.days = 20, .differing = 20, .records = 1000, .vanished = 0},
         true,
         false}, /* a new policy changes all */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(judge_stops(&cases[i].judge, cases[i].policy_new), cases[i].stops);
    struct judge judge = {0};
    struct day_entry entry = {.raw = {.count = 10, .sum = {1}}, .gone = {1}};
    const struct tally now = {.count = 7, .sum = {2}};
    const uint32_t gone[DAY_GONE_KINDS] = {3};
    judge_day(&judge, &entry, &now, gone); /* three fewer, two of them objected since */
    assert_int_equal(judge.vanished, 1);
    assert_int_equal(judge.differing, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_judges_the_whole_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
