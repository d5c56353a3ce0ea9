/* SPDX-License-Identifier: Apache-2.0 */
/* Batches that the centre would not have, and the voids that take their place. */

#include "tests/unit/agent/spool/spool_fixture.h"

static void park(struct spool *spool, uint64_t seq, bool is_void, enum batch_state state)
{
    struct err err;
    assert_int_equal(spool_put(spool, seq, LANE_BACKLOG, is_void, "batch", 5, LIMIT, &err), OK);
    assert_int_equal(spool_outcome(spool, seq, state, &err), OK);
}

/* What is to be sent next; ERR_REJECTED when its bytes are not those that were put. */
static enum err_code next(struct spool *spool, uint64_t *ret_seq, char ret_sealed[static 64])
{
    struct spool_batch batch = {0};
    bool found = false;
    struct err err;
    enum err_code code = spool_next(spool, &batch, &found, &err);
    *ret_seq = found ? batch.seq : 0;
    snprintf(ret_sealed, 64, "%s", buf_text(&batch.sealed));
    buf_free(&batch.sealed);
    return code;
}

struct seen {
    size_t count;
    struct spool_batch last;
    struct spool *spool;
};

static void replace(void *context, const struct spool_batch *batch)
{
    struct seen *seen = context;
    struct err err;
    seen->last = *batch;
    seen->count++;
    assert_int_equal(spool_replace_by_void(seen->spool, batch->seq, "void", 4, &err), OK);
}

static void a_parked_batch_gives_way_to_its_void(void **state)
{
    struct place *p = *state;
    struct err err;
    uint64_t seq;
    char sealed[64];
    park(p->spool, 1, false, BATCH_TOO_LARGE);
    assert_int_equal(spool_put(p->spool, 2, LANE_BACKLOG, false, "batch", 5, LIMIT, &err), OK);
    struct seen seen = {.spool = p->spool};
    assert_int_equal(spool_troubles(p->spool, 0, replace, &seen, &err), OK);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.state, BATCH_TOO_LARGE);
    assert_int_equal(next(p->spool, &seq, sealed), OK);
    assert_int_equal(seq, 1);
    assert_string_equal(sealed, "void");
    /* A batch that is merely queued is not replaced. */
    assert_int_equal(spool_replace_by_void(p->spool, 2, "void", 4, &err), OK);
    assert_int_equal(spool_outcome(p->spool, 1, BATCH_STORED, &err), OK);
    assert_int_equal(next(p->spool, &seq, sealed), OK);
    assert_int_equal(seq, 2);
    assert_string_equal(sealed, "batch");
}

static void a_void_takes_the_place_of_bytes_that_are_gone(void **state)
{
    struct place *p = *state;
    struct err err;
    uint64_t seq;
    char sealed[64];
    assert_int_equal(spool_put(p->spool, 1, LANE_FRESH, false, "batch", 5, LIMIT, &err), OK);
    assert_int_equal(db_exec(p->spool->db, "DELETE FROM sealed", &err), OK);
    assert_int_equal(next(p->spool, &seq, sealed), ERR_REJECTED);
    assert_int_equal(seq, 1);
    assert_int_equal(spool_outcome(p->spool, 1, BATCH_PARKED, &err), OK);
    assert_int_equal(spool_replace_by_void(p->spool, 1, "void", 4, &err), OK);
    assert_int_equal(next(p->spool, &seq, sealed), OK);
    assert_int_equal(seq, 1);
    assert_string_equal(sealed, "void");
}

static void a_refused_void_gives_way_to_another(void **state)
{
    struct place *p = *state;
    struct err err;
    uint64_t seq;
    char sealed[64];
    park(p->spool, 1, true, BATCH_PARKED);
    struct seen seen = {.spool = p->spool};
    assert_int_equal(spool_troubles(p->spool, 0, replace, &seen, &err), OK);
    assert_int_equal(seen.count, 1);
    assert_true(seen.last.is_void);
    assert_int_equal(next(p->spool, &seq, sealed), OK);
    assert_string_equal(sealed, "void");
}

static void voids_that_wait_hide_nothing_that_comes_after_them(void **state)
{
    struct place *p = *state;
    struct err err;
    for (uint64_t seq = 1; seq <= 100; seq++)
        park(p->spool, seq, true, BATCH_PARKED);
    park(p->spool, 101, false, BATCH_PARKED);
    struct seen seen = {.spool = p->spool};
    assert_int_equal(spool_troubles(p->spool, 100, replace, &seen, &err), OK);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.seq, 101);
    seen.count = 0;
    assert_int_equal(spool_troubles(p->spool, 0, replace, &seen, &err), OK);
    assert_int_equal(seen.count, 64);
    assert_int_equal(seen.last.seq, 64);
}

int main(void)
{
#define IN_A_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_SPOOL(a_parked_batch_gives_way_to_its_void),
        IN_A_SPOOL(a_void_takes_the_place_of_bytes_that_are_gone),
        IN_A_SPOOL(a_refused_void_gives_way_to_another),
        IN_A_SPOOL(voids_that_wait_hide_nothing_that_comes_after_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
