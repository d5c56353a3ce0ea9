/* SPDX-License-Identifier: Apache-2.0 */
/* The trouble of one stream is its own: the others have their sweeps, and none has more than it needs. */
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

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_stream_that_stands_still_for_long_sweeps_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
