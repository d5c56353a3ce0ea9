/* SPDX-License-Identifier: Apache-2.0 */
/* What reads like an identifier and is none. */
#include "tests/unit/agent/text/marked_note.h"

static void a_word_misspelt_as_it_sounds_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "voix enrrouée et mal a lorreille drooite, jai pri aspegic",
        "passage le matin, el pisse mousseu. diabete. elle",
        "il a son permis conduite acompagnée",
        "mal de tete, enrumé depuis hier",
        "née en [55]. [tour 3] o [8em] asensseur marche. moi", /* nor beside an address */
        "ses vannak sa fille [blanka] qui apel",               /* of no list and no sound of a word */
        NULL};
    check_all(notes);
}

static void what_is_cut_off_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"sage-femme, dossier obst. MB, suivi néphr à [Lyon]",
                                        "PLAIE DE JAMBE. RDV VASCU, REVOIR",
                                        "Réq OPJ, matr. et PV",
                                        "Propranolol 40 x3, Strumazol 20. ECG : tachycardie",
                                        "éruption après manchineau, pas d'atteinte",
                                        NULL};
    check_all(notes);
}

static void an_eponym_stays_where_it_is_a_thing(void **state)
{
    (void)state;
    static const char *const notes[] = {"patient opéré d'un Hartmann en 2010, plaie suintante au Redon",
                                        "infecté stade 2 selon Wagner, antibiotiques",
                                        "céphalée occipitale d'Arnold droite, ecchymose de Hennequin",
                                        "lésion de Maisonneuve suspectée, sans Lhermitte",
                                        "Barré tenu, Schellong positif, corset Taylor non",
                                        "Colique hépatique, Murphy discrètement sensible. Régime",
                                        "urologue dr [De Backer]. bateau",
                                        "diplopie haut regard, Hertel non fait, Hartmann rétabli",
                                        "paralysie faciale, zone de Hunt, seringue de Guyon",
                                        "un [Weber] [Pierre] a appelé, voisin le [Weber]",
                                        "douleur, [12 rue du Redon], sa fille [Hartmann]",
                                        NULL};
    check_all(notes);
}

static void phrases_with_a_name_in_them_stay(void **state)
{
    (void)state;
    static const char *const notes[] = {"INTERPHONE EN PANNE, SONNER LONGTEMPS, RAPPELER",
                                        "un marin pecheur, coupure par bris de verre",
                                        "tete ki tourne en se levan, rouge et chau",
                                        "les pompiers sont déjà venus, chef sect. [Pauline]",
                                        "int [Cazals], sonner [Fortin]",
                                        NULL};
    check_all(notes);
}

static void what_stands_before_or_after_people_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"toux, [6 rue Dauphine]. Métier cordonnier, conduit",
                                        "Bronchite aiguë chez BPCO stade III",
                                        "Surveillance par IDE [Jean-Claude] [Emery]",
                                        "AIDE MENAGERE [KETTY] TROUVE MME [BARREAU] GISANTE",
                                        "AIDE [KETTY] [BLANC] MME [BARREAU]",
                                        "Entrée ambulances fermée. Sas ambulances, [Durand] ambulances",
                                        "fille [Kenza] pr traduction [0261911430], toux",
                                        "accord interne [Maëva] [Le Tens]. Groupe O nég",
                                        "aucun lien avec la Dre [Arnoux], remplacé par dtr [Samyn K]",
                                        NULL};
    check_all(notes);
}

/* A phrase of the lists never hides a person, whatever words it is made of. */
static void a_listed_phrase_hides_nobody(void **state)
{
    (void)state;
    static const char *const notes[] = {"M. [Gris] pâle et moite",
                                        "M. [Laporte] du [3e] a appelé",
                                        "voisin [laporte] a cote",
                                        "fils [Achille] absent, mère seule",
                                        "M. [Gross] en cours de bilan",
                                        "Mme [Le Rozier] appelle",
                                        "[Achille] présent sur place",
                                        "le [Stan] est tombé",
                                        "appeler [Marie] : [0612345678]",
                                        "[Rosa] : [06 39 98 12 12]",
                                        "Glasgow : 15, Evans : 0,33, Norton : 12",
                                        "teint gris, selles noires, interphone en panne",
                                        NULL};
    check_all(notes);
}

/* A number before "M." that is a room is no length. */
static void a_title_after_a_room_is_one(void **state)
{
    (void)state;
    static const char *const notes[] = {"[ch 208] M. [Soudant] retenu par la ceinture",
                                        "plaie de 1 m. environ", NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_misspelt_as_it_sounds_stays),
        cmocka_unit_test(what_is_cut_off_stays),
        cmocka_unit_test(phrases_with_a_name_in_them_stay),
        cmocka_unit_test(what_stands_before_or_after_people_stays),
        cmocka_unit_test(an_eponym_stays_where_it_is_a_thing),
        cmocka_unit_test(a_listed_phrase_hides_nobody),
        cmocka_unit_test(a_title_after_a_room_is_one),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
