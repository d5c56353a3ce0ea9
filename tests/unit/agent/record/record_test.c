/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/agent/record/record_fixture.h"

static void a_row_becomes_a_line_without_any_identifier(void **state)
{
    struct fixture *f = *state;
    set(f, "note", text("Mme Lef\xc3\xa8vre, 06 12 34 56 78"));
    assert_masked(f, CALL_HEAD
                  ",\"age\":\"70\",\"sex\":\"F\",\"received\":\"2026-01-02T14+01:00\",\"reason\":\"R05\","
                  "\"reason_thesaurus\":\"sosmed\",\"note\":\"<TEXTE_RETENU>\"");
    assert_int_equal(f->withheld[WITHHELD_TEXT], 1);
}

static void a_death_shows_in_the_line(void **state)
{
    struct fixture *f = *state;
    set(f, "note",
        text("d\xc3\xa9"
             "c\xc3\xa8s"));
    f->row[stream_of(f)->column_count] = integer(1);
    assert_masked(f, CALL_HEAD
                  ",\"age\":\"70-79\",\"sex\":\"F\",\"reason\":\"R05\",\"reason_thesaurus\":\"sosmed\"");
}

static void a_value_that_does_not_go_is_counted(void **state)
{
    struct fixture *f = *state;
    set(f, "sexe", integer(9));
    set(f, "motif", text("grippe"));
    assert_masked(f, CALL_HEAD ",\"age\":\"70\",\"received\":\"2026-01-02T14+01:00\"");
    assert_int_equal(f->withheld[WITHHELD_UNKNOWN_CODE], 2);
    const struct model_field *sex = model_find_field(stream_of(f)->model, "sex");
    assert_int_equal(record_withheld_fields(f->maker)[sex->index], WITHHELD_UNKNOWN_CODE);
    assert_int_equal(record_values(f->maker)[sex->index].kind, VALUE_ABSENT);
}

static void a_child_has_a_key_of_its_own_and_the_calls_episode(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(look(f), ROW_RECORD);
    char call[TOKEN_TEXT];
    token_format('e', 1, f->key.id, call);
    f->stream = 2;
    memset(f->row, 0, sizeof f->row);
    set(f, "num", text("2026-000017"));
    set(f, "rang", integer(1));
    set(f, "code", text("J11"));
    set(f, "le", text("2026-01-02 14:05:00"));
    set(f, "patient_id", integer(0));
    char expected[256], id[TOKEN_TEXT];
    assert_int_equal(look(f), ROW_RECORD);
    token_format('e', 1, f->key.id, id);
    assert_string_not_equal(id, call);
    snprintf(
        expected, sizeof expected,
        "{\"stream\":\"diagnosis\",\"id\":\"%s\",\"episode\":\"%s\",\"day\":\"2026-01-02\",\"op\":\"put\","
        "\"code\":\"J11\",\"code_thesaurus\":\"cim10\",\"rank\":1",
        id, call);
    assert_line(f, expected);
}

static void days_decide_what_is_looked_at(void **state)
{
    struct fixture *f = *state;
    set(f, "le", text("2014-12-31 23:59:59"));
    assert_int_equal(look(f), ROW_OUTSIDE);
    set(f, "le", text("2031-01-01"));
    assert_int_equal(look(f), ROW_OUTSIDE);
    set(f, "le", text("demain"));
    assert_int_equal(look(f), ROW_WITHHELD);
    assert_int_equal(f->key.why, WITHHELD_NO_DAY);
    set(f, "le", text("2026-01-02T12:00:00Z"));
    assert_int_equal(look(f), ROW_RECORD);
    assert_int_equal(f->key.day, day_parse("2026-01-02", 10));
}

static void a_row_without_an_id_is_withheld(void **state)
{
    struct fixture *f = *state;
    set(f, "num", (struct cell){.type = CELL_NULL});
    assert_int_equal(look(f), ROW_WITHHELD);
    assert_int_equal(f->key.why, WITHHELD_NO_KEY);
}

static void nobody_is_sent_without_a_patient(void **state)
{
    struct fixture *f = *state;
    const struct cell ids[] = {integer(0), integer(-1), text("-1 "),
                               text(""),   text("  "),  {.type = CELL_NULL}};
    set(f, "id", (struct cell){.type = CELL_NULL});
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        set(f, "patient_id", ids[i]);
        assert_int_equal(look(f), ROW_RECORD);
        assert_false(f->key.has_patient);
    }
}

static void a_patient_that_does_not_exist_withholds_the_row(void **state)
{
    struct fixture *f = *state;
    set(f, "id", (struct cell){.type = CELL_NULL});
    assert_int_equal(look(f), ROW_WITHHELD);
    assert_int_equal(f->key.why, WITHHELD_NO_PERSON);
}

static void an_objection_is_read_by_its_lists_alone(void **state)
{
    struct fixture *f = *state;
    const struct {
        struct cell cell;
        enum row_fate fate;
    } cases[] = {{integer(1), ROW_OBJECTED},
                 {text("O"), ROW_OBJECTED},
                 {integer(0), ROW_RECORD},
                 {text("N "), ROW_RECORD},
                 {integer(2), ROW_WITHHELD},
                 {text(""), ROW_WITHHELD},
                 {{.type = CELL_NULL}, ROW_WITHHELD},
                 {{.type = CELL_UNREADABLE}, ROW_WITHHELD}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set(f, "opposition", cases[i].cell);
        assert_int_equal(look(f), cases[i].fate);
        assert_true(f->key.has_patient);
        if (cases[i].fate == ROW_WITHHELD)
            assert_int_equal(f->key.why, WITHHELD_OBJECTION_VALUE);
    }
}

static void an_objection_elsewhere_counts_too(void **state)
{
    struct fixture *f = *state;
    f->objects = true;
    assert_int_equal(look(f), ROW_OBJECTED);
    set(f, "opposition", integer(2));
    assert_int_equal(look(f), ROW_OBJECTED);
}

static void a_merged_patient_has_the_parents_token(void **state)
{
    struct fixture *f = *state;
    uint8_t parent[TOKEN_SIZE];
    assert_int_equal(look(f), ROW_RECORD);
    struct row_key before = f->key;
    f->merged = "1048576";
    assert_int_equal(look(f), ROW_RECORD);
    pseudonym_person(f->context.keys, "1048576", 7, parent);
    assert_memory_equal(f->key.patient, parent, TOKEN_SIZE);
    assert_memory_equal(f->key.id, before.id, TOKEN_SIZE);
    assert_memory_not_equal(f->key.raw, before.raw, SHORT_SIZE);
    f->merged = "";
    assert_int_equal(look(f), ROW_WITHHELD);
    assert_int_equal(f->key.why, WITHHELD_MERGE_CYCLE);
}

static void raw_sees_every_change_but_the_mark_of_change(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(look(f), ROW_RECORD);
    struct row_key before = f->key;
    assert_int_equal(look(f), ROW_RECORD);
    assert_memory_equal(f->key.raw, before.raw, SHORT_SIZE);
    for (unsigned i = 0; i < stream_of(f)->column_count; i++) {
        const char *name = stream_of(f)->columns[i].column;
        struct cell kept = f->row[i];
        bool mark = strcmp(name, "modifie") == 0;
        if (strcmp(name, "le") == 0)
            f->row[i] = text("2026-01-02 14:05:01");
        else if (strcmp(name, "opposition") == 0)
            f->row[i] = text("N");
        else
            f->row[i] = text("7");
        assert_int_equal(look(f), ROW_RECORD);
        assert_int_equal(memcmp(f->key.raw, before.raw, SHORT_SIZE) == 0, mark);
        f->row[i] = kept;
    }
    f->row[stream_of(f)->column_count] = integer(1);
    assert_int_equal(look(f), ROW_RECORD);
    assert_memory_not_equal(f->key.raw, before.raw, SHORT_SIZE);
}

static void raw_tells_types_and_borders_apart(void **state)
{
    struct fixture *f = *state;
    uint8_t seen[4][SHORT_SIZE];
    const struct cell motif[] = {text("1"), integer(1), text("12"), text("")},
                      note[] = {text("2"), text("2"), text(""), text("12")};
    for (size_t i = 0; i < 4; i++) {
        set(f, "motif", motif[i]);
        set(f, "note", note[i]);
        assert_int_equal(look(f), ROW_RECORD);
        memcpy(seen[i], f->key.raw, SHORT_SIZE);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(seen[i], seen[k], SHORT_SIZE);
    }
}

static void the_policy_follows_model_mapping_and_engine(void **state)
{
    struct fixture *f = *state;
    uint8_t call[2][SHORT_SIZE], diagnosis[2][SHORT_SIZE];
    record_policy(f->maker, 0, call[0]);
    record_policy(f->maker, 2, diagnosis[0]);
    assert_memory_not_equal(call[0], diagnosis[0], SHORT_SIZE);
    record_maker_free(f->maker);
    f->context.text_policy[0] = 1;
    f->maker = record_maker_new(&f->context);
    record_policy(f->maker, 0, call[1]);
    record_policy(f->maker, 2, diagnosis[1]);
    assert_memory_not_equal(call[0], call[1], SHORT_SIZE);
    assert_memory_equal(diagnosis[0], diagnosis[1], SHORT_SIZE); /* it has no text */
}

static void a_row_of_the_wrong_shape_is_withheld(void **state)
{
    struct fixture *f = *state;
    record_key(f->maker, 0, f->row, count_of(f) - 1, &f->key);
    assert_int_equal(f->key.fate, ROW_WITHHELD);
}

static void of_a_row_beside_the_days_that_are_read_nothing_is_made(void **state)
{
    struct fixture *f = *state;
    static const uint8_t nothing[TOKEN_SIZE];
    int32_t day = day_from_civil(2026, 1, 2);
    record_key_within(f->maker, f->stream, f->row, count_of(f), day, day, &f->key);
    assert_int_equal(f->key.fate, ROW_RECORD);
    record_key_within(f->maker, f->stream, f->row, count_of(f), day, DAY_NONE, &f->key);
    assert_int_equal(f->key.fate, ROW_RECORD);
    record_key_within(f->maker, f->stream, f->row, count_of(f), day - 1, day - 1, &f->key);
    assert_int_equal(f->key.fate, ROW_OUTSIDE);
    record_key_within(f->maker, f->stream, f->row, count_of(f), day + 1, DAY_NONE, &f->key);
    assert_int_equal(f->key.fate, ROW_OUTSIDE);
    assert_int_equal(f->key.day, day);
    assert_memory_equal(f->key.id, nothing, TOKEN_SIZE);
}

static void the_guard_stops_a_code_that_is_a_name(void **state)
{
    struct fixture *f = *state;
    set(f, "motif", text("ABC1234"));
    set(f, "nom", text("Mme ABC-1234 B"));
    assert_false(build(f));
    assert_int_equal(f->line.len, 0);
    assert_int_equal(f->withheld[WITHHELD_GUARD], 1);
    set(f, "nom", text("ABD 1234"));
    assert_true(build(f));
}

static void the_guard_takes_out_a_code_that_may_be_a_name_by_chance(void **state)
{
    struct fixture *f = *state;
    set(f, "motif", text("AB123"));
    assert_true(build(f));
    assert_non_null(strstr(buf_text(&f->line), "AB123"));
    set(f, "nom", text("AB 123"));
    assert_true(build(f));
    assert_null(strstr(buf_text(&f->line), "AB123"));
    assert_int_equal(f->withheld[WITHHELD_IDENTIFIER], 1);
    assert_int_equal(f->withheld[WITHHELD_GUARD], 0);
}

static void every_reason_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < WITHHELD_KINDS; i++)
        assert_true(strlen(withheld_name((enum withheld)i)) > 0);
}

#define RECORD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(a_row_becomes_a_line_without_any_identifier),
        RECORD_TEST(a_death_shows_in_the_line),
        RECORD_TEST(a_value_that_does_not_go_is_counted),
        RECORD_TEST(a_child_has_a_key_of_its_own_and_the_calls_episode),
        RECORD_TEST(days_decide_what_is_looked_at),
        RECORD_TEST(a_row_without_an_id_is_withheld),
        RECORD_TEST(nobody_is_sent_without_a_patient),
        RECORD_TEST(a_patient_that_does_not_exist_withholds_the_row),
        RECORD_TEST(an_objection_is_read_by_its_lists_alone),
        RECORD_TEST(an_objection_elsewhere_counts_too),
        RECORD_TEST(a_merged_patient_has_the_parents_token),
        RECORD_TEST(raw_sees_every_change_but_the_mark_of_change),
        RECORD_TEST(raw_tells_types_and_borders_apart),
        RECORD_TEST(the_policy_follows_model_mapping_and_engine),
        RECORD_TEST(a_row_of_the_wrong_shape_is_withheld),
        RECORD_TEST(of_a_row_beside_the_days_that_are_read_nothing_is_made),
        RECORD_TEST(the_guard_stops_a_code_that_is_a_name),
        RECORD_TEST(the_guard_takes_out_a_code_that_may_be_a_name_by_chance),
        cmocka_unit_test(every_reason_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
