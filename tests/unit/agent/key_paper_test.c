/* SPDX-License-Identifier: Apache-2.0 */
/* A key copied by hand comes back, or the group that is wrong is named. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "agent/key_paper.h"

typedef char groups[KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1];

static struct key_paper some_key(unsigned epoch)
{
    struct key_paper paper = {.epoch = epoch};
    for (unsigned i = 0; i < ROOT_KEY_SIZE; i++)
        paper.root[i] = (uint8_t)i;
    return paper;
}

/* Made by another program, from the description in key_paper.h. */
static void the_form_is_the_documented_one(void **state)
{
    (void)state;
    static const char *const expected[] = {"0001J", "081GE", "81860", "0W401", "J2GBY", "1G6GP", "W3RGY",
                                           "2491Q", "650N9", "2RBH4", "G68TD", "3CE1V", "T7GZY", "010JJ"};
    groups g;
    struct key_paper paper = some_key(1);
    key_paper_write(&paper, g);
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++)
        assert_string_equal(g[place], expected[place]);
}

static void a_key_comes_back_in_either_case(void **state)
{
    (void)state;
    const unsigned epochs[] = {1, 2, 31, 32, 999};
    for (size_t i = 0; i < sizeof epochs / sizeof *epochs; i++) {
        groups g;
        struct key_paper paper = some_key(epochs[i]), back;
        key_paper_write(&paper, g);
        for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++) {
            for (char *c = g[place]; i % 2 == 1 && *c != '\0'; c++)
                *c = (char)tolower((unsigned char)*c);
            assert_true(key_paper_group_holds(g[place], place));
        }
        assert_true(key_paper_read(g, &back));
        assert_memory_equal(back.root, paper.root, ROOT_KEY_SIZE);
        assert_int_equal(back.epoch, epochs[i]);
    }
}

static void every_wrong_character_is_found_in_its_group(void **state)
{
    (void)state;
    static const char all[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    groups g;
    struct key_paper paper = some_key(7);
    key_paper_write(&paper, g);
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++)
        for (size_t at = 0; at < KEY_PAPER_GROUP; at++)
            for (const char *c = all; *c != '\0'; c++) {
                char word[KEY_PAPER_GROUP + 1];
                memcpy(word, g[place], sizeof word);
                word[at] = *c;
                assert_int_equal(key_paper_group_holds(word, place), *c == g[place][at]);
            }
}

static void what_changed_places_is_found(void **state)
{
    (void)state;
    groups g;
    struct key_paper paper = some_key(1);
    for (unsigned i = 0; i < ROOT_KEY_SIZE; i++)
        paper.root[i] = (uint8_t)(37 * i + 11);
    key_paper_write(&paper, g);
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++) {
        for (unsigned other = 0; other < KEY_PAPER_GROUPS; other++)
            if (strcmp(g[other], g[place]) != 0)
                assert_false(key_paper_group_holds(g[other], place));
        for (size_t at = 0; at + 1 < KEY_PAPER_GROUP; at++) {
            char word[KEY_PAPER_GROUP + 1];
            memcpy(word, g[place], sizeof word);
            word[at] = g[place][at + 1];
            word[at + 1] = g[place][at];
            if (word[at] != word[at + 1])
                assert_false(key_paper_group_holds(word, place));
        }
    }
}

static void letters_that_look_like_digits_are_these(void **state)
{
    (void)state;
    assert_true(key_paper_group_holds("0000", 0) == false);
    groups g;
    struct key_paper paper = some_key(1), back;
    key_paper_write(&paper, g);
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++)
        for (char *c = g[place]; *c != '\0'; c++)
            *c = *c == '0' ? 'o' : *c == '1' ? 'l' : *c;
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++)
        assert_true(key_paper_group_holds(g[place], place));
    assert_true(key_paper_read(g, &back));
}

/* Two keys copied into one: each group holds, and the whole does not. */
static void groups_of_two_keys_make_none(void **state)
{
    (void)state;
    groups one, two;
    struct key_paper paper = some_key(1), back;
    key_paper_write(&paper, one);
    paper.root[0] = 0xff;
    key_paper_write(&paper, two);
    memcpy(one[0], two[0], sizeof one[0]);
    assert_true(key_paper_group_holds(one[0], 0));
    assert_false(key_paper_read(one, &back));
    const struct key_paper none = {.epoch = 0};
    assert_memory_equal(&back, &none, sizeof none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_the_documented_one),
        cmocka_unit_test(a_key_comes_back_in_either_case),
        cmocka_unit_test(every_wrong_character_is_found_in_its_group),
        cmocka_unit_test(what_changed_places_is_found),
        cmocka_unit_test(letters_that_look_like_digits_are_these),
        cmocka_unit_test(groups_of_two_keys_make_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
