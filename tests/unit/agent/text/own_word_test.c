/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the row that are words of French too, or hardly a word: they go, unless what stands around says
 * the word. */
#include "tests/unit/agent/text/marked_note.h"

static const struct text_identifier people[] = {
    ID(TEXT_IS_NAME, "PETIT"),
    ID(TEXT_IS_GIVEN_NAME, "Rose"),
    ID(TEXT_IS_NAME, "GUERIN"),
    ID(TEXT_IS_GIVEN_NAME, "Constant"),
    ID(TEXT_IS_PERSON, "DE SAINT-POL Aude"),
    ID(TEXT_IS_PERSON, "BESSON Alain"),
};
static const struct text_identifier rare[] = {ID(TEXT_IS_NAME, "LOMBARD"),
                                              ID(TEXT_IS_PERSON, "SOULARD Fany")};
static const struct text_identifier particles[] = {ID(TEXT_IS_NAME, "DE LA TOUR"),
                                                   ID(TEXT_IS_NAME, "LE FLOC'H"), ID(TEXT_IS_NAME, "LE BRAS"),
                                                   ID(TEXT_IS_GIVEN_NAME, "Yann")};
static const struct text_identifier short_ones[] = {ID(TEXT_IS_NAME, "LE"), ID(TEXT_IS_GIVEN_NAME, "Minh"),
                                                    ID(TEXT_IS_PERSON, "SY Ibrahima"),
                                                    ID(TEXT_IS_PERSON, "VO Anh")};

static void each(const char *const *notes, const struct text_identifier *ids, size_t count)
{
    for (; *notes; notes++)
        check(*notes, ids, count);
}

static void a_name_goes_though_it_is_a_word(void **state)
{
    (void)state;
    static const char *const notes[] = {"accompagné de [rose]",
                                        "RDV AVEC [ROSE] DEMAIN",
                                        "toux, [petit] ([rose]), apyrétique",
                                        "[petit] rappelle, toujours fébrile",
                                        "transmis par [besson]",
                                        "nom sur la boîte aux lettres [PETIT]",
                                        "concerne [petit]",
                                        "bébé [rose].[petit] fièvre 39",
                                        "[ROSE] (82 ANS) CHUTE",
                                        "GEA / [R]. [PETIT] / 3 vomissements",
                                        "fièvre, [constant]",
                                        "dyspnée : [petit]",
                                        "patiente [C]. [GUERIN] connue",
                                        "Melle [PETIT] céphalées",
                                        "[GUERIN] : [0655121248]",
                                        NULL};
    each(notes, people, sizeof people / sizeof *people);
}

static void a_word_stays_though_it_is_a_name(void **state)
{
    (void)state;
    static const char *const notes[] = {"petit malaise ce matin, fond constant",
                                        "plaque rose du tronc, un petit hématome",
                                        "très petit, chute dans le rosier",
                                        "une rose, est constant",
                                        "teint rose, petite toux",
                                        "état de santé stable",
                                        NULL};
    each(notes, people, sizeof people / sizeof *people);
}

/* A note can do without it as a word. */
static void a_rare_word_goes_whatever_stands_around_it(void **state)
{
    (void)state;
    static const char *const notes[] = {"lombalgie [lombard], blocage", "un [lombard] sympathique",
                                        "APPEL [SOULARD] + INTERNE", "demande [soulard] (med co) ce soir",
                                        NULL};
    each(notes, rare, sizeof rare / sizeof *rare);
}

static void a_name_of_several_words_goes_whole(void **state)
{
    (void)state;
    static const char *const notes[] = {"m [de la tour] inquiet",
                                        "[yann].[de la tour] appelle",
                                        "chez [de-la-tour], porte verte",
                                        "ce matin [le\xC2\xA0"
                                        "floc'h] a vomi",
                                        "[le floc`h] [06 55 12 12 48]",
                                        "parce que [le floc h] ne dort plus",
                                        "régulé par [le floc'h yann]",
                                        "née [le bra] le [8 mai 1930]",
                                        "vu [de la tour], mal de la gorge",
                                        NULL};
    each(notes, particles, sizeof particles / sizeof *particles);
    static const char *const doctors[] = {"vu de [saint pol] ce jour", "cs avec [desaintpol]", NULL};
    each(doctors, people, 5);
}

static void a_name_goes_joined_to_the_other(void **state)
{
    (void)state;
    static const char *const notes[] = {"état de [rosepetit] stable", "pour [petitrose] : certificat", NULL};
    each(notes, people, sizeof people / sizeof *people);
}

static void a_name_of_two_letters_goes_where_a_name_is_due(void **state)
{
    (void)state;
    static const char *const notes[] = {"Dr [LE] a prescrit amox", "le matin, [LE] [Minh], toux",
                                        "M. [Le]. toux",           "chez le patient, vu le soir",
                                        "transmis par [sy]",       "[A. SY] appelle",
                                        "examen de [vo] normal",   "amoxicilline 1 g vo",
                                        "traitement VO",           NULL};
    each(notes, short_ones, sizeof short_ones / sizeof *short_ones);
}

/* What people do and how they are is no result of a sign that is called like them. */
static void a_given_name_that_is_an_eponym_goes_before_what_is_said_of_people(void **state)
{
    (void)state;
    static const struct text_identifier marie[] = {ID(TEXT_IS_GIVEN_NAME, "Marie")};
    check("[Marie] évoque des douleurs", marie, 1);
    check("Voir [Marie] possible demain", marie, 1);
    check("[Marie] absente ce jour", marie, 1);
    static const struct text_identifier vincent[] = {ID(TEXT_IS_NAME, "VINCENT"),
                                                     ID(TEXT_IS_GIVEN_NAME, "Roger")};
    check("[Vincent] suspecte un AVC", vincent, 2);
    check("[ROGER] EVOQUE UNE CHUTE", vincent, 2);
}

static void a_title_is_no_town(void **state)
{
    (void)state;
    static const char *const notes[] = {"Melle [Duval] tousse", "habite à [Melle], toux", NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_goes_though_it_is_a_word),
        cmocka_unit_test(a_word_stays_though_it_is_a_name),
        cmocka_unit_test(a_rare_word_goes_whatever_stands_around_it),
        cmocka_unit_test(a_name_of_several_words_goes_whole),
        cmocka_unit_test(a_name_goes_joined_to_the_other),
        cmocka_unit_test(a_name_of_two_letters_goes_where_a_name_is_due),
        cmocka_unit_test(a_given_name_that_is_an_eponym_goes_before_what_is_said_of_people),
        cmocka_unit_test(a_title_is_no_town),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
