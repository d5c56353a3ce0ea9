/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of codes leave when a person agreed to them as they stand, and eleven patients had the code. */
#include "tests/unit/agent/collect/house.h"

static const char labels_mapping[] = "labels:\n"
                                     "  - {thesaurus: medicall, from: motifs, code: code, label: libelle}\n";

static void write_mapping(struct house *h, const char *more)
{
    BUF_CLEANUP struct buf text = BUF_INIT(8192);
    const char *fields = "      urgency:";
    const char *at = strstr(house_mapping, fields);
    buf_append(&text, house_mapping, (size_t)(at - house_mapping));
    buf_printf(&text, "      reason: {from: a.urgence, rule: code, thesaurus: medicall}\n%s%s", at, more);
    house_close(h);
    house_write(h->mapping, buf_text(&text));
}

static int setup(void **state)
{
    struct house *h = house_new();
    house_fill(h, 3, 10); /* ten patients */
    house_sql(h, "UPDATE appels SET urgence = 7;"
                 "CREATE TABLE motifs (code TEXT, libelle TEXT);"
                 "INSERT INTO motifs VALUES (' 7', 'Douleur thoracique '), ('8', 'Autre')");
    write_mapping(h, labels_mapping);
    house_approve(h);
    house_once(h);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void eleventh_patient(struct house *h)
{
    house_sql(h, "INSERT INTO personnes VALUES (11, 'Nom11', 1); INSERT INTO patients VALUES (1011, 11, 0);"
                 "INSERT INTO appels VALUES (900001, 1011, '2026-03-10 11:00:00', '', 7)");
    house_once(h);
}

static enum err_code agree(void *context, const struct label *label, struct err *err)
{
    struct house *h = context;
    (void)err;
    if (!label->fault)
        label_mark(h->c->state, label->token, LABEL_AGREED, label->hash);
    return OK;
}

static void agree_to_all(struct house *h)
{
    state_begin(h->c->state);
    OKAY(labels_read(h->c->mapping, h->c->source, h->c->keys, agree, h, &why));
    OKAY(state_commit(h->c->state, &why));
}

static size_t sweep(struct house *h, enum sweep sweep)
{
    size_t before = h->labels;
    OKAY(collect_sweep(h->c, sweep, &why));
    house_load(h);
    return h->labels - before;
}

static void a_label_waits_for_eleven_patients_and_for_a_person(void **state)
{
    struct house *h = *state;
    assert_int_equal(sweep(h, SWEEP_WARM), 0);
    agree_to_all(h);
    assert_int_equal(sweep(h, SWEEP_COLD), 0); /* ten patients */
    eleventh_patient(h);
    assert_int_equal(sweep(h, SWEEP_WARM), 1);
    assert_string_equal(h->last_label, "medicall 7 Douleur thoracique");
    assert_int_equal(sweep(h, SWEEP_WARM), 0);
    assert_int_equal(sweep(h, SWEEP_COLD), 1); /* the centre may have lost it */
}

static void enough_patients_without_a_person_send_nothing(void **state)
{
    struct house *h = *state;
    eleventh_patient(h);
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
}

static void a_changed_label_waits_for_a_person_again(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    eleventh_patient(h);
    assert_int_equal(sweep(h, SWEEP_WARM), 1);
    house_sql(h, "UPDATE motifs SET libelle = 'Douleur de Mme Nom3' WHERE code = ' 7'");
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
    house_sql(h, "UPDATE motifs SET libelle = 'Douleur du thorax' WHERE code = ' 7'");
    agree_to_all(h);
    assert_int_equal(sweep(h, SWEEP_WARM), 1);
    assert_string_equal(h->last_label, "medicall 7 Douleur du thorax");
}

static void another_table_waits_for_a_new_approval(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    eleventh_patient(h);
    house_sql(h, "CREATE TABLE autres (code TEXT, libelle TEXT); INSERT INTO autres SELECT * FROM motifs");
    write_mapping(h, "labels:\n  - {thesaurus: medicall, from: autres, code: code, label: libelle}\n");
    house_once(h); /* records go on */
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
    house_approve(h);
    assert_int_equal(sweep(h, SWEEP_COLD), 1);
}

static void what_may_tell_of_a_person_is_not_even_offered(void **state)
{
    struct house *h = *state;
    char text[300];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    eleventh_patient(h);
    static const char *const bad[] = {"voir 0612345678", "a@example.org", "\x01", "dossier 123456"};
    for (size_t i = 0; i <= sizeof(bad) / sizeof(*bad); i++) {
        house_sql(h, "UPDATE motifs SET libelle = 'x%s' WHERE code = ' 7'", i < 4 ? bad[i] : text);
        agree_to_all(h);
        assert_int_equal(sweep(h, SWEEP_COLD), 0);
    }
}

static void an_erased_patient_does_not_count(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    eleventh_patient(h);
    house_sql(h, "UPDATE patients SET opposition = 1 WHERE id = 1004");
    house_once(h);
    assert_int_equal(h->erases, 1);
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
}

static void patients_that_turn_out_to_be_one_count_once(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    eleventh_patient(h);
    house_sql(h, "INSERT INTO rapprochements VALUES (1004, 1005)");
    house_once(h);
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
    house_sql(h, "INSERT INTO personnes VALUES (12, 'Nom12', 1); INSERT INTO patients VALUES (1012, 12, 0);"
                 "INSERT INTO appels VALUES (900002, 1012, '2026-03-10 12:00:00', '', 7)");
    house_once(h);
    assert_int_equal(sweep(h, SWEEP_COLD), 1);
}

static void counts_outlive_the_process(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    house_open(h);
    eleventh_patient(h);
    assert_int_equal(sweep(h, SWEEP_WARM), 1);
}

static void a_table_that_is_gone_fails_nothing(void **state)
{
    struct house *h = *state;
    agree_to_all(h);
    eleventh_patient(h);
    house_sql(h, "DROP TABLE motifs");
    assert_int_equal(sweep(h, SWEEP_COLD), 0);
    house_equal(h, 31, 15);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_label_waits_for_eleven_patients_and_for_a_person),
        T(enough_patients_without_a_person_send_nothing),
        T(a_changed_label_waits_for_a_person_again),
        T(another_table_waits_for_a_new_approval),
        T(what_may_tell_of_a_person_is_not_even_offered),
        T(an_erased_patient_does_not_count),
        T(patients_that_turn_out_to_be_one_count_once),
        T(counts_outlive_the_process),
        T(a_table_that_is_gone_fails_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
