/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "agent/text/vocabulary.h"
#include "tests/unit/agent/text/word_file.h"

#define LONGEST 16u

static struct lexicon *lexicon;
static struct vocabulary *vocabulary;

static int set_up(void **state)
{
    (void)state;
    char path[4096];
    if (!word_file(path, sizeof(path)))
        return -1;
    if (lexicon_open(&lexicon, path, NULL) != OK)
        return -1;
    vocabulary = vocabulary_new(lexicon, NULL);
    return vocabulary ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    vocabulary_free(vocabulary);
    lexicon_close(lexicon);
    return 0;
}

/* What is known of a word; the vocabulary reads on after it, as in a folded text. */
static struct known_word find(const char *word, size_t len)
{
    char text[64] = {0};
    memcpy(text, word, len);
    struct known_word room;
    return *vocabulary_find(vocabulary, text, len, &room);
}

static void every_word_of_a_list_is_known_to_be_in_it(void **state)
{
    (void)state;
    for (unsigned look = 0; look < 2; look++) /* the second time from memory */
        for (enum word_list list = 0; list < WORD_LISTS; list++) {
            const char *word = word_list_words(list);
            for (size_t len; (len = strcspn(word, " ")) > 0; word += len + (word[len] == ' ')) {
                assert_in_range(len, 1, LONGEST);
                assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz"), len);
                struct known_word known = find(word, len);
                assert_true(word_lists_have(&known.lists, list));
            }
            assert_int_equal(*word, '\0'); /* one blank between two */
        }
}

static void a_word_is_in_no_list_of_others(void **state)
{
    (void)state;
    const char *others[] = {"malades",           "ru", "rues", "pharmaciens", "prelevementsx",
                            "universitairement", "z"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct known_word known = find(others[i], strlen(others[i]));
        assert_int_equal(known.lists.bits[0] | known.lists.bits[1], 0);
    }
    struct known_word code = find("code", 4);
    assert_true(word_lists_have(&code.lists, LIST_CODE_WORD));
    assert_false(word_lists_have(&code.lists, LIST_ID_WORD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_word_of_a_list_is_known_to_be_in_it),
                                       cmocka_unit_test(a_word_is_in_no_list_of_others)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
