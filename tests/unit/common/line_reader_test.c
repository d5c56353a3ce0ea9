/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contact/record_line.h"

static struct model *model;
static struct line_reader *reader;

static int set_up(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    model = model_load("conf/model/contact-1.yaml", &problems);
    reader = line_reader_new(model);
    return model == NULL || reader == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    line_reader_free(reader);
    model_free(model);
    return 0;
}

static struct value text_value(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text, .len = strlen(text)};
}

static void set(struct value *values, const struct model_stream *stream, const char *field,
                struct value value)
{
    values[model_find_field(stream, field)->index] = value;
}

/* A visit with a value of each type. */
static void make_visit(struct buf *out, uint8_t fp[static SHORT_SIZE])
{
    const struct model_stream *stream = model_find_stream(model, "visit");
    struct value values[MODEL_FIELDS_MAX] = {0};
    struct record_head head = {
        .stream = stream, .epoch = 1, .has_episode = true, .has_patient = true, .day = 20455};
    char token[TOKEN_TEXT];
    memset(head.id, 1, sizeof head.id);
    memset(head.episode, 2, sizeof head.episode);
    memset(head.patient, 3, sizeof head.patient);
    token_format('d', 1, head.id, token);
    set(values, stream, "age", text_value("90+"));
    set(values, stream, "sex", text_value("F"));
    set(values, stream, "geo", text_value("2A"));
    set(values, stream, "mode", text_value("HH"));
    set(values, stream, "delay_departed", (struct value){.kind = VALUE_NUMBER, .number = 35});
    set(values, stream, "temperature", (struct value){.kind = VALUE_NUMBER, .number = 380});
    set(values, stream, "glucose", (struct value){.kind = VALUE_NUMBER, .number = 109});
    set(values, stream, "practitioner", text_value(token));
    set(values, stream, "note", text_value("toux \"grasse\",\nfièvre \\ 38"));
    record_line_put(out, &head, values, fp);
    assert_true(buf_ok(out));
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    uint8_t fp[SHORT_SIZE];
    struct record_line back;
    BUF_CLEANUP struct buf line = BUF_INIT(65536);
    make_visit(&line, fp);
    assert_int_equal(LINE_OK, line_reader_read(reader, (const char *)line.data, line.len - 1, &back));
    assert_int_equal(RECORD_PUT, back.op);
    assert_memory_equal(fp, back.fp, sizeof fp);
    assert_int_equal(20455, back.head.day);
    assert_int_equal(1, back.head.epoch);
    assert_true(back.head.has_episode && back.head.has_patient);
    assert_int_equal(3, back.head.patient[15]);
    const struct model_field *temperature = model_find_field(back.head.stream, "temperature");
    assert_int_equal(380, back.values[temperature->index].number);
    assert_int_equal(VALUE_ABSENT, back.values[model_find_field(back.head.stream, "pulse")->index].kind);
}

static void no_altered_byte_passes(void **state)
{
    (void)state;
    uint8_t fp[SHORT_SIZE];
    struct record_line back;
    BUF_CLEANUP struct buf line = BUF_INIT(65536);
    make_visit(&line, fp);
    for (size_t i = 0; i + 1 < line.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            line.data[i] ^= (uint8_t)(1 << bit);
            assert_int_not_equal(LINE_OK,
                                 line_reader_read(reader, (const char *)line.data, line.len - 1, &back));
            line.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    for (size_t len = 0; len + 1 < line.len; len++)
        assert_int_not_equal(LINE_OK, line_reader_read(reader, (const char *)line.data, len, &back));
}

static enum line_fault fault_of(const char *line)
{
    struct record_line back;
    return line_reader_read(reader, line, strlen(line), &back);
}

#define ID "\"id\":\"e1.00000000000000000000000000\""
#define FP ",\"fp\":\"00000000000000000000000000000000\"}"
#define CALL "{\"stream\":\"call\"," ID ",\"day\":\"2026-01-02\",\"op\":\"put\""

static void each_fault_has_its_name(void **state)
{
    (void)state;
    assert_int_equal(LINE_NOT_JSON, fault_of(""));
    assert_int_equal(LINE_NOT_JSON, fault_of("[]"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{}"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\": \"put\"}"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\":{}}"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\":\"\\u0000\"}"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\":\"\xc0\xaf\"}"));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\":\"\xed\xa0\x80\"}"));
    assert_int_equal(LINE_UNKNOWN_MEMBER, fault_of(CALL ",\"op\":\"put\"" FP));
    assert_int_equal(LINE_NOT_JSON, fault_of("{\"op\":\"\xff\"}"));
    assert_int_equal(LINE_UNKNOWN_STREAM, fault_of("{\"stream\":\"calls\",\"op\":\"put\"}"));
    assert_int_equal(LINE_MISSING_MEMBER, fault_of("{\"stream\":\"call\",\"op\":\"put\"}"));
    assert_int_equal(LINE_BAD_TYPE, fault_of("{\"stream\":7,\"op\":\"put\"}"));
    assert_int_equal(LINE_BAD_TOKEN, fault_of("{\"stream\":\"call\",\"id\":\"p1.00000000000000000000000000\","
                                              "\"day\":\"2026-01-02\",\"op\":\"put\"" FP));
    assert_int_equal(LINE_BAD_TOKEN,
                     fault_of("{\"stream\":\"call\"," ID ",\"episode\":\"e2.00000000000000000000000000\","
                              "\"day\":\"2026-01-02\",\"op\":\"put\"" FP));
    assert_int_equal(LINE_BAD_DAY,
                     fault_of("{\"stream\":\"call\"," ID ",\"day\":\"2026-02-30\",\"op\":\"put\"" FP));
    assert_int_equal(LINE_BAD_DAY,
                     fault_of("{\"stream\":\"call\"," ID ",\"day\":\"0000-05-06\",\"op\":\"put\"" FP));
    assert_int_equal(LINE_OUT_OF_RANGE, fault_of(CALL ",\"received\":\"0000-05-06T14+00:09\"" FP));
    assert_int_equal(LINE_UNKNOWN_MEMBER, fault_of(CALL ",\"phone\":\"0\"" FP));
    assert_int_equal(LINE_OUT_OF_RANGE, fault_of(CALL ",\"urgency\":\"very\"" FP));
    assert_int_equal(LINE_OUT_OF_RANGE,
                     fault_of(CALL ",\"reason\":\"R05\",\"reason_thesaurus\":\"mine\"" FP));
    assert_int_equal(LINE_MISSING_MEMBER, fault_of(CALL ",\"reason\":\"R05\"" FP));
    assert_int_equal(LINE_OUT_OF_RANGE, fault_of(CALL ",\"received\":\"2026-01-02T14:05+01:00\"" FP));
    assert_int_equal(LINE_BAD_FP, fault_of(CALL FP));
    assert_int_equal(LINE_NOT_CANONICAL,
                     fault_of("{\"op\":\"put\",\"stream\":\"call\"," ID ",\"day\":\"2026-01-02\"" FP));
    assert_int_equal(LINE_OUT_OF_RANGE, fault_of("{\"op\":\"delete\"}"));
}

static void fp_of_a_faulty_line_is_still_told(void **state)
{
    (void)state;
    struct record_line back;
    static const char line[] = "{\"phone\":\"0\",\"fp\":\"0102030405060708090a0b0c0d0e0f10\"}";
    assert_int_not_equal(LINE_OK, line_reader_read(reader, line, sizeof line - 1, &back));
    assert_int_equal(0x10, back.fp[15]);
}

/* By this the loader knows which record it rejected. */
static void a_faulty_record_is_identified_only_by_an_fp_of_its_bytes(void **state)
{
    (void)state;
    static const char start[] = CALL ",\"phone\":\"0\"";
    struct record_line back;
    uint8_t hash[SHA256_SIZE];
    char text[2 * SHORT_SIZE + 1];
    BUF_CLEANUP struct buf line = BUF_INIT(4096);
    buf_puts(&line, start);
    buf_puts(&line, "}");
    sha256(line.data, line.len, hash);
    hex_encode(hash, SHORT_SIZE, text);
    line.len--;
    buf_printf(&line, ",\"fp\":\"%s\"}", text);
    assert_int_equal(LINE_UNKNOWN_MEMBER, line_reader_read(reader, buf_text(&line), line.len, &back));
    assert_true(back.identified);
    assert_int_equal(20455, back.head.day);
    line.data[sizeof start - 3] = '1';
    assert_int_equal(LINE_UNKNOWN_MEMBER, line_reader_read(reader, buf_text(&line), line.len, &back));
    assert_false(back.identified);
    assert_int_equal(LINE_BAD_FP, line_reader_read(reader, CALL FP, sizeof CALL FP - 1, &back));
    assert_false(back.identified);
    static const char headless[] = "{\"stream\":\"call\"," ID ",\"op\":\"put\"" FP;
    assert_int_equal(LINE_MISSING_MEMBER, line_reader_read(reader, headless, sizeof headless - 1, &back));
    assert_false(back.identified);
}

static void read_back(const struct buf *line, struct record_line *ret)
{
    assert_true(buf_ok(line));
    assert_int_equal(LINE_OK, line_reader_read(reader, (const char *)line->data, line->len - 1, ret));
}

static void the_other_lines_are_read(void **state)
{
    (void)state;
    struct record_line back;
    struct tally tally = {.count = 3};
    uint8_t patient[TOKEN_SIZE] = {9};
    tally.sum[15] = 7;
    BUF_CLEANUP struct buf line = BUF_INIT(65536);
    record_line_tally(&line, RECORD_END, "call", 20455, &tally, 12, "r-000012");
    read_back(&line, &back);
    assert_int_equal(RECORD_END, back.op);
    assert_int_equal(12, back.first);
    assert_string_equal("r-000012", back.request);
    assert_true(tally_equal(&tally, &back.tally));
    buf_clear(&line);
    record_line_tally(&line, RECORD_END, "call", 20455, &tally, 12, NULL);
    read_back(&line, &back);
    assert_null(back.request);
    buf_clear(&line);
    record_line_tally(&line, RECORD_STATEMENT, "act", 20455, &tally, 40, NULL);
    read_back(&line, &back);
    assert_int_equal(RECORD_STATEMENT, back.op);
    assert_int_equal(40, back.upto);
    buf_clear(&line);
    record_line_tally(&line, RECORD_END, "call", day_from_civil(0, 5, 6), &tally, 12, NULL);
    read_back(&line, &back); /* where an agent counts rows of no readable day */
    buf_clear(&line);
    record_line_erase(&line, 2, patient, "o-1");
    read_back(&line, &back);
    assert_int_equal(RECORD_ERASE, back.op);
    assert_int_equal(2, back.head.epoch);
    assert_memory_equal(patient, back.head.patient, sizeof patient);
    buf_clear(&line);
    record_line_label(&line, "cisp2", "R05", "Toux");
    read_back(&line, &back);
    assert_string_equal("Toux", back.label);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(no_altered_byte_passes),
        cmocka_unit_test(each_fault_has_its_name),
        cmocka_unit_test(fp_of_a_faulty_line_is_still_told),
        cmocka_unit_test(a_faulty_record_is_identified_only_by_an_fp_of_its_bytes),
        cmocka_unit_test(the_other_lines_are_read),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
