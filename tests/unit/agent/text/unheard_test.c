/* SPDX-License-Identifier: Apache-2.0 */
/* Words that sound like none that notes use every day: less evidence makes names of them. */
#include "tests/unit/agent/text/marked_note.h"

static void what_no_note_says_is_a_name_after_a_title(void **state)
{
    (void)state;
    static const char *const notes[] = {"DIRECTRICE MME [CAPUT] EXIGE CERTIFICAT",
                                        "DIRECTRICE MME [VALEZ] A PREVENU LA MERE",
                                        "grand-mère (mme [muni]) à côté",
                                        "MME VOMIT DEPUIS HIER",
                                        "MME STABLE, M. REFUSE L'HOSPITALISATION",
                                        "RDV AVEC MME FIEVRE ELEVEE",
                                        NULL};
    check_all(notes);
}

static void who_introduces_himself_goes(void **state)
{
    (void)state;
    static const char *const notes[] = {"jsui [oumayaan], je rappelle",
                                        "bonjour c [leophela] [bousson], g mal",
                                        "moi cé [nouka] son fis",
                                        "salu docteur, [didia] [marens], je me suis planté",
                                        "bonjour docteur, toujours fébrile, c gonflé",
                                        "je suis essoufflée, c'est pire, cé rouge",
                                        NULL};
    check_all(notes);
}

static void an_abbreviated_trade_does_not_end_a_sentence(void **state)
{
    (void)state;
    static const char *const notes[] = {"Centrale, op. [Rank], chute", "vu par IDE. Repos conseillé", NULL};
    check_all(notes);
}

static void an_unknown_name_goes_beside_a_role(void **state)
{
    (void)state;
    static const char *const notes[] = {"l'appel, [ishan] (jeune fille au pair) surveille",
                                        "Accompagnée de [abdelhane], sa filleule. Copie", NULL};
    check_all(notes);
}

static void what_no_note_says_names_a_house(void **state)
{
    (void)state;
    static const char *const notes[] = {"rdv à 15h à la [clinique malteur] pour son oeil",
                                        "EHPAD appelé, clinique prévenue, hôpital complet",
                                        "Nasofibro ORL [clinique Saint-Gral] le [5 mars]", NULL};
    check_all(notes);
}

/* One letter away from a word of every day, as four family names of a hundred are. */
static void a_name_goes_though_it_is_nearly_a_word(void **state)
{
    (void)state;
    static const char *const notes[] = {"PILE NON. [MEDIANNE] PREVENU CE SOIR",
                                        "marche plus. [Chauvierre] prévenu, rappelle ce soir", NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_note_says_is_a_name_after_a_title),
        cmocka_unit_test(who_introduces_himself_goes),
        cmocka_unit_test(an_abbreviated_trade_does_not_end_a_sentence),
        cmocka_unit_test(an_unknown_name_goes_beside_a_role),
        cmocka_unit_test(what_no_note_says_names_a_house),
        cmocka_unit_test(a_name_goes_though_it_is_nearly_a_word),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
