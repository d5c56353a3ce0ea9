/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that stand for names. */
#include "tests/unit/agent/text/marked_note.h"

static void initials_go_where_somebody_is_due(void **state)
{
    (void)state;
    static const char *const notes[] = {"Appel reçu de Mme [A. de Hautefeuille] pour son époux",
                                        "gardien [L. Ganter] présent sur place",
                                        "MME [Q]. REFUSE INSULINE",
                                        "Défunt [G. M]., 73 ans. Rigidité",
                                        "MME [M]., NE RIEN LUI DIRE",
                                        "Signé : [M. Adolph-Sitz]",
                                        "remis par pharmacien [Ph. Duvet]). Valium",
                                        "IDE [J.-M. Kerboul] prévenu. Infirmière [K. El Amrani]",
                                        "M. [V]. pas joignable, Mme [R]. oui",
                                        "Vu avec Mme [R]. Patient fébrile",
                                        "éducatrice [Marion P]. rappellera",
                                        "Bilan C. reactive, stade II B. opéré, groupe O. Rh positif",
                                        "E. coli, S. aureus, a. iliaque, n. médian, imam M. [Rahmouni]",
                                        NULL};
    check_all(notes);
}

static void initials_go_beside_a_name(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "Mme [de Pellegrin] consulte",         "vu hier. [LE MENTEC Brice] ne tousse plus",
        "[Rose] 18 mois 11 kg, toux",          "[C. Lefort-Martel] appelle pour sa mère",
        "[S. Laruelle] / 40 ans / toux",       "Mme [Boisramé Th]. vomit",
        "voir [Gasnier M.-Th]. : ras médecin", "FILS DR [ATTALI J] (DENTISTE), IDE [GIROU A], REVOIR",
        "Mme [Belaubre Ch]. vivait seule",     NULL};
    check_all(notes);
}

static void a_verb_after_a_name_is_no_initial(void **state)
{
    (void)state;
    static const struct text_identifier ids[] = {ID(TEXT_IS_NAME, "GENDROND"),
                                                 ID(TEXT_IS_GIVEN_NAME, "Alban")};
    check("[alban gendrond] a reçu une planche", ids, 2);
    check("[gendrond a], plaie du pied", ids, 2);
}

/* What nobody says of somebody is no verb after a title; a former file is somebody's. */
static void names_that_might_be_verbs_go_after_a_title(void **state)
{
    (void)state;
    static const char *const notes[] = {"DR [MOULAI] CARDIO PREVENU",
                                        "MME [BRISSA] REFUSE. DR VA PASSER, DR PASSERA, MME TOUSSE",
                                        "PLAIE. ANCIENNE FICHE : [RIGAUX] (NOM DE JEUNE FILLE)",
                                        "PLAIE. ANCIENNE FICHE : ALLERGIE PENICILLINE", NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initials_go_where_somebody_is_due),
        cmocka_unit_test(initials_go_beside_a_name),
        cmocka_unit_test(a_verb_after_a_name_is_no_initial),
        cmocka_unit_test(names_that_might_be_verbs_go_after_a_title),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
