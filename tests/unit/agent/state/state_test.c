/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/state/day.h"
#include "agent/state/ledger.h"
#include "agent/state/outbox.h"
#include "agent/state/seen.h"
#include "contact/civil.h"

struct fixture {
    char folder[64];
    struct state *state;
};

static void reopen(struct fixture *f, bool *ret_fresh, bool *ret_damaged)
{
    struct err err;
    state_close(f->state);
    f->state = NULL;
    if (state_open(f->folder, &f->state, ret_fresh, ret_damaged, &err) != OK)
        fail_msg("%s", err.message);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    bool fresh = false, damaged = true;
    strcpy(f->folder, "/tmp/state-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    reopen(f, &fresh, &damaged);
    assert_true(fresh);
    assert_false(damaged);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];
    state_close(f->state);
    snprintf(command, sizeof(command), "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static void commit(struct fixture *f)
{
    struct err err;
    if (state_commit(f->state, &err) != OK)
        fail_msg("%s", err.message);
}

static void facts_survive_and_can_be_taken_back(void **state)
{
    struct fixture *f = *state;
    bool fresh, damaged;
    char value[8];
    state_begin(f->state);
    state_put(f->state, "series", "abcdefghij");
    state_put_int(f->state, "last_seq", -5);
    commit(f);
    reopen(f, &fresh, &damaged);
    assert_false(fresh);
    assert_true(state_get(f->state, "series", value, sizeof(value)));
    assert_string_equal(value, "abcdefg"); /* cut, not overrun */
    assert_int_equal(state_get_int(f->state, "last_seq", 0), -5);
    state_begin(f->state);
    state_put(f->state, "series", NULL);
    state_rollback(f->state);
    assert_true(state_get(f->state, "series", value, sizeof(value)));
    assert_int_equal(state_get_int(f->state, "nothing", 7), 7);
}

static bool outbox_any(struct state *state)
{
    BUF_CLEANUP struct buf sealed = BUF_INIT(64);
    struct outbox_batch batch;
    return outbox_next(state, 0, &batch, &sealed);
}

static void failure_undoes_the_whole_transaction(void **state)
{
    struct fixture *f = *state;
    struct err err;
    const struct outbox_batch batch = {.seq = 1};
    state_begin(f->state);
    outbox_put(f->state, &batch, "x", 1);
    outbox_put(f->state, &batch, "x", 1); /* the same seq twice */
    state_put(f->state, "after", "1");
    assert_int_not_equal(state_commit(f->state, &err), OK);
    assert_false(outbox_any(f->state));
    assert_int_equal(state_get_int(f->state, "after", 0), 0);
    state_begin(f->state); /* and it works again */
    outbox_put(f->state, &batch, "x", 1);
    commit(f);
    assert_true(outbox_any(f->state));
}

static void day_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    struct day_entry put = {.day = -5,
                            .work = DAY_ROWS_ONLY,
                            .raw = {3, {1, 2}},
                            .sent = {2, {9}},
                            .held = true,
                            .held_raw = {1, {7}},
                            .halvings = 2,
                            .last_seq = 77,
                            .request = "r-1",
                            .gone = {1, 0, 5}},
                     got;
    state_begin(f->state);
    day_put(f->state, "call", &put);
    commit(f);
    assert_true(day_get(f->state, "call", -5, &got));
    assert_memory_equal(&got.raw, &put.raw, sizeof(put.raw));
    assert_memory_equal(&got.sent, &put.sent, sizeof(put.sent));
    assert_memory_equal(&got.held_raw, &put.held_raw, sizeof(put.held_raw));
    assert_memory_equal(got.gone, put.gone, sizeof(put.gone));
    assert_string_equal(got.request, "r-1");
    assert_int_equal(got.work, DAY_ROWS_ONLY);
    assert_int_equal(got.last_seq, 77);
    assert_int_equal(
        sqlite3_exec(state_handle(f->state), "UPDATE day SET gone = substr(gone, 1, 32)", NULL, NULL, NULL),
        SQLITE_OK); /* as a version of fewer reasons wrote it */
    assert_true(day_get(f->state, "call", -5, &got));
    assert_memory_equal(got.gone, put.gone, sizeof(put.gone));
    assert_false(day_get(f->state, "visit", -5, &got));
    assert_int_equal(got.raw.count, 0);
}

static void asking_keeps_what_is_already_to_be_sent(void **state)
{
    struct fixture *f = *state;
    struct day_entry entry = {.day = 10, .work = DAY_CLEARED};
    state_begin(f->state);
    day_put(f->state, "call", &entry);
    day_ask(f->state, "call", 10, "r-1");
    day_ask(f->state, "call", 11, NULL);
    commit(f);
    day_get(f->state, "call", 10, &entry);
    assert_int_equal(entry.work, DAY_CLEARED);
    assert_string_equal(entry.request, "r-1");
    assert_int_equal(day_newest_work(f->state, "call", DAY_ASKED, 100), 11);
    assert_int_equal(day_newest_work(f->state, "call", DAY_ASKED, 10), DAY_NONE);
    assert_int_equal(day_newest(f->state, "call", 100), 11);
    state_begin(f->state);
    day_work_all(f->state, "call", 11, 11, DAY_ASKED, DAY_ROWS_ONLY);
    day_release(f->state, "call");
    commit(f);
    assert_int_equal(day_count_work(f->state, "call", DAY_CLEARED), 2);
}

static void lost_batch_asks_for_its_days_and_for_ends_that_span_it(void **state)
{
    struct fixture *f = *state;
    struct day_entry entry = {.day = 0};
    state_begin(f->state);
    for (entry.day = 1; entry.day <= 4; entry.day++)
        day_put(f->state, "call", &entry);
    for (uint64_t seq = 1; seq <= 4; seq++)
        batch_note(f->state, seq, "call", 10, NULL);
    batch_note_day(f->state, 1, "call", 1, 1);
    batch_note_day(f->state, 2, "call", 2, 0);
    batch_note_day(f->state, 3, "call", 3, 2); /* its snapshot began in 2 */
    batch_note_day(f->state, 4, "call", 4, 4);
    batch_lost(f->state, 2, true);
    commit(f);
    assert_int_equal(day_count_work(f->state, "call", DAY_ASKED), 2);
    day_get(f->state, "call", 3, &entry);
    assert_int_equal(entry.work, DAY_ASKED);
    assert_int_equal(entry.halvings, 1);
    day_get(f->state, "call", 4, &entry);
    assert_int_equal(entry.work, DAY_CLEAN);
    state_begin(f->state);
    batch_loaded(f->state, 3);
    batch_lost_all(f->state);
    commit(f);
    assert_int_equal(day_count_work(f->state, "call", DAY_ASKED), 3);
    assert_int_equal(batch_unloaded(f->state), 0);
}

static void see(void *context, const struct seen *row)
{
    *(int32_t *)context += row->day;
}

static void seen_rows_are_found_by_day_and_by_token(void **state)
{
    struct fixture *f = *state;
    struct seen row = {.id = {1}, .raw = {2}, .fp = {3}, .sent = true, .day = 100}, got;
    state_begin(f->state);
    seen_put(f->state, "call", &row);
    row.id[0] = 2;
    row.sent = false;
    row.day = 90;
    seen_put(f->state, "call", &row);
    commit(f);
    int32_t sum = 0;
    seen_each(f->state, "call", 95, see, &sum);
    assert_int_equal(sum, 100);
    assert_true(seen_get(f->state, "call", row.id, &got));
    assert_false(got.sent);
    state_begin(f->state);
    seen_forget_before(f->state, 95);
    commit(f);
    assert_int_equal(seen_count(f->state, "call", 0), 1);
}

static void see_line(void *context, const struct ledger_line *line)
{
    *(struct ledger_line *)context = *line;
}

static void ledger_adds_up_by_day_and_stream(void **state)
{
    struct fixture *f = *state;
    struct ledger_line line = {.left_on = 5,
                               .stream = "call",
                               .batches = 1,
                               .records = 10,
                               .bytes = 100,
                               .digest = {0}},
                       sum;
    line.digest[15] = 200;
    state_begin(f->state);
    ledger_add(f->state, &line);
    ledger_add(f->state, &line);
    commit(f);
    ledger_each(f->state, 0, see_line, &sum);
    assert_int_equal(sum.records, 20);
    assert_int_equal(sum.digest[15], 144);
    assert_int_equal(sum.digest[14], 1);
}

static void damaged_file_is_set_aside_and_kept(void **state)
{
    struct fixture *f = *state;
    char path[128];
    bool fresh, damaged;
    state_close(f->state);
    f->state = NULL;
    for (int number = 1; number <= 2; number++) {
        snprintf(path, sizeof(path), "%s/state.db", f->folder);
        FILE *file = fopen(path, "w");
        for (int i = 0; i < 100; i++)
            fputs("this was a database once; ", file);
        fclose(file);
        reopen(f, &fresh, &damaged);
        assert_true(fresh && damaged);
        state_close(f->state);
        f->state = NULL;
        snprintf(path, sizeof(path), "%s/state.db.damaged-%d", f->folder, number);
        assert_int_equal(access(path, F_OK), 0);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(facts_survive_and_can_be_taken_back),
        T(failure_undoes_the_whole_transaction),
        T(day_comes_back_as_it_was_put),
        T(asking_keeps_what_is_already_to_be_sent),
        T(lost_batch_asks_for_its_days_and_for_ends_that_span_it),
        T(seen_rows_are_found_by_day_and_by_token),
        T(ledger_adds_up_by_day_and_stream),
        T(damaged_file_is_set_aside_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
