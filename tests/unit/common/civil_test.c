/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct civil parsed(const char *text)
{
    struct civil c;
    assert_true(civil_parse(text, strlen(text), &c));
    return c;
}

static void days_and_dates_agree_over_four_centuries(void **state)
{
    (void)state;
    for (int32_t day = day_from_civil(1800, 1, 1); day < day_from_civil(2200, 1, 1); day++) {
        int y, m, d;
        day_to_civil(day, &y, &m, &d);
        assert_true(day_valid(y, m, d));
        assert_int_equal(day_from_civil(y, m, d), day);
    }
    assert_int_equal(day_from_civil(1970, 1, 1), 0);
    assert_int_equal(day_of_week(day_from_civil(2026, 11, 23)), 0);
    assert_int_equal(day_of_week(day_from_civil(1969, 12, 28)), 6);
}

static void leap_days_exist_only_in_leap_years(void **state)
{
    (void)state;
    assert_true(day_valid(2000, 2, 29));
    assert_true(day_valid(2024, 2, 29));
    assert_false(day_valid(1900, 2, 29));
    assert_false(day_valid(2023, 2, 29));
    assert_false(day_valid(2024, 2, 30));
    assert_false(day_valid(2024, 13, 1));
    assert_false(day_valid(2024, 0, 1));
}

static void the_spellings_of_dispatch_products_are_read(void **state)
{
    (void)state;
    static const char *const same[] = {"2026-01-02 03:04:05", "2026-01-02T03:04:05", "20260102 03:04:05",
                                       "02/01/2026 03:04:05", " 2026-01-02 03:04:05.250 "};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct civil c = parsed(same[i]);
        assert_int_equal(c.year, 2026);
        assert_int_equal(c.month, 1);
        assert_int_equal(c.day, 2);
        assert_int_equal(c.hour, 3);
        assert_int_equal(c.second, 5);
        assert_true(c.has_time);
        assert_false(c.has_offset);
    }
    assert_false(parsed("2026-01-02").has_time);
    assert_int_equal(parsed("2026-01-02T03:04+02:00").offset_s, 7200);
    assert_int_equal(parsed("2026-01-02T03:04-0330").offset_s, -12600);
    assert_true(parsed("2026-01-02T03:04Z").has_offset);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-02-30",
                                      "2026-1-2",
                                      "2026-01-02x",
                                      "2026-01-02 24:00",
                                      "2026-01-02 03:60",
                                      "31/02/2026",
                                      "2026-01-02 03:04:05+",
                                      "0000-00-00",
                                      "2026-01-02 03:04:05+2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct civil c;
        assert_false(civil_parse(bad[i], strlen(bad[i]), &c));
    }
}

static void the_hour_repeated_in_october_is_two_moments(void **state)
{
    (void)state;
    struct zone *zone;
    assert_int_equal(zone_open("Europe/Paris", &zone, NULL), OK);
    struct civil c = parsed("2025-10-26 02:30:00");
    int64_t moments[2];
    assert_int_equal(zone_moments(zone, &c, moments), 2);
    assert_int_equal(moments[1] - moments[0], 3600);
    struct civil back;
    zone_civil(zone, moments[0], &back);
    assert_int_equal(back.offset_s, 7200);
    assert_int_equal(back.hour, 2);
    zone_civil(zone, moments[1], &back);
    assert_int_equal(back.offset_s, 3600);
    assert_int_equal(back.hour, 2);
    c = parsed("2025-10-26 12:00:00");
    assert_int_equal(zone_moments(zone, &c, moments), 1);
    zone_free(zone);
}

static void the_hour_skipped_in_march_is_read_as_if_the_clock_had_not_moved(void **state)
{
    (void)state;
    struct zone *zone;
    assert_int_equal(zone_open("Europe/Paris", &zone, NULL), OK);
    struct civil skipped = parsed("2026-03-29 02:30:00"), after = parsed("2026-03-29 03:30:00");
    int64_t a[2], b[2];
    assert_int_equal(zone_moments(zone, &skipped, a), 1);
    assert_int_equal(zone_moments(zone, &after, b), 1);
    assert_int_equal(a[0], b[0]);
    zone_free(zone);
}

/* Every hour of two years, in zones on both sides of the date line and with both kinds of change. */
static void local_times_and_moments_are_inverse_in_every_french_zone(void **state)
{
    (void)state;
    static const char *const zones[] = {"Europe/Paris",    "Indian/Reunion", "America/Guadeloupe",
                                        "America/Cayenne", "Pacific/Noumea", "America/Miquelon"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct zone *zone;
        assert_int_equal(zone_open(zones[i], &zone, NULL), OK);
        int64_t start = (int64_t)day_from_civil(2025, 1, 1) * 86400;
        for (int64_t t = start; t < start + 2 * 366 * INT64_C(86400); t += 1800) {
            struct civil c;
            zone_civil(zone, t, &c);
            assert_int_equal(zone_day(zone, &c), day_from_civil(c.year, c.month, c.day));
            c.has_offset = false;
            int64_t moments[2] = {0, 0};
            int count = zone_moments(zone, &c, moments);
            assert_true(moments[0] == t || (count == 2 && moments[1] == t));
        }
        zone_free(zone);
    }
}

static void a_moment_with_offset_belongs_to_the_local_day(void **state)
{
    (void)state;
    struct zone *zone;
    assert_int_equal(zone_open("Europe/Paris", &zone, NULL), OK);
    struct civil c = parsed("2026-01-01T23:30:00Z");
    assert_int_equal(zone_day(zone, &c), day_from_civil(2026, 1, 2));
    zone_free(zone);
}

static void an_unknown_zone_is_refused_with_a_hint(void **state)
{
    (void)state;
    struct zone *zone;
    struct err err;
    assert_int_equal(zone_open("Europe/Lyon", &zone, &err), ERR_CONFIG);
    assert_true(strlen(err.hint) > 0);
    assert_int_equal(zone_open("../../etc/passwd", &zone, &err), ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree_over_four_centuries),
        cmocka_unit_test(leap_days_exist_only_in_leap_years),
        cmocka_unit_test(the_spellings_of_dispatch_products_are_read),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(the_hour_repeated_in_october_is_two_moments),
        cmocka_unit_test(the_hour_skipped_in_march_is_read_as_if_the_clock_had_not_moved),
        cmocka_unit_test(local_times_and_moments_are_inverse_in_every_french_zone),
        cmocka_unit_test(a_moment_with_offset_belongs_to_the_local_day),
        cmocka_unit_test(an_unknown_zone_is_refused_with_a_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
