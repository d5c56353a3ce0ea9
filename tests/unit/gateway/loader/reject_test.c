/* SPDX-License-Identifier: Apache-2.0 */
/* Records that the loader rejects, and what a newer loader makes of them, in both stores. */
#include "tests/unit/gateway/loader/sending.h"

/* Record 1 as the model does not take it. What its line says is in p's tally. */
static void parcel_put_faulty(struct parcel *p, const struct model *model, int32_t day)
{
    uint8_t hash[SHA256_SIZE];
    char text[2 * SHORT_SIZE + 1];
    uint8_t fp[SHORT_SIZE];
    parcel_line(p, model, 1, 7, day, 1, fp);
    p->line.len -= sizeof ",\"fp\":\"\"}" + sizeof fp * 2; /* and the newline */
    buf_puts(&p->line, ",\"shoe_size\":43}");
    sha256(p->line.data, p->line.len, hash);
    hex_encode(hash, SHORT_SIZE, text);
    p->line.len--;
    buf_printf(&p->line, ",\"fp\":\"%s\"}\n", text);
    tally_add(&p->tally, hash);
    parcel_add_line(p);
}

/* Else what the source no longer says would be held until a statement finds it. */
static void a_rejected_record_supersedes_what_was_held_of_it(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    parcel_begin(&p, "lyon", SERIES_1, 3, "call");
    parcel_put_faulty(&p, w->model, DAY);
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(1, number_of(w, versions));
    assert_string_equal("unknown_member", text_of(w, "SELECT code FROM ops.reject"));
    put_one(w, SERIES_1, 2, 1, DAY, 1); /* late, and older */
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(1, number_of(w, "SELECT count FROM ops.day"));
    put_one(w, SERIES_1, 4, 1, DAY, 2);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    assert_int_equal(1, number_of(w, "SELECT count FROM ops.day"));
    assert_string_equal("", text_of(w, "SELECT judge FROM ops.version_call"));
}

static void snapshot_faulty(struct warehouse *w, uint64_t seq)
{
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, seq, "call");
    parcel_put_faulty(&p, w->model, DAY);
    parcel_end(&p, DAY, seq, NULL);
    parcel_land(&p, w);
    warehouse_load(w);
}

static void what_is_rejected_counts_for_its_day_and_its_end(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 2, DAY, 1);
    snapshot_faulty(w, 2);
    assert_int_equal(0, number_of(w, calls)); /* the end was applied */
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement"));
    assert_int_equal(0, number_of(w, requests));
    snapshot_faulty(w, 3);
    assert_int_equal(1, number_of(w, versions));
    assert_int_equal(3, number_of(w, seq_of_call));
    snapshot(w, 4, 0); /* the record is gone at the source */
    assert_int_equal(0, number_of(w, versions));
    assert_int_equal(0, number_of(w, "SELECT count FROM ops.day"));
}

static void a_newer_loader_asks_for_what_an_older_one_rejected(void **state)
{
    struct warehouse *w = *state;
    snapshot(w, 1, 1);
    /* As an older loader would have left it. */
    look(w, "DELETE FROM call", NULL, NULL);
    look(w, "UPDATE ops.version_call SET judge = '0.0.1/0011223344556677'", NULL, NULL);
    look(w, "UPDATE ops.fact SET value = '0.0.1/0011223344556677' WHERE name = 'judge.lyon'", NULL, NULL);
    warehouse_load(w);
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    int64_t asked = number_of(w, "SELECT number FROM ops.request");
    state_as_held(w, 2); /* the site says what it said: that proves nothing now */
    assert_int_equal(1, number_of(w, requests));
    warehouse_load(w);
    snapshot(w, 3, 1); /* the same line as before */
    assert_int_equal(1, number_of(w, calls));
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement"));
    assert_int_equal(0, number_of(w, requests));
    assert_true(asked > 0);
}

static void a_newer_loader_takes_up_days_that_were_given_up(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    state_a_day(w, 2, 1, DAY, 5);
    repair(w, 3, "r-000000000001", 1);
    repair(w, 4, "r-000000000002", 1);
    assert_int_equal(4, number_of(w, "SELECT state FROM ops.statement"));
    warehouse_load(w);
    assert_int_equal(0, number_of(w, requests));
    look(w, "UPDATE ops.fact SET value = 'older' WHERE name = 'judge.lyon'", NULL, NULL);
    warehouse_load(w);
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    assert_int_equal(2, number_of(w, "SELECT state FROM ops.statement"));
}

/* PostgreSQL takes no day of year 0: the whole batch would be refused for one line. */
static void a_record_of_a_day_that_no_database_has_is_rejected_alone(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, 1, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_put(&p, w->model, 2, 7, day_from_civil(0, 1, 1), 1);
    parcel_put(&p, w->model, 3, 7, day_from_civil(1, 1, 1), 1);
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
    assert_string_equal("bad_day", text_of(w, "SELECT code FROM ops.reject"));
    assert_int_equal(2, number_of(w, "SELECT line FROM ops.reject"));
    assert_string_equal("", text_of(w, "SELECT code FROM ops.batch"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_rejected_record_supersedes_what_was_held_of_it),
        BOTH(what_is_rejected_counts_for_its_day_and_its_end),
        BOTH(a_newer_loader_asks_for_what_an_older_one_rejected),
        BOTH(a_newer_loader_takes_up_days_that_were_given_up),
        BOTH(a_record_of_a_day_that_no_database_has_is_rejected_alone),
    };
    return cmocka_run_group_tests(tests, NULL, stop_postgres);
}
