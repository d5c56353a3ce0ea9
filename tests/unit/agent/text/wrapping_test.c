/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and values as products, mails and migrations wrap them: what can be read is, what cannot is withheld.
 */
#include "tests/unit/agent/text/engine_fixture.h"

/* A name of the row, with the accents of its letters wrapped as products, mails and migrations wrap them. */
static void a_name_is_found_in_any_wrapping(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "vu g&eacute;r&ocirc;m&eacute;an ce soir",
        "vu G&#233;r&#xF4;m&#xe9;an ce soir",
        "vu g\\u00e9r\\u00f4m\\u00E9an ce soir",
        "vu g\\'e9r\\'f4m\\'e9an ce soir",
        "vu G=C3=A9r=C3=B4m=C3=A9an ce soir",
        "vu G%C3%A9r%c3%b4m%C3%A9an ce soir",
        "vu g\u00C3\u00A9r\u00C3\u00B4m\u00C3\u00A9an ce soir", /* UTF-8 read as Latin-1 */
        "vu g\u00C3\u00A9r\u00C3\u017Dm\u00C3\u00A9an ce soir", /* as Latin-9 */
        "vu G\u00C3\u2030R\u00C3\u201DM\u00C3\u2030AN ce soir", /* as CP1252 */
        "vu&nbsp;M.&nbsp;G\u00E9r\u00F4m\u00E9an ce soir",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        enum text_withheld withheld;
        const char *out = clean_by(TEXT_IS_NAME, "G\u00E9r\u00F4m\u00E9an", texts[i], &withheld);
        assert_int_equal(withheld, TEXT_CLEANED);
        assert_non_null(strstr(out, "<NOM_1:PATIENT> ce soir"));
        assert_null(strpbrk(out, "gG"));
    }
    enum text_withheld withheld;
    const char *out =
        clean_by(TEXT_IS_PHONE, "0612345678", "tel 06&nbsp;12&nbsp;34&#160;56&nbsp;78 rappeler", &withheld);
    assert_string_equal(out, "tel <TEL:PATIENT> rappeler");
    out = clean_by(TEXT_IS_NAME, "G\u00C3\u00A9r\u00C3\u00B4m\u00C3\u00A9an", "vu G\u00E9r\u00F4m\u00E9an",
                   &withheld);
    assert_string_equal(out, "vu <NOM_1:PATIENT>");
}

/* A migration wrote ? for each letter, or each byte, that it had no sign for, in the note or in the row. */
static void a_name_whose_accents_are_question_marks_is_found(void **state)
{
    (void)state;
    static const char *const texts[] = {"vu G?r?m?an ce soir", "VU G?R?M?AN CE SOIR",
                                        "vu g??r??m??an ce soir", "vu Mme G?r?m?an? ce soir"};
    enum text_withheld withheld;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *out = clean_by(TEXT_IS_NAME, "G\u00E9r\u00F4m\u00E9an", texts[i], &withheld);
        assert_non_null(strstr(out, "<NOM_1:PATIENT>"));
        assert_null(strcasestr(out, "g?"));
        assert_null(strcasestr(out, "m?"));
    }
    assert_string_equal(clean_by(TEXT_IS_NAME, "G?r?m?an", "vu G\u00E9r\u00F4m\u00E9an", &withheld),
                        "vu <NOM_1:PATIENT>");
    assert_string_equal(clean_by(TEXT_IS_NAME, "\u00C9loi", "vu ?loi, tr?s agit?", &withheld),
                        "vu <NOM_1:PATIENT>, tr?s agit?");
    assert_string_equal(clean_by(TEXT_IS_NAME, "Dupont", "chez M. B?nardet, fi?vre ? 39", &withheld),
                        "chez M. <NOM_1>, fi?vre ? 39");
}

/* Short names have only the letter that was lost to tell them by. */
static void a_short_name_that_lost_its_last_letter_is_found(void **state)
{
    (void)state;
    enum text_withheld withheld;
    assert_string_equal(clean_by(TEXT_IS_GIVEN_NAME, "Zo\u00E9", "ZO? A ?T? VUE, H?MATOME", &withheld),
                        "<PRENOM_1:PATIENT> A ?T? VUE, H?MATOME");
    assert_string_equal(clean_by(TEXT_IS_GIVEN_NAME, "Ren\u00E9", "h?matome, vu Ren? hier", &withheld),
                        "h?matome, vu <PRENOM_1:PATIENT> hier");
    assert_string_equal(clean_by(TEXT_IS_NAME, "Kervignac", "la fille Zo? a un h?matome", &withheld),
                        "la fille <PRENOM_1> a un h?matome");
}

/* Beside a question in a note that lost letters, or seems to have, the row's name is found as it is typed. */
static void a_name_beside_a_question_is_found(void **state)
{
    (void)state;
    static const char *const texts[] = {"fi?vre. Rose?", "fi?vre, vu rose?absente", "mr rose?oui",
                                        "fi?vre. vu ?rose"};
    enum text_withheld withheld;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_null(strcasestr(clean_by(TEXT_IS_GIVEN_NAME, "Rose", texts[i], &withheld), "rose"));
    assert_string_equal(clean_by(TEXT_IS_PHONE, "0612345678", "fi?vre, 06?12?34?56?78", &withheld),
                        "fi?vre, <TEL:PATIENT>");
}

static void a_question_is_one(void **state)
{
    (void)state;
    static const char *const texts[] = {"toux? oui", "allergie ?non", "douleur ? depuis quand??",
                                        "??",        "OK?vu hier",    "TA?12/8"};
    enum text_withheld withheld;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_string_equal(clean_by(TEXT_IS_NAME, "Quande", texts[i], &withheld), texts[i]);
}

/* Products write who calls into the field of the caller's name. */
static void who_calls_is_no_name(void **state)
{
    (void)state;
    static const char *const callers[] = {"belle-fille",   "GRAND MERE",        "Aide m\u00E9nag\u00E8re",
                                          "garde de nuit", "IDE lib\u00E9rale", "fille"};
    enum text_withheld withheld;
    for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
        assert_string_equal(clean_by(TEXT_IS_CALLER, callers[i], callers[i], &withheld), callers[i]);
    assert_string_equal(clean_by(TEXT_IS_CALLER, "ehpad les bruyeres", "vue aux bruyeres", &withheld),
                        "vue aux <ETAB>");
    assert_null(strstr(clean_by(TEXT_IS_CALLER, "belle-fille, Mme Kervignac", "vu kervignac", &withheld),
                       "kervignac"));
}

/* Of a limit that no million bytes keep, and that any short note keeps, however many there are. */
static void what_looks_like_a_wrapping_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {"sat=93 % ; FC=88 & TA=12/7", "R&D ; dl & co", "PRISE \\ 3 j",
                                        "glyc=C3 ?", "\u00E0\u00A0\u00AB repos \u00BB"};
    enum text_withheld withheld;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_string_equal(clean_by(TEXT_IS_NAME, "Kervignac", texts[i], &withheld), texts[i]);
}

static void a_text_that_lost_its_letters_is_withheld(void **state)
{
    (void)state;
    static const char *const texts[] = {"vu g\uFFFDr\uFFFDm\uFFFDan", "vu g\u201Ar\u201Cm\u201Aan",
                                        "vu \xC2\x93lui\xC2\x94 hier", "{\\rtf1\\ansi vu G\\'e9rard\\par}",
                                        " \n{\\rtf1 vu}"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        enum text_withheld withheld;
        assert_string_equal(clean_by(TEXT_IS_NAME, "Kervignac", texts[i], &withheld),
                            TEXT_PLACEHOLDER_WITHHELD);
        assert_int_equal(withheld, TEXT_UNDECODABLE);
    }
    enum text_withheld withheld; /* beside a name that cannot be looked for */
    (void)clean_by(TEXT_IS_NAME, "G\uFFFDrard", "toux", &withheld);
    assert_int_equal(withheld, TEXT_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_in_any_wrapping),
        cmocka_unit_test(a_name_whose_accents_are_question_marks_is_found),
        cmocka_unit_test(a_short_name_that_lost_its_last_letter_is_found),
        cmocka_unit_test(a_name_beside_a_question_is_found),
        cmocka_unit_test(a_question_is_one),
        cmocka_unit_test(who_calls_is_no_name),
        cmocka_unit_test(what_looks_like_a_wrapping_stays),
        cmocka_unit_test(a_text_that_lost_its_letters_is_withheld),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
