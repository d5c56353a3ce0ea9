/* SPDX-License-Identifier: Apache-2.0 */
/* What people enter on site beside a running collect: objections, practitioners', freezes. */
#include "tests/unit/agent/collect/house.h"

#include "agent/collect/objector.h"
#include "agent/collect/register.h"

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

static struct register_wish wish_of(const char *id, enum objection_scope scope, bool freeze)
{
    return (struct register_wish){
        .id = id, .scope = scope, .freeze = freeze, .who = "dpo", .from = "letter", .since_s = NOON};
}

static enum objection_result enter(struct house *h, const char *id, enum objection_scope scope, bool freeze)
{
    const struct register_wish wish = wish_of(id, scope, freeze);
    enum objection_result result = OBJECTION_ABSENT;
    OKAY(register_enter(&h->settings, &wish, &result, &why));
    return result;
}

static enum objection_result withdraw(struct house *h, const char *id, enum objection_scope scope,
                                      bool freeze)
{
    const struct register_wish wish = wish_of(id, scope, freeze);
    enum objection_result result = OBJECTION_ABSENT;
    OKAY(register_withdraw(&h->settings, &wish, &result, &why));
    return result;
}

static int calls_without(struct house *h, const char *ids)
{
    char sql[160];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM appels WHERE patient_id NOT IN (%s)", ids);
    return house_rows(h, sql);
}

static int visits_without(struct house *h, const char *ids)
{
    char sql[200];
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM consultations c JOIN appels a ON a.num = c.appel_num"
             " WHERE a.patient_id NOT IN (%s)",
             ids);
    return house_rows(h, sql);
}

/* Without one more sweep than the next hot one, also of days far back. */
static void objection_entered_on_site_erases_at_the_next_round(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 20);
    house_once(h);
    assert_int_equal(enter(h, " 001003 ", SCOPE_PATIENT, false), OBJECTION_DONE);
    assert_int_equal(enter(h, "1003", SCOPE_PATIENT, false), OBJECTION_ALREADY);
    house_once(h);
    assert_int_equal(h->erases, 1);
    house_equal(h, calls_without(h, "1003"), visits_without(h, "1003"));
    house_sql(h, "INSERT INTO appels VALUES (900001, 1003, '2026-03-10 11:00:00', '', 1)");
    house_once(h);
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why));
    house_load(h);
    assert_int_equal(h->erases, 1);
    house_equal(h, calls_without(h, "1003"), visits_without(h, "1003"));
}

static void objection_entered_before_the_first_sweep_lets_nothing_leave(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    assert_int_equal(enter(h, "1003", SCOPE_PATIENT, false), OBJECTION_DONE);
    house_once(h);
    house_equal(h, calls_without(h, "1003"), visits_without(h, "1003"));
    assert_int_equal(h->puts, house_count(h, "call") + house_count(h, "visit"));
}

static void objection_is_followed_through_a_merge_that_comes_later(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_once(h);
    enter(h, "1002", SCOPE_PATIENT, false);
    house_once(h);
    assert_int_equal(h->erases, 1);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002)");
    house_once(h);
    assert_int_equal(h->erases, 2); /* the other's token too, although the first was erased long ago */
    house_equal(h, calls_without(h, "1001, 1002"), visits_without(h, "1001, 1002"));
}

/* A second parent is known by no name that the first did not have. */
static void objection_is_followed_through_a_merge_that_was_ambiguous(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_once(h);
    enter(h, "1001", SCOPE_PATIENT, false);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002), (1003, 1002)");
    house_once(h);
    assert_int_equal(h->erases, 1);
    house_sql(h, "DELETE FROM rapprochements WHERE id_parent = 1003");
    house_once(h);
    assert_int_equal(h->erases, 2);
    house_equal(h, calls_without(h, "1001, 1002"), visits_without(h, "1001, 1002"));
}

/* The round looked who objects when it began; what it erases and asks for besides may be of somebody new. */
static void objection_that_comes_in_the_middle_of_a_round_covers_the_merged_too(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002)");
    house_once(h);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1005");
    OKAY(ready_source(h->c, &why));
    enter(h, "1002", SCOPE_PATIENT, false);
    OKAY(objector_scan(h->c, &why));
    house_once(h);
    assert_int_equal(h->erases, 3);
    house_equal(h, calls_without(h, "1001, 1002, 1005"), visits_without(h, "1001, 1002, 1005"));
}

static void freeze_that_hardens_in_the_middle_of_a_round_covers_the_merged_too(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002)");
    enter(h, "1002", SCOPE_PATIENT, true);
    house_once(h);
    assert_int_equal(h->erases, 0);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1005");
    OKAY(ready_source(h->c, &why));
    enter(h, "1002", SCOPE_PATIENT, false);
    OKAY(objector_scan(h->c, &why));
    house_once(h);
    assert_int_equal(h->erases, 3);
}

static void objection_withdrawn_before_its_erase_leaves_no_trace_at_the_centre(void **state)
{
    struct house *h = *state;
    house_fill(h, 20, 10);
    house_once(h);
    enter(h, "1003", SCOPE_PATIENT, false);
    assert_int_equal(withdraw(h, "1003", SCOPE_PATIENT, false), OBJECTION_DONE);
    house_once(h);
    assert_int_equal(h->erases, 0);
    house_equal(h, 200, 100);
    enter(h, "1003", SCOPE_PATIENT, false);
    house_once(h);
    assert_int_equal(h->erases, 1);
    assert_int_equal(withdraw(h, "1003", SCOPE_PATIENT, false), OBJECTION_FINAL);
    house_once(h);
    house_equal(h, calls_without(h, "1003"), visits_without(h, "1003"));
}

static void frozen_person_leaves_the_warehouse_and_comes_back(void **state)
{
    struct house *h = *state;
    house_fill(h, 60, 20);
    house_sql(h, "INSERT INTO rapprochements VALUES (1001, 1002)");
    house_once(h);
    assert_int_equal(enter(h, "1002", SCOPE_PATIENT, true), OBJECTION_DONE);
    house_once(h);
    house_equal(h, calls_without(h, "1001, 1002"), visits_without(h, "1001, 1002"));
    assert_int_equal(withdraw(h, "1002", SCOPE_PATIENT, true), OBJECTION_DONE);
    house_once(h);
    house_equal(h, 1200, 600);
    assert_int_equal(h->erases, 0);
    struct stop stop;
    assert_false(stop_get(h->c->state, "call", &stop));
}

static void practitioner_who_objects_takes_their_token_out_of_every_record(void **state)
{
    struct house *h = *state;
    BUF_CLEANUP struct buf mapping = BUF_INIT(8192);
    buf_printf(&mapping, "%s      practitioner: {from: c.medecin_id, rule: token}\n", house_mapping);
    house_write(h->mapping, buf_text(&mapping));
    house_fill(h, 60, 20);
    house_sql(h, "ALTER TABLE consultations ADD COLUMN medecin_id INTEGER");
    house_sql(h, "UPDATE consultations SET medecin_id = 1 + id %% 4");
    house_approve(h);
    house_once(h);
    size_t puts = h->puts;
    int theirs = house_rows(h, "SELECT count(*) FROM consultations WHERE medecin_id = 3");
    assert_true(theirs > 0);
    assert_int_equal(enter(h, "3", SCOPE_PRACTITIONER, false), OBJECTION_DONE);
    buf_clear(&h->lines);
    house_once(h);
    house_equal(h, 1200, 600);
    assert_true(h->puts - puts >= (size_t)theirs);
    size_t after = h->puts;
    OKAY(collect_sweep(h->c, SWEEP_COLD, &why)); /* nothing more differs */
    house_load(h);
    assert_int_equal(h->puts, after);
    size_t without = 0;
    for (const char *at = buf_text(&h->lines), *end; (end = strchr(at, '\n')) != NULL; at = end + 1)
        without += memmem(at, (size_t)(end - at), "\"practitioner\"", 14) == NULL &&
                   memmem(at, (size_t)(end - at), "\"stream\":\"visit\"", 16) != NULL;
    assert_in_range(without, theirs, 2 * theirs); /* those of the hot range also alone */
    assert_int_equal(withdraw(h, "3", SCOPE_PRACTITIONER, false), OBJECTION_DONE);
    buf_clear(&h->lines);
    house_once(h);
    house_equal(h, 1200, 600);
    assert_int_equal(h->erases, 0);
    assert_non_null(strstr(buf_text(&h->lines), "\"practitioner\""));
}

static void nobody_cannot_object(void **state)
{
    struct house *h = *state;
    const struct register_wish nobody = wish_of("0", SCOPE_PATIENT, false),
                               blank = wish_of("  ", SCOPE_PATIENT, false);
    enum objection_result result;
    struct err err;
    assert_int_equal(register_enter(&h->settings, &nobody, &result, &err), ERR_REJECTED);
    assert_int_equal(register_enter(&h->settings, &blank, &result, &err), ERR_REJECTED);
}

static void no_new_register_is_begun_where_one_was_lost(void **state)
{
    struct house *h = *state;
    const struct register_wish wish = wish_of("1003", SCOPE_PATIENT, false);
    enum objection_result result;
    struct err err;
    char path[128];
    house_fill(h, 2, 2);
    house_once(h);
    house_close(h);
    snprintf(path, sizeof(path), "%s/objections.db", h->collect_folder);
    unlink(path);
    assert_int_equal(register_enter(&h->settings, &wish, &result, &err), ERR_CONFIG);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(objection_entered_on_site_erases_at_the_next_round),
        T(objection_entered_before_the_first_sweep_lets_nothing_leave),
        T(objection_is_followed_through_a_merge_that_comes_later),
        T(objection_is_followed_through_a_merge_that_was_ambiguous),
        T(objection_that_comes_in_the_middle_of_a_round_covers_the_merged_too),
        T(freeze_that_hardens_in_the_middle_of_a_round_covers_the_merged_too),
        T(objection_withdrawn_before_its_erase_leaves_no_trace_at_the_centre),
        T(frozen_person_leaves_the_warehouse_and_comes_back),
        T(practitioner_who_objects_takes_their_token_out_of_every_record),
        T(nobody_cannot_object),
        T(no_new_register_is_begun_where_one_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
