/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever happens to the rows, the warehouse follows. */
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

static void backfill_sends_every_row_once(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 12);
    house_once(h);
    house_equal(h, 720, 360);
    assert_int_equal(h->puts, 720 + 360);
    assert_true(h->statements >= 120);
}

static void unchanged_sweep_writes_nothing(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 8);
    house_once(h);
    size_t batches = h->batches;
    int changes = sqlite3_total_changes(state_handle(h->c->state));
    for (int i = 0; i < 5; i++) {
        house_now += 30;
        house_once(h);
    }
    assert_int_equal(h->batches, batches);
    assert_int_equal(sqlite3_total_changes(state_handle(h->c->state)), changes);
}

static void new_and_late_rows_go_alone_and_fresh(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 8);
    house_once(h);
    size_t puts = h->puts, ends = h->ends, fresh = h->fresh;
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    house_sql(h, "INSERT INTO appels VALUES (900002, 1002, '2026-03-09 01:00:00', '', 2)");
    house_sql(h, "INSERT INTO consultations VALUES (900001, 900001, 120)");
    house_once(h);
    house_equal(h, 82, 41);
    assert_int_equal(h->puts, puts + 3);
    assert_int_equal(h->ends, ends);
    assert_int_equal(h->fresh, fresh + 2);
}

static void corrected_rows_go_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 8);
    house_once(h);
    size_t puts = h->puts;
    house_sql(h, "UPDATE appels SET urgence = 4 WHERE num = 10000"); /* today */
    house_once(h);
    house_equal(h, 80, 40);
    assert_int_equal(h->puts, puts + 1);
}

static void deleted_row_makes_its_day_a_snapshot(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 8);
    house_once(h);
    size_t ends = h->ends;
    house_sql(h, "DELETE FROM appels WHERE num = 10001");
    house_once(h);
    house_equal(h, 79, 40);
    assert_int_equal(h->ends, ends + 1);
}

static void moved_row_leaves_its_day(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 8);
    house_once(h);
    house_sql(h, "UPDATE appels SET appel_le = '2026-03-09 05:00:00' WHERE num = 10000");
    house_once(h);
    house_equal(h, 80, 40);
    assert_int_equal(house_tally(h, "call", TODAY).count, 7);
    assert_int_equal(house_tally(h, "call", TODAY - 1).count, 9);
}

static void old_change_is_found_by_a_cold_sweep(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num = 5001");
    house_sql(h, "UPDATE appels SET urgence = 1 WHERE num = 6003");
    house_sql(h, "INSERT INTO appels VALUES (5500, 1001, '2025-12-05 10:00:00', '', 2)");
    house_once(h);
    assert_int_equal(house_count(h, "call"), 400); /* not in the hot range */
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 400, 200);
    struct stop stop;
    assert_false(stop_get(h->c->state, "call", &stop));
}

static struct day_sums day_sums_of(struct house *h)
{
    struct day_sums sums;
    day_sum(h->c->state, "call", &sums);
    return sums;
}

static void stop_after_calls(void *context)
{
    struct house *h = context;
    if (day_sums_of(h).records == 400)
        h->c->stopping = 1;
}

/* Days already sent may have changed while a backfill stood still: a cold sweep asked for now reads them too.
 */
static void cold_sweep_reads_what_an_interrupted_backfill_has_behind_it(void **state)
{
    struct house *h = *state;
    struct err stopped;
    house_fill(h, 100, 4);
    house_open(h);
    h->c->between = stop_after_calls;
    h->c->between_context = h;
    assert_int_not_equal(collect_once(h->c, &stopped), OK);
    h->c->between = NULL;
    h->c->stopping = 0;
    house_load(h);
    assert_int_equal(house_count(h, "call"), 400);
    assert_true(house_count(h, "visit") < 200);
    house_sql(h, "DELETE FROM appels WHERE num = 97001"); /* three days back: sent, and no longer hot */
    house_sql(h, "UPDATE appels SET urgence = 1 WHERE num = 97003");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 399, 200);
}

/* As typed on a new site: the backfill leaves out days that are known. */
static void cold_sweep_reads_what_a_warm_sweep_read_before_the_backfill(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_open(h);
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    house_sql(h, "DELETE FROM appels WHERE num = 97001"); /* three days back: sent, and no longer hot */
    house_sql(h, "UPDATE appels SET urgence = 1 WHERE num = 97003");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 399, 200);
}

/* A reason for calling is sent as it stands, and the patients have an address that passes for one. */
static void withhold_by_reasons(struct house *h)
{
    BUF_CLEANUP struct buf text = BUF_INIT(8192);
    const char *name = strstr(house_mapping, "name: q"), *urgency = strstr(house_mapping, "      urgency:");
    buf_printf(&text, "%.*semail%.*s", (int)(name - house_mapping), house_mapping, (int)(urgency - name) - 4,
               name + 4);
    buf_printf(&text, "      reason: {from: a.urgence, rule: code, thesaurus: medicall}\n%s", urgency);
    house_write(h->mapping, buf_text(&text));
    house_fill(h, 2, 70);
    house_sql(h, "UPDATE personnes SET nom = 'abc1234@example.org'");
    house_approve(h);
    house_once(h);
    assert_int_equal(house_count(h, "call"), 140);
}

/* However many there are on the day before. */
static void rows_that_the_guard_now_withholds_leave_each_day(void **state)
{
    struct house *h = *state;
    withhold_by_reasons(h);
    house_sql(h, "UPDATE appels SET urgence = 'ABC1234' WHERE num < 2001");
    house_once(h);
    assert_int_equal(house_count(h, "call"), 69);
}

static void die(void *context)
{
    (void)context;
    _exit(9);
}

/* The records are remembered as withheld, so that no later sweep sees a change. */
static void rows_that_are_withheld_leave_although_the_sweep_ends_before_it_compares(void **state)
{
    struct house *h = *state;
    withhold_by_reasons(h);
    house_sql(h, "UPDATE appels SET urgence = 'ABC1234' WHERE num < 1008");
    house_close(h);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        house_open(h);
        h->c->after_keep = die;
        _exit(collect_sweep(h->c, SWEEP_HOT, &(struct err){0}));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 9);
    house_once(h);
    assert_int_equal(house_count(h, "call"), 132);
}

static void vanished_day_is_emptied(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "DELETE FROM consultations WHERE appel_num / 1000 = 50");
    house_sql(h, "DELETE FROM appels WHERE num / 1000 = 50");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 396, 198);
}

static void nightly_sweep_states_the_warm_range(void **state)
{
    struct house *h = *state;
    house_fill(h, 50, 4);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num = 40001"); /* ten days back: warm */
    house_now += 86400;
    size_t statements = h->statements;
    house_once(h);
    house_equal(h, 199, 100);
    assert_true(h->statements >= statements + 2 * 36);
}

/* It is stated as the day that it is, and not with all the days before it, every night. */
static void a_row_of_a_far_day_is_stated_alone(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 2);
    house_once(h);
    house_sql(h, "INSERT INTO appels (num, patient_id, appel_le, urgence) VALUES (1, 1001, '9999-12-31', 1),"
                 " (2, 1001, '2062-11-28 10:00:00', 1)");
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    size_t statements = h->statements;
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    house_equal(h, 22, 10);
    assert_true(h->statements - statements <= 2 * 36 + 2);
    statements = h->statements;
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_true(h->statements - statements <= 2 * 801 + 2); /* from the mapping's first day to today */
}

static void absence_of_days_is_caught_up_by_the_hot_sweep(void **state)
{
    struct house *h = *state;
    house_fill(h, 50, 4);
    house_once(h);
    house_close(h);
    house_now += 5 * 86400;
    for (int day = 11; day <= 15; day++)
        house_sql(h, "INSERT INTO appels VALUES (%d, 1001, '2026-03-%d 10:00:00', '', 1)", 700000 + day, day);
    house_sql(h, "DELETE FROM appels WHERE num = 50001"); /* on the day it was last there */
    house_once(h);
    house_equal(h, 204, 100);
}

static void long_absence_sweeps_all_history(void **state)
{
    struct house *h = *state;
    house_fill(h, 50, 4);
    house_once(h);
    house_close(h);
    house_now += 60 * 86400;
    house_sql(h, "INSERT INTO appels VALUES (700000, 1001, '2026-03-12 10:00:00', '', 1)");
    house_sql(h, "INSERT INTO appels VALUES (700001, 1001, '2026-05-08 10:00:00', '', 1)");
    house_sql(h, "UPDATE appels SET urgence = 1 WHERE num = 3003");
    house_once(h);
    house_equal(h, 202, 100);
}

static void dead_clock_battery_does_not_hide_rows(void **state)
{
    struct house *h = *state;
    house_fill(h, 50, 4);
    house_once(h);
    house_close(h);
    house_now = 86400; /* 1970-01-02 */
    house_sql(h, "INSERT INTO appels VALUES (700001, 1001, '2026-03-10 23:00:00', '', 1)");
    house_once(h);
    house_equal(h, 201, 100);
    house_close(h);
    house_now = NOON + INT64_C(86400) * 365 * 20;
    house_sql(h, "INSERT INTO appels VALUES (700002, 1001, '2026-03-10 23:30:00', '', 1)");
    house_once(h);
    house_equal(h, 202, 100);
}

static void empty_years_are_not_walked(void **state)
{
    struct house *h = *state;
    house_fill(h, 5, 2);
    house_sql(h, "INSERT INTO appels VALUES (1, 1001, '2024-02-01 10:00:00', '', 1)");
    house_once(h);
    house_equal(h, 11, 5);
    assert_true(day_sums_of(h).days <= 6);
}

static void first_rows_come_after_an_empty_start(void **state)
{
    struct house *h = *state;
    house_once(h);
    assert_int_equal(h->puts, 0);
    house_fill(h, 3, 4);
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 12, 6);
}

static void large_day_spans_batches(void **state)
{
    struct house *h = *state;
    house_fill(h, 2, 4);
    house_sql(h, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)"
                 " INSERT INTO appels SELECT 100000 + i, 1001 + i %% 10, '2026-02-11 10:00:00', '', 1 + i %% "
                 "4 FROM n");
    house_once(h);
    house_equal(h, 24008, 4);
    assert_true(h->batches >= 6);
    house_sql(h, "DELETE FROM appels WHERE num = 100777");
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    house_equal(h, 24007, 4);
}

static void large_table_without_an_index_is_read_at_night(void **state)
{
    struct house *h = *state;
    house_fill(h, 40, 4);
    house_sql(h, "DROP INDEX appels_le;"
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)"
                 " INSERT INTO appels SELECT 900000 + i, 1001, '2012-02-11 10:00:00', '', 1 FROM n");
    house_once(h);
    house_equal(h, 160, 80);
    house_sql(h, "DELETE FROM appels WHERE num = 40001");
    house_once(h);
    assert_int_equal(house_count(h, "call"), 160);
    house_now += 86400;
    house_once(h);
    house_equal(h, 159, 80);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(backfill_sends_every_row_once),
        T(unchanged_sweep_writes_nothing),
        T(new_and_late_rows_go_alone_and_fresh),
        T(corrected_rows_go_again),
        T(deleted_row_makes_its_day_a_snapshot),
        T(moved_row_leaves_its_day),
        T(old_change_is_found_by_a_cold_sweep),
        T(cold_sweep_reads_what_an_interrupted_backfill_has_behind_it),
        T(cold_sweep_reads_what_a_warm_sweep_read_before_the_backfill),
        T(rows_that_the_guard_now_withholds_leave_each_day),
        T(rows_that_are_withheld_leave_although_the_sweep_ends_before_it_compares),
        T(vanished_day_is_emptied),
        T(nightly_sweep_states_the_warm_range),
        T(a_row_of_a_far_day_is_stated_alone),
        T(absence_of_days_is_caught_up_by_the_hot_sweep),
        T(long_absence_sweeps_all_history),
        T(dead_clock_battery_does_not_hide_rows),
        T(empty_years_are_not_walked),
        T(first_rows_come_after_an_empty_start),
        T(large_day_spans_batches),
        T(large_table_without_an_index_is_read_at_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
