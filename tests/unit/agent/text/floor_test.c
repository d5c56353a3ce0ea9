/* SPDX-License-Identifier: Apache-2.0 */
/* Floors, rooms and house numbers said shortly, and what only looks like them. */
#include "tests/unit/agent/text/marked_note.h"

static void floors_go_by_what_follows_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"Fièvre à 39. [3e] ss asc, toux grasse",
                                        "Fièvre à 39. [2e] chez la voisine",
                                        "Fièvre, chien méchant [1er] [04 65 71 66 30]",
                                        "Vertiges. [2e fond à dte], code [14A31]",
                                        "Vertiges. [5e dt], code [14A31]",
                                        "Vertiges. [2e s/ cour], sonner",
                                        "Vertiges. [RDC côté jardin], sonner",
                                        "FIEVRE. [RDC JARDIN], SONNER",
                                        "toux, jhabite o [3eme] sans assenseur",
                                        "toux, [12eme] lassenceur marche pas",
                                        NULL};
    check_all(notes);
}

static void rooms_and_houses_go_by_what_says_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"Douleur. [8e bureau 812]. Reprend conscience",
                                        "Gardienne Mme [Marques] ([loge], [04 65 71 90 12])",
                                        "EN FACE DU [47], FIEVRE",
                                        "Fièvre (pas le [13]), toux",
                                        "Résidente (déménagée de la [106]), toux",
                                        "M. [Delagneau], [1946]. Toux",
                                        NULL};
    check_all(notes);
}

static void what_only_looks_like_a_floor_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"Dit avoir sauté une fenêtre du deuxième étage, scanner",
                                        "Défenestration du 3e étage, fracture",
                                        "VOISINE DU [2E] M. [BOURHIS] APPELLE",
                                        "Fièvre, code [20A41] puis 2e porte bois",
                                        "Examen en cellule à H+3. Sevrage",
                                        "Sonné à la porte d'entrée à l'étage, fièvre",
                                        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floors_go_by_what_follows_them),
        cmocka_unit_test(rooms_and_houses_go_by_what_says_them),
        cmocka_unit_test(what_only_looks_like_a_floor_stays),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
