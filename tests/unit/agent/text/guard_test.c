/* SPDX-License-Identifier: Apache-2.0 */
/* The guard alone: it must find what the detectors let through, so it is asked about texts they never saw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "agent/text/guard.h"
#include "tests/unit/agent/text/word_file.h"

#define HITS 8u

static struct lexicon *lexicon;
static struct text_guard *guard;

static const struct text_identifier row[] = {
    {TEXT_IS_NAME, TEXT_ROLE_PATIENT, "KERVIGNAC", 9},
    {TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Élodie", 7},
    {TEXT_IS_PHONE, TEXT_ROLE_CALLER, "0612345678", 10},
};

static int setup(void **state)
{
    (void)state;
    char path[4096];
    struct err err;
    if (!word_file(path, sizeof(path)))
        return -1;
    if (lexicon_open(&lexicon, path, &err) != OK)
        return -1;
    guard = text_guard_new(lexicon);
    if (guard)
        text_guard_prepare(guard, row, sizeof row / sizeof *row);
    return guard ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    text_guard_free(guard);
    lexicon_close(lexicon);
    return 0;
}

/* What the guard finds, joined by bars: "Kervignac|0612345678". */
static const char *found(const char *text)
{
    static char out[512];
    struct guard_range hits[HITS + 1];
    size_t count = text_guard_check(guard, text, strlen(text), NULL, 0, hits, HITS);
    assert_true(count <= HITS);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%.*s", i ? "|" : "",
                 (int)(hits[i].end - hits[i].start), text + hits[i].start);
    return out;
}

static void values_of_the_row_are_found_however_they_are_cased(void **state)
{
    (void)state;
    assert_string_equal(found("vu kervignac, puis MMEKERVIGNAC"), "kervignac|MMEKERVIGNAC");
    assert_string_equal(found("ÉLODIE va mieux, elodie aussi"), "ÉLODIE|elodie");
    assert_string_equal(found("au 06 12.34-56 78 ou 345678"), "06 12.34-56 78|345678");
    assert_string_equal(found("TA 12/8, rien d'autre"), "");
}

static void a_number_found_after_a_name_does_not_hide_the_name(void **state)
{
    (void)state;
    assert_string_equal(found("12345678 pour Kervignac"), "12345678|Kervignac");
    assert_string_equal(found("Kervignac au 12345678"), "Kervignac|12345678");
}

static void eight_digits_are_found_whatever_follows_them(void **state)
{
    (void)state;
    assert_string_equal(found("dossier 98765432-1"), "98765432-1");
    assert_string_equal(found("dossier 1-98765432 ok"), "1-98765432");
}

static void a_mail_address_goes_whole_though_it_holds_a_number(void **state)
{
    (void)state;
    assert_string_equal(found("mail anna98765432@exemple.fr svp"), "anna98765432@exemple.fr");
    assert_string_equal(found("mail anna@98765432.fr svp"), "anna@98765432.fr");
}

/* A row whose one field holds several of its kind. */
static const char *found_by(enum text_kind kind, const char *value, const char *text)
{
    const struct text_identifier id = {kind, TEXT_ROLE_PATIENT, value, strlen(value)};
    assert_true(text_guard_prepare(guard, &id, 1));
    const char *out = found(text);
    assert_true(text_guard_prepare(guard, row, sizeof row / sizeof *row));
    return out;
}

static void each_value_of_a_long_field_is_found(void **state)
{
    (void)state;
    char field[1024] = "";
    for (int i = 0; i < 150; i++)
        snprintf(field + strlen(field), sizeof field - strlen(field), "%c%cxyz ", 'a' + i / 26, 'a' + i % 26);
    snprintf(field + strlen(field), sizeof field - strlen(field), "KERVIGNAC 48215");
    assert_string_equal(found_by(TEXT_IS_NAME, field, "vu Kervignac au 48215"), "Kervignac|48215");
    static const char phones[] = "fille 0612345678 0478123456 0511223344 0499887766 voisine 448215";
    assert_string_equal(found_by(TEXT_IS_PHONE, phones, "612345"), "612345");
    assert_string_equal(found_by(TEXT_IS_PHONE, phones, "478123"), "478123");
    assert_string_equal(found_by(TEXT_IS_PHONE, phones, "887766 et 448215"), "887766|448215");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_the_row_are_found_however_they_are_cased),
        cmocka_unit_test(a_number_found_after_a_name_does_not_hide_the_name),
        cmocka_unit_test(eight_digits_are_found_whatever_follows_them),
        cmocka_unit_test(a_mail_address_goes_whole_though_it_holds_a_number),
        cmocka_unit_test(each_value_of_a_long_field_is_found),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
