/* SPDX-License-Identifier: Apache-2.0 */
/* The trouble of one stream is its own: the others have their sweeps, and none has more than it needs. */
#include "agent/collect/jobs.h"
#include "agent/collect/window.h"
#include "tests/unit/agent/collect/house.h"

#define DAY INT64_C(86400)

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

/* Visits are read through a view that fails while abs() of the number in trouble overflows. */
static void visits_by_a_view(struct house *h)
{
    house_sql(h, "ALTER TABLE consultations RENAME TO kept;"
                 "CREATE TABLE trouble (number INTEGER); INSERT INTO trouble VALUES (1);"
                 "CREATE VIEW consultations AS SELECT id, appel_num, ta_sys FROM kept"
                 " WHERE abs((SELECT number FROM trouble)) = 1");
}

static void trouble(struct house *h, bool there)
{
    house_sql(h, "UPDATE trouble SET number = %s", there ? "-9223372036854775808" : "1");
}

static unsigned spans;

static void count_span(void *context)
{
    (void)context;
    spans++;
}

/* A round that may fail; how many statements it made. */
static size_t one_round(struct house *h)
{
    struct err error;
    size_t statements = h->statements;
    house_now += 30;
    house_ms += 4000000; /* whoever rests for an hour has rested */
    if (collect_once(h->c, &error) == ERR_INTERNAL)
        fail_msg("%s", error.message);
    house_load(h);
    return h->statements - statements;
}

/* Days with a call each, and each with its night. */
static void pass(struct house *h, int days)
{
    static int num = 500000;
    for (int i = 0; i < days; i++) {
        char day[DAY_TEXT];
        house_now += DAY;
        day_format(local_day(h->c), day);
        house_sql(h, "INSERT INTO appels VALUES (%d, 1001, '%s 01:00:00', '', 1)", ++num, day);
        one_round(h);
    }
}

static void a_stream_that_stands_still_for_long_sweeps_no_other(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 2);
    house_once(h);
    house_sql(h, "ALTER TABLE consultations RENAME COLUMN ta_sys TO away");
    pass(h, 38);
    assert_string_equal(h->c->streams[1].stopped, "column_missing");
    assert_int_equal(one_round(h), 0);
    assert_int_equal(state_get_int(h->c->state, "cold_due", 0), 0);
    house_sql(h, "UPDATE consultations SET away = 99 WHERE id = 2000"); /* of a day that is not hot */
    house_sql(h, "ALTER TABLE consultations RENAME COLUMN away TO ta_sys");
    size_t puts = h->puts;
    one_round(h); /* and has its own gap answered when it goes on */
    assert_true(h->puts > puts);
    assert_int_equal(one_round(h), 0);
}

static void all_of_history_is_swept_once_while_another_stream_cannot_be_read(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 60);
    visits_by_a_view(h);
    house_once(h);
    trouble(h, true);
    state_begin(h->c->state);
    state_put_int(h->c->state, "cold_due", 1);
    OKAY(state_commit(h->c->state, &why));
    h->c->between = count_span;
    house_sql(h, "UPDATE appels SET urgence = 5 - urgence WHERE num = 3003"); /* a day that is not hot */
    size_t puts = h->puts;
    assert_true(one_round(h) >= 100); /* and stated */
    assert_true(h->puts > puts);
    unsigned first = spans;
    assert_int_equal(one_round(h), 0);
    assert_true(spans - first < first / 2);
    pass(h, 1); /* the night is theirs too */
    assert_true(state_get_int(h->c->state, "warm.call", 0) >= last_night(h->c));
    assert_int_equal(state_get_int(h->c->state, "cold_due", 0), 1);
    trouble(h, false);
    assert_true(one_round(h) >= 100);
    assert_int_equal(state_get_int(h->c->state, "cold_due", 0), 0);
    assert_int_equal(state_get_int(h->c->state, "cold_had.call", 0), 0);
}

static void a_share_is_swept_once_while_another_stream_cannot_be_read(void **state)
{
    struct house *h = *state;
    house_fill(h, 450, 2); /* a share is more days than are passed over one by one */
    visits_by_a_view(h);
    house_once(h);
    trouble(h, true);
    pass(h, 1);
    assert_true(state_get_int(h->c->state, "share_from.visit", 0) != 0); /* not over: visits lack it */
    house_sql(h, "DELETE FROM appels WHERE num = 414001"); /* the newest day but one of the share */
    one_round(h);
    assert_int_equal(house_count(h, "call"), 901);
    house_sql(h, "DELETE FROM appels WHERE num = 340001");
    pass(h, 1);
    assert_int_equal(house_count(h, "call"), 901); /* another night, the next share */
}

static void history_is_covered_while_another_stream_cannot_be_read(void **state)
{
    struct house *h = *state;
    house_fill(h, 736, 1); /* 700 days older than the warm range */
    visits_by_a_view(h);
    house_once(h);
    trouble(h, true);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 IN (650, 550, 450, 350, 250, 150, 2)");
    pass(h, 1);
    assert_int_equal(house_count(h, "call"), 736 + 1 - 1);
    pass(h, 2);
    assert_int_equal(house_count(h, "call"), 736 + 3 - 3);
    pass(h, 4);
    assert_int_equal(house_count(h, "call"), 736 + 7 - 7);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 = 400"); /* and the week after again, */
    pass(h, 1);
    assert_int_equal(house_count(h, "call"), 736 + 8 - 7); /* a share each night */
    pass(h, 2);
    assert_int_equal(house_count(h, "call"), 736 + 10 - 8);
    trouble(h, false);
    house_sql(h, "DELETE FROM kept WHERE id = 3000");
    pass(h, 1); /* visits had a week without: all of theirs at once */
    assert_int_equal(house_count(h, "visit"), 736 - 8 - 1);
}

static void a_stream_that_cannot_be_read_puts_off_no_hot_sweep(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 2);
    visits_by_a_view(h);
    house_once(h);
    h->c->hot_took_ms = 60000; /* all of them, before */
    trouble(h, true);
    one_round(h);
    assert_int_equal(h->c->hot_took_ms, 0); /* the clock of the test stands */
}

static void a_backfill_that_fails_leaves_the_others_their_nights(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 2);
    visits_by_a_view(h);
    trouble(h, true);
    house_open(h);
    one_round(h);
    assert_int_equal(house_count(h, "call"), 200);
    house_sql(h, "DELETE FROM appels WHERE num = 90001"); /* ten days back: warm */
    house_sql(h, "DELETE FROM appels WHERE num = 2001");
    size_t statements = h->statements;
    pass(h, 8);
    assert_true(h->statements - statements >= 7 * 36);
    assert_int_equal(house_count(h, "call"), 206);
    trouble(h, false);
    one_round(h);
    house_equal(h, 206, 100);
    assert_false(job_backfill_due(h->c));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_stream_that_stands_still_for_long_sweeps_no_other),
        T(all_of_history_is_swept_once_while_another_stream_cannot_be_read),
        T(a_share_is_swept_once_while_another_stream_cannot_be_read),
        T(history_is_covered_while_another_stream_cannot_be_read),
        T(a_stream_that_cannot_be_read_puts_off_no_hot_sweep),
        T(a_backfill_that_fails_leaves_the_others_their_nights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
