/* SPDX-License-Identifier: Apache-2.0 */
/* Promises of the text engine, each on notes of its own. */
#include <stdlib.h>
#include "agent/text/words/gazetteer.h"
#include "agent/text/words/siphash.h"
#include "tests/unit/agent/text/engine_fixture.h"

#define ID(kind, role, value)                                                                                \
    {                                                                                                        \
        kind, role, value, sizeof(value) - 1                                                                 \
    }

static const struct text_identifier row[] = {
    ID(TEXT_IS_NAME, TEXT_ROLE_PATIENT, "KERVIGNAC"),
    ID(TEXT_IS_NAME, TEXT_ROLE_PATIENT, "PETIT"),
    ID(TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Élodie"),
    ID(TEXT_IS_PHONE, TEXT_ROLE_CALLER, "0612345678"),
    ID(TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER, "GILBERT Maud"),
    ID(TEXT_IS_BIRTH_DATE, TEXT_ROLE_PATIENT, "1951-04-09"),
};

static const char *clean_n(const char *text, size_t len, enum text_withheld *ret)
{
    *ret = clean_note(row, sizeof row / sizeof *row, text, len).withheld;
    return buf_text(&cleaned);
}

static const char *clean(const char *text)
{
    enum text_withheld withheld;
    const char *out = clean_n(text, strlen(text), &withheld);
    assert_int_equal(withheld, TEXT_CLEANED);
    return out;
}

static void gone(const char *text, const char *part)
{
    assert_null(strstr(clean(text), part));
}

static void kept(const char *text)
{
    assert_string_equal(clean(text), text);
}

/* What no rule knows, the weights learnt from marked notes know; an association that keeps establishments
 * does not keep what they call one, for it may be a person. */
static void what_reads_like_an_identifier_goes(void **state)
{
    (void)state;
    const char text[] = "Vu aux Lilas ce matin, constantes stables.";
    assert_string_equal(clean(text), "Vu aux <ETAB> ce matin, constantes stables.");
    char path[4096];
    assert_true(word_file(path, sizeof(path)));
    struct text_options options = {.lexicon = path, .limit_ms = 60000, .keep_establishments = true};
    struct text_engine *keeper = NULL;
    struct err err;
    assert_int_equal(text_open(&keeper, &options, &err), OK);
    struct text_note note = {.text = text, .len = sizeof(text) - 1, .cleaned = BUF_INIT(4096)};
    text_clean(keeper, NULL, 0, 20000, &note, 1);
    assert_int_equal(note.span_count, 1);
    assert_int_equal(note.spans[0].source, TEXT_BY_CLASSIFIER);
    buf_free(&note.cleaned);
    text_close(keeper);
}

static void own_name_goes_however_it_is_written(void **state)
{
    (void)state;
    gone("vu KERVIGNAC ce soir", "KERVIGNAC");
    gone("vu kervignak ce soir", "kervignak");
    gone("vu Ker\xE2\x80\x8Bvignac ce soir", "vignac"); /* zero-width space */
    gone("vu K\xD0\xB5rvignac ce soir", "rvignac");     /* Cyrillic е */
    gone("patiente E\xCC\x81lodie, toux", "lodie");     /* decomposed accent */
    gone("MmeKervignac tombée", "Kervignac");
    gone("Ker Vignac tombée", "Vignac");
}

static void name_that_is_a_word_stays_a_word(void **state)
{
    (void)state;
    kept("petit malaise ce matin, TA 12/8");
    gone("int PETIT au fond", "PETIT");
}

static void eponyms_and_clinical_numbers_stay(void **state)
{
    (void)state;
    kept("maladie de Gilbert connue, Babinski négatif, Glasgow 15, SpO2 94 %, TA 18/11");
    kept("Amoxicilline 1 g x3/j, Doliprane 500 mg, Parkinson");
    gone("Dr Gilbert prévenu", "Gilbert");
}

/* A row whose name is an eponym or a brand: it goes, unless what stands around it speaks of medicine. */
static void own_name_goes_though_it_is_an_eponym(void **state)
{
    (void)state;
    static const struct text_identifier babinski[] = {
        ID(TEXT_IS_NAME, TEXT_ROLE_PATIENT, "BABINSKI"), ID(TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Lasilix"),
        ID(TEXT_IS_ADDRESS, TEXT_ROLE_PATIENT, "3 le Moulin Neuf")};
    static const struct {
        const char *text;
        bool goes;
    } cases[] = {{"Babinski dit avoir mal", true}, {"BABINSKI, 80 ANS, TOUX", true},
                 {"revu babinski ce soir", true},  {"signe de Babinski net", false},
                 {"on est au moulin neuf", true},  {"appel de lasilix ce soir", true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct text_note note = {.text = cases[i].text, .len = strlen(cases[i].text), .cleaned = cleaned};
        text_clean(engine, babinski, sizeof babinski / sizeof *babinski, 20000, &note, 1);
        cleaned = note.cleaned;
        assert_int_equal(strchr(buf_text(&cleaned), '<') != NULL, cases[i].goes);
    }
}

static void phone_goes_in_every_rendering(void **state)
{
    (void)state;
    static const char *const forms[] = {"0612345679",           "06 12 34 56 79",    "06.12.34.56.79",
                                        "06-12-34-56-79",       "+33 6 12 34 56 79", "0033612345679",
                                        "+33 (0)6 12 34 56 79", "06/12/34/56/79",    "0262 41 22 33"};
    char text[128];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        snprintf(text, sizeof text, "rappeler %s svp", forms[i]);
        assert_string_equal(clean(text), "rappeler <TEL> svp");
    }
}

static void wrong_check_digits_do_not_exonerate(void **state)
{
    (void)state;
    gone("sécu 2 51 04 75 116 045 99", "116 045");
    gone("bilan 123456789", "123456789");
}

static void dates_become_offsets_and_birth_dates_never(void **state)
{
    (void)state; /* day 20000 is 2024-10-04 */
    assert_string_equal(clean("stent le 01/10/2024"), "stent le <DATE:J-3>");
    assert_string_equal(clean("stent 03/2024"), "stent <DATE:M-7>");
    assert_string_equal(clean("stent le 12 mai 2015"), "stent le <DATE:A-9>");
    assert_string_equal(clean("vue 09/04/1951"), "vue <DATE_NAISSANCE>");
}

static void one_notes_name_goes_from_the_calls_other_notes(void **state)
{
    (void)state;
    struct text_note notes[2] = {{.text = "Mme Zlatkovska a les clés", .len = 26, .cleaned = BUF_INIT(4096)},
                                 {.text = "revu zlatkovska ce soir", .len = 23, .cleaned = BUF_INIT(4096)}};
    text_clean(engine, NULL, 0, 20000, notes, 2);
    assert_null(strstr(buf_text(&notes[1].cleaned), "zlatkovska"));
    buf_free(&notes[0].cleaned);
    buf_free(&notes[1].cleaned);
}

/* A free field of so many bytes: words that are nothing, then what matters. */
static const char *long_field(size_t len, const char *end)
{
    static char room[8192];
    size_t start = len - strlen(end);
    for (size_t i = 0; i < start; i++) { /* aaaaz aaabz… */
        const size_t n = i / 6, k = i % 6;
        room[i] = k < 4 ? "abcdefghijklmnop"[n >> (12 - 4 * k) & 15] : "z "[k - 4];
    }
    room[start - 1] = ' ';
    memcpy(room + start, end, strlen(end) + 1);
    return room;
}

static void what_stands_far_into_a_field_goes(void **state)
{
    (void)state;
    static const struct {
        enum text_kind kind;
        const char *value, *text, *part;
    } cases[] = {
        {TEXT_IS_NAME, "BRODEQUIN", "toux, prevenir brodequin", "brodequin"},
        {TEXT_IS_ADDRESS, "12 clos Brodequin fleuri", "toux, le brodequin fleuri a gauche", "brodequin"},
        {TEXT_IS_ADDRESS, "82 clos Brodequin fleuri", "toux, 82 clos brodequin",
         "brodequin"}, /* a count over 63 */
        {TEXT_IS_CODE, "portail QX4571 puis 77129", "toux, ensuite QX4571 puis monter", "4571"},
        {TEXT_IS_CODE, "portail QX4571 puis 77129", "toux 77129 merci", "77129"},
        {TEXT_IS_PHONE, "448215 (fille 0698765432)", "toux, poste 448215", "448215"},
        {TEXT_IS_PHONE, "06 98 76 54 32 / 448215", "toux, 6 98765432 demander", "98765432"},
        {TEXT_IS_PHONE, "0478123456 06 98 76 54 32", "toux, 478123456 demander", "478123456"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t len = 60; len <= 4096; len += 4036) {
            enum text_withheld withheld;
            const char *value = long_field(len, cases[i].value);
            const char *out = clean_by(cases[i].kind, value, cases[i].text, &withheld);
            assert_int_equal(withheld, TEXT_CLEANED);
            assert_null(strstr(out, cases[i].part));
            assert_non_null(strstr(out, "toux"));
        }
}

/* Cleans two notes of a row's call; whether the second one is left as it is. */
static bool second_is_kept(const char *name, const char *first, const char *second)
{
    const struct text_identifier id = {TEXT_IS_NAME, TEXT_ROLE_PATIENT, name, strlen(name)};
    struct text_note notes[2] = {{.text = first, .len = strlen(first), .cleaned = BUF_INIT(4096)},
                                 {.text = second, .len = strlen(second), .cleaned = BUF_INIT(4096)}};
    text_clean(engine, &id, 1, 20000, notes, 2);
    bool same = strcmp(buf_text(&notes[1].cleaned), second) == 0;
    buf_free(&notes[0].cleaned);
    buf_free(&notes[1].cleaned);
    return same;
}

/* Words of a row are looked for some dozens at a time: none may be lost between two dozens. */
static void each_of_many_names_goes_also_with_a_slip(void **state)
{
    (void)state;
    static const char syllables[][3] = {"va", "ko", "de", "mu", "gi", "lo", "po", "ne"};
    char names[4096] = "", name[16], note[64];
    for (unsigned i = 0; i < 200; i++) {
        const char *a = syllables[i & 7], *b = syllables[i >> 3 & 7], *c = syllables[i >> 6];
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s%s%s%s%s ", a, a, b, b, c, c);
    }
    struct text_identifier many = {TEXT_IS_NAME, TEXT_ROLE_PATIENT, names, strlen(names)};
    for (unsigned i = 0; i < 200; i++) {
        memcpy(name, names + 13 * i, 12);
        name[12] = '\0';
        if (i % 2)
            name[i / 2 % 12] = 'q';
        snprintf(note, sizeof(note), "vu ce jour avec %s au domicile", name);
        struct text_note n = {.text = note, .len = strlen(note), .cleaned = cleaned};
        text_clean(engine, &many, 1, 20000, &n, 1);
        cleaned = n.cleaned;
        assert_int_equal(n.withheld, TEXT_CLEANED);
        assert_null(strstr(buf_text(&cleaned), name));
    }
}

static void own_name_removed_once_goes_from_all_notes_though_it_is_a_word(void **state)
{
    (void)state;
    assert_false(second_is_kept("BRODEQUIN", "toux, prevenir brodequin", "vu brodequin hier"));
    assert_false(second_is_kept("BRODEQUIN", "M. Brodequin tousse", "brodequin a chuté"));
    assert_false(second_is_kept("BRODEQUIN", "toux", "un brodequin troué")); /* no word of notes */
    assert_true(second_is_kept("PETIT", "toux", "un petit malaise"));        /* never a name here */
    assert_true(second_is_kept("MARTIN", "M. Brodequin tousse", "un brodequin troué"));
    assert_true(second_is_kept("PETIT", "Mme Petit tousse", "petit malaise ce matin"));
    assert_true(second_is_kept("BLANC", "Mme Blanc tousse", "crachat blanc"));
}

static void hyphen_at_a_lines_end_joins_two_halves_of_a_name(void **state)
{
    (void)state;
    gone("vu KER-\nVIGNAC hier", "KER");
    gone("vu PETIT-\nKERVIGNAC hier", "PETIT");
    gone("appel de Mme Krobal-\nenko, toux", "enko");
    assert_non_null(strstr(clean("vu avec M. Krobalenko-\nToux sèche"), "Toux sèche"));
}

static void more_than_can_be_looked_for_withholds_the_notes(void **state)
{
    (void)state;
    enum text_withheld withheld;
    assert_string_equal(clean_by(TEXT_IS_NAME, long_field(8000, "BRODEQUIN"), "toux", &withheld),
                        TEXT_PLACEHOLDER_WITHHELD);
    assert_int_equal(withheld, TEXT_TOO_LONG);
    (void)clean_by(TEXT_IS_NAME, "Brodequin \xff", "toux", &withheld);
    assert_int_equal(withheld, TEXT_TOO_LONG);
}

static void call_of_many_notes_is_one_call(void **state)
{
    (void)state;
    struct text_note notes[12];
    for (size_t i = 0; i < 12; i++) {
        const char *text = i == 11 ? "Mme Zlatkovska a les clés" : "avis zlatkovska ce soir";
        notes[i] = (struct text_note){.text = text, .len = strlen(text), .cleaned = BUF_INIT(4096)};
    }
    text_clean(engine, NULL, 0, 20000, notes, 12);
    for (size_t i = 0; i < 12; i++) {
        assert_null(strstr(buf_text(&notes[i].cleaned), "latkovska"));
        assert_int_equal(notes[i].span_count, 1);
        assert_int_equal(notes[i].spans[0].end - notes[i].spans[0].start, 10);
        buf_free(&notes[i].cleaned);
    }
}

static void invalid_bytes_are_withheld(void **state)
{
    (void)state;
    enum text_withheld withheld;
    assert_string_equal(clean_n("vu M. \xFF\xC3", 8, &withheld), TEXT_PLACEHOLDER_WITHHELD);
    assert_int_equal(withheld, TEXT_UNDECODABLE);
}

static void a_million_digits_leave_nothing(void **state)
{
    (void)state;
    size_t size = 1000000;
    char *text = malloc(size);
    assert_non_null(text);
    enum text_withheld withheld;
    memset(text, '7', size);
    assert_null(strstr(clean_n(text, size, &withheld), "7777"));
    for (size_t i = 0; i < size; i++)
        text[i] = i % 3 == 2 ? ' ' : '7';
    clean_n(text, size, &withheld);
    for (size_t i = 0; i < size; i++)
        text[i] = "M. Kervignac, "[i % 14];
    assert_null(strstr(clean_n(text, size, &withheld), "Kervignac"));
    free(text);
}

static void a_slow_note_is_withheld_and_many_quick_ones_are_not(void **state)
{
    (void)state;
    enum { SIZE = 1000000, NOTES = 600 };
    char path[4096], *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < SIZE; i++)
        text[i] = "M. Kervignac, "[i % 14];
    assert_true(word_file(path, sizeof(path)));
    struct text_options options = {.lexicon = path, .limit_ms = 1};
    struct text_engine *hurried;
    struct err err;
    assert_int_equal(text_open(&hurried, &options, &err), OK);
    struct text_note *notes = calloc(NOTES, sizeof(*notes));
    assert_non_null(notes);
    for (size_t i = 0; i < NOTES; i++)
        notes[i] = (struct text_note){.text = text, .len = i == 0 ? SIZE : 13, .cleaned = BUF_INIT(64)};
    text_clean(hurried, NULL, 0, 20000, notes, NOTES);
    assert_int_equal(notes[0].withheld, TEXT_TOO_SLOW);
    assert_string_equal(buf_text(&notes[0].cleaned), TEXT_PLACEHOLDER_WITHHELD);
    for (size_t i = 0; i < NOTES; i++) {
        if (i > 0)
            assert_string_equal(buf_text(&notes[i].cleaned), "M. <NOM_1>,");
        buf_free(&notes[i].cleaned);
    }
    free(notes);
    free(text);
    text_close(hurried);
}

static void text_stops_without_fresh_names(void **state)
{
    (void)state;
    static const uint8_t key[GAZETTEER_KEY] = {1};
    char path[4096];
    assert_true(word_file(path, sizeof(path)));
    struct gazetteer *names = gazetteer_new(key);
    assert_true(gazetteer_learn(names, GAZ_NAME, "Zorbalin", 8));
    gazetteer_finish(names, 1000000);
    struct text_options options = {
        .lexicon = path, .names = names, .require_gazetteer = true, .now = 1000000 + 86400};
    struct text_engine *strict;
    struct err err;
    assert_int_equal(text_open(&strict, &options, &err), OK);
    assert_int_equal(text_ready(strict, &err), OK);
    text_close(strict);
    options.now += 30 * 86400;
    assert_int_equal(text_open(&strict, &options, &err), OK);
    assert_int_equal(text_ready(strict, &err), ERR_CONFIG);
    struct text_note note = {.text = "rien", .len = 4, .cleaned = BUF_INIT(64)};
    text_clean(strict, NULL, 0, 0, &note, 1);
    assert_int_equal(note.withheld, TEXT_STOPPED);
    buf_free(&note.cleaned);
    text_close(strict);
    gazetteer_free(names);
}

/* "sous X" is a medicine's place, but for those whose name is known on site and in no list. */
static void a_name_known_on_site_goes_where_a_medicine_is_due(void **state)
{
    (void)state;
    char path[4096];
    static const uint8_t key[GAZETTEER_KEY] = {1};
    struct gazetteer *names = gazetteer_new(key);
    assert_true(word_file(path, sizeof(path)));
    assert_true(gazetteer_learn(names, GAZ_NAME, "Zorbalin", 8));
    gazetteer_finish(names, 1000000);
    const struct text_options options = {.lexicon = path, .names = names, .now = 1000000};
    struct text_engine *e = NULL;
    struct err err;
    assert_int_equal(text_open(&e, &options, &err), OK);
    static const char note_text[] = "suite du traitement, zorbalin repasse demain";
    struct text_note note = {.text = note_text, .len = sizeof(note_text) - 1, .cleaned = BUF_INIT(4096)};
    text_clean(e, NULL, 0, 20000, &note, 1);
    assert_string_equal(buf_text(&note.cleaned), "suite du traitement, <NOM_1> repasse demain");
    buf_free(&note.cleaned);
    text_close(e);
    gazetteer_free(names);
}

static void gazetteer_survives_its_file_and_refuses_another_key(void **state)
{
    (void)state;
    static const uint8_t key[GAZETTEER_KEY] = {1}, other[GAZETTEER_KEY] = {2};
    char path[] = "/tmp/gazetteer-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct err err;
    struct gazetteer *a = gazetteer_new(key), *b = gazetteer_new(key), *c = gazetteer_new(other);
    assert_true(gazetteer_learn(a, GAZ_NAME, "LE GOFF-Zorbalin", 16));
    gazetteer_finish(a, 42);
    assert_int_equal(gazetteer_save(a, path, &err), OK);
    assert_int_equal(gazetteer_load(b, path, &err), OK);
    assert_int_equal(gazetteer_find(b, "zorbalin", 8), GAZ_NAME);
    assert_int_equal(gazetteer_learnt_at(b), 42);
    assert_int_equal(gazetteer_load(c, path, &err), ERR_CORRUPT);
    gazetteer_free(a);
    gazetteer_free(b);
    gazetteer_free(c);
    unlink(path);
}

static void siphash_gives_the_papers_vector(void **state)
{
    (void)state;
    uint8_t key[16], data[15];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    for (uint8_t i = 0; i < 15; i++)
        data[i] = i;
    assert_true(siphash(key, data, sizeof data) == 0xa129ca6149be45e5u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_like_an_identifier_goes),
        cmocka_unit_test(own_name_goes_however_it_is_written),
        cmocka_unit_test(name_that_is_a_word_stays_a_word),
        cmocka_unit_test(eponyms_and_clinical_numbers_stay),
        cmocka_unit_test(own_name_goes_though_it_is_an_eponym),
        cmocka_unit_test(phone_goes_in_every_rendering),
        cmocka_unit_test(wrong_check_digits_do_not_exonerate),
        cmocka_unit_test(dates_become_offsets_and_birth_dates_never),
        cmocka_unit_test(one_notes_name_goes_from_the_calls_other_notes),
        cmocka_unit_test(what_stands_far_into_a_field_goes),
        cmocka_unit_test(each_of_many_names_goes_also_with_a_slip),
        cmocka_unit_test(own_name_removed_once_goes_from_all_notes_though_it_is_a_word),
        cmocka_unit_test(hyphen_at_a_lines_end_joins_two_halves_of_a_name),
        cmocka_unit_test(more_than_can_be_looked_for_withholds_the_notes),
        cmocka_unit_test(call_of_many_notes_is_one_call),
        cmocka_unit_test(invalid_bytes_are_withheld),
        cmocka_unit_test(a_million_digits_leave_nothing),
        cmocka_unit_test(a_slow_note_is_withheld_and_many_quick_ones_are_not),
        cmocka_unit_test(text_stops_without_fresh_names),
        cmocka_unit_test(a_name_known_on_site_goes_where_a_medicine_is_due),
        cmocka_unit_test(gazetteer_survives_its_file_and_refuses_another_key),
        cmocka_unit_test(siphash_gives_the_papers_vector),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
