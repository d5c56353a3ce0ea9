/* SPDX-License-Identifier: Apache-2.0 */
/* Roads, houses, cars and files by their numbers. */
#include "tests/unit/agent/text/marked_note.h"

static void roads_go_with_how_far_along(void **state)
{
    (void)state;
    static const char *const notes[] = {"AVP vélo, [D986 km 14] direction le col",
                                        "AVP [D986 km 14 06 39 98 12 34], casque",
                                        "à 2 km sur la [D 935], tourner au calvaire",
                                        "parking [N20 borne km 118], camping-car",
                                        "maison isolée (4 km de la [D 922], au bout du chemin)",
                                        "A L'ARRET, [A64 SORTIE 16], BERLINE GRISE",
                                        "camion [RN 113,5], puis [RD 28,5]",
                                        "AVP [D986] direction le col",
                                        "[RN 20], camion au bord, puis [PK 28,5]",
                                        "fracture de la D12, plaie sur D5, colique N20 sur calcul",
                                        "A 39 SORTIE D'HOPITAL HIER",
                                        NULL};
    check_all(notes);
}

static void streets_go_by_a_short_type_after_their_number(void **state)
{
    (void)state;
    static const char *const notes[] = {"[5 al. des Roses], toux",
                                        "habite [10 alé de normandi], fievre",
                                        "[4 q du rin], fievre",
                                        "vient du [ch. de la Nautique], barrière",
                                        "appel pr [avenue de la Gare], ambulance pr [impasse du Moulin]",
                                        "Mme [rue des Lilas 12] a chuté",
                                        "peut pas alé a la selle, TA 12/7, q SOFA 0",
                                        NULL};
    check_all(notes);
}

static void houses_go_by_their_number_where_somebody_lives(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "clés déposées au n°[30].",
        "mon voisin (numéro [5]), fièvre",
        "j'habite au [3eme] sans ascenseur, suis au [2eme] appelez",
        "dossier [3114], badge n° [3114], police n° [3975]",
        "chaise n°2, appeler le n°115, le numéro 15, le 3114 prévenu, 3919 donné",
        "au 2eme jour, au 1er coup, au 3e traitement",
        NULL};
    check_all(notes);
}

static void a_floor_goes_with_its_side_and_no_doctor(void **state)
{
    (void)state;
    static const char *const notes[] = {"sans ascenseur, code [11K52]. [5e] [dr]. sonner fort",
                                        "toux, [1er] au fond, sonner",
                                        "code [78B90], 1ère sonnette, habite au [premié] sans ascenseur",
                                        "vu au [2e] par le dr [Martin]", NULL};
    check_all(notes);
}

static void an_address_goes_to_its_end(void **state)
{
    (void)state;
    static const char *const notes[] = {"APPELER [9 R DU PUITS NEUF] [24100] [BERGERAC] AVEC LE CHIEN",
                                        "VUE BIEN A 11H. [5 CH DE BELLEVUE]. VITALE OK, PAS DE DOULEUR",
                                        "habite [74230] [Les Clefs], toux",
                                        "mère à [Genève] +33 prévenue, critères de Genève 4", NULL};
    check_all(notes);
}

static void plates_and_files_go(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "camion [EV 318 KW] resté sur place",
        "la voiture c'est [ab 552 df], il a noté",
        "N° résidente [R-0772].",
        "dossier [AL 67 1932], rappeler",
        "rue fermée. INE [080117492BG]. dossier suivi",
        "à bord (immat [PV 719204]), toux",
        "N° DN [0412876], CAFAT [447812]",
        "lien : [visio.test-sante.example.fr/k-forest-77], merci",
        "[apt 31] [3e porte], [Rouen] [76 000]. discord [elisa.s#4471]. merci",
        "sonde Ch 18 double courant, crise de RCH",
        "CA 19-9, AVC-2019, VS-40, CRP 120",
        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roads_go_with_how_far_along),
        cmocka_unit_test(streets_go_by_a_short_type_after_their_number),
        cmocka_unit_test(houses_go_by_their_number_where_somebody_lives),
        cmocka_unit_test(a_floor_goes_with_its_side_and_no_doctor),
        cmocka_unit_test(an_address_goes_to_its_end),
        cmocka_unit_test(plates_and_files_go),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
