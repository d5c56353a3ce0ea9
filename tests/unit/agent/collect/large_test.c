/* SPDX-License-Identifier: Apache-2.0 */
/* 413: what the centre does not take at once goes in smaller batches, and what it does not take alone is
 * tried again with the next sweep of all history. */
#include "agent/collect/span.h"
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

/* The centre takes batches of so many bytes, for so many rounds or until none is larger. */
static void answer(struct house *h, size_t limit, int rounds)
{
    h->lossy = true;
    for (bool any = true; any && rounds > 0; rounds--) {
        struct spool_batch batch = {.sealed = BUF_INIT(BATCH_MAX_BYTES)};
        bool found = true;
        any = false;
        while (found) {
            OKAY(spool_next(h->c->spool, &batch, &found, &why));
            bool large = found && !batch.is_void && batch.sealed.len > limit;
            any = any || large;
            if (found)
                OKAY(spool_outcome(h->c->spool, batch.seq, large ? BATCH_TOO_LARGE : BATCH_STORED, &why));
            buf_clear(&batch.sealed);
        }
        buf_free(&batch.sealed);
        OKAY(collect_once(h->c, &why));
    }
}

static bool is_withheld(struct house *h, const char *reason)
{
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    for (unsigned i = 0; i < status.reason_count; i++)
        if (strcmp(status.withheld[i].name, reason) == 0)
            return true;
    return false;
}

static void start(struct house *h)
{
    house_fill(h, 10, 4);
    house_open(h);
    OKAY(collect_once(h->c, &why));
    answer(h, SIZE_MAX, 1);
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    OKAY(collect_once(h->c, &why));
}

static void a_limit_that_is_wrong_for_a_moment_excludes_no_new_record(void **state)
{
    struct house *h = *state;
    start(h);
    answer(h, 0, 1);
    answer(h, SIZE_MAX, 3);
    house_load(h);
    house_equal(h, 41, 20);
    assert_int_equal(h->c->streams[0].too_large.count, 0);
}

static void a_record_too_large_alone_is_tried_again_by_a_sweep_of_all_history(void **state)
{
    struct house *h = *state;
    start(h);
    answer(h, 0, 60); /* whatever it is */
    assert_true(h->c->streams[0].too_large.count > 0);
    assert_true(is_withheld(h, "too_large"));
    assert_false(is_withheld(h, "duplicate_key"));
    house_open(h);
    assert_true(h->c->streams[0].too_large.count > 0);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    answer(h, SIZE_MAX, 3);
    house_load(h);
    house_equal(h, 41, 20);
    assert_int_equal(h->c->streams[0].too_large.count, 0);
}

static unsigned halvings(struct house *h)
{
    struct day_entry entry;
    day_get(h->c->state, "call", TODAY, &entry);
    return entry.halvings;
}

static void batches_grow_back_by_a_step_with_each_sweep_of_all_history(void **state)
{
    struct house *h = *state;
    start(h);
    answer(h, 0, 2);
    answer(h, SIZE_MAX, 3);
    for (unsigned left = 2; left > 0; left--) {
        assert_int_equal(halvings(h), left);
        OKAY(collect_once(h->c, &why)); /* no round does it */
        assert_int_equal(halvings(h), left);
        OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    }
    assert_int_equal(halvings(h), 0);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    assert_int_equal(halvings(h), 0);
}

/* Of several tables, each within the limit of the source. */
static void a_row_too_long_to_be_read_is_counted(void **state)
{
    struct house *h = *state;
    const struct row_key key = {.fate = ROW_WITHHELD, .why = WITHHELD_UNREADABLE, .day = TODAY};
    struct day_entry entry = {.day = TODAY};
    uint32_t gone[DAY_GONE_KINDS] = {0};
    house_open(h);
    gone_count(&key, gone);
    assert_true(gone_keep(h->c, &h->c->streams[0], &entry, &entry.raw, gone));
    draft_day(h->c, "call", &entry);
    OKAY(draft_commit(h->c, &why));
    assert_true(is_withheld(h, "unreadable"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_limit_that_is_wrong_for_a_moment_excludes_no_new_record),
        T(batches_grow_back_by_a_step_with_each_sweep_of_all_history),
        T(a_row_too_long_to_be_read_is_counted),
        T(a_record_too_large_alone_is_tried_again_by_a_sweep_of_all_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
