/* SPDX-License-Identifier: Apache-2.0 */
/* The interval of a leak rate, against published values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "agent/audit.h"

static void near(double value, double expected)
{
    if (fabs(value - expected) > 0.00005)
        fail_msg("%f is not %f", value, expected);
}

static void none_of_n_is_the_exact_interval(void **state)
{
    (void)state;
    double low, high;
    audit_interval(0, 100, &low, &high);
    near(low, 0);
    near(high, 0.0362); /* 1 - 0.025^(1/100) */
    audit_interval(0, 300, &low, &high);
    near(high, 0.0122);
    audit_interval(0, 0, &low, &high);
    near(high, 1);
}

static void some_of_n_is_wilsons(void **state)
{
    (void)state;
    double low, high;
    audit_interval(10, 100, &low, &high);
    near(low, 0.0552);
    near(high, 0.1744);
    audit_interval(1, 5, &low, &high);
    near(low, 0.0362);
    near(high, 0.6245);
    audit_interval(5, 5, &low, &high);
    near(low, 0.5655);
    near(high, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_of_n_is_the_exact_interval),
        cmocka_unit_test(some_of_n_is_wilsons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
