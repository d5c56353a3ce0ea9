/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and places of the row go however they are grouped, over an end of a line too. */
#include "tests/unit/agent/text/marked_note.h"

static const struct text_identifier row[] = {
    ID(TEXT_IS_PHONE, "0626241937"),
    ID(TEXT_IS_BIRTH_DATE, "1956-03-12"),
    ID(TEXT_IS_CODE, "86A31"),
    ID(TEXT_IS_CODE, "B2047K"),
    ID(TEXT_IS_ADDRESS, "2 chemin du Moulin Neuf"),
    ID(TEXT_IS_ADDRESS, "3 place de l'Église"),
    ID(TEXT_IS_TOWN, "Vienne"),
};

static void each(const char *const *notes)
{
    for (; *notes; notes++)
        check(*notes, row, sizeof row / sizeof *row);
}

static void numbers_go_in_all_their_groups(void **state)
{
    (void)state;
    static const char *const notes[] = {"fixe [06 26 24\n19 37] ou portable",
                                        "mme x du [12/03/'56]",
                                        "toux, [12 / 03 / '56], otite",
                                        "[8.6.a.3.1] portail",
                                        "faire le [86 A 31]",
                                        "FAIRE LE [8-6-A-3-1]",
                                        "portail [B2047K] ok",
                                        "[2 0 4 7 K] portail",
                                        "toux depuis 8 a 10 jours, 86 a 90 de pouls",
                                        NULL};
    each(notes);
}

static void places_go_without_their_type_and_over_lines(void **state)
{
    (void)state;
    static const char *const notes[] = {"rdv [2 chemin\ndu moulin neuf] hier",
                                        "habite [2 che du moulin neuf]",
                                        "au [2 du moulin neuf] hier",
                                        "[3 de l'église]",
                                        "[place de l'église], au [3]",
                                        "secteur [vienne]",
                                        "toux\n[VIENNE]",
                                        "il faut que quelqu'un vienne ce soir",
                                        "vu au 3, toux",
                                        NULL};
    each(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_in_all_their_groups),
        cmocka_unit_test(places_go_without_their_type_and_over_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
