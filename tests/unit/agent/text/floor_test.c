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
                                        "Fièvre. [6ème] s/ asc, sonner",
                                        "toux, [porte c], sonner",
                                        "Vertiges; [3e 34], code [14B62]",
                                        "Toux, [bt 8] [esc 2] [4e d] code [19A84]",
                                        NULL};
    check_all(notes);
}

static void rooms_and_houses_go_by_what_says_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"Douleur. [8e bureau 812]. Reprend conscience",
                                        "Toux dans la cour, [3e porte]. Appeler",
                                        "Toux. [1er] au bout du couloir, fièvre",
                                        "Appt mal noté : le [41] et non le [14]. Toux",
                                        "Gardienne Mme [Marques] ([loge], [04 65 71 90 12])",
                                        "EN FACE DU [47], FIEVRE",
                                        "Fièvre (pas le [13]), toux",
                                        "Mme [Lerouge], [2e], [214], SpO2 84",
                                        "Toux. Vit seule au [45], fièvre",
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
                                        "Sonner au 5e jour si fièvre. Toux",
                                        "Fièvre, code [20A41] + 2e porte bois",
                                        "TA 12/7, FC 104 AC/FA connue, toux",
                                        "Toux. Accès quai de livraison, lit 2 places",
                                        "Sonné à la porte d'entrée à l'étage, fièvre",
                                        "L'escalier est devenu pénible, toux",
                                        "VOISIN DU [1ER] A UN DOUBLE, FIEVRE",
                                        NULL};
    check_all(notes);
}

static void streets_go_with_initials_and_common_names(void **state)
{
    (void)state;
    static const char *const notes[] = {"Toux. [14 r. A. Mortier], code [12A45]",
                                        "toux. on est au [30 r a. france], fièvre",
                                        "MME [TAVAREZ], [6 R CL. MONET], FIEVRE",
                                        "Toux. [12 place du Marché], sonner",
                                        "Toux. [12 r. Gén. de Gaulle], sonner",
                                        "toux. [12 r. Carnot] [4e g] sonnette [Petit]",
                                        "Toux. [12 place de l'Église], sonner",
                                        "Toux. [place de la Mairie], sonner",
                                        "Toux. [12 q. de la Loire], sonner",
                                        "Fièvre, chez elle [r de la garenne] face transfo",
                                        "Fièvre, [3 pass. Gambey] sonner",
                                        "Chute. [12 pass. des Lilas], code",
                                        NULL};
    check_all(notes);
}

static void what_a_street_says_elsewhere_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"Miroir V2-V3, V3R-V4R négatif. TA 11/7",
                                        "Elle a le pass. Contact hier",
                                        "Volet médical clos. Croyances respectées",
                                        "Domicile fermé de l'intérieur, toux",
                                        "FERME AU BOUT DU CHEMIN EN TERRE, TOUX",
                                        "Un clou a traversé la semelle, toux",
                                        "Fièvre. Mail de secours, toux",
                                        "Toux. Passage aides matin et soir",
                                        NULL};
    check_all(notes);
}

static void words_that_are_towns_too_stay(void **state)
{
    (void)state;
    static const char *const notes[] = {"Apte à la garde à vue, réévaluer. Toux",
                                        "Fièvre, sa mère la garde cette nuit",
                                        "DANSE DE SAINT-GUY, SUS-ST DII, SOUTIEN (CROIX ROUGE)",
                                        "Suivie à [Vienne] par Mme [Durand], toux",
                                        "Repos strict, pas d'avion ni de plongée",
                                        "FIEVRE, HABITE A [RENNES]. SUIVI A [LA GARDE]",
                                        NULL};
    check_all(notes);
}

static void towns_go_whole(void **state)
{
    (void)state;
    static const char *const notes[] = {"Appel du fils depuis [Tours], Mme [Durand] fébrile",
                                        "M. [Durand] vit à [Nancy], fils à [L'Isle-Adam]",
                                        "M. [Durand] habite [Neuilly s/ Seine], toux",
                                        "FILLE AU [HAVRE], FIEVRE",
                                        "En cure au [mon dor], toux",
                                        NULL};
    check_all(notes);
    static const struct text_identifier town[] = {ID(TEXT_IS_TOWN, "DUN-LE-PALESTEL")};
    check("FERME PRES DE [DUN]. FIEVRE", town, 1);
    check("pres dun arbre, toux. dun coup", town, 1);
}

static void days_are_told_from_pressures(void **state)
{
    (void)state;
    static const char *const notes[] = {"DERNIERE REDUCTION [JANVIER 24] CH",
                                        "Colique néphrétique, appelé déjà [16/7], toux",
                                        "Toux (clinique, [6/1]), fièvre",
                                        "Toux. Passage IDE [10/11] et fièvre",
                                        "Toux sous néomercazole dep [03/05]. Fièvre",
                                        "Toux, RDV cardio [12/3], prise de sang [12/3]",
                                        "Anticoagulant stoppé le [18] pour extraction",
                                        "Toux, pas de ddn (environ [1974])",
                                        "Toux. Passage IDE 12/7, sat 97",
                                        "Zona, ttt [5/11], toux",
                                        "Injections les [5/12] et [6/12], toux",
                                        "Toux, SPPB 5/12, score 9/12, une prise 1/12 h",
                                        "Fièvre, opéré [déc 22], coro [fév 19]",
                                        "Toux, père né en [57] a mal",
                                        "Lexomil 1/4, Ethilon 4/0, Exforge 10/2.5, BAV 2/1",
                                        NULL};
    check_all(notes);
}

static void numbers_go_by_what_announces_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"Toux. Réglé, chèque [0047712]. Fièvre",
                                        "Toux, OPJ matr. [1247093]. Fièvre",
                                        "Toux. Profil [florian.b.69] sur son téléphone",
                                        "Fièvre. Poste de nuit [118]. Toux",
                                        "volet fermé, bip parking [6019], fièvre",
                                        "FIEVRE, DEMANDER LE [208]",
                                        "Pile CR2032 avalée, toux",
                                        "Enfant née le [01 05 22], 12.4 kg. Toux",
                                        "Collyre à faire 3x/j, épouse prévenue",
                                        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floors_go_by_what_follows_them),
        cmocka_unit_test(rooms_and_houses_go_by_what_says_them),
        cmocka_unit_test(what_only_looks_like_a_floor_stays),
        cmocka_unit_test(streets_go_with_initials_and_common_names),
        cmocka_unit_test(what_a_street_says_elsewhere_stays),
        cmocka_unit_test(words_that_are_towns_too_stay),
        cmocka_unit_test(towns_go_whole),
        cmocka_unit_test(days_are_told_from_pressures),
        cmocka_unit_test(numbers_go_by_what_announces_them),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
