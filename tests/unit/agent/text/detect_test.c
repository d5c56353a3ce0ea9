/* SPDX-License-Identifier: Apache-2.0 */
/* What each detector takes out of a note and what it leaves: the identifiers stand between brackets, and the
 * cleaned note must hold exactly the rest. */
#include "tests/unit/agent/text/marked_note.h"

static const struct text_identifier places[] = {
    ID(TEXT_IS_ADDRESS, "les Landes Hautes"),
    ID(TEXT_IS_COMPLEMENT, "bat H 2"),
    ID(TEXT_IS_CALLER, "Veille Sereine"),
    ID(TEXT_IS_CALLER, "Résidence Les Glycines d'Or"),
    ID(TEXT_IS_ZIP, "13150"),
    ID(TEXT_IS_NAME, "CHERIF"),
    ID(TEXT_IS_GIVEN_NAME, "Merveille"),
    ID(TEXT_IS_ADDRESS, "31 rue de la Combe"),
};

static void phones_go_however_typed(void **state)
{
    (void)state;
    static const char *const notes[] = {"rappeler au [07.42.30.11.58]. merci",
                                        "joindre [0245-30-02-66] pas de message",
                                        "son num [06 95 14 o8 31] le soir",
                                        "tel [o637420199] ou par la fille",
                                        "fille jointe au [06 2O 71 58 93] ce soir",
                                        "fils [06.8O.44.17 09]. merci",
                                        "lien envoye au [07 68 44 OO 13]",
                                        "standard, poste [4 62 18]. merci",
                                        "patron joint au poste [7] paie",
                                        "en poste 8h, toux",
                                        "adhérent [07741120-Z], toux",
                                        "en poste 3 ans, poste 2 fois 12 h",
                                        "tel [six 88 23 40 71] jusque 20h",
                                        "rappel au [oh six 88 23 40 71] ou [zero six 88234071]",
                                        "TA 12/8, FC 72, SpO2 97, 3 selles",
                                        NULL};
    check_all(notes);
}

static void values_of_the_row_go_whole(void **state)
{
    (void)state;
    static const char *const notes[] = {"appel hier. [Les Glycines d'Or], chute au lever",
                                        "vue aux [Glycines d'Or] ce jour",
                                        "abonné [PV-13150-077], malaise",
                                        "résident [CHRIF] [merveille], syndrome grippal",
                                        "alerte n°[A-48200-664], chute",
                                        "CA-125 normal, HbA1c 7, C5-C6 pincé",
                                        NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, places, sizeof places / sizeof *places);
}

/* Where a word of French is all that the row has of a place. */
static void a_place_of_one_word_goes_where_the_note_says_it(void **state)
{
    (void)state;
    static const struct text_identifier place[] = {ID(TEXT_IS_COMPLEMENT, "Presbytère")};
    check("dort au [presbytere], voisin prevenu", place, 1);
    check("clés au [presbytere]. toux", place, 1);
    static const struct text_identifier house[] = {ID(TEXT_IS_COMPLEMENT, "maison")};
    check("retour maison ce jour", house, 1);
}

static const struct text_identifier people[] = {
    ID(TEXT_IS_NAME, "FAIVRE"),     ID(TEXT_IS_GIVEN_NAME, "Suzy"),  ID(TEXT_IS_NAME, "Heron"),
    ID(TEXT_IS_GIVEN_NAME, "Rose"), ID(TEXT_IS_NAME, "Olivier"),     ID(TEXT_IS_GIVEN_NAME, "Basile"),
    ID(TEXT_IS_NAME, "Arsene"),     ID(TEXT_IS_GIVEN_NAME, "Binta"), ID(TEXT_IS_NAME, "Pages-Carlier"),
    ID(TEXT_IS_NAME, "Le Moing"),
};

/* One slip makes another word of a name: its place, or the row's other name beside it, tells. */
static void names_of_the_row_go_though_a_slip_makes_words_of_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"papiers au nom de [FAIRE] [Suzo]. toux",
                                        "plaque rose tronc: [ose] [livier] allergie",
                                        "vu avec [ARSENE] [asile] hier",
                                        "agrément, [Binat] 13 mois, toux",
                                        "[ages]-[Carlier], médecin",
                                        "Dr [Le oing] informé",
                                        "demande d'asile, plaque rose, faire un bilan",
                                        NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, people, sizeof people / sizeof *people);
}

static const struct text_identifier misspelt[] = {
    ID(TEXT_IS_NAME, "Grenet"),         ID(TEXT_IS_GIVEN_NAME, "Lucas"),   ID(TEXT_IS_NAME, "Chapelle"),
    ID(TEXT_IS_GIVEN_NAME, "Brigitte"), ID(TEXT_IS_NAME, "Lemaire Coste"), ID(TEXT_IS_GIVEN_NAME, "Alba"),
};

/* A capital inside a sentence, a phone, an initial, an age, the other half of a name tell too. */
static void what_stands_beside_a_slip_shows_the_name(void **state)
{
    (void)state;
    static const char *const notes[] = {"vomit. [Grene] au [06 39 98 10 20]",
                                        "chute, [Lcas] disponible demain",
                                        "ICTUS? [CHAPELE] [B.] DEXTRO 1.05. PAS DE FIEVRE",
                                        "procedure en cours. [lemaire] [oste] ivre",
                                        "mamie garde [lba] 7 ans, tique",
                                        "toux, Dit \"[Lucs]\" sans nom",
                                        "bilan LCAS fait, 7 ans de suivi, au greffe",
                                        NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, misspelt, sizeof misspelt / sizeof *misspelt);
}

static void words_that_are_no_street_stay(void **state)
{
    (void)state;
    static const char *const notes[] = {"VSAV puis SMUR sur zone. Accès difficile",
                                        "Mis en cause placé en GAV à 22h05",
                                        "adresse mail du labo du sommeil", NULL};
    check_all(notes);
}

static void spelt_mail_goes_whole(void **state)
{
    (void)state;
    static const char *const notes[] = {"mail : [odile (point) kerbrat arobase orange.fr]. merci",
                                        "ecrire a [lucas87(at)exemple(dot)com] svp",
                                        "il a dit oui. [nora point saidi arobase free point fr] ce soir",
                                        NULL};
    check_all(notes);
}

static void days_before_a_month_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"arret du [4] au [6 novembre] inclus", "constate le [15 08] vers 7h",
                                        "traitement pas pris dep [8 octobre]",
                                        "nee le [31 janvier 84] à [Melun], suivie", NULL};
    check_all(notes);
}

static void codes_and_files_go_by_their_shape(void **state)
{
    (void)state;
    static const char *const notes[] = {"portillon [85B1] la nuit",
                                        "code grille [3B71]",
                                        "compteur : [2-9-1-4] merci",
                                        "code: [CD 41] la nuit",
                                        "digicode [A70 22], sonner",
                                        "code b [B17DK]. merci",
                                        "code 1 [A3308] le soir",
                                        "code [82.14] la nuit",
                                        "palpitations, le coeur bat a 150 depuis midi",
                                        "retour de Côte d'Ivoire, TDR à faire",
                                        "vu sur une aire de repos, lombalgie",
                                        "contrat [AX 7781204] en cours",
                                        "son pseudo est [rafa_35] je crois",
                                        "douleur L5, stade 3, J12, G2P1",
                                        NULL};
    check_all(notes);
}

static void identifiers_go_in_all_their_groups(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "dossier msa [37 5512 908] en attente", "badge visiteur [K-0442] a rendre",
        "n° de mutuelle [6120 44 71]. ok",      "vehicule immat [T 30188 B]. code",
        "titre [LOR 0072 615] vu ce jour",      "standard [0388521096] p. [31]",
        "suivi secteur [54G09] depuis peu",     "dossier médical non vu, 12 40 hier, T 38",
        "fiche remise, 3 cp 500 mg, 2 10 min",  NULL};
    check_all(notes);
}

static void small_parts_of_an_address_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"cle chez la voisine du [14], merci",
                                        "elle habite au [28]. volets verts",
                                        "[12 rue Haute] et non au [13]",
                                        "[14 rue Piat], [esc A] [7eme] [fond couloir]",
                                        "[chalet 4] [route des Cretes]",
                                        "vomit, [ligne des Bambous] [97432] [Ravine Blanche]",
                                        "[3 bis grand rue], sonner",
                                        "[12 rue Piat] au [deuxieme], sonner",
                                        "[9 rue Piat] [niv -1], sonner",
                                        "[residence Bellevue] [F2], sonner",
                                        "joindre [0231809645]. [num 27], barrière",
                                        "[bat K] [4e], sans chien",
                                        "[chambre 12 bis] ce matin",
                                        "divorce en cours. Il accepte de partir",
                                        "suture sur place. Vaccin antitétanique",
                                        "bloqué au lit. Monsieur ne marche plus",
                                        "ferme au bout du chemin après le calvaire",
                                        NULL};
    check_all(notes);
}

static void establishments_go_with_their_type(void **state)
{
    (void)state;
    static const char *const notes[] = {"SAMU PREVENU -> [TROUSSEAU]",
                                        "SMUR de [Lapeyronie] sur place",
                                        "vu par Dr [Borie] ([Pellegrin]), signe de Trousseau négatif",
                                        "[commissariat du 16e], agression",
                                        "chute a l'[hotel de police de Rennes] hier",
                                        "cle a l'[épicerie Chez Lulu] en bas",
                                        "radio au [centre Ampère] demain",
                                        "passe au centre ville, pharmacie fermée",
                                        "AT, employeur [Menuiserie Lambin et fils], repos",
                                        "vu a [Korian], toux. [Vitaris] dossier à créer",
                                        "malaise au travail, [Carrefour Market Bois-Joli], repos",
                                        "arret [Hotel Kyriad] [214], suivi",
                                        "aidant au village, [La Cigogne] (portail)",
                                        "suivie [mater de Morlaix]",
                                        "prevenir [hotel Formule 1] ce soir",
                                        "arret pour l'employeur [Auchan], 3 jours",
                                        "VU A L'[EHPAD LES JARDINS DE CYBELE], FIEVRE",
                                        "agent de chez [GTFM] [Pantin] joignable",
                                        "centrale [Présence Verte], chute ce jour",
                                        "vomissements marc de café, pharmacie de garde",
                                        NULL};
    check_all(notes);
}

static void names_go_by_their_place_in_the_sentence(void **state)
{
    (void)state;
    static const char *const notes[] = {"vu hier par Dr [chevalier], avis",
                                        "gardienne Mme [de la tour] absente",
                                        "aidante [Colette] [Le Floc'h] sur place",
                                        "appel de [jeanne] [mercier] (voisine)",
                                        "resident [fontaine] [Marcel], toux",
                                        "sa soeur [Thomas] [06.39.98.19.02]",
                                        "chez sa fille [Emma] [N'Diaye], toux",
                                        "Dr [Dupont] [L.] prévenue, demain",
                                        "Mme refuse le transport, Mme seule",
                                        "M. alité, M. très fatigué",
                                        NULL};
    check_all(notes);
}

static void medicine_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "Nausées, Cariban, Donormyl, Zophren",
        "Lasègue négatif, Mac Murray négatif, Lachman négatif",
        "Pneumopathie, bronchiectasie, polyneuropathie, hypokaliémie",
        "EVA 8, 2 stents IVA, HbA1c 7.2, marc de café",
        "bande Biflex, matelas Alova, infiltration Altim",
        "Bon Etat Général, Bonne Hydratation, Pas De Signe, Retour Au Domicile, Consignes Données",
        NULL};
    check_all(notes);
}

static void the_rows_names_go_with_a_typo_where_a_name_is_due(void **state)
{
    (void)state;
    static const struct text_identifier names[] = {ID(TEXT_IS_NAME, "DUVAL"), ID(TEXT_IS_GIVEN_NAME, "Anne"),
                                                   ID(TEXT_IS_NAME, "PAPE"), ID(TEXT_IS_NAME, "LE BRAS")};
    static const char *const notes[] = {"SONNETTE [UVAL], TOUX",        "accord du Dr [nne] ce soir",
                                        "VU M. [PAP] CHEZ LUI",         "M. tousse et crache",
                                        "son père [Dual] [Paul]",       "née [Le Brs] le [8 mai 1930]",
                                        "tel et mettre [Duvak] au lit", NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, names, sizeof names / sizeof *names);
}

static void the_rows_places_go_word_for_word(void **state)
{
    (void)state;
    static const char *const notes[] = {"passer par [les landes hautes] puis klaxonner",
                                        "[bat H 2], porte en face",
                                        "appel [veille sereine] ce soir",
                                        "les hautes marches du perron",
                                        "[les ladnes haute], portail vert",
                                        "[31 r combe], 2 sonnettes",
                                        "[batiment h2], porte en face",
                                        "chez la dame [31 combe], sonner",
                                        NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, places, sizeof places / sizeof *places);
}

/* What the notes of the sample database still held when free text first left. */
static void houses_of_care_go_without_a_capital(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "angio a la [clinique de la providence] demain",
        "hospitalise a la [cerisaie] en [mai]",
        "transfert aux [glycines].",
        "sortie du [lycée jean moulin] ce matin",
        "infirmiere [collège Aliénor d'Aquitaine] au bureau",
        "refuse [ch privas] ce soir",
        "plainte [commissariat Lyon 3] faite",
        "suivi a la demande du patient, adresse a domicile, bilan au calme",
        "Ehpad la trouve fatiguée, Toux. Clinique du sommeil, Repos",
        "hospitalise aux [cerisiers] hier pour chute, opere a la cheville hier",
        "urgences du [confluent] ce matin, revu au [tertre rouge] demain",
        "opéré à [Pasteur 2] hier, suivi à l'[Archet 2] pour un diabète",
        "élève au lycée en seconde, amélioration clinique et radiologique",
        NULL};
    check_all(notes);
}

static void towns_go_with_all_their_parts(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "montée vers [Portet d'Aspet], 3 km", "LA FERME EST PRES DE [CHANALEILLES]. TOUX",
        "APRES LE VIRAGE, [ST PAUL], DOULEUR DEPUIS HIER, TOUX GRASSE ET FIEVRE", NULL};
    check_all(notes);
}

static void months_go_before_a_full_stop(void **state)
{
    (void)state;
    static const char *const notes[] = {"vu en [septembre]. Repos", "depuis fin [janvier].",
                                        "opéré en [2023 juin]. RAS", NULL};
    check_all(notes);
}

static void codes_go_after_a_word_of_no_list(void **state)
{
    (void)state;
    static const char *const notes[] = {"code potail [16TQ], sonner", "code du garage en bas [A4512]",
                                        "code postal inconnu, 12 kg", NULL};
    check_all(notes);
}

static void what_announces_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "vu en [avril 2023]. insta [@isa.ftn_], tel coupé", "sonde HS retirée par mme. AVK. Toux",
        "prévenir tuteur UDAF pour demain, toux", "NS1 prescrit au labo [Cerballiance Moufia]. Repos", NULL};
    check_all(notes);
}

static void joined_digits_and_ranked_streets_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"centre d'écoute [44-19071] : chute",
                                        "ratio 5000/250, dilution 1/1000",
                                        "habite [66 gal leclerc], 3 enfants", NULL};
    check_all(notes);
}

static void a_person_is_no_street(void **state)
{
    (void)state;
    static const struct text_identifier street[] = {ID(TEXT_IS_ADDRESS, "4 rue Michel Roy")};
    check("confié à sa grand-mère [Mihel] [DE LA TOUR].", street, 1);
    check("pour bilan, [ĐứC] accompagné par son père", NULL, 0);
}

static void names_are_known_by_what_stands_around_them(void **state)
{
    (void)state;
    static const char *const notes[] = {"Consignes aux parents ([Marie]-[Paule], sur place).",
                                        "sinon sa soeur [Maguerite] ce soir",
                                        "adresse a l'accueil, transport [POIRIER] ambulances.",
                                        "Dossier pris. Contact L'[ermite] demain",
                                        "petit malaise ce matin, vit avec [pierre] né en [1948]",
                                        "preparer par IDE [N'uessan] ce soir",
                                        "confie a sa grand-mere [Maie Chevalier].",
                                        "1 inj par jour, IDE [MAQUES] passe demain",
                                        "Code porte, sonner chez [MAQUES]",
                                        "MT Dr [WANG] à [Paris] [11], vu ce matin",
                                        ("DOULEUR ABDOMINALE ET MALAISE DEPUIS CE MATIN, TRES INQUIET, "
                                         "RAPPELLE\nint. [BOULANGER], volets bleus"),
                                        ("DOULEUR ABDOMINALE ET MALAISE DEPUIS CE MATIN, TRES INQUIET, "
                                         "RAPPELLE\nclé chez la gardienne Mme [MATÍNEZ]"),
                                        "[Thomas] éruption depuis ce matin, boit bien",
                                        "Thomas négatif, boit bien, vu ce matin",
                                        "Appel de [Maie] [boulanger] (voisine), toux",
                                        "Adressé pour bilan, [prisca] accompagné par son père",
                                        "1 cp le soir, a donner par sa fille [grâce]",
                                        "modere, pas de signe de Vincent, afebrile",
                                        "dlr HCD, murphy +, T 38.1",
                                        NULL};
    check_all(notes);
}

static void a_name_of_the_row_goes_where_something_begins(void **state)
{
    (void)state;
    static const struct text_identifier names[] = {ID(TEXT_IS_GIVEN_NAME, "Pierre"),
                                                   ID(TEXT_IS_NAME, "Petit")};
    static const char *const notes[] = {"[PIERRE] eruption depuis 48 h", "[pierre] vomissements depuis hier",
                                        "petit malaise, calcul en [pierre]", NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, names, sizeof names / sizeof *names);
}

static void a_given_name_that_is_a_word_goes_beside_a_name_with_an_apostrophe(void **state)
{
    (void)state;
    static const struct text_identifier names[] = {
        ID(TEXT_IS_NAME, "GUIVARC'H"), ID(TEXT_IS_NAME, "D'Angelo"), ID(TEXT_IS_GIVEN_NAME, "Louise")};
    static const char *const notes[] = {"vu [GUIVARC'H] [louise] ce soir avec IDE [Nathalie]",
                                        "vu [GUVARC'H] [louise] ce soir avec IDE [Nathalie]",
                                        "vu [louise] [d'angelo] ce soir avec IDE [Nathalie]", NULL};
    for (const char *const *m = notes; *m; m++)
        check(*m, names, sizeof names / sizeof *names);
}

static void a_surname_that_is_a_word_goes_beside_a_given_name(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "le patient [Josiane] [LONG] est agité",   "prévenir [Claire] [Petit] ce soir",
        "vu avec [Marchand] ([Sandrine]) ce soir", "vu avec [Paul] Petit malaise au lever",
        "prévenir [Sandrine] HTA connue",          NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phones_go_however_typed),
        cmocka_unit_test(values_of_the_row_go_whole),
        cmocka_unit_test(names_of_the_row_go_though_a_slip_makes_words_of_them),
        cmocka_unit_test(what_stands_beside_a_slip_shows_the_name),
        cmocka_unit_test(words_that_are_no_street_stay),
        cmocka_unit_test(spelt_mail_goes_whole),
        cmocka_unit_test(days_before_a_month_go),
        cmocka_unit_test(codes_and_files_go_by_their_shape),
        cmocka_unit_test(identifiers_go_in_all_their_groups),
        cmocka_unit_test(small_parts_of_an_address_go),
        cmocka_unit_test(establishments_go_with_their_type),
        cmocka_unit_test(names_go_by_their_place_in_the_sentence),
        cmocka_unit_test(medicine_stays),
        cmocka_unit_test(the_rows_names_go_with_a_typo_where_a_name_is_due),
        cmocka_unit_test(the_rows_places_go_word_for_word),
        cmocka_unit_test(a_place_of_one_word_goes_where_the_note_says_it),
        cmocka_unit_test(houses_of_care_go_without_a_capital),
        cmocka_unit_test(towns_go_with_all_their_parts),
        cmocka_unit_test(months_go_before_a_full_stop),
        cmocka_unit_test(codes_go_after_a_word_of_no_list),
        cmocka_unit_test(what_announces_stays),
        cmocka_unit_test(joined_digits_and_ranked_streets_go),
        cmocka_unit_test(a_person_is_no_street),
        cmocka_unit_test(names_are_known_by_what_stands_around_them),
        cmocka_unit_test(a_name_of_the_row_goes_where_something_begins),
        cmocka_unit_test(a_given_name_that_is_a_word_goes_beside_a_name_with_an_apostrophe),
        cmocka_unit_test(a_surname_that_is_a_word_goes_beside_a_given_name),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
