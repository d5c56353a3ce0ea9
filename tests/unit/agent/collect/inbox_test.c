/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back through the spool is dealt with to its end. */
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

/* In the file of the current spool, or of a folder of ours. */
static void damage(const char *folder, const char *file, const char *sql)
{
    char path[256];
    sqlite3 *db = NULL;
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static uint64_t parked(struct house *h)
{
    struct spool_depth depth = {0};
    OKAY(spool_depth(h->c->spool, &depth, &why));
    return depth.parked;
}

/* Its void is queued. */
static void refuse_second_batch(struct house *h)
{
    house_fill(h, 40, 6);
    house_open(h);
    OKAY(collect_once(h->c, &why));
    OKAY(spool_outcome(h->c->spool, 2, BATCH_PARKED, &why));
    OKAY(inbox_read(h->c, &why));
}

/* A centre that refuses everything for a while, as one badly set up does. */
static void a_void_that_is_refused_too_is_made_anew_until_it_is_taken(void **state)
{
    struct house *h = *state;
    refuse_second_batch(h);
    assert_int_equal(parked(h), 0); /* its void is queued */
    OKAY(spool_outcome(h->c->spool, 2, BATCH_PARKED, &why));
    OKAY(inbox_read(h->c, &why));
    assert_int_equal(parked(h), 0);
    OKAY(spool_outcome(h->c->spool, 2, BATCH_TOO_LARGE, &why));
    for (int minute = 0; minute < 10; minute++) {
        OKAY(inbox_read(h->c, &why));
        assert_int_equal(parked(h), 1); /* not as fast as it is refused */
        house_ms += 60000;
    }
    OKAY(inbox_read(h->c, &why));
    assert_int_equal(parked(h), 0);
    h->lossy = true;
    house_once(h);
    house_equal(h, 240, 120);
}

static void a_void_damaged_on_the_disk_is_made_anew(void **state)
{
    struct house *h = *state;
    refuse_second_batch(h);
    damage(h->spool_folder, "current/spool.db", "DELETE FROM sealed WHERE seq = 2");
    OKAY(spool_outcome(h->c->spool, 2, BATCH_PARKED, &why)); /* send cannot read it */
    h->lossy = true;
    house_once(h);
    house_equal(h, 240, 120);
}

/* Until `DROP TRIGGER no`. */
#define REFUSE(event, table)                                                                                 \
    "CREATE TRIGGER no BEFORE " event " ON " table " BEGIN SELECT RAISE(ABORT, 'as a failing disk'); END"

/* What is put past a batch that waits has it leave the outbox unsent. */
static void a_put_that_fails_keeps_its_batches_until_they_are_put(void **state)
{
    struct house *h = *state;
    struct err err;
    house_fill(h, 40, 6);
    house_open(h);
    damage(h->spool_folder, "current/spool.db", REFUSE("INSERT", "batch"));
    assert_int_equal(collect_once(h->c, &err), ERR_INTERNAL);
    assert_true(h->c->last_seq > 0);
    assert_int_equal(collect_once(h->c, &err), ERR_INTERNAL);
    damage(h->spool_folder, "current/spool.db", "DROP TRIGGER no");
    house_once(h);
    house_equal(h, 240, 120);
    assert_int_equal(h->series, 1);
}

static void batches_that_wait_for_room_outlive_a_put_that_fails(void **state)
{
    struct house *h = *state;
    struct err err;
    house_fill(h, 60, 40);
    h->settings.spool_limit_bytes = 8000;
    house_open(h);
    assert_int_equal(collect_once(h->c, &err), ERR_FULL);
    assert_non_null(strstr(err.message, "full"));
    h->settings.spool_limit_bytes = 1 << 30;
    damage(h->spool_folder, "current/spool.db", REFUSE("INSERT", "batch"));
    assert_int_equal(inbox_read(h->c, &err), ERR_INTERNAL);
    assert_int_equal(collect_breathe(h->c, &err), ERR_INTERNAL);
    assert_null(strstr(err.message, "full"));
    damage(h->spool_folder, "current/spool.db", "DROP TRIGGER no");
    house_once(h);
    house_equal(h, 2400, 1200);
    assert_int_equal(h->series, 1);
}

static int last_erase(struct house *h)
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT max(seq) FROM batch WHERE stream = 'erase'", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int seq = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return seq;
}

static void an_erase_that_was_refused_is_not_forgotten_before_it_goes_again(void **state)
{
    struct house *h = *state;
    struct err err;
    char refused[32];
    house_fill(h, 10, 6);
    house_once(h);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1001");
    house_once(h);
    assert_int_equal(h->erases, 1);
    int seq = last_erase(h);
    assert_true(seq > 0);
    snprintf(refused, sizeof(refused), "%d:gzip", seq);
    OKAY(spool_fact_put(h->c->spool, "send.refused", refused, &why));
    damage(h->collect_folder, "objections.db", REFUSE("UPDATE", "objection"));
    assert_int_not_equal(inbox_read(h->c, &err), OK);
    damage(h->collect_folder, "objections.db", "DROP TRIGGER no");
    house_once(h);
    assert_int_equal(h->erases, 2);
    house_once(h); /* once is enough */
    assert_int_equal(h->erases, 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_void_that_is_refused_too_is_made_anew_until_it_is_taken),
        T(a_void_damaged_on_the_disk_is_made_anew),
        T(a_put_that_fails_keeps_its_batches_until_they_are_put),
        T(batches_that_wait_for_room_outlive_a_put_that_fails),
        T(an_erase_that_was_refused_is_not_forgotten_before_it_goes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
