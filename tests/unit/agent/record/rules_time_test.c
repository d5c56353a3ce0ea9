/* SPDX-License-Identifier: Apache-2.0 */
/* Hours, delays, ages: leap years, infants, both clock changes, midnight. */
#include "tests/unit/agent/record/rules_fixture.h"

static void age_at(struct fixture *f, const char *birth, const char *day, const char *expected)
{
    f->room.day = day_parse(day, strlen(day));
    assert_text(f, text(birth), expected);
}

static void infants_are_in_days_and_months(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2026-01-02", "2026-01-02", "0-27d");
    age_at(f, "2026-01-02", "2026-01-29", "0-27d");
    age_at(f, "2026-01-02", "2026-01-30", "1-2m");
    age_at(f, "2026-02-01", "2026-03-01", "1-2m"); /* 28 days are a month of February too */
    age_at(f, "2026-01-02", "2026-04-01", "1-2m");
    age_at(f, "2026-01-02", "2026-04-02", "3-5m");
    age_at(f, "2026-01-02", "2026-07-01", "3-5m");
    age_at(f, "2026-01-02", "2026-07-02", "6-11m");
    age_at(f, "2026-01-02", "2027-01-01", "6-11m");
    age_at(f, "2026-01-02", "2027-01-02", "12-17m");
    age_at(f, "2026-01-02", "2027-07-02", "18-23m");
    age_at(f, "2026-01-02", "2028-01-01", "18-23m");
    age_at(f, "2026-01-02", "2028-01-02", "2");
    age_at(f, "20260102", "2028-01-02", "2");
}

static void years_are_event_year_minus_birth_year(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2023-12-31", "2026-01-01", "3");
    age_at(f, "31/12/1990", "2026-01-01", "36");
    age_at(f, "1990-01-01 00:00:00", "2026-12-31", "36");
    assert_text(f, (struct cell){.type = CELL_INTEGER, .integer = 19900101}, "36");
}

static void born_on_29_february_is_a_month_older_in_march(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2024-02-29", "2025-02-28", "6-11m");
    age_at(f, "2024-02-29", "2025-03-01", "12-17m");
    age_at(f, "2024-02-29", "2026-02-28", "18-23m");
    age_at(f, "2024-02-29", "2028-02-29", "4");
    f->room.day = day_parse("2025-03-01", 10);
    assert_withheld(f, text("2023-02-29"), WITHHELD_BAD_VALUE);
}

static void ninety_and_over_are_together(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "1937-06-01", "2026-01-01", "89");
    age_at(f, "1936-06-01", "2026-01-01", "90+");
    age_at(f, "1916-06-01", "2026-01-01", "90+");
    assert_withheld(f, text("1900-01-01"), WITHHELD_OUT_OF_RANGE); /* a placeholder */
    assert_withheld(f, text("2026-01-02"), WITHHELD_OUT_OF_RANGE); /* born tomorrow */
    assert_withheld(f, text("1956-00-00"), WITHHELD_BAD_VALUE);
    assert_absent(f, (struct cell){.type = CELL_NULL});
}

static void a_death_leaves_ten_years_of_age(void **state)
{
    struct fixture *f = *state;
    f->room.death = true;
    fills(f, "call", "age");
    age_at(f, "2025-12-01", "2026-01-01", "0-9");
    age_at(f, "2017-12-01", "2026-01-01", "0-9");
    age_at(f, "2016-12-01", "2026-01-01", "10-19");
    age_at(f, "1937-06-01", "2026-01-01", "80-89");
    age_at(f, "1930-06-01", "2026-01-01", "90+");
}

static void a_death_hides_hours_delays_practitioners_and_notes(void **state)
{
    struct fixture *f = *state;
    f->room.death = true;
    f->row[1] = text("2026-01-02 14:05:00");
    static const char *const fields[] = {"delay_arrived", "practitioner", "note"};
    for (size_t i = 0; i < 3; i++) {
        fills(f, "visit", fields[i]);
        assert_absent(f, text("2026-01-02 14:35:00"));
    }
    fills(f, "call", "received");
    assert_absent(f, text("2026-01-02 14:35:00"));
}

static void hours_carry_their_offset_and_no_minutes(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "received");
    assert_text(f, text("2026-01-02 14:59:59"), "2026-01-02T14+01:00");
    assert_text(f, text("02/07/2026 00:05"), "2026-07-02T00+02:00");
    assert_text(f, text("2026-01-02T23:30:00Z"), "2026-01-03T00+01:00");
    assert_withheld(f, text("2026-01-02"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("hier soir"), WITHHELD_BAD_VALUE);
    assert_text(f, text("0001-01-02 10:00:00"), "0001-01-02T10+00:09");
    assert_withheld(f, text("0000-05-06 10:00:00"), WITHHELD_BAD_VALUE);  /* no year of PostgreSQL's */
    assert_withheld(f, text("9999-12-31T23:30:00Z"), WITHHELD_BAD_VALUE); /* the year 10000 has no text */
}

static void hours_of_both_clock_changes(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "received");
    assert_text(f, text("2026-03-29 01:59:00"), "2026-03-29T01+01:00");
    assert_text(f, text("2026-03-29 02:30:00"), "2026-03-29T03+02:00"); /* does not exist */
    assert_text(f, text("2026-03-29 03:00:00"), "2026-03-29T03+02:00");
    assert_text(f, text("2026-10-25 02:30:00"), "2026-10-25T02+02:00"); /* twice: the first */
    assert_text(f, text("2026-10-25 02:30:00+01:00"), "2026-10-25T02+01:00");
    assert_text(f, text("2026-10-25 03:00:00"), "2026-10-25T03+01:00");
}

static void hours_overseas(void **state)
{
    struct fixture *f = *state;
    struct err err;
    zone_free(f->context.zone);
    assert_int_equal(zone_open("America/Martinique", &f->context.zone, &err), OK);
    fills(f, "call", "received");
    assert_text(f, text("2026-01-02 14:59:59"), "2026-01-02T14-04:00");
}

static void delay(struct fixture *f, const char *since, const char *until, int64_t expected)
{
    f->row[1] = text(since);
    assert_number(f, text(until), expected);
}

static void delays_are_whole_minutes_across_midnight(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-01-02 14:05:30", "2026-01-02 14:35:29", 29);
    delay(f, "2026-01-02 23:50:00", "2026-01-03 00:25:00", 35);
    delay(f, "2025-12-31 23:50:00", "2026-01-01 00:25:00", 35);
    delay(f, "2026-01-02 14:05:00", "2026-01-02 14:05:00", 0);
}

static void delays_are_cut_and_never_negative(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-01-02 14:05:00", "2026-01-09 14:05:00", 1440);
    f->row[1] = text("2026-01-02 14:05:00");
    assert_withheld(f, text("2026-01-02 14:04:59"), WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, text("2026-01-03"), WITHHELD_BAD_VALUE);
    f->row[1] = (struct cell){.type = CELL_NULL};
    assert_absent(f, text("2026-01-02 14:04:59"));
}

static void delays_across_both_clock_changes(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-03-29 01:50:00", "2026-03-29 03:10:00", 20);
    delay(f, "2026-10-25 01:50:00", "2026-10-25 03:10:00", 140);
    delay(f, "2026-10-25 02:10:00", "2026-10-25 02:40:00", 30); /* both hours are possible: the shortest */
    delay(f, "2026-10-25 02:50:00", "2026-10-25 02:10:00", 20); /* only from the first to the second */
    delay(f, "2026-10-25 01:50:00", "2026-10-25 02:10:00", 20);
    delay(f, "2026-10-25 02:50:00", "2026-10-25 03:10:00", 20);
}

static void days_are_local(void **state)
{
    struct fixture *f = *state;
    const struct model_field field = {.type = FIELD_DAY};
    f->rule.field = &field;
    assert_text(f, text("2026-01-02"), "2026-01-02");
    assert_text(f, text("2026-01-02 23:30:00Z"), "2026-01-03");
    assert_withheld(f, text("2026-02-30"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("0000-05-06"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("9999-12-31T23:30:00Z"), WITHHELD_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_TEST(infants_are_in_days_and_months),
        RULE_TEST(years_are_event_year_minus_birth_year),
        RULE_TEST(born_on_29_february_is_a_month_older_in_march),
        RULE_TEST(ninety_and_over_are_together),
        RULE_TEST(a_death_leaves_ten_years_of_age),
        RULE_TEST(a_death_hides_hours_delays_practitioners_and_notes),
        RULE_TEST(hours_carry_their_offset_and_no_minutes),
        RULE_TEST(hours_of_both_clock_changes),
        RULE_TEST(hours_overseas),
        RULE_TEST(delays_are_whole_minutes_across_midnight),
        RULE_TEST(delays_are_cut_and_never_negative),
        RULE_TEST(delays_across_both_clock_changes),
        RULE_TEST(days_are_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
