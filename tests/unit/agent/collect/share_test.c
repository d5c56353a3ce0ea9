/* SPDX-License-Identifier: Apache-2.0 */
/* History is compared a share each night, and what the vendor archives is not taken for deletions. */
#include "tests/unit/agent/collect/house.h"

static uint64_t vanished; /* accepted last */

#define YEARS_12 4380
#define NIGHT (NOON + 57000) /* the first after */

static int setup(void **state)
{
    *state = house_new();
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void night(struct house *h)
{
    house_now = house_now < NIGHT ? NIGHT : house_now + 86400;
    house_once(h);
}

static bool stands(struct house *h, const char *stream)
{
    struct stop stop;
    return stop_get(h->c->state, stream, &stop);
}

static void all_of_history_is_compared_within_a_week_a_share_each_night(void **state)
{
    struct house *h = *state;
    house_fill(h, 736, 1); /* two years, 700 days of them older than the warm range: 100 a night */
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 IN (650, 550, 450, 350, 250, 150, 2)");
    house_sql(h, "DELETE FROM consultations WHERE appel_num / 1000 IN (650, 550, 450, 350, 250, 150, 2)");
    for (int nights = 1; nights <= 7; nights++) {
        night(h);
        assert_int_equal(house_count(h, "call"), 736 - nights);
    }
    house_equal(h, 729, 729);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 = 400"); /* and the week after again */
    for (int nights = 1; nights <= 7; nights++)
        night(h);
    assert_int_equal(house_count(h, "call"), 728);
    assert_false(stands(h, "call"));
}

/* The machine was off for some nights: what is left of the week is more each night, and nothing is left out.
 */
static void missed_nights_make_the_other_shares_larger(void **state)
{
    struct house *h = *state;
    house_fill(h, 736, 1);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 IN (650, 450, 2)");
    night(h);
    assert_int_equal(house_count(h, "call"), 735);
    house_close(h);
    house_now += 4 * 86400;
    night(h);
    assert_int_equal(house_count(h, "call"), 734);
    night(h);
    assert_int_equal(house_count(h, "call"), 733);
}

static void stop_once(void *context)
{
    struct house *h = context;
    if (state_get_int(h->c->state, "share_from.call", 0) != 0)
        h->c->stopping = 1;
}

static void an_interrupted_share_goes_on(void **state)
{
    struct house *h = *state;
    struct err stopped;
    house_fill(h, 736, 1);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 IN (690, 601)");
    house_now += 86400;
    house_open(h);
    h->c->between = stop_once;
    h->c->between_context = h;
    assert_int_not_equal(collect_once(h->c, &stopped), OK);
    house_close(h);
    house_once(h);
    house_load(h);
    assert_int_equal(house_count(h, "call"), 734);
}

static void twelve_years(struct house *h)
{
    char text[sizeof(house_mapping)];
    strcpy(text, house_mapping);
    memcpy(strstr(text, "2024-01-01"), "2014-01-01", 10);
    house_write(h->mapping, text);
    house_open(h);
    house_approve(h);
    house_close(h);
    house_fill(h, YEARS_12, 1);
    house_once(h);
    assert_int_equal(house_count(h, "call"), YEARS_12);
}

/* 8 % of all, and all of its months. */
static void one_archived_year_of_twelve_is_held_back(void **state)
{
    struct house *h = *state;
    twelve_years(h);
    house_sql(h, "CREATE TABLE away AS SELECT * FROM appels WHERE appel_le LIKE '2019%%';"
                 "DELETE FROM appels WHERE appel_le LIKE '2019%%'");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why)); /* all at once */
    house_load(h);
    assert_int_equal(house_count(h, "call"), YEARS_12);
    assert_true(stands(h, "call"));
    house_sql(h, "INSERT INTO appels SELECT * FROM away");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    assert_false(stands(h, "call"));
    house_sql(h, "DELETE FROM appels WHERE appel_le LIKE '2019%%'");
    house_sql(h, "INSERT INTO appels VALUES (1, 1001, '2019-05-05 10:00:00', '', 1)"); /* rows go on */
    for (int nights = 0; nights < 9; nights++) /* and by shares; no other share releases it */
        night(h);
    assert_int_equal(house_count(h, "call"), YEARS_12 + 1);
    assert_true(stands(h, "call"));
    OKAY(collect_deletions_accept(&h->settings, NULL, "A person", &vanished, &why));
    house_once(h);
    assert_int_equal(house_count(h, "call"), YEARS_12 + 1 - 365);
}

/* The vendor takes the oldest days away, a week every week: little each time, of the whole and of a share. */
static void a_rolling_archive_is_held_back(void **state)
{
    struct house *h = *state;
    house_fill(h, 736, 8);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 <= 7");
    for (int nights = 0; nights < 8; nights++)
        night(h);
    assert_int_equal(house_count(h, "call"), 736 * 8);
    assert_true(stands(h, "call"));
}

static void rows_that_return_release_a_share(void **state)
{
    struct house *h = *state;
    house_fill(h, 736, 2);
    house_once(h);
    house_sql(h, "CREATE TABLE away AS SELECT * FROM appels WHERE num / 1000 BETWEEN 300 AND 400;"
                 "DELETE FROM appels WHERE num / 1000 BETWEEN 300 AND 400");
    for (int nights = 0; nights < 6; nights++)
        night(h);
    assert_true(stands(h, "call"));
    house_sql(h, "INSERT INTO appels SELECT * FROM away");
    for (int nights = 0; nights < 8; nights++)
        night(h);
    assert_false(stands(h, "call"));
    house_equal(h, 736 * 2, 736);
}

static void ask(struct house *h, const char *id, int32_t day)
{
    struct spool_request request = {.stream = "call", .from = day, .to = day};
    snprintf(request.id, sizeof(request.id), "%s", id);
    OKAY(spool_add_request(h->c->spool, &request, &why));
    house_once(h);
}

/* The few rows of one day would be no mass deletion. */
static void a_held_day_that_is_asked_for_stays_held(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 8);
    house_once(h);
    house_sql(h, "CREATE TABLE away AS SELECT * FROM appels WHERE num / 1000 BETWEEN 35 AND 45;"
                 "DELETE FROM appels WHERE num / 1000 BETWEEN 35 AND 45");
    night(h);
    assert_true(stands(h, "call"));
    house_sql(h, "INSERT INTO appels VALUES (40500, 1001, '2026-02-18 10:00:00', '', 1)");
    ask(h, "r1", TODAY - 20);
    assert_int_equal(house_count(h, "call"), 481); /* its rows go, its end waits */
    assert_int_equal(house_tally(h, "call", TODAY - 20).count, 9);
    assert_true(stands(h, "call"));
    ask(h, "r2", TODAY - 30); /* not held: whole */
    assert_string_equal(h->last_request, "r2");
    assert_int_equal(house_count(h, "call"), 481);
    OKAY(collect_deletions_accept(&h->settings, NULL, "A person", &vanished, &why));
    house_once(h);
    house_equal(h, 393, 196);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(all_of_history_is_compared_within_a_week_a_share_each_night),
        T(missed_nights_make_the_other_shares_larger),
        T(an_interrupted_share_goes_on),
        T(one_archived_year_of_twelve_is_held_back),
        T(a_rolling_archive_is_held_back),
        T(rows_that_return_release_a_share),
        T(a_held_day_that_is_asked_for_stays_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
