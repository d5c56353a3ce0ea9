/* SPDX-License-Identifier: Apache-2.0 */
/* Roads by their number. */
#include "tests/unit/agent/text/marked_note.h"

static void roads_go_with_how_far_along(void **state)
{
    (void)state;
    static const char *const notes[] = {"AVP vélo, [D986 km 14] direction le col",
                                        "à 2 km sur la [D 935], tourner au calvaire",
                                        "parking [N20 borne km 118], camping-car",
                                        "maison isolée (4 km de la [D 922], au bout du chemin)",
                                        "A L'ARRET, [A64 SORTIE 16], BERLINE GRISE",
                                        "[RN 20], camion au bord, puis [PK 28,5]",
                                        "fracture de la D12, plaie sur D5, colique N20 sur calcul",
                                        "A 39 SORTIE D'HOPITAL HIER",
                                        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roads_go_with_how_far_along),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
