/* SPDX-License-Identifier: Apache-2.0 */
/* A detector looks only where something may begin: it must find there what it would find by looking
 * everywhere. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "agent/text/text.h"
#include "tests/unit/agent/text/word_file.h"

static const struct text_identifier row[] = {{TEXT_IS_NAME, TEXT_ROLE_PATIENT, "QUERVILLE", 9},
                                             {TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Rose", 4},
                                             {TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER, "VANLOUPE Odilon", 15},
                                             {TEXT_IS_PHONE, TEXT_ROLE_CALLER, "0145871236", 10},
                                             {TEXT_IS_ADDRESS, TEXT_ROLE_PATIENT, "18 rue des Tanneurs", 19},
                                             {TEXT_IS_TOWN, TEXT_ROLE_PATIENT, "LIMOGES", 7}};

struct engines {
    struct text_engine *sparing, *everywhere;
};

static int set_up(void **state)
{
    static struct engines engines;
    char path[4096];
    if (!word_file(path, sizeof(path)))
        return -1;
    struct text_options options = {.lexicon = path, .limit_ms = 60000};
    if (text_open(&engines.sparing, &options, NULL) != OK)
        return -1;
    options.everywhere = true;
    if (text_open(&engines.everywhere, &options, NULL) != OK)
        return -1;
    *state = &engines;
    return 0;
}

static int tear_down(void **state)
{
    struct engines *e = *state;
    text_close(e->sparing);
    text_close(e->everywhere);
    return 0;
}

static void assert_same(struct engines *e, const char *text, size_t len)
{
    struct text_note a = {.text = text, .len = len, .cleaned = BUF_INIT(TEXT_MAX_BYTES)}, b = a;
    text_clean(e->sparing, row, sizeof(row) / sizeof(row[0]), 20000, &a, 1);
    text_clean(e->everywhere, row, sizeof(row) / sizeof(row[0]), 20000, &b, 1);
    assert_string_equal(buf_text(&a.cleaned), buf_text(&b.cleaned));
    assert_int_equal(a.span_count, b.span_count);
    assert_memory_equal(a.spans, b.spans, a.span_count * sizeof(a.spans[0]));
    buf_free(&a.cleaned);
    buf_free(&b.cleaned);
}

static void change(char *text, int (*how)(int))
{
    for (; *text; text++)
        *text = (char)how((unsigned char)*text);
}

/* Each line of the marked notes, marks included, as it is, in capitals and in small letters; then all of the
 * file as one long note. */
static void finds_what_looking_everywhere_finds(void **state)
{
    static const char *const files[] = {"tests/data/text/varied.txt", "tests/data/text/fresh.txt",
                                        "tests/data/text/heldout.txt", "tests/data/text/probes.txt",
                                        "tests/data/text/found.txt"};
    for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
        FILE *file = fopen(files[f], "r");
        assert_non_null(file);
        struct buf all = BUF_INIT(TEXT_MAX_BYTES);
        char *line = NULL;
        size_t cap = 0;
        for (ssize_t len; (len = getline(&line, &cap, file)) > 0;) {
            buf_append(&all, line, (size_t)len);
            assert_same(*state, line, (size_t)len);
            change(line, toupper);
            assert_same(*state, line, (size_t)len);
            change(line, tolower);
            assert_same(*state, line, (size_t)len);
        }
        assert_same(*state, buf_text(&all), all.len);
        buf_free(&all);
        free(line);
        fclose(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_what_looking_everywhere_finds)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
