/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <sqlite3.h>
#include <string.h>

#include "contact/model_print.h"

static int load(void **state)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    *state = model_load("conf/model/contact-1.yaml", &problems);
    return *state == NULL;
}

static int unload(void **state)
{
    model_free(*state);
    return 0;
}

static int count_columns(sqlite3 *db, const char *table)
{
    char sql[128];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    int count = sqlite3_column_count(statement);
    sqlite3_finalize(statement);
    return count;
}

static void sqlite_takes_the_tables_twice(void **state)
{
    const struct model *model = *state;
    struct buf BUF_CLEANUP sql = BUF_INIT(1 << 20);
    sqlite3 *db;
    model_sql(model, MODEL_SQLITE, &sql);
    assert_true(buf_ok(&sql));
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, buf_text(&sql), NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, buf_text(&sql), NULL, NULL, NULL), SQLITE_OK);
    for (unsigned i = 0; i < model->stream_count; i++) {
        struct model_column columns[MODEL_COLUMNS_MAX];
        size_t count = model_columns(&model->streams[i], columns);
        assert_int_equal(count_columns(db, model->streams[i].name), 5 + (int)count);
    }
    sqlite3_close(db);
}

static void postgresql_gets_types_and_comments(void **state)
{
    struct buf BUF_CLEANUP sql = BUF_INIT(1 << 20);
    model_sql(*state, MODEL_POSTGRESQL, &sql);
    assert_non_null(strstr(buf_text(&sql), "\"received\" timestamptz,"));
    assert_non_null(strstr(buf_text(&sql), "\"age_years\" smallint,"));
    assert_non_null(strstr(buf_text(&sql), "\"reason_thesaurus\" text,"));
    assert_non_null(strstr(buf_text(&sql), "\"temperature\" numeric,"));
    assert_non_null(strstr(buf_text(&sql), "COMMENT ON COLUMN \"visit\".\"mode\" IS '"));
    assert_non_null(strstr(buf_text(&sql), "doctor''s departure"));
    assert_null(strstr(buf_text(&sql), "fp"));
}

static void the_schema_is_json_with_an_alternative_a_stream(void **state)
{
    struct buf BUF_CLEANUP text = BUF_INIT(1 << 20);
    model_json_schema(*state, &text);
    json_t *schema = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(schema);
    assert_int_equal(json_array_size(json_object_get(schema, "oneOf")), 5);
    json_decref(schema);
}

static void the_page_and_the_text_name_every_field(void **state)
{
    const struct model *model = *state;
    struct buf BUF_CLEANUP page = BUF_INIT(1 << 20), text = BUF_INIT(1 << 20);
    model_html(model, &page);
    model_text(model, &text);
    assert_true(buf_ok(&page) && buf_ok(&text));
    for (unsigned i = 0; i < model->stream_count; i++)
        for (unsigned f = 0; f < model->streams[i].field_count; f++) {
            assert_non_null(strstr(buf_text(&page), model->streams[i].fields[f].name));
            assert_non_null(strstr(buf_text(&text), model->streams[i].fields[f].name));
        }
    assert_null(strstr(buf_text(&page), "<TEXTE"));
}

static void ages_have_a_lower_bound_in_years(void **state)
{
    (void)state;
    static const struct {
        const char *age;
        int years;
    } cases[] = {{"0-27d", 0}, {"1-2m", 0}, {"6-11m", 0}, {"12-17m", 1}, {"18-23m", 1}, {"2", 2},
                 {"89", 89},   {"90+", 90}, {"0-9", 0},   {"80-89", 80}, {"", -1},      {"x", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(age_years(cases[i].age, strlen(cases[i].age)), cases[i].years);
}

static const char *content(const struct model *model, const char *stream, const char *column,
                           struct value value, struct buf *out)
{
    struct model_column columns[MODEL_COLUMNS_MAX];
    size_t count = model_columns(model_find_stream(model, stream), columns);
    buf_clear(out);
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i].name, column) == 0)
            return model_column_text(&columns[i], &value, out) ? buf_text(out) : NULL;
    fail_msg("no column %s", column);
    return NULL;
}

static void values_become_text_both_databases_read(void **state)
{
    const struct model *model = *state;
    struct buf BUF_CLEANUP out = BUF_INIT(256);
    struct value hour = {.kind = VALUE_TEXT, .text = "2026-01-02T04+01:00", .len = 19};
    assert_string_equal(content(model, "call", "received", hour, &out), "2026-01-02T04:00+01:00");
    assert_string_equal(content(model, "call", "received_hour", hour, &out), "4");
    struct value age = {.kind = VALUE_TEXT, .text = "12-17m", .len = 6};
    assert_string_equal(content(model, "call", "age", age, &out), "12-17m");
    assert_string_equal(content(model, "call", "age_years", age, &out), "1");
    struct value code = {.kind = VALUE_TEXT, .text = "R05", .len = 3, .thesaurus = "cisp2"};
    assert_string_equal(content(model, "call", "reason", code, &out), "R05");
    assert_string_equal(content(model, "call", "reason_thesaurus", code, &out), "cisp2");
    struct value number = {.kind = VALUE_NUMBER, .number = 375};
    assert_string_equal(content(model, "visit", "temperature", number, &out), "37.5");
    assert_string_equal(content(model, "visit", "pulse", number, &out), "375");
    assert_null(content(model, "visit", "pulse", (struct value){0}, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_takes_the_tables_twice),
        cmocka_unit_test(postgresql_gets_types_and_comments),
        cmocka_unit_test(the_schema_is_json_with_an_alternative_a_stream),
        cmocka_unit_test(the_page_and_the_text_name_every_field),
        cmocka_unit_test(ages_have_a_lower_bound_in_years),
        cmocka_unit_test(values_become_text_both_databases_read),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
