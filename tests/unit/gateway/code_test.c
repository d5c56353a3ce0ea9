/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "gateway/code.h"

static void a_code_is_known_however_it_is_typed(void **state)
{
    (void)state;
    char code[CODE_TEXT], typed[64] = "";
    uint8_t digest[SHA256_SIZE], again[SHA256_SIZE];
    code_new(code, digest);
    assert_int_equal(strlen(code), CODE_TEXT - 1);
    assert_true(code_digest(code, strlen(code), again));
    assert_memory_equal(digest, again, sizeof digest);
    size_t len = 0;
    for (size_t i = 0; code[i] != '\0'; i++) {
        if (i % 5 == 0 && i > 0)
            typed[len++] = i % 2 ? '-' : ' ';
        typed[len++] = code[i] >= 'a' ? (char)(code[i] - 'a' + 'A') : code[i] == '0' ? 'O' : code[i];
    }
    assert_true(code_digest(typed, len, again));
    assert_memory_equal(digest, again, sizeof digest);
}

static void what_is_no_code_has_no_digest(void **state)
{
    (void)state;
    const char *const bad[] = {"", "short", "uuuuuuuuuuuuuuuuuuuuuuuuuu",
                               "00000000000000000000000000000000000", "--------"};
    uint8_t digest[SHA256_SIZE];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(code_digest(bad[i], strlen(bad[i]), digest));
}

static void no_two_codes_are_alike(void **state)
{
    (void)state;
    char one[CODE_TEXT], other[CODE_TEXT];
    uint8_t digest[SHA256_SIZE];
    code_new(one, digest);
    code_new(other, digest);
    assert_string_not_equal(one, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_known_however_it_is_typed),
        cmocka_unit_test(what_is_no_code_has_no_digest),
        cmocka_unit_test(no_two_codes_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
