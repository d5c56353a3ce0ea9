/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/thesaurus.h"

static bool matches(const char *pattern, const char *code)
{
    char *patterns[] = {(char *)(uintptr_t)pattern, NULL};
    struct model_thesaurus thesaurus = {.patterns = patterns};
    assert_true(thesaurus_pattern_valid(pattern));
    return thesaurus_match(&thesaurus, code, strlen(code));
}

static void a_code_matches_whole_or_not_at_all(void **state)
{
    (void)state;
    assert_true(matches("[A-Z][0-9]{2}\\.?[0-9]{0,2}", "J11"));
    assert_true(matches("[A-Z][0-9]{2}\\.?[0-9]{0,2}", "J11.0"));
    assert_true(matches("[A-Z][0-9]{2}\\.?[0-9]{0,2}", "J1100"));
    assert_false(matches("[A-Z][0-9]{2}\\.?[0-9]{0,2}", "J11.000"));
    assert_false(matches("[A-Z][0-9]{2}\\.?[0-9]{0,2}", "j11"));
    assert_false(matches("[A-Z][0-9]{2}", "XJ11"));
    assert_false(matches("[A-Z][0-9]{2}", ""));
    assert_true(matches("[AB-][0-9]{2}", "-31"));
    assert_true(matches("34009[0-9]{8}", "3400930000001"));
    assert_false(matches("34009[0-9]{8}", "3400830000001"));
}

static void a_greedy_piece_gives_back(void **state)
{
    (void)state;
    assert_true(matches("[A-Z]{1,5}Z[0-9]?", "AZZ"));
    assert_true(matches("[0-9]{0,3}12", "1212"));
}

static void other_regular_expressions_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "(a)",   "a|b", "a*",  "a+",      ".",   "^a",
                                      "a$",   "[^a]",  "[]",  "[a",  "a{",      "a{2", "a{3,2}",
                                      "a{0}", "a{99}", "\\",  "{2}", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(thesaurus_pattern_valid(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_matches_whole_or_not_at_all),
        cmocka_unit_test(a_greedy_piece_gives_back),
        cmocka_unit_test(other_regular_expressions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
