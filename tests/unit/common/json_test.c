/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/json.h"
#include "contact/table.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_bytes_are_the_shortest_form(void **state)
{
    (void)state;
    struct buf out BUF_CLEANUP = BUF_INIT(1000);
    struct json j = JSON(&out);
    json_begin_object(&j);
    json_kv_string(&j, "a", "é\"\\\n\x01");
    json_kv_int(&j, "min", INT64_MIN);
    json_key(&j, "list");
    json_begin_array(&j);
    json_decimal(&j, 375, 1);
    json_decimal(&j, -5, 2);
    json_decimal(&j, 7, 0);
    json_put_null(&j);
    json_end_array(&j);
    json_kv_bool(&j, "b", true);
    json_end_object(&j);
    assert_string_equal(buf_text(&out), "{\"a\":\"é\\\"\\\\\\n\\u0001\",\"min\":-9223372036854775808,"
                                        "\"list\":[37.5,-0.05,7,null],\"b\":true}");
}

/* Whatever text goes in, an independent reader gets the same out. */
static void every_byte_survives(void **state)
{
    (void)state;
    char text[128];
    size_t len = 0;
    for (char c = 1; c < 127; c++)
        text[len++] = c;
    struct buf out BUF_CLEANUP = BUF_INIT(1000);
    struct json j = JSON(&out);
    json_text_n(&j, text, len);
    json_t *back = json_loadb(buf_text(&out), out.len, JSON_DECODE_ANY, NULL);
    assert_non_null(back);
    assert_int_equal(json_string_length(back), len);
    assert_memory_equal(json_string_value(back), text, len);
    json_decref(back);
}

static void a_plain_name_is_written_as_a_key_is(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf out = BUF_INIT(64);
    struct json j = JSON(&out);
    json_begin_object(&j);
    json_name(&j, "day_type");
    json_text(&j, "a\"");
    json_name(&j, "");
    json_int(&j, 7);
    json_key(&j, "day");
    json_bool(&j, true);
    json_end_object(&j);
    assert_string_equal(buf_text(&out), "{\"day_type\":\"a\\\"\",\"\":7,\"day\":true}");
}

static void a_table_lines_up_accented_words(void **state)
{
    (void)state;
    static const char *const headings[] = {"site", ">jours"};
    struct table *table = table_new(headings, 2);
    table_cell(table, TABLE_PLAIN, "Orléans");
    table_cell(table, TABLE_BAD, "%d", 7);
    table_cell(table, TABLE_PLAIN, "Lyon");
    table_cell(table, TABLE_GOOD, "%d", 1234567);
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    table_print(table, file);
    fclose(file);
    assert_string_equal(text, "site       jours\nOrléans        7\nLyon     1234567\n");
    free(text);
    table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_the_shortest_form),
        cmocka_unit_test(every_byte_survives),
        cmocka_unit_test(a_plain_name_is_written_as_a_key_is),
        cmocka_unit_test(a_table_lines_up_accented_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
