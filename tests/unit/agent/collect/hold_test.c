/* SPDX-License-Identifier: Apache-2.0 */
/* hold: a record leaves so many days after its own day, so that whoever objects within them never left. */
#include "tests/unit/agent/collect/house.h"

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

static void hold(struct house *h, unsigned days)
{
    char text[sizeof(house_mapping) + 16];
    snprintf(text, sizeof(text), "%shold: %u\n", house_mapping, days);
    house_close(h);
    house_write(h->mapping, text);
    house_approve(h);
}

static void young_records_stay_until_their_day_is_old_enough(void **state)
{
    struct house *h = *state;
    hold(h, 3);
    house_fill(h, 10, 4);
    house_once(h);
    house_equal(h, 28, 14); /* of seven days; today and the two before are young */
    assert_int_equal(house_tally(h, "call", TODAY - 3).count, 4);
    assert_int_equal(house_tally(h, "call", TODAY - 2).count, 0);
    house_now += 86400;
    house_once(h);
    house_equal(h, 32, 16);
    house_now += 2 * 86400;
    house_once(h);
    house_equal(h, 40, 20);
    assert_int_equal(h->erases, 0);
}

static void an_objection_within_the_days_precedes_every_record(void **state)
{
    struct house *h = *state;
    hold(h, 3);
    house_fill(h, 3, 10); /* all young: each of the ten patients has three calls */
    house_once(h);
    house_equal(h, 0, 0);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1004");
    for (int day = 0; day < 4; day++) {
        house_now += 86400;
        house_once(h);
    }
    house_equal(h, 27, 15);
    char token[TOKEN_TEXT];
    assert_int_equal(h->erases, 1);
    token_format('p', 1, h->suppressed[0], token);
    assert_null(strstr(buf_text(&h->lines), token)); /* of none of its rows anything was ever sent */
}

static void the_centre_cannot_ask_for_what_is_held_back(void **state)
{
    struct house *h = *state;
    hold(h, 3);
    house_fill(h, 10, 4);
    house_once(h);
    const struct spool_request request = {.id = "ask-1", .stream = "call", .from = TODAY - 4, .to = TODAY};
    struct spool *spool = NULL;
    OKAY(spool_open(h->spool_folder, &spool, &why));
    OKAY(spool_add_request(spool, &request, &why));
    spool_close(spool);
    size_t ends = h->ends;
    house_once(h);
    house_equal(h, 28, 14);
    assert_int_equal(h->ends, ends + 2);
    house_now += 86400; /* it is answered once it may be */
    house_once(h);
    house_equal(h, 32, 16);
    assert_string_equal(h->last_request, "ask-1");
}

/* A hold that is put on later takes nothing back, and misses nothing that it does not read. */
static void a_later_hold_neither_removes_nor_judges(void **state)
{
    struct house *h = *state;
    struct stop stop;
    house_fill(h, 10, 8);
    house_once(h);
    hold(h, 5);
    house_sql(h, "DELETE FROM appels WHERE num / 1000 > 5");
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    house_equal(h, 80, 40);
    assert_false(stop_get(h->c->state, "call", &stop));
    hold(h, 0);
    house_once(h);
    assert_true(stop_get(h->c->state, "call", &stop));
}

static void rows_of_held_days_are_no_gap_and_no_silence(void **state)
{
    struct house *h = *state;
    hold(h, 30);
    house_fill(h, 50, 4);
    house_once(h);
    house_equal(h, 80, 40);
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-02-08 11:00:00', '', 1)");
    house_once(h); /* thirty days back: hot */
    house_equal(h, 81, 40);
    BUF_CLEANUP struct buf fact = BUF_INIT(64);
    OKAY(spool_fact_get(h->c->spool, "collect.clock", &fact, &why));
    assert_string_equal(buf_text(&fact), "ok");
}

/* Ahead with a row dated so, behind, dead: what is young stays, and what left stays there. */
static void a_wrong_clock_lets_nothing_go_early(void **state)
{
    struct house *h = *state;
    static const int errors[] = {1, 5, 30, 59, 61, 400, -1, -5, -30, -400, -20000};
    hold(h, 3);
    house_fill(h, 10, 4);
    house_sql(h, "INSERT INTO appels VALUES (900002, 1001, '2026-03-30 11:00:00', '', 1)");
    house_once(h);
    house_equal(h, 28, 14);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        house_clock_error = errors[i] * INT64_C(86400);
        house_once(h);
        OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
        house_load(h);
        house_equal(h, 28, 14);
    }
    assert_int_equal(h->erases, 0);
    house_now += 86400;
    house_clock_error = -INT64_C(3600);
    house_once(h);
    house_equal(h, 32, 16);
}

/* The site's own clock and rows tell it nothing that can be relied on. */
static void nothing_is_read_before_the_centre_told_the_day(void **state)
{
    struct house *h = *state;
    hold(h, 3);
    house_fill(h, 10, 4);
    house_open(h);
    struct err error;
    assert_int_equal(collect_once(h->c, &error), ERR_RETRY);
    assert_non_null(strstr(error.message, "what day it is"));
    house_load(h);
    house_equal(h, 0, 0);
    house_once(h);
    house_equal(h, 28, 14);
}

static void whoever_leaves_takes_back_what_a_hold_covers(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 4);
    house_once(h);
    hold(h, 5);
    OKAY(collect_leave_begin(&h->settings, "A person", &why));
    for (int i = 0; i < 3; i++) {
        house_now += 60;
        house_once(h);
    }
    assert_int_equal(h->held_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(young_records_stay_until_their_day_is_old_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(an_objection_within_the_days_precedes_every_record, setup, teardown),
        cmocka_unit_test_setup_teardown(the_centre_cannot_ask_for_what_is_held_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_later_hold_neither_removes_nor_judges, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_of_held_days_are_no_gap_and_no_silence, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_clock_lets_nothing_go_early, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_read_before_the_centre_told_the_day, setup, teardown),
        cmocka_unit_test_setup_teardown(whoever_leaves_takes_back_what_a_hold_covers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
