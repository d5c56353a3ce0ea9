/* SPDX-License-Identifier: Apache-2.0 */
/* Rows are found by comparing days as texts: what another order has would be read by chance. */
#include "agent/record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct zone *zone;

static int setup(void **state)
{
    struct err err;
    (void)state;
    return zone_open("Europe/Paris", &zone, &err) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    zone_free(zone);
    return 0;
}

static int32_t day_of(const char *text, bool *ret_readable)
{
    const struct cell cell = {.type = CELL_TEXT, .text = text, .len = strlen(text)};
    return row_day(zone, &cell, ret_readable);
}

static void a_date_with_or_without_time_is_a_day(void **state)
{
    static const char *const texts[] = {"2026-01-02", "2026-01-02 14:05", "2026-01-01T23:30:00Z",
                                        "2026-01-02 00:00:00.250 "};
    bool readable;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(day_of(texts[i], &readable), day_parse("2026-01-02", 10));
        assert_true(readable);
    }
}

static void only_what_stands_in_the_order_of_days_is_a_day(void **state)
{
    static const char *const texts[] = {
        "20260102", "20260102 10:00:00", "02/01/2026", " 2026-01-02", "2026-1-2", "demain", ""};
    const struct cell others[] = {{.type = CELL_INTEGER, .integer = 20260102}, {.type = CELL_NULL}};
    bool readable;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(day_of(texts[i], &readable), DAY_NONE);
        assert_false(readable);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(row_day(zone, &others[i], &readable), DAY_NONE);
}

/* Such a row is met by the span that reads its place, and counted there. */
static void what_is_no_day_has_a_place_among_days(void **state)
{
    static const char *const cases[][2] = {
        {"2026-02-31 10:00:00", "2026-02-28"}, {"2026-11-28 24:00:00", "2026-11-28"},
        {"2026-11-28 10h30", "2026-11-28"},    {"2026-11-28 10:00:00\n", "2026-11-28"},
        {"2026-00-12", "2026-01-01"},          {"2026-13-01", "2026-12-31"},
        {"2026-04-00", "2026-04-01"},          {"2026-xx-xx", "2026-12-31"},
        {"2026-04-9x", "2026-04-30"},          {"0000-05-06 10:00", "0000-05-06"},
        {"0000-00-00", "0000-01-01"},          {"9999-12-31T23:30:00Z", "9999-12-31"},
    };
    bool readable;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(day_of(cases[i][0], &readable), day_parse(cases[i][1], 10));
        assert_false(readable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_with_or_without_time_is_a_day),
        cmocka_unit_test(only_what_stands_in_the_order_of_days_is_a_day),
        cmocka_unit_test(what_is_no_day_has_a_place_among_days),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
