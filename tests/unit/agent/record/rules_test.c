/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/agent/record/rules_fixture.h"

#include <math.h>
#include <stdio.h>

static void numbers_are_read_from_integers_reals_and_text(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "temperature");
    assert_number(f, (struct cell){.type = CELL_INTEGER, .integer = 38}, 380);
    assert_number(f, (struct cell){.type = CELL_REAL, .real = 38.5}, 385);
    assert_number(f, (struct cell){.type = CELL_REAL, .real = 38.449}, 384);
    assert_number(f, text("38,5"), 385);
    assert_number(f, text(" 38.5 "), 385);
    assert_number(f, text("38.45"), 385);
    assert_number(f, text("+38"), 380);
    assert_number(f, text("38.5000000000000000001"), 385);
    assert_withheld(f, text("38.5 C"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("3.8.5"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("-"), WITHHELD_BAD_VALUE);
    assert_absent(f, text("  "));
}

/* Most are written by hand: the word must be the one that printf gives. */
static void a_real_is_the_word_that_printf_gives(void **state)
{
    struct fixture *f = *state;
    static const double values[] = {37.5,   -0.25, 36.6,      0.05,           0.07,
                                    12.345, 1e-3,  0.1 + 0.2, 99999999999.99, 1e15};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char expected[32];
        struct word word;
        enum withheld why;
        const struct cell cell = {.type = CELL_REAL, .real = values[i]};
        (void)snprintf(expected, sizeof expected, values[i] == floor(values[i]) ? "%.0f" : "%.15g",
                       values[i]);
        assert_int_equal(rule_word(&f->room, &cell, ENCODING_UTF8, &word, &why), WORD_GIVEN);
        assert_int_equal(word.len, strlen(expected));
        assert_memory_equal(word.text, expected, word.len);
    }
}

static void vitals_out_of_range_are_withheld(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "temperature");
    assert_number(f, text("44.0"), 440);
    assert_withheld(f, text("44.1"), WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, text("-38"), WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, (struct cell){.type = CELL_INTEGER, .integer = 0}, WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, (struct cell){.type = CELL_INTEGER, .integer = INT64_MAX}, WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, (struct cell){.type = CELL_INTEGER, .integer = INT64_MIN}, WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, (struct cell){.type = CELL_REAL, .real = 1e300}, WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, text("99999999999999999999999999"), WITHHELD_OUT_OF_RANGE);
    char *empty[] = {(char *)(uintptr_t) "0", NULL};
    f->rule.empty = empty;
    assert_absent(f, (struct cell){.type = CELL_INTEGER, .integer = 0});
    assert_absent(f, (struct cell){.type = CELL_REAL, .real = 0});
}

static void numbers_may_be_scaled(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "glucose");
    f->rule.scale = 18;
    f->rule.scale_decimals = 2;
    assert_number(f, text("5.5"), 99); /* mmol/L to g/L */
    fills(f, "visit", "systolic");
    f->rule.scale = 10;
    f->rule.scale_decimals = 0;
    assert_number(f, (struct cell){.type = CELL_INTEGER, .integer = 12}, 120);
    assert_number(f, (struct cell){.type = CELL_REAL, .real = 13.5}, 135);
}

static void departments_of_the_mainland(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "geo");
    assert_text(f, text("69003"), "69");
    assert_text(f, text("01000"), "01");
    assert_text(f, (struct cell){.type = CELL_INTEGER, .integer = 1000}, "01");
    assert_text(f, text("69"), "69");
    assert_text(f, (struct cell){.type = CELL_INTEGER, .integer = 1}, "01");
    static const char *const unknown[] = {"00100", "96000", "98000",  "99123",   "20",
                                          "0",     "123",   "690033", "F-69003", "69 003"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_withheld(f, text(unknown[i]), WITHHELD_UNKNOWN_CODE);
}

static void departments_of_corsica(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "geo");
    assert_text(f, text("20000"), "2A");
    assert_text(f, text("20167"), "2A");
    assert_text(f, text("20200"), "2B");
    assert_text(f, text("20620"), "2B");
    assert_text(f, text("2A"), "2A");
    assert_text(f, text("2b033"), "2B");
    assert_withheld(f, text("20300"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("2C"), WITHHELD_UNKNOWN_CODE);
}

static void departments_overseas(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "geo");
    static const char *const codes[][2] = {
        {"97110", "971"}, {"97200", "972"}, {"97300", "973"}, {"97400", "974"}, {"97500", "975"},
        {"97600", "976"}, {"97700", "977"}, {"97800", "978"}, {"98400", "984"}, {"98600", "986"},
        {"98714", "987"}, {"98800", "988"}, {"98900", "989"}, {"974", "974"}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_text(f, text(codes[i][0]), codes[i][1]);
    assert_withheld(f, text("97900"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("98500"), WITHHELD_UNKNOWN_CODE);
}

static void pmsi_codes_have_their_form(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "geo_pmsi");
    assert_text(f, text("69003"), "69003");
    assert_text(f, text("2A004"), "2A004");
    assert_withheld(f, text("690"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("LYON3"), WITHHELD_UNKNOWN_CODE);
}

static void codes_match_their_thesaurus_or_do_not_go(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "reason");
    const struct model_thesaurus *thesauri[] = {model_find_thesaurus(f->model, "cisp2"), NULL};
    f->rule.thesauri = thesauri;
    assert_text(f, text("R05 "), "R05");
    assert_string_equal(f->value.thesaurus, "cisp2");
    assert_withheld(f, text("r05"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("toux"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("toux depuis hier, M. Martin, 06 12 34 56 78"), WITHHELD_UNKNOWN_CODE);
    assert_absent(f, text(""));
    char *accept[] = {(char *)(uintptr_t) "A03", NULL};
    f->rule.accept = accept;
    assert_text(f, text("A03"), "A03");
    assert_withheld(f, text("R05"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("A0"), WITHHELD_UNKNOWN_CODE);
}

static void a_code_is_named_by_the_first_thesaurus_it_matches(void **state)
{
    struct fixture *f = *state;
    const struct model_thesaurus *thesauri[] = {model_find_thesaurus(f->model, "ngap"),
                                                model_find_thesaurus(f->model, "ccam"), NULL};
    fills(f, "act", "code");
    f->rule.thesauri = thesauri;
    assert_text(f, text("MDN"), "MDN");
    assert_string_equal(f->value.thesaurus, "ngap");
    assert_text(f, text("DEQP003"), "DEQP003");
    assert_string_equal(f->value.thesaurus, "ccam");
    assert_withheld(f, text("DEQP03X"), WITHHELD_UNKNOWN_CODE);
}

static void enums_go_by_their_table(void **state)
{
    struct fixture *f = *state;
    struct rule_word words[] = {{(char *)(uintptr_t) "1", "home"},
                                {(char *)(uintptr_t) "H\xc3\x94P", "hospital"}};
    fills(f, "visit", "outcome");
    f->rule.words = words;
    f->rule.word_count = 2;
    assert_text(f, (struct cell){.type = CELL_INTEGER, .integer = 1}, "home");
    assert_text(f, (struct cell){.type = CELL_REAL, .real = 1.0}, "home");
    assert_text(f, text(" 1 "), "home");
    assert_text(f, text("H\xc3\x94P"), "hospital");
    f->encodings[0] = ENCODING_CP1252;
    assert_text(f, text("H\xd4P"), "hospital");
    assert_withheld(f, text("2"), WITHHELD_UNKNOWN_CODE);
    assert_withheld(f, text("HOP"), WITHHELD_UNKNOWN_CODE);
    assert_absent(f, (struct cell){.type = CELL_NULL});
}

static void flags_are_true_or_false_or_withheld(void **state)
{
    struct fixture *f = *state;
    const struct model_field field = {.type = FIELD_FLAG};
    struct rule_word words[] = {{(char *)(uintptr_t) "O", "true"}, {(char *)(uintptr_t) "N", "false"}};
    f->rule.field = &field;
    f->rule.words = words;
    f->rule.word_count = 2;
    assert_int_equal(apply(f, text("O")), WITHHELD_KINDS);
    assert_int_equal(f->value.kind, VALUE_FLAG);
    assert_int_equal(f->value.number, 1);
    assert_int_equal(apply(f, text("N")), WITHHELD_KINDS);
    assert_int_equal(f->value.number, 0);
    assert_withheld(f, text("?"), WITHHELD_UNKNOWN_CODE);
}

static void practitioners_are_tokens(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "practitioner");
    f->room.day = day_parse("2026-01-02", 10);
    assert_int_equal(apply(f, (struct cell){.type = CELL_INTEGER, .integer = 12}), WITHHELD_KINDS);
    char letter;
    unsigned epoch;
    uint8_t token[TOKEN_SIZE], expected[TOKEN_SIZE];
    assert_true(token_parse(f->value.text, f->value.len, &letter, &epoch, token));
    pseudonym_practitioner(f->keys, "12", 2, f->room.day, expected);
    assert_int_equal(letter, 'd');
    assert_memory_equal(token, expected, TOKEN_SIZE);
}

static void no_rule_lets_a_text_through(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "note");
    assert_int_equal(apply(f, text("Mme Martin, 3e gauche")), WITHHELD_TEXT);
    assert_string_equal(f->value.text, TEXT_WITHHELD);
    assert_absent(f, text("  "));
    assert_int_equal(apply(f, text("d\xe9j\xe0")), WITHHELD_UNDECODABLE);
    assert_string_equal(f->value.text, TEXT_WITHHELD);
}

static void a_text_is_read_for_the_engine_as_the_mapping_says(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "note");
    f->encodings[0] = ENCODING_LATIN9;
    assert_int_equal(apply(f, text(" \xa4 d\xe9j\xe0 ")), WITHHELD_TEXT);
    assert_string_equal(buf_text(&f->text), "\xe2\x82\xac d\xc3\xa9j\xc3\xa0");
}

static void encodings_are_as_the_mapping_says(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum text_encoding encoding;
        const char *bytes, *utf8;
    } cases[] = {
        {ENCODING_UTF8, "\xc3\xa9", "\xc3\xa9"},
        {ENCODING_UTF8, "\xe9", NULL},
        {ENCODING_UTF8, "\xc0\xaf", NULL},
        {ENCODING_UTF8, "\xed\xa0\x80", NULL},
        {ENCODING_LATIN1, "\xe9", "\xc3\xa9"},
        {ENCODING_LATIN9, "\xbd", "\xc5\x93"},
        {ENCODING_CP1252, "\x9c", "\xc5\x93"},
        {ENCODING_CP1252, "\x81", NULL},
        {ENCODING_CP1252, "e", "e"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf BUF_CLEANUP out = BUF_INIT(64);
        bool good =
            decode_text(f->room.decoder, cases[i].encoding, cases[i].bytes, strlen(cases[i].bytes), &out);
        assert_int_equal(good, cases[i].utf8 != NULL);
        assert_string_equal(buf_text(&out), good ? cases[i].utf8 : "");
    }
}

static void unreadable_values_are_withheld(void **state)
{
    struct fixture *f = *state;
    static const char *const fields[] = {"received", "age", "geo", "sex"};
    for (size_t i = 0; i < 4; i++) {
        fills(f, "call", fields[i]);
        assert_withheld(f, (struct cell){.type = CELL_UNREADABLE}, WITHHELD_UNREADABLE);
        assert_withheld(f, (struct cell){.type = CELL_BLOB, .text = "x", .len = 1}, WITHHELD_BAD_VALUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_TEST(numbers_are_read_from_integers_reals_and_text),
        RULE_TEST(a_real_is_the_word_that_printf_gives),
        RULE_TEST(vitals_out_of_range_are_withheld),
        RULE_TEST(numbers_may_be_scaled),
        RULE_TEST(departments_of_the_mainland),
        RULE_TEST(departments_of_corsica),
        RULE_TEST(departments_overseas),
        RULE_TEST(pmsi_codes_have_their_form),
        RULE_TEST(codes_match_their_thesaurus_or_do_not_go),
        RULE_TEST(a_code_is_named_by_the_first_thesaurus_it_matches),
        RULE_TEST(enums_go_by_their_table),
        RULE_TEST(flags_are_true_or_false_or_withheld),
        RULE_TEST(practitioners_are_tokens),
        RULE_TEST(no_rule_lets_a_text_through),
        RULE_TEST(a_text_is_read_for_the_engine_as_the_mapping_says),
        RULE_TEST(encodings_are_as_the_mapping_says),
        RULE_TEST(unreadable_values_are_withheld),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
