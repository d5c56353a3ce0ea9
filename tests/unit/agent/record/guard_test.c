/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/record/guard.h"

static struct decoder *decoder;
static struct guard *guard;

static int set_up(void **state)
{
    (void)state;
    decoder = decoder_new();
    guard = guard_new(decoder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    guard_free(guard);
    decoder_free(decoder);
    return 0;
}

/* One field of a type holding a text, one identifier of a kind holding another: may it go? */
static bool passes(enum field_type type, const char *value, enum identifier_kind kind, const char *identifier)
{
    struct model_field field = {.type = type};
    struct model_stream model = {.fields = &field, .field_count = 1};
    struct mapping_identifier id = {.kind = kind};
    enum text_encoding encoding = ENCODING_UTF8;
    struct mapping_stream stream = {
        .model = &model, .identifiers = &id, .identifier_count = 1, .encodings = &encoding};
    struct cell row = {.type = CELL_TEXT, .text = identifier, .len = strlen(identifier)};
    struct value values = {.kind = VALUE_TEXT, .text = value, .len = strlen(value)};
    return guard_passes(guard, &stream, &row, &values, day_parse("2026-01-02", 10));
}

static void a_code_is_not_a_name(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "ROY", ID_NAME, "Roy"));
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lef\xc3\xa8vre"));
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lefe\xcc\x80vre"));
    assert_false(passes(FIELD_CODE, "DELATOUR", ID_NAME, "de La Tour"));
    assert_false(passes(FIELD_CODE, "XMARTIN1", ID_GIVEN_NAME, "Martin"));
    assert_false(passes(FIELD_CODE, "BOEUF", ID_NAME, "B\xc5\x93uf"));
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, "Martin"));
    assert_true(passes(FIELD_CODE, "LY", ID_NAME, "Ly")); /* too short to tell */
}

static void a_code_is_not_a_phone(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "06 12 34 56 78"));
    assert_false(passes(FIELD_CODE, "612345678", ID_PHONE, "+33 6 12 34 56 78"));
    assert_false(passes(FIELD_CODE, "0612345678", ID_PHONE, "0033612345678"));
    assert_true(passes(FIELD_CODE, "3400930000001", ID_PHONE, "0612345678"));
}

static void a_code_is_not_a_postal_code_nor_a_door_code(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "69003", ID_ZIP, "69003"));
    assert_false(passes(FIELD_CODE, "A1234", ID_CODE, "a-1234"));
    assert_true(passes(FIELD_CODE, "3400969003001", ID_ZIP, "69003")); /* by chance */
    assert_true(passes(FIELD_CODE, "12", ID_ADDRESS, "12"));
}

static void no_value_is_the_birth_date(void **state)
{
    (void)state;
    assert_false(passes(FIELD_DAY, "1956-03-12", ID_BIRTH_DATE, "12/03/1956"));
    assert_false(passes(FIELD_HOUR, "1956-03-12T00+01:00", ID_BIRTH_DATE, "1956-03-12 00:00:00"));
    assert_false(passes(FIELD_CODE, "12031956", ID_BIRTH_DATE, "1956-03-12"));
    assert_true(passes(FIELD_HOUR, "2026-01-02T14+01:00", ID_BIRTH_DATE, "1956-03-12"));
    assert_true(passes(FIELD_HOUR, "2026-01-02T14+01:00", ID_BIRTH_DATE, "2026-01-02")); /* a newborn */
}

static void a_text_holds_no_number_nor_address_of_its_own(void **state)
{
    (void)state;
    assert_false(passes(FIELD_TEXT, "rappeler au 06.12.34.56.78", ID_PHONE, "0612345678"));
    assert_false(passes(FIELD_TEXT, "NIR 2 56 03 69", ID_NIR, "2560369"));
    assert_false(passes(FIELD_TEXT, "j.martin@example.org", ID_EMAIL, "J.Martin@example.org"));
    assert_true(passes(FIELD_TEXT, "petit malaise", ID_NAME, "Petit")); /* the text engine's to judge */
    assert_true(passes(FIELD_TEXT, TEXT_WITHHELD, ID_NAME, "Retenu"));
}

static void what_derives_from_identifiers_is_exempt(void **state)
{
    (void)state;
    assert_true(passes(FIELD_AGE, "70", ID_ADDRESS, "70"));
    assert_true(passes(FIELD_GEO_PMSI, "69003", ID_ZIP, "69003"));
    assert_true(passes(FIELD_DEPARTMENT, "974", ID_ADDRESS, "974"));
    assert_true(passes(FIELD_ENUM, "police", ID_NAME, "Police"));
}

static void an_identifier_in_another_encoding_is_seen(void **state)
{
    (void)state;
    assert_false(passes(FIELD_CODE, "LEFEVRE", ID_NAME, "Lef\xe8vre")); /* not UTF-8 */
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, "\xff\xfe"));
    assert_true(passes(FIELD_CODE, "R05", ID_NAME, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_not_a_name),
        cmocka_unit_test(a_code_is_not_a_phone),
        cmocka_unit_test(a_code_is_not_a_postal_code_nor_a_door_code),
        cmocka_unit_test(no_value_is_the_birth_date),
        cmocka_unit_test(a_text_holds_no_number_nor_address_of_its_own),
        cmocka_unit_test(what_derives_from_identifiers_is_exempt),
        cmocka_unit_test(an_identifier_in_another_encoding_is_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
