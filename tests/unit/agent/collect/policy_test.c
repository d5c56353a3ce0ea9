/* SPDX-License-Identifier: Apache-2.0 */
/* What must not leave does not, and what must not be removed is not. */
#include "tests/unit/agent/collect/house.h"

static uint64_t vanished; /* accepted last */

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

static void nothing_is_read_before_approval(void **state)
{
    struct house *h = *state;
    struct err error;
    char path[128];
    house_fill(h, 3, 4);
    snprintf(path, sizeof(path), "%s/state.db", h->collect_folder);
    house_remove(path);
    snprintf(path, sizeof(path), "%s/approval.json", h->collect_folder);
    house_remove(path);
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    assert_int_equal(h->c->last_seq, 0);
    house_approve(h);
    house_once(h);
    house_equal(h, 12, 6);
}

static void changed_mapping_waits_for_a_new_approval(void **state)
{
    struct house *h = *state;
    struct err error;
    house_fill(h, 60, 4);
    house_once(h);
    char text[sizeof(house_mapping)];
    strcpy(text, house_mapping);
    memcpy(strstr(text, "M: 1, F: 2"), "F: 1, M: 2", 10);
    house_write(h->mapping, text);
    house_open(h);
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_approve(h);
    size_t puts = h->puts;
    house_once(h); /* every row is another now, and that is no mass deletion */
    assert_true(h->puts >= puts + 240 + 120);
    house_equal(h, 240, 120);
    struct stop stop;
    assert_false(stop_get(h->c->state, "call", &stop));
}

static void paused_reads_nothing(void **state)
{
    struct house *h = *state;
    struct err error;
    house_fill(h, 3, 4);
    house_open(h);
    OKAY(collect_pause(&h->settings, true, &why));
    assert_int_equal(collect_once(h->c, &error), ERR_RETRY);
    OKAY(collect_pause(&h->settings, false, &why));
    house_once(h);
    house_equal(h, 12, 6);
}

static void see_stop(void *context, const struct stop *stop, uint64_t held_days)
{
    (void)stop;
    *(uint64_t *)context += held_days;
}

static void truncated_table_is_held_back_until_accepted(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num < 60000");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_int_equal(house_count(h, "call"), 400);
    uint64_t held = 0;
    OKAY(collect_deletions_show(&h->settings, see_stop, &held, &why));
    assert_int_equal(held, 2 * 59);
    size_t batches = h->batches;
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why)); /* asks once, and sends nothing again */
    OKAY(collect_sweep(h->c, SWEEP_WARM, &why));
    house_load(h);
    assert_int_equal(house_count(h, "call"), 400);
    assert_true(h->batches <= batches + 4); /* statements */
    OKAY(collect_deletions_accept(&h->settings, NULL, "A person", &vanished, &why));
    house_once(h);
    house_equal(h, 164, 82);
}

static void held_back_rows_that_return_are_released(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(
        h,
        "CREATE TABLE away AS SELECT * FROM appels WHERE num < 60000; DELETE FROM appels WHERE num < 60000");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_sql(h, "INSERT INTO appels SELECT * FROM away");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 400, 200);
    struct stop stop;
    assert_false(stop_get(h->c->state, "call", &stop));
}

static void stop_lets_rows_go_on(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num < 60000 AND num %% 2 = 1");
    house_sql(h, "INSERT INTO appels VALUES (999, 1001, '2026-01-01 10:00:00', '', 1)");
    house_sql(h, "INSERT INTO appels VALUES (998, 1001, '2026-03-10 10:00:00', '', 1)");
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_int_equal(house_count(h, "call"), 402);
}

static void emptied_hot_range_is_held_back(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 40);
    house_once(h);
    house_sql(h, "DELETE FROM appels");
    house_once(h);
    assert_int_equal(house_count(h, "call"), 400);
    size_t batches = h->batches;
    house_once(h);
    assert_int_equal(h->batches, batches);
    OKAY(collect_deletions_accept(&h->settings, "call", "A person", &vanished, &why));
    house_once(h);
    assert_int_equal(house_count(h, "call"), 320);
    struct err error;
    assert_int_equal(collect_deletions_accept(&h->settings, "call", "A person", &vanished, &error),
                     ERR_REJECTED);
}

static void other_database_is_held_back(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "UPDATE appels SET num = num + 5000000, urgence = 1"); /* as many rows, and none of ours */
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    struct stop stop;
    assert_true(stop_get(h->c->state, "call", &stop));
    assert_int_equal(house_count(h, "call"), 800);
}

static void few_deletions_are_ordinary(void **state)
{
    struct house *h = *state;
    house_fill(h, 10, 10);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num > 10000 AND num < 10020");
    house_sql(h, "DELETE FROM appels WHERE num IN (9000, 9001)");
    house_once(h);
    house_equal(h, 89, 45);
}

static void request_for_truncated_days_is_judged_too(void **state)
{
    struct house *h = *state;
    house_fill(h, 100, 4);
    house_once(h);
    house_sql(h, "DELETE FROM appels WHERE num < 60000");
    const struct spool_request request = {
        .id = "r-7", .stream = "call", .from = TODAY - 99, .to = TODAY - 50};
    OKAY(spool_add_request(h->c->spool, &request, &why));
    house_once(h);
    assert_int_equal(house_count(h, "call"), 400);
}

static void objector_is_erased_and_never_read_again(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 20);
    house_once(h);
    size_t of_one = (size_t)house_rows(h, "SELECT count(*) FROM appels WHERE patient_id = 1003");
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1003");
    house_once(h); /* some rows are in the hot range */
    assert_int_equal(h->erases, 1);
    assert_int_equal(house_count(h, "call"), 1200 - of_one);
    int visits = house_rows(h, "SELECT count(*) FROM consultations c JOIN appels a ON a.num = c.appel_num"
                               " WHERE a.patient_id <> 1003");
    house_equal(h, 1200 - (int)of_one, visits);                         /* older days were sent again */
    house_sql(h, "UPDATE patients SET opposition = 0 WHERE id = 1003"); /* for good */
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 1200 - (int)of_one, visits);
    struct stop stop;
    assert_false(stop_get(h->c->state, "call", &stop));
}

static void see_objection(void *context, const struct objection *objection)
{
    *(struct objection *)context = *objection;
}

/* A receipt as the loader writes it (docs/protocol.md), of so many records. */
static void give_receipt(struct house *h, const struct objection *of, EVP_PKEY *key, int deleted, int said)
{
    char token[TOKEN_TEXT], signed_text[256], json[1024], text[256];
    uint8_t signature[128];
    size_t len = sizeof(signature);
    token_format('p', 1, of->token, token);
    int n = snprintf(signed_text, sizeof(signed_text),
                     "contact-receipt/1\ntest\n%s\n%s\n%d\n2026-03-10T11Z\n", token, of->request, deleted);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(ctx, signature, &len, (uint8_t *)signed_text, (size_t)n), 1);
    EVP_MD_CTX_free(ctx);
    EVP_EncodeBlock((uint8_t *)text, signature, (int)len);
    snprintf(json, sizeof(json),
             "[{\"token\":\"%s\",\"request\":\"%s\",\"deleted\":%d,\"at\":\"2026-03-10T11Z\",\"signature\":"
             "\"%s\"}]",
             token, of->request, said, text);
    OKAY(spool_fact_put(h->c->spool, "send.receipts", json, &why));
    house_once(h);
}

static void receipt_counts_only_with_the_centres_signature(void **state)
{
    struct house *h = *state;
    struct objection of;
    struct collect_status status;
    house_fill(h, 5, 10);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1003");
    house_once(h);
    OKAY(objections_each(h->c->objections, false, see_objection, &of, &why));
    struct objection former = of;
    former.request[0] ^= 1;
    give_receipt(h, &former, h->receipt_key, 3, 3); /* of another erase */
    give_receipt(h, &of, h->key, 3, 3);             /* another key */
    give_receipt(h, &of, h->receipt_key, 3, 4);     /* another count */
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.objections_unreceipted, 1);
    house_now += 8 * 86400;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.objections_overdue, 1);
    give_receipt(h, &of, h->receipt_key, 3, 3);
    OKAY(collect_status(&h->settings, &status, &why));
    assert_int_equal(status.objections_unreceipted, 0);
    int64_t sent_s = of.sent_s;
    OKAY(objections_each(h->c->objections, false, see_objection, &of, &why));
    assert_int_equal(of.deleted, 3);
    assert_int_equal(of.sent_s, sent_s);
}

static void objection_covers_the_merged(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_once(h);
    house_sql(
        h,
        "INSERT INTO rapprochements VALUES (1001, 1002); UPDATE patients SET opposition = 1 WHERE id = 1002");
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_int_equal(h->erases, 2); /* both tokens they were sent under */
    int calls = house_rows(h, "SELECT count(*) FROM appels WHERE patient_id NOT IN (1001, 1002)");
    house_equal(h, calls,
                house_rows(h, "SELECT count(*) FROM consultations c JOIN appels a ON a.num = c.appel_num"
                              " WHERE a.patient_id NOT IN (1001, 1002)"));
}

static void erase_goes_again_in_a_new_series(void **state)
{
    struct house *h = *state;
    house_fill(h, 5, 10);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1003");
    house_once(h);
    assert_int_equal(h->erases, 1);
    house_close(h);
    house_remove(h->spool_folder);
    mkdir(h->spool_folder, 0770);
    house_once(h);
    assert_int_equal(h->erases, 2);
}

static void merge_gives_the_rows_another_patient(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_once(h);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002)");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 200, 100);
    uint8_t child[TOKEN_SIZE], parent[TOKEN_SIZE];
    pseudonym_person(h->c->keys, "1002", 4, child);
    pseudonym_person(h->c->keys, "1001", 4, parent);
    size_t of_child = 0, of_parent = 0;
    for (size_t i = 0; i < h->held_count; i++) {
        of_child += memcmp(h->held[i].patient, child, TOKEN_SIZE) == 0;
        of_parent += memcmp(h->held[i].patient, parent, TOKEN_SIZE) == 0;
    }
    assert_int_equal(of_child, 0);
    assert_true(of_parent > 20);
}

static void equal_keys_withhold_their_rows(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 6);
    house_sql(h, "INSERT INTO appels VALUES (60000, 1001, '2026-03-10 11:00:00', '', 1)"); /* the same day */
    house_sql(h, "INSERT INTO appels VALUES (30001, 1001, '2025-10-10 11:00:00', '', 1)"); /* another day */
    house_once(h);
    house_equal(h, 358, 179 + 0);
    house_sql(h, "INSERT INTO appels VALUES (60001, 1001, '2026-03-10 12:00:00', '', 1)"); /* later */
    house_once(h);
    house_equal(h, 357, 179);
    house_sql(h, "DELETE FROM appels WHERE num = 30001 AND appel_le LIKE '2025%%'");
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    house_equal(h, 358, 179);
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    bool counted = false;
    for (unsigned i = 0; i < status.reason_count; i++)
        counted = counted || strcmp(status.withheld[i].name, "duplicate_key") == 0;
    assert_true(counted);
}

static void missing_column_stops_its_stream_alone(void **state)
{
    struct house *h = *state;
    struct err error;
    house_fill(h, 10, 4);
    house_once(h);
    house_sql(h, "ALTER TABLE consultations RENAME COLUMN ta_sys TO systole");
    house_sql(h, "INSERT INTO appels VALUES (900001, 1001, '2026-03-10 11:00:00', '', 1)");
    assert_int_equal(collect_once(h->c, &error), ERR_CONFIG);
    house_load(h);
    house_equal(h, 41, 20);
    struct collect_status status;
    OKAY(collect_status(&h->settings, &status, &why));
    assert_string_equal(status.streams[1].stopped, "column_missing");
    house_sql(h, "ALTER TABLE consultations RENAME COLUMN systole TO ta_sys");
    house_sql(h, "INSERT INTO consultations VALUES (900001, 900001, 130)");
    house_once(h);
    house_equal(h, 41, 21);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(nothing_is_read_before_approval),
        T(changed_mapping_waits_for_a_new_approval),
        T(paused_reads_nothing),
        T(truncated_table_is_held_back_until_accepted),
        T(held_back_rows_that_return_are_released),
        T(stop_lets_rows_go_on),
        T(emptied_hot_range_is_held_back),
        T(other_database_is_held_back),
        T(few_deletions_are_ordinary),
        T(request_for_truncated_days_is_judged_too),
        T(objector_is_erased_and_never_read_again),
        T(receipt_counts_only_with_the_centres_signature),
        T(objection_covers_the_merged),
        T(erase_goes_again_in_a_new_series),
        T(merge_gives_the_rows_another_patient),
        T(equal_keys_withhold_their_rows),
        T(missing_column_stops_its_stream_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
