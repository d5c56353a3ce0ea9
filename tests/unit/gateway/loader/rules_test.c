/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of sweeps (DESIGN, section 3) as the loader follows them, in both stores. */
#include "tests/unit/gateway/loader/sending.h"

#include "contact/clock.h"

static const char age_of_call[] = "SELECT age FROM call";
static const char day_of_call[] = "SELECT day FROM ops.version_call";

static void newer_wins_whatever_the_order(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 2, 1, DAY, 2);
    warehouse_load(w);
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    assert_string_equal("45", text_of(w, age_of_call));
    put_one(w, SERIES_2, 1, 1, DAY, 3); /* a later series is newer, whatever its seq */
    warehouse_load(w);
    assert_string_equal("61", text_of(w, age_of_call));
    put_one(w, SERIES_1, 9, 1, DAY, 4);
    warehouse_load(w);
    assert_string_equal("61", text_of(w, age_of_call));
    assert_int_equal(1, number_of(w, versions));
}

static void an_equal_record_raises_its_version(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 3, 1, DAY, 1);
    warehouse_load(w);
    assert_int_equal(3, number_of(w, seq_of_call));
    put_one(w, SERIES_1, 2, 1, DAY, 2);
    warehouse_load(w);
    assert_string_equal("30", text_of(w, age_of_call));
}

static void an_end_removes_what_is_older(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    put_one(w, SERIES_1, 3, 3, DAY + 1, 1);
    parcel_begin(&p, "lyon", SERIES_1, 5, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_end(&p, DAY, 4, NULL);
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(3, number_of(w, calls)); /* 4 is missing: the end waits */
    assert_int_equal(1, number_of(w, "SELECT COUNT(*) FROM ops.ending"));
    put_one(w, SERIES_1, 4, 9, DAY + 5, 1);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, "SELECT COUNT(*) FROM ops.ending"));
    assert_int_equal(3, number_of(w, calls)); /* 1, 3, 9: 2 is gone */
    assert_int_equal(4, number_of(w, "SELECT floor_seq FROM ops.day WHERE day = 20455"));
    assert_int_equal(1, number_of(w, "SELECT count FROM ops.day WHERE day = 20455"));
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement WHERE day = 20455")); /* and agrees */
}

static void a_put_below_its_floor_is_ignored(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, 5, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    parcel_end(&p, DAY, 5, NULL);
    parcel_land(&p, w);
    warehouse_load(w);
    put_one(w, SERIES_1, 4, 2, DAY, 1);
    put_one(w, SERIES_1, 6, 3, DAY, 1);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
}

static void a_put_with_a_new_day_moves_its_record(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 2, 1, DAY + 1, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    assert_int_equal(DAY + 1, number_of(w, day_of_call));
    assert_int_equal(0, number_of(w, "SELECT count FROM ops.day WHERE day = 20455"));
    assert_int_equal(1, number_of(w, "SELECT count FROM ops.day WHERE day = 20456"));
}

static void an_end_over_a_refused_batch_is_discarded_and_asked_for(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 9, DAY, 1);
    land_bytes(w, "lyon", SERIES_1, 2, "0\x03xyz", 5);
    end_over(w, 2, 3, NULL);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, older_calls)); /* nothing was removed */
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    assert_string_equal("profile", text_of(w, "SELECT code FROM ops.batch WHERE seq = 2"));
}

static void a_hole_that_took_nothing_of_the_day_does_not_stop_its_end(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 9, DAY, 1);
    put_one(w, SERIES_1, 2, 1, DAY, 1);
    land_bytes(w, "lyon", SERIES_1, 3, "0\x03xyz", 5);
    end_over(w, 2, 4, NULL);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, older_calls));
    assert_int_equal(2, number_of(w, calls));
    assert_int_equal(0, number_of(w, requests));
}

/* A machine that was restored may use a number again whose file the centre lost. */
static void an_end_over_a_number_used_again_removes_nothing(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 9, DAY, 1);
    put_one(w, SERIES_1, 2, 3, DAY, 2); /* not what was sealed as 2 */
    end_over(w, 2, 3, NULL);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, older_calls));
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    assert_int_equal(0, number_of(w, "SELECT COUNT(*) FROM ops.statement"));
}

/* Asked for for ever, it would be sent for ever. */
static void a_day_whose_ends_never_fit_is_given_up_after_two_repairs(void **state)
{
    struct warehouse *w = *state;
    for (uint64_t seq = 1; seq <= 5; seq += 2) {
        put_one(w, SERIES_1, seq, 3, DAY, 2);
        end_over(w, seq, seq + 1, NULL);
        warehouse_load(w);
        assert_int_equal(seq < 5 ? 1 : 0, number_of(w, requests));
    }
    assert_int_equal(4, number_of(w, "SELECT state FROM ops.statement"));
    put_one(w, SERIES_1, 7, 1, DAY, 1); /* and at last one does */
    end_over(w, 7, 8, NULL);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement"));
    assert_int_equal(0, number_of(w, "SELECT failures FROM ops.statement"));
}

static void an_end_over_a_void_is_discarded_and_asked_for(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, 1, "void");
    parcel_land(&p, w);
    end_over(w, 1, 2, NULL);
    warehouse_load(w);
    assert_int_equal(DAY, number_of(w, "SELECT day FROM ops.request"));
    /* It comes back under its request: no longer asked for, and agrees. */
    parcel_begin(&p, "lyon", SERIES_1, 3, "call");
    parcel_put(&p, w->model, 2, 7, DAY, 1);
    parcel_end(&p, DAY, 3, "r-000000000001");
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, requests));
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement"));
}

static void a_day_that_differs_is_asked_for_twice_then_incomplete(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    state_a_day(w, 2, 1, DAY, 5);
    int64_t first = number_of(w, "SELECT number FROM ops.request");
    repair(w, 3, "r-000000000001", 1);
    assert_int_not_equal(first, number_of(w, "SELECT number FROM ops.request"));
    repair(w, 4, "r-000000000002", 1);
    assert_int_equal(0, number_of(w, requests));
    assert_int_equal(4, number_of(w, "SELECT state FROM ops.statement"));
    repair(w, 5, NULL, 0); /* and agrees at last */
    assert_int_equal(1, number_of(w, "SELECT state FROM ops.statement"));
}

/* A site that took a request and then lost its state would never answer it. */
static void a_day_is_asked_for_anew_by_each_statement(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    state_a_day(w, 2, 1, DAY, 5);
    int64_t first = number_of(w, "SELECT number FROM ops.request");
    state_a_day(w, 3, 2, DAY, 5);
    assert_int_equal(1, number_of(w, requests));
    assert_int_not_equal(first, number_of(w, "SELECT number FROM ops.request"));
}

static void inequality_waits_for_lower_seqs(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    state_a_day(w, 4, 3, DAY, 2);
    assert_int_equal(0, number_of(w, requests));
    put_one(w, SERIES_1, 3, 2, DAY + 1, 1);
    put_one(w, SERIES_1, 2, 3, DAY + 1, 1);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, requests));
}

static void a_later_touch_overtakes_a_statement(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 3, 2, DAY, 1);
    warehouse_load(w);
    state_a_day(w, 2, 1, DAY, 1); /* differs by its digest, but seq 3 touched the day */
    assert_int_equal(0, number_of(w, requests));
    assert_int_equal(3, number_of(w, "SELECT state FROM ops.statement"));
}

/* A row dated 9999 agrees like any other, and proves nothing of the years until then. */
static void nothing_is_proved_of_days_to_come(void **state)
{
    struct warehouse *w = *state;
    struct buf BUF_CLEANUP feedback = BUF_INIT(65536);
    struct err err;
    char path[512], expected[64], today[DAY_TEXT];
    state_a_day(w, 1, 0, DAY, 0);
    state_a_day(w, 2, 1, 2932896, 0);
    assert_int_equal(2, number_of(w, "SELECT COUNT(*) FROM ops.statement WHERE state = 1"));
    snprintf(path, sizeof path, "%s/lyon.json", w->settings.feedback_folder);
    assert_int_equal(OK, buf_read_file(&feedback, path, &err));
    day_format((int32_t)(clock_wall_s() / 86400), today);
    snprintf(expected, sizeof expected, "\"proved\":\"%s\"", today);
    assert_non_null(strstr(buf_text(&feedback), expected));
}

static void an_erased_person_never_comes_back(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    uint8_t person[TOKEN_SIZE] = {0, 0, 0, 7};
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    parcel_begin(&p, "lyon", SERIES_1, 4, "erase");
    record_line_erase(&p.line, 1, person, "o-1");
    parcel_add_line(&p);
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(2, number_of(w, "SELECT deleted FROM ops.receipt"));
    assert_int_equal(0, number_of(w, "SELECT count FROM ops.day"));
    put_one(w, SERIES_1, 3, 3, DAY, 1); /* late */
    put_one(w, SERIES_1, 5, 4, DAY, 1); /* and later than the erasure */
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(0, number_of(w, versions));
}

/* Each written by itself, a batch of them would keep the disk, and all other sites, for minutes. */
static void erasures_of_one_batch_are_kept_together(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    uint8_t person[TOKEN_SIZE] = {0};
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    parcel_begin(&p, "lyon", SERIES_1, 2, "erase");
    for (uint32_t i = 1; i <= 500; i++) {
        put_u32be(person, i);
        record_line_erase(&p.line, 1, person, "o-1");
        parcel_add_line(&p);
    }
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(500, number_of(w, "SELECT COUNT(*) FROM ops.suppressed"));
    run_command("test $(grep -c . %s/suppressed/lyon) = 500", w->settings.loader_folder);
    assert_int_equal(500, number_of(w, "SELECT COUNT(*) FROM ops.receipt"));
}

/* A backup of the warehouse brings back who was erased since; the list beside it does not forget. */
static void a_restored_warehouse_does_not_bring_the_erased_back(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    uint8_t person[TOKEN_SIZE] = {0, 0, 0, 7};
    parcel_begin(&p, "lyon", SERIES_1, 1, "erase");
    record_line_erase(&p.line, 1, person, "o-1");
    parcel_add_line(&p);
    parcel_land(&p, w);
    warehouse_load(w);
    number_of(w, "DELETE FROM ops.suppressed");
    number_of(w, "DELETE FROM ops.batch");
    run_command("rm %s/lyon/%s/1.cms; mv %s/suppressed %s/kept", w->settings.landing_folder, SERIES_1,
                w->settings.loader_folder, w->settings.loader_folder);
    put_one(w, SERIES_1, 1, 1, DAY, 1); /* the warehouse as it was before */
    warehouse_load(w);
    assert_int_equal(1, number_of(w, calls));
    run_command("mv %s/kept %s/suppressed", w->settings.loader_folder, w->settings.loader_folder);
    warehouse_load(w);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(0, number_of(w, "SELECT count FROM ops.day"));
    assert_int_equal(1, number_of(w, "SELECT COUNT(*) FROM ops.suppressed"));
    run_command("rm -r %s/suppressed",
                w->settings.loader_folder); /* and the file is made again from the table */
    warehouse_load(w);
    run_command("test $(grep -c . %s/suppressed/lyon) = 1", w->settings.loader_folder);
}

static void erase_the_person(struct warehouse *w, uint64_t seq)
{
    struct parcel p;
    uint8_t person[TOKEN_SIZE] = {0, 0, 0, 7};
    parcel_begin(&p, "lyon", SERIES_1, seq, "erase");
    record_line_erase(&p.line, 1, person, "o-1");
    parcel_add_line(&p);
    parcel_land(&p, w);
    warehouse_load(w);
}

/* A crash between the two: the list is on disk, the transaction is not, and the batch comes again. */
static void an_erasure_that_was_cut_short_is_receipted_in_full(void **state)
{
    struct warehouse *w = *state;
    erase_the_person(w, 1); /* makes the list */
    number_of(w, "DELETE FROM ops.suppressed");
    number_of(w, "DELETE FROM ops.receipt");
    number_of(w, "DELETE FROM ops.batch");
    run_command("rm %s/lyon/%s/1.cms; mv %s/suppressed %s/kept", w->settings.landing_folder, SERIES_1,
                w->settings.loader_folder, w->settings.loader_folder);
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
    run_command("mv %s/kept %s/suppressed", w->settings.loader_folder, w->settings.loader_folder);
    erase_the_person(w, 3);
    assert_int_equal(0, number_of(w, calls));
    assert_int_equal(2, number_of(w, "SELECT deleted FROM ops.receipt"));
    assert_int_equal(0, number_of(w, "SELECT COUNT(*) FROM ops.forgotten"));
}

static void a_bad_line_is_rejected_and_the_rest_goes_on(void **state)
{
    struct warehouse *w = *state;
    struct parcel p;
    parcel_begin(&p, "lyon", SERIES_1, 1, "call");
    parcel_put(&p, w->model, 1, 7, DAY, 1);
    buf_puts(&p.line,
             "{\"stream\":\"call\",\"phone\":\"0600000000\",\"fp\":\"00000000000000000000000000000001\"}\n");
    parcel_add_line(&p);
    parcel_put(&p, w->model, 2, 7, DAY, 1);
    parcel_land(&p, w);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
    assert_int_equal(2, number_of(w, "SELECT line FROM ops.reject"));
    assert_int_equal(1, number_of(w, "SELECT rejects FROM ops.batch"));
}

static void cores_are_re_keyed(void **state)
{
    struct warehouse *w = *state;
    uint8_t key[64], token[TOKEN_SIZE] = {0, 0, 0, 1}, core[CORE_SIZE];
    struct stored held;
    struct store *store;
    struct err err;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    warehouse_load(w);
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(0x20 + i);
    struct rekey *rekey = rekey_new(key, "lyon", 1, "call");
    rekey_core(rekey, token, core);
    rekey_free(rekey);
    assert_int_equal(OK, w->settings.store_kind == STORE_SQLITE
                             ? store_open_sqlite(w->settings.store_path, w->model, &store, &err)
                             : store_open_postgres(w->settings.store_conninfo, w->model, &store, &err));
    assert_int_equal(OK, store_versions(store, &w->model->streams[0], "lyon", core, 1, &held, &err));
    assert_true(held.found);
    assert_int_equal(OK, store_versions(store, &w->model->streams[0], "paris", core, 1, &held, &err));
    assert_false(held.found);
    store_close(store);
}

static void a_field_that_is_new_in_the_model_gets_its_column(void **state)
{
    struct warehouse *w = *state;
    put_one(w, SERIES_1, 1, 1, DAY, 1);
    warehouse_load(w);
    look(w, "ALTER TABLE call DROP COLUMN urgency", NULL, NULL); /* as an earlier model made it */
    put_one(w, SERIES_1, 2, 2, DAY, 1);
    warehouse_load(w);
    assert_int_equal(2, number_of(w, calls));
    assert_int_equal(2, number_of(w, "SELECT COUNT(*) FROM call WHERE urgency IS NULL"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(newer_wins_whatever_the_order),
        BOTH(an_equal_record_raises_its_version),
        BOTH(an_end_removes_what_is_older),
        BOTH(a_put_below_its_floor_is_ignored),
        BOTH(a_put_with_a_new_day_moves_its_record),
        BOTH(an_end_over_a_refused_batch_is_discarded_and_asked_for),
        BOTH(an_end_over_a_void_is_discarded_and_asked_for),
        BOTH(a_hole_that_took_nothing_of_the_day_does_not_stop_its_end),
        BOTH(an_end_over_a_number_used_again_removes_nothing),
        BOTH(a_day_whose_ends_never_fit_is_given_up_after_two_repairs),
        BOTH(a_day_that_differs_is_asked_for_twice_then_incomplete),
        BOTH(a_day_is_asked_for_anew_by_each_statement),
        BOTH(inequality_waits_for_lower_seqs),
        BOTH(a_later_touch_overtakes_a_statement),
        BOTH(nothing_is_proved_of_days_to_come),
        BOTH(an_erased_person_never_comes_back),
        BOTH(erasures_of_one_batch_are_kept_together),
        BOTH(a_restored_warehouse_does_not_bring_the_erased_back),
        BOTH(an_erasure_that_was_cut_short_is_receipted_in_full),
        BOTH(a_bad_line_is_rejected_and_the_rest_goes_on),
        BOTH(cores_are_re_keyed),
        BOTH(a_field_that_is_new_in_the_model_gets_its_column),
    };
    return cmocka_run_group_tests(tests, NULL, stop_postgres);
}
