/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "contact/clock.h"
#include "gateway/limiter.h"

static int64_t now_ms;

static int64_t wall(void *context)
{
    (void)context;
    return 1767366000;
}

static int64_t monotonic(void *context)
{
    (void)context;
    return now_ms;
}

static void past_the_limit_the_rest_of_the_minute_is_waited_for(void **state)
{
    (void)state;
    const struct clock_source source = {wall, monotonic, NULL};
    clock_set_source(&source);
    struct limiter limiter = {.per_minute = 3};
    now_ms = 5000;
    for (int i = 0; i < 3; i++) {
        assert_false(limiter_full(&limiter));
        limiter_add(&limiter);
    }
    assert_true(limiter_full(&limiter));
    now_ms = 64000;
    limiter_add(&limiter);
    assert_true(limiter_full(&limiter));
    assert_int_equal(limiter_wait_s(&limiter), 1);
    now_ms = 65000;
    assert_false(limiter_full(&limiter));
    clock_set_source(NULL);
}

static void whoever_uses_up_one_name_leaves_the_others_theirs_up_to_the_ceiling_of_all(void **state)
{
    (void)state;
    static struct limiters limiters;
    limiters_init(&limiters, 3, 300);
    for (int i = 0; i < 5; i++)
        limiters_add(&limiters, "lyon");
    assert_ptr_not_equal(limiters_full(&limiters, "lyon"), NULL);
    unsigned with_lyon = 0; /* of a thousand names, those that share its limiter: about four */
    char name[24];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "site-%d", i);
        with_lyon += limiters_full(&limiters, name) != NULL;
    }
    assert_in_range(with_lyon, 0, 40);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "invented-%d", i);
        limiters_add(&limiters, name);
    }
    assert_ptr_not_equal(limiters_full(&limiters, "nantes"), NULL);
    assert_int_equal(limiters.all.count, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_the_limit_the_rest_of_the_minute_is_waited_for),
        cmocka_unit_test(whoever_uses_up_one_name_leaves_the_others_theirs_up_to_the_ceiling_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
