/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/model_read.h"

#define CONTACT_1 "conf/model/contact-1.yaml"

static void contact_1_has_every_stream_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"call", "visit", "diagnosis", "act", "prescription"};
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_load(CONTACT_1, &problems);
    problems_print(&problems, stderr);
    assert_non_null(model);
    assert_int_equal(problems.count, 0);
    assert_string_equal(model->name, "contact-1");
    assert_int_equal(model->retention_years, 20);
    assert_int_equal(model->stream_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(model->streams[i].name, names[i]);
        assert_int_equal(model->streams[i].index, i);
    }
    model_free(model);
}

static void patient_fields_stand_first_in_call_and_visit_alone(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_load(CONTACT_1, &problems);
    assert_non_null(model);
    for (unsigned i = 0; i < model->stream_count; i++) {
        const struct model_field *age = model_find_field(&model->streams[i], "age");
        if (i < 2)
            assert_int_equal(age->index, 0);
        else
            assert_null(age);
    }
    model_free(model);
}

static void every_field_says_what_it_means_and_why(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_load(CONTACT_1, &problems);
    assert_non_null(model);
    for (unsigned i = 0; i < model->stream_count; i++)
        for (unsigned f = 0; f < model->streams[i].field_count; f++) {
            assert_non_null(model->streams[i].fields[f].meaning);
            assert_non_null(model->streams[i].fields[f].reason);
        }
    model_free(model);
}

static void hours_delays_practitioners_and_texts_are_hidden_by_death(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_load(CONTACT_1, &problems);
    assert_non_null(model);
    for (unsigned i = 0; i < model->stream_count; i++)
        for (unsigned f = 0; f < model->streams[i].field_count; f++) {
            const struct model_field *field = &model->streams[i].fields[f];
            if (field->type == FIELD_HOUR || field->type == FIELD_DELAY || field->type == FIELD_TOKEN ||
                field->type == FIELD_TEXT)
                assert_true(field->hidden_by_death);
        }
    model_free(model);
}

static void ranges_are_in_units_of_the_last_decimal(void **state)
{
    (void)state;
    struct problems PROBLEMS_CLEANUP problems = {0};
    struct model *model = model_load(CONTACT_1, &problems);
    assert_non_null(model);
    const struct model_field *field = model_find_field(model_find_stream(model, "visit"), "temperature");
    assert_int_equal(field->decimals, 1);
    assert_int_equal(field->min, 250);
    assert_int_equal(field->max, 440);
    field = model_find_field(model_find_stream(model, "visit"), "glucose");
    assert_int_equal(field->min, 10);
    model_free(model);
}

static void every_problem_is_named_with_its_place(void **state)
{
    (void)state;
    static const char text[] = "model: m\n"
                               "retention_years: 30\n"
                               "thesauri:\n"
                               "  t: {meaning: x, patterns: ['(a|b)']}\n"
                               "patient_fields: {}\n"
                               "streams:\n"
                               "  call:\n"
                               "    meaning: m\n"
                               "    fields:\n"
                               "      a: {type: enm, meaning: m, reason: r}\n"
                               "      id: {type: flag, meaning: m, reason: r}\n"
                               "      b: {type: code, thesauri: [u], meaning: m, reason: r}\n"
                               "      c: {type: number, min: 3, max: 1, meaning: m, raison: r}\n";
    struct problems PROBLEMS_CLEANUP problems = {0};
    assert_null(model_parse("m.yaml", text, strlen(text), &problems));
    assert_int_equal(problems.errors, 8);
    static const unsigned lines[] = {1, 4, 10, 11, 12, 13, 13, 13};
    for (size_t i = 0; i < problems.count; i++) {
        assert_string_equal(problems.items[i].file, "m.yaml");
        assert_int_equal(problems.items[i].line, lines[i]);
    }
    assert_string_equal(problems.items[2].hint, "did you mean \"enum\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contact_1_has_every_stream_in_order),
        cmocka_unit_test(patient_fields_stand_first_in_call_and_visit_alone),
        cmocka_unit_test(every_field_says_what_it_means_and_why),
        cmocka_unit_test(hours_delays_practitioners_and_texts_are_hidden_by_death),
        cmocka_unit_test(ranges_are_in_units_of_the_last_decimal),
        cmocka_unit_test(every_problem_is_named_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
