/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/record/key.h"
#include "agent/record/rules.h"

/* A room with one row of cells, and a rule over the first of them. */
struct fixture {
    struct model *model;
    struct pseudonym_keys *keys;
    struct record_context context;
    struct mapping_stream stream;
    enum text_encoding encodings[2];
    struct cell row[2];
    struct rule_room room;
    struct mapping_rule rule;
    struct value value;
    char small[SHORT_TEXT];
    struct buf text;
};

static int set_up(void **state)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct err err;
    const uint8_t root[32] = {7};
    struct fixture *f = calloc(1, sizeof *f);
    f->model = model_load("conf/model/contact-1.yaml", &problems);
    f->keys = pseudonym_keys_new(root, "test", 1);
    f->context = (struct record_context){.model = f->model, .keys = f->keys};
    f->stream.encodings = f->encodings;
    f->stream.column_count = 2;
    f->room = (struct rule_room){.context = &f->context,
                                 .stream = &f->stream,
                                 .row = f->row,
                                 .count = 2,
                                 .decoder = decoder_new(),
                                 .decoded = BUF_INIT(65536),
                                 .id = BUF_INIT(CANONICAL_ID_MAX)};
    f->rule = (struct mapping_rule){.since = 1, .scale = 1};
    f->text = BUF_INIT(65536);
    *state = f;
    return f->model == NULL || zone_open("Europe/Paris", &f->context.zone, &err) != OK;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    zone_free(f->context.zone);
    decoder_free(f->room.decoder);
    buf_free(&f->room.decoded);
    buf_free(&f->room.id);
    buf_free(&f->text);
    pseudonym_keys_free(f->keys);
    model_free(f->model);
    free(f);
    return 0;
}

static struct cell text(const char *t)
{
    return (struct cell){.type = CELL_TEXT, .text = t, .len = strlen(t)};
}

static void fills(struct fixture *f, const char *stream, const char *field)
{
    f->rule.field = model_find_field(model_find_stream(f->model, stream), field);
    assert_non_null(f->rule.field);
}

static enum withheld apply(struct fixture *f, struct cell cell)
{
    f->row[0] = cell;
    return rule_apply(&f->room, &f->rule, &f->value, f->small, &f->text);
}

static void assert_text(struct fixture *f, struct cell cell, const char *expected)
{
    assert_int_equal(apply(f, cell), WITHHELD_KINDS);
    assert_int_equal(f->value.kind, VALUE_TEXT);
    assert_int_equal(f->value.len, strlen(expected));
    assert_memory_equal(f->value.text, expected, f->value.len);
}

static void assert_number(struct fixture *f, struct cell cell, int64_t expected)
{
    assert_int_equal(apply(f, cell), WITHHELD_KINDS);
    assert_int_equal(f->value.kind, VALUE_NUMBER);
    assert_int_equal(f->value.number, expected);
}

static void assert_withheld(struct fixture *f, struct cell cell, enum withheld why)
{
    assert_int_equal(apply(f, cell), why);
    assert_int_equal(f->value.kind, VALUE_ABSENT);
}

static void assert_absent(struct fixture *f, struct cell cell)
{
    assert_withheld(f, cell, WITHHELD_KINDS);
}

static void age_at(struct fixture *f, const char *birth, const char *day, const char *expected)
{
    f->room.day = day_parse(day, strlen(day));
    assert_text(f, text(birth), expected);
}

static void infants_are_in_days_and_months(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2026-01-02", "2026-01-02", "0-27d");
    age_at(f, "2026-01-02", "2026-01-29", "0-27d");
    age_at(f, "2026-01-02", "2026-01-30", "1-2m");
    age_at(f, "2026-02-01", "2026-03-01", "1-2m"); /* 28 days are a month of February too */
    age_at(f, "2026-01-02", "2026-04-01", "1-2m");
    age_at(f, "2026-01-02", "2026-04-02", "3-5m");
    age_at(f, "2026-01-02", "2026-07-01", "3-5m");
    age_at(f, "2026-01-02", "2026-07-02", "6-11m");
    age_at(f, "2026-01-02", "2027-01-01", "6-11m");
    age_at(f, "2026-01-02", "2027-01-02", "12-17m");
    age_at(f, "2026-01-02", "2027-07-02", "18-23m");
    age_at(f, "2026-01-02", "2028-01-01", "18-23m");
    age_at(f, "2026-01-02", "2028-01-02", "2");
    age_at(f, "20260102", "2028-01-02", "2");
}

static void years_are_event_year_minus_birth_year(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2023-12-31", "2026-01-01", "3");
    age_at(f, "31/12/1990", "2026-01-01", "36");
    age_at(f, "1990-01-01 00:00:00", "2026-12-31", "36");
    assert_text(f, (struct cell){.type = CELL_INTEGER, .integer = 19900101}, "36");
}

static void born_on_29_february_is_a_month_older_in_march(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "2024-02-29", "2025-02-28", "6-11m");
    age_at(f, "2024-02-29", "2025-03-01", "12-17m");
    age_at(f, "2024-02-29", "2026-02-28", "18-23m");
    age_at(f, "2024-02-29", "2028-02-29", "4");
    f->room.day = day_parse("2025-03-01", 10);
    assert_withheld(f, text("2023-02-29"), WITHHELD_BAD_VALUE);
}

static void ninety_and_over_are_together(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "age");
    age_at(f, "1937-06-01", "2026-01-01", "89");
    age_at(f, "1936-06-01", "2026-01-01", "90+");
    age_at(f, "1916-06-01", "2026-01-01", "90+");
    assert_withheld(f, text("1900-01-01"), WITHHELD_OUT_OF_RANGE); /* a placeholder */
    assert_withheld(f, text("2026-01-02"), WITHHELD_OUT_OF_RANGE); /* born tomorrow */
    assert_withheld(f, text("1956-00-00"), WITHHELD_BAD_VALUE);
    assert_absent(f, (struct cell){.type = CELL_NULL});
}

static void a_death_leaves_ten_years_of_age(void **state)
{
    struct fixture *f = *state;
    f->room.death = true;
    fills(f, "call", "age");
    age_at(f, "2025-12-01", "2026-01-01", "0-9");
    age_at(f, "2017-12-01", "2026-01-01", "0-9");
    age_at(f, "2016-12-01", "2026-01-01", "10-19");
    age_at(f, "1937-06-01", "2026-01-01", "80-89");
    age_at(f, "1930-06-01", "2026-01-01", "90+");
}

static void a_death_hides_hours_delays_practitioners_and_notes(void **state)
{
    struct fixture *f = *state;
    f->room.death = true;
    f->row[1] = text("2026-01-02 14:05:00");
    static const char *const fields[] = {"delay_arrived", "practitioner", "note"};
    for (size_t i = 0; i < 3; i++) {
        fills(f, "visit", fields[i]);
        assert_absent(f, text("2026-01-02 14:35:00"));
    }
    fills(f, "call", "received");
    assert_absent(f, text("2026-01-02 14:35:00"));
}

static void hours_carry_their_offset_and_no_minutes(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "received");
    assert_text(f, text("2026-01-02 14:59:59"), "2026-01-02T14+01:00");
    assert_text(f, text("02/07/2026 00:05"), "2026-07-02T00+02:00");
    assert_text(f, text("2026-01-02T23:30:00Z"), "2026-01-03T00+01:00");
    assert_withheld(f, text("2026-01-02"), WITHHELD_BAD_VALUE);
    assert_withheld(f, text("hier soir"), WITHHELD_BAD_VALUE);
}

static void hours_of_both_clock_changes(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "received");
    assert_text(f, text("2026-03-29 01:59:00"), "2026-03-29T01+01:00");
    assert_text(f, text("2026-03-29 02:30:00"), "2026-03-29T03+02:00"); /* does not exist */
    assert_text(f, text("2026-03-29 03:00:00"), "2026-03-29T03+02:00");
    assert_text(f, text("2026-10-25 02:30:00"), "2026-10-25T02+02:00"); /* twice: the first */
    assert_text(f, text("2026-10-25 02:30:00+01:00"), "2026-10-25T02+01:00");
    assert_text(f, text("2026-10-25 03:00:00"), "2026-10-25T03+01:00");
}

static void hours_overseas(void **state)
{
    struct fixture *f = *state;
    struct err err;
    zone_free(f->context.zone);
    assert_int_equal(zone_open("America/Martinique", &f->context.zone, &err), OK);
    fills(f, "call", "received");
    assert_text(f, text("2026-01-02 14:59:59"), "2026-01-02T14-04:00");
}

static void delay(struct fixture *f, const char *since, const char *until, int64_t expected)
{
    f->row[1] = text(since);
    assert_number(f, text(until), expected);
}

static void delays_are_whole_minutes_across_midnight(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-01-02 14:05:30", "2026-01-02 14:35:29", 29);
    delay(f, "2026-01-02 23:50:00", "2026-01-03 00:25:00", 35);
    delay(f, "2025-12-31 23:50:00", "2026-01-01 00:25:00", 35);
    delay(f, "2026-01-02 14:05:00", "2026-01-02 14:05:00", 0);
}

static void delays_are_cut_and_never_negative(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-01-02 14:05:00", "2026-01-09 14:05:00", 1440);
    f->row[1] = text("2026-01-02 14:05:00");
    assert_withheld(f, text("2026-01-02 14:04:59"), WITHHELD_OUT_OF_RANGE);
    assert_withheld(f, text("2026-01-03"), WITHHELD_BAD_VALUE);
    f->row[1] = (struct cell){.type = CELL_NULL};
    assert_absent(f, text("2026-01-02 14:04:59"));
}

static void delays_across_both_clock_changes(void **state)
{
    struct fixture *f = *state;
    fills(f, "visit", "delay_arrived");
    delay(f, "2026-03-29 01:50:00", "2026-03-29 03:10:00", 20);
    delay(f, "2026-10-25 01:50:00", "2026-10-25 03:10:00", 140);
    delay(f, "2026-10-25 02:10:00", "2026-10-25 02:40:00", 30); /* both hours are possible: the shortest */
    delay(f, "2026-10-25 02:50:00", "2026-10-25 02:10:00", 20); /* only from the first to the second */
    delay(f, "2026-10-25 01:50:00", "2026-10-25 02:10:00", 20);
    delay(f, "2026-10-25 02:50:00", "2026-10-25 03:10:00", 20);
}

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

static void days_are_local(void **state)
{
    struct fixture *f = *state;
    const struct model_field field = {.type = FIELD_DAY};
    f->rule.field = &field;
    assert_text(f, text("2026-01-02"), "2026-01-02");
    assert_text(f, text("2026-01-02 23:30:00Z"), "2026-01-03");
    assert_withheld(f, text("2026-02-30"), WITHHELD_BAD_VALUE);
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

static void text_without_an_engine_is_withheld(void **state)
{
    struct fixture *f = *state;
    fills(f, "call", "note");
    assert_int_equal(apply(f, text("Mme Martin, 3e gauche")), WITHHELD_TEXT);
    assert_string_equal(f->value.text, TEXT_WITHHELD);
    assert_absent(f, text("  "));
    assert_int_equal(apply(f, text("d\xe9j\xe0")), WITHHELD_UNDECODABLE);
    assert_string_equal(f->value.text, TEXT_WITHHELD);
}

static bool clean(void *context, const struct mapping_stream *stream, const struct cell *row, size_t count,
                  int32_t day, const char *note, size_t len, struct buf *out)
{
    (void)stream, (void)row, (void)count, (void)day;
    buf_append(out, note, len);
    return *(bool *)context;
}

static void text_the_engine_refuses_is_withheld(void **state)
{
    struct fixture *f = *state;
    bool cleanable = true;
    fills(f, "call", "note");
    f->context.clean = clean;
    f->context.clean_context = &cleanable;
    f->encodings[0] = ENCODING_LATIN9;
    assert_text(f, text("\xa4 d\xe9j\xe0"), "\xe2\x82\xac d\xc3\xa9j\xc3\xa0");
    cleanable = false;
    assert_int_equal(apply(f, text("deja")), WITHHELD_TEXT);
    assert_string_equal(f->value.text, TEXT_WITHHELD);
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

#define RULE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_TEST(infants_are_in_days_and_months),
        RULE_TEST(years_are_event_year_minus_birth_year),
        RULE_TEST(born_on_29_february_is_a_month_older_in_march),
        RULE_TEST(ninety_and_over_are_together),
        RULE_TEST(a_death_leaves_ten_years_of_age),
        RULE_TEST(a_death_hides_hours_delays_practitioners_and_notes),
        RULE_TEST(hours_carry_their_offset_and_no_minutes),
        RULE_TEST(hours_of_both_clock_changes),
        RULE_TEST(hours_overseas),
        RULE_TEST(delays_are_whole_minutes_across_midnight),
        RULE_TEST(delays_are_cut_and_never_negative),
        RULE_TEST(delays_across_both_clock_changes),
        RULE_TEST(numbers_are_read_from_integers_reals_and_text),
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
        RULE_TEST(days_are_local),
        RULE_TEST(practitioners_are_tokens),
        RULE_TEST(text_without_an_engine_is_withheld),
        RULE_TEST(text_the_engine_refuses_is_withheld),
        RULE_TEST(encodings_are_as_the_mapping_says),
        RULE_TEST(unreadable_values_are_withheld),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
