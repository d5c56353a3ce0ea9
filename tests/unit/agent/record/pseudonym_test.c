/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/record/pseudonym.h"

static struct pseudonym_keys *keys_of_test(void)
{
    uint8_t root[32];
    for (size_t i = 0; i < sizeof root; i++)
        root[i] = (uint8_t)i;
    return pseudonym_keys_new(root, "SOS-TEST-01", 1);
}

static void assert_hex(const uint8_t *data, size_t len, const char *expected)
{
    char text[2 * SHA256_SIZE + 1];
    hex_encode(data, len, text);
    assert_string_equal(text, expected);
}

static void tokens_are_those_of_the_design(void **state)
{
    (void)state;
    struct pseudonym_keys *keys = keys_of_test();
    uint8_t token[TOKEN_SIZE];
    char text[TOKEN_TEXT];
    pseudonym_person(keys, "1048576", 7, token);
    assert_hex(token, sizeof token, "6133ac4a9114cfe7f9d103db7f4a3f9a");
    token_format('p', pseudonym_epoch(keys), token, text);
    assert_string_equal(text, "p1.316ep4n48mszkzkm83vdzmmfwt");
    pseudonym_event(keys, "call", "20260102-000017", 15, token);
    assert_hex(token, sizeof token, "28fc3f01935eba2166bc0dc16611921d");
    pseudonym_keys_free(keys);
}

static void a_practitioner_changes_token_each_quarter(void **state)
{
    (void)state;
    struct pseudonym_keys *keys = keys_of_test();
    uint8_t january[TOKEN_SIZE], march[TOKEN_SIZE], april[TOKEN_SIZE];
    pseudonym_practitioner(keys, "12", 2, day_from_civil(2026, 1, 1), january);
    pseudonym_practitioner(keys, "12", 2, day_from_civil(2026, 3, 31), march);
    pseudonym_practitioner(keys, "12", 2, day_from_civil(2026, 4, 1), april);
    assert_memory_equal(january, march, TOKEN_SIZE);
    assert_memory_not_equal(january, april, TOKEN_SIZE);
    pseudonym_keys_free(keys);
}

static void tokens_differ_by_site_kind_and_epoch(void **state)
{
    (void)state;
    const uint8_t root[32] = {1};
    static const struct {
        const char *site, *kind;
        unsigned epoch;
    } cases[] = {{"lyon", "call", 1}, {"lyon", "visit", 1}, {"lyon", "call", 2}, {"nice", "call", 1}};
    uint8_t tokens[4][TOKEN_SIZE], checks[4][8];
    for (size_t i = 0; i < 4; i++) {
        struct pseudonym_keys *keys = pseudonym_keys_new(root, cases[i].site, cases[i].epoch);
        pseudonym_event(keys, cases[i].kind, "1", 1, tokens[i]);
        pseudonym_root_check(keys, checks[i]);
        pseudonym_keys_free(keys);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(tokens[i], tokens[k], TOKEN_SIZE);
    }
    assert_memory_equal(checks[0], checks[1], 8);
    assert_memory_not_equal(checks[0], checks[3], 8);
}

static void assert_id(struct cell cell, const char *expected)
{
    struct buf BUF_CLEANUP id = BUF_INIT(CANONICAL_ID_MAX);
    bool given = canonical_id(&cell, &id);
    assert_int_equal(given, expected != NULL);
    if (given)
        assert_string_equal(buf_text(&id), expected);
}

static struct cell text(const char *t)
{
    return (struct cell){.type = CELL_TEXT, .text = t, .len = strlen(t)};
}

static void one_id_has_one_form(void **state)
{
    (void)state;
    assert_id((struct cell){.type = CELL_INTEGER, .integer = 42}, "42");
    assert_id((struct cell){.type = CELL_INTEGER, .integer = -1}, "-1");
    assert_id((struct cell){.type = CELL_INTEGER, .integer = INT64_MIN}, "-9223372036854775808");
    assert_id((struct cell){.type = CELL_REAL, .real = 42.0}, "42");
    assert_id(text("42"), "42");
    assert_id(text("0042  "), "42");
    assert_id(text("+42"), "42");
    assert_id(text("-007"), "-7");
    assert_id(text("000"), "0");
    assert_id(text("-0"), "0");
    assert_id(text("A12  "), "A12");
    assert_id(text("20260102-000017"), "20260102-000017");
    assert_id(text("{3F2504E0-4F89-41D3-9A0C-0305E82C3301}"), "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    assert_id((struct cell){.type = CELL_BLOB, .text = "\x01\xff", .len = 2}, "01ff");
}

static void what_is_no_id_is_none(void **state)
{
    (void)state;
    char longer[CANONICAL_ID_MAX + 2];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_id((struct cell){.type = CELL_NULL}, NULL);
    assert_id((struct cell){.type = CELL_UNREADABLE}, NULL);
    assert_id((struct cell){.type = CELL_REAL, .real = 1.5}, NULL);
    assert_id((struct cell){.type = CELL_REAL, .real = 1e300}, NULL);
    assert_id(text(""), NULL);
    assert_id(text("   "), NULL);
    assert_id(text(longer), NULL);
    assert_id((struct cell){.type = CELL_TEXT, .text = "12\0A9", .len = 5}, NULL);
}

static void columns_of_a_key_cannot_run_into_each_other(void **state)
{
    (void)state;
    struct buf BUF_CLEANUP a = BUF_INIT(1024), b = BUF_INIT(1024);
    const struct cell first[] = {text("ab"), text("c")}, second[] = {text("a"), text("bc")};
    const unsigned columns[] = {0, 1};
    assert_true(row_id(first, columns, 2, &a));
    assert_true(row_id(second, columns, 2, &b));
    assert_int_equal(a.len, b.len);
    assert_memory_not_equal(a.data, b.data, a.len);
    assert_memory_equal(a.data, "\0\0\0\2ab\0\0\0\1c", a.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_those_of_the_design),
        cmocka_unit_test(a_practitioner_changes_token_each_quarter),
        cmocka_unit_test(tokens_differ_by_site_kind_and_epoch),
        cmocka_unit_test(one_id_has_one_form),
        cmocka_unit_test(what_is_no_id_is_none),
        cmocka_unit_test(columns_of_a_key_cannot_run_into_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
