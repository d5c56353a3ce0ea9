/* SPDX-License-Identifier: Apache-2.0 */
/* The weights learnt from marked notes, from conf/text/weights.txt to what they say of a token. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "agent/text/detect/feature.h"
#include "tests/unit/agent/text/word_file.h"

#define WEIGHTS "conf/text/weights.txt"

static struct lexicon *lexicon;
static struct note note;

static int setup(void **state)
{
    (void)state;
    char path[4096];
    struct err err;
    if (!word_file(path, sizeof(path)) || lexicon_open(&lexicon, path, &err) != OK)
        return -1;
    note.lexicon = lexicon;
    note.vocabulary = vocabulary_new(lexicon, NULL);
    return note.vocabulary ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    note_free(&note);
    vocabulary_free(note.vocabulary);
    lexicon_close(lexicon);
    return 0;
}

static void read_note(const char *text)
{
    note.text = text;
    note.count = 0;
    assert_true(fold_text(&note.fold, text, strlen(text)));
    assert_true(note_tokenise(&note));
}

static void every_weight_is_found_by_its_feature(void **state)
{
    (void)state;
    FILE *in = fopen(WEIGHTS, "r");
    assert_non_null(in);
    char line[1024];
    size_t found = 0;
    while (fgets(line, sizeof(line), in)) {
        uint64_t feature;
        int identifier, place;
        if (line[0] == '#')
            continue;
        assert_int_equal(sscanf(line, "%" SCNx64 " %d %d", &feature, &identifier, &place), 3);
        struct weight w = feature ? lexicon_weigh(lexicon, feature) : lexicon_bias(lexicon);
        assert_int_equal(w.identifier, identifier);
        assert_int_equal(w.place, place);
        found++;
    }
    fclose(in);
    assert_true(found > 1000);
    assert_int_equal(lexicon_weigh(lexicon, 0x123456789abcdef0u).identifier, 0);
}

/* The named features are those that the program reckons: the file was learnt with this code. */
static void a_feature_in_the_file_is_the_one_it_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        size_t token, feature;
    } cases[] = {
        {"vu par Ottman", "-1:par", 2, 2}, {"aux Lilas", "-1:aux", 1, 2}, {"code 1234", "-1:code", 1, 2}};
    unsigned names = 0;
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        read_note(cases[k].text);
        char wanted[64], line[1024];
        snprintf(wanted, sizeof(wanted), "%016" PRIx64 " ",
                 feature_hash(&note, cases[k].token, cases[k].feature));
        FILE *in = fopen(WEIGHTS, "r");
        assert_non_null(in);
        bool named = false, seen = false;
        while (fgets(line, sizeof(line), in)) {
            line[strcspn(line, "\n")] = '\0';
            const char *name = strrchr(line, ' ') + 1;
            bool same = strncmp(line, wanted, 17) == 0;
            seen |= strcmp(name, cases[k].name) == 0;
            named |= same && strcmp(name, cases[k].name) == 0;
            assert_false(same && strcmp(name, cases[k].name) != 0);
        }
        fclose(in);
        assert_true(named || !seen);
        names += seen;
    }
    assert_true(names > 0); /* others must be chosen when learning has dropped all of these */
}

static void a_place_is_told_from_a_person_and_a_word_from_both(void **state)
{
    (void)state;
    read_note("Vue ce matin. Mme Ottman, transférée à Belcastel, toux sèche depuis trois jours.");
    size_t person = 0, place = 0, word = 0;
    for (size_t i = 0; i < note.count; i++) {
        person = token_is(&note, i, "ottman") ? i : person;
        place = token_is(&note, i, "belcastel") ? i : place;
        word = token_is(&note, i, "toux") ? i : word;
    }
    struct feature_sum p = feature_weigh(&note, person), e = feature_weigh(&note, place),
                       w = feature_weigh(&note, word);
    assert_true(p.identifier > 0 && e.identifier > 0 && w.identifier < -WEIGHT_ONE);
    assert_true(p.place < 0 && e.place > 0);
}

/* The word file with one thing changed; its checksum is reckoned again when told so. */
static enum err_code opened_with(void (*change)(uint32_t *words, size_t count), bool checked)
{
    char path[4096], copy[] = "/tmp/lexicon.XXXXXX";
    assert_true(word_file(path, sizeof(path)));
    FILE *in = fopen(path, "rb");
    uint64_t *file = malloc(64u << 20), check = 0xCBF29CE484222325u;
    assert_true(in && file);
    size_t len = fread(file, 1, 64u << 20, in);
    fclose(in);
    change((uint32_t *)file, len / sizeof(uint32_t));
    for (size_t i = 2; checked && i < len / sizeof(*file); i++)
        check = (check ^ file[i]) * 0x100000001B3u;
    file[1] = checked ? check : file[1];
    FILE *out = fdopen(mkstemp(copy), "wb");
    assert_int_equal(fwrite(file, 1, len, out), len);
    fclose(out);
    free(file);
    struct lexicon *l = NULL;
    struct err err;
    enum err_code code = lexicon_open(&l, copy, &err);
    lexicon_close(l);
    unlink(copy);
    return code;
}

static void nothing(uint32_t *words, size_t count)
{
    (void)words;
    (void)count;
}

static void another_bias(uint32_t *words, size_t count)
{
    (void)count;
    words[7] ^= 1;
}

/* No slot is free: a search for what is in none would not end. */
static void no_free_slot(uint32_t *words, size_t count)
{
    for (size_t i = 8; i < count; i++)
        words[i] |= words[i] == 0;
}

static void a_word_file_is_whole_or_refused(void **state)
{
    (void)state;
    assert_int_equal(opened_with(nothing, true), OK);
    assert_int_equal(opened_with(another_bias, false), ERR_CORRUPT);
    assert_int_equal(opened_with(no_free_slot, true), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_file_is_whole_or_refused),
        cmocka_unit_test(every_weight_is_found_by_its_feature),
        cmocka_unit_test(a_feature_in_the_file_is_the_one_it_is_named),
        cmocka_unit_test(a_place_is_told_from_a_person_and_a_word_from_both),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
