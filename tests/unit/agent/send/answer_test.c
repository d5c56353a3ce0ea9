/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/send/answer.h"
#include "contact/civil.h"

#define SERIES "00000000000000000000000004"

static void an_answer_as_the_protocol_says_is_read_whole(void **state)
{
    (void)state;
    static const char text[] =
        "{\"interval_s\":120,\"drain_per_minute\":6,\"series\":\"" SERIES
        "\",\"contiguous\":118,\"loaded\":117,"
        "\"missing\":[[3,5],[9,9]],\"refused\":[[97,\"signature\"],[99,\"gzip\"]],"
        "\"requests\":[{\"id\":\"r-000012\",\"stream\":\"call\",\"from\":\"2026-01-02\",\"to\":\"2026-01-"
        "05\"}],"
        "\"proved\":\"2026-01-01\",\"receipts\":[{\"token\":\"p1.x\",\"request\":\"q\",\"deleted\":12,"
        "\"at\":\"2026-01-02T14Z\",\"signature\":\"AA==\"}],"
        "\"recipients\":\"-----BEGIN CERTIFICATE-----\\nx\\n\",\"time\":1767366000,\"new member\":{\"a\":1}}";
    struct answer a = {0};
    struct err err;
    assert_int_equal(answer_read(text, strlen(text), &a, &err), OK);
    assert_int_equal(a.interval_ms, 120000);
    assert_int_equal(a.drain_per_minute, 6);
    assert_string_equal(a.watermark.series, SERIES);
    assert_int_equal(a.watermark.loaded, 117);
    assert_int_equal(a.watermark.missing_count, 2);
    assert_int_equal(a.watermark.missing[0].to, 5);
    assert_int_equal(a.refused_count, 2);
    assert_string_equal(a.refused_text, "97:signature,99:gzip");
    assert_int_equal(a.request_count, 1);
    assert_int_equal(a.requests[0].from, day_from_civil(2026, 1, 2));
    assert_string_equal(a.proved, "2026-01-01");
    assert_non_null(strstr(a.receipts, "\"deleted\":12"));
    assert_int_equal(a.time_s, 1767366000);
    answer_free(&a);
}

static void an_answer_of_another_shape_is_refused_whole(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "[]",
        "{\"loaded\":1",
        "{\"loaded\":1,\"loaded\":2}",
        "{\"loaded\":\"1\"}",
        "{\"loaded\":-1}",
        "{\"loaded\":1.5}",
        "{\"loaded\":99999999999999999999}",
        "{\"series\":\"../../etc\"}",
        "{\"missing\":[[5,3]]}",
        "{\"superseded\":1}",
        "{\"missing\":[[0,3]]}",
        "{\"missing\":[[1,2,3]]}",
        "{\"missing\":{\"1\":2}}",
        "{\"refused\":[[1,\"<script>\"]]}",
        "{\"refused\":[[\"1\",\"gzip\"]]}",
        "{\"refused\":\"all\"}",
        "{\"requests\":[{\"id\":\"r\",\"stream\":\"call\",\"from\":\"2026-01-05\",\"to\":\"2026-01-02\"}]}",
        "{\"requests\":[{\"id\":\"r\",\"stream\":\"call\",\"from\":\"2026-02-30\",\"to\":\"2026-03-02\"}]}",
        "{\"requests\":[{\"id\":\"r;\",\"stream\":\"call\",\"from\":\"2026-01-02\",\"to\":\"2026-01-02\"}]}",
        "{\"requests\":[{\"id\":\"r\",\"from\":\"2026-01-02\",\"to\":\"2026-01-02\"}]}",
        "{\"requests\":[7]}",
        "{\"proved\":\"yesterday\"}",
        "{\"receipts\":[{\"token\":\"x\"}]}",
        "{\"recipients\":\"https://example\"}",
        "{\"interval_s\":true}",
        "{\"time\":null}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct answer a = {.drain_per_minute = 42};
        struct err err;
        assert_int_equal(answer_read(texts[i], strlen(texts[i]), &a, &err), ERR_REJECTED);
        assert_int_equal(a.drain_per_minute, 42);
    }
}

static void nothing_told_is_nothing_changed(void **state)
{
    (void)state;
    struct answer a = {0};
    struct err err;
    assert_int_equal(answer_read("{}", 2, &a, &err), OK);
    assert_int_equal(a.interval_ms, 0);
    assert_string_equal(a.refused_text, "");
    assert_null(a.receipts);
    answer_free(&a);
}

static void an_interval_is_bounded(void **state)
{
    (void)state;
    static const char text[] = "{\"interval_s\":9000000000}";
    struct answer a = {0};
    struct err err;
    assert_int_equal(answer_read(text, strlen(text), &a, &err), OK);
    assert_int_equal(a.interval_ms, 3600000);
    answer_free(&a);
}

static void a_problem_has_a_code_or_none(void **state)
{
    (void)state;
    char code[33];
    static const char good[] = "{\"type\":\"about:blank\",\"code\":\"digest-mismatch\"}";
    static const char bad[] = "{\"code\":\"a sentence from a proxy\"}";
    problem_code(good, strlen(good), code, sizeof(code));
    assert_string_equal(code, "digest-mismatch");
    problem_code(bad, strlen(bad), code, sizeof(code));
    assert_string_equal(code, "");
    problem_code("<html>", 6, code, sizeof(code));
    assert_string_equal(code, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_as_the_protocol_says_is_read_whole),
        cmocka_unit_test(an_answer_of_another_shape_is_refused_whole),
        cmocka_unit_test(nothing_told_is_nothing_changed),
        cmocka_unit_test(an_interval_is_bounded),
        cmocka_unit_test(a_problem_has_a_code_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
