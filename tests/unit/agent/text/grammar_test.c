/* SPDX-License-Identifier: Apache-2.0 */
/* What is found by the grammar of how people write it: names of places, parts of addresses, dates, codes. */
#include "tests/unit/agent/text/marked_note.h"

/* Names of plain words, read by their grammar. */
static void places_go_by_the_grammar_of_their_names(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "patiente de l'[ehpad le clos fleuri], chute ce matin",
        "PATIENTE CONFUSE, APPEL DE [MAISON DE RETRAITE LES JARDINS DE LA FONTAINE], FIEVRE",
        "ordonnance [pharmacie centrale] ce soir",
        "[EHPAD BEL AIR] : PATIENTE CONFUSE DEPUIS CE MATIN",
        "[MR LES BELLES FEUILLES] : CHUTE AU LEVER, PAS DE TC",
        "douleur, [résid les hauts de saint-roch], [bat B], voisine prévenue",
        "fièvre, [la croix blanche], [apt 12]",
        "toux. [rue des quatre vents], sat 92",
        "[école Les Pyramides] prévenue ce jour",
        "stade 2, CRP faite, fatigue",
        NULL};
    check_all(notes);
}

/* Official names without a cue, though they hold an eponym or plain words; words that are also communes stay.
 */
static void communes_go_without_a_cue(void **state)
{
    (void)state;
    static const char *const notes[] = {"[Tigery], douleur thoracique",
                                        "sa fille de [Briis-sous-Forges] arrive dans 1h",
                                        "en vacances à [Verneuil-en-Halatte], otite",
                                        "vient de [la roche s/ yon], toux",
                                        "CHUTE HIER A [PEYRAT LE CHATEAU], PLAIE",
                                        "vit a [st etienne du rouvré] [76800]. fievre",
                                        "partiel pour [Rennes 2], toux. [PARIS XVIII], étudiant",
                                        "est au salon, plaie de la main, urine sales",
                                        NULL};
    check_all(notes);
}

static void parts_of_an_address_go_by_their_side(void **state)
{
    (void)state;
    static const char *const notes[] = {"douleur, [esc du fond], sonner fort",
                                        "chute, [palier gauche], porte ouverte",
                                        "toux, [R+2], sans ascenseur",
                                        "TOUX. [3E ET.], FIEVRE",
                                        "fièvre. [1° étage], sonner",
                                        "[1er ét. gauche], attend dehors",
                                        "toux depuis hier et 2 vomissements, face pale",
                                        NULL};
    check_all(notes);
}

/* Days and months told from pressures and ranges by how they are written. */
static void dates_go_by_how_they_are_written(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "infiltration [04/11] à revoir",
        "scanner [12-04], résultat ce soir",
        "agité depuis le retour [19/1], calme ce soir",
        "doppler demain [samedi 14] à la consultation",
        "contrôle [jeudi 11] à 11 h",
        "rappel du [23 05] 9h, fièvre",
        "en congés jusqu'au [4 août]. 12 jours d'arrêt",
        "né le [28 janv 57] a mal au dos",
        "Chute au lever le [dim. 7/12], station au sol 2h",
        "TC du [mer. 12/11/25], dossier clos",
        "traité depuis le [mar. 25], oeil rouge ce jour",
        "fièvre débutée dans la nuit du [28] au [29].",
        "Arrêt du [1er] au [15 décembre] prescrit",
        "Dernières règles le [9.11], test négatif",
        "DDR [20/10], métrorragies, test positif",
        "infiltration prévue [mi-décembre], douleur",
        "même épisode en [02/2023]. IDM inf. [2/99], ODM [03/24] T -2.8",
        "Dernière NFS [13/11] : Hb 11.4, sonde changée [20/11], scanner [6/2] normal",
        "examen suivant le [30] à 22h, injection le [1er] et le [2]. Ecchymose",
        "Crises : [12/06], [3/09], ce jour, INR [3/2] = 4.1",
        "examinée le [30] aux urgences, bilan fait le [9 10]. né présumé [1940]",
        "le [1er courant], certificat",
        "infiltration le [3 du moi], chaud",
        "hernie L4L5 [mars 2021], retour hier [14/10], scan [14-11] normal",
        "TA 12/8, puis 13/7, acuité 08/10, EN 3/10, vaccin 2/3, Glasgow 14/15, MMS 8/30",
        "le 15 appelle, rappeler le 15 à 22h, dim 15 mg le soir, tension 20/11",
        NULL};
    check_all(notes);
}

static void numbers_go_though_they_are_half_spoken(void **state)
{
    (void)state;
    static const char *const notes[] = {"rappeler [zéro 639 98 08 46]",
                                        "tel [zéro 639 / 11 20 84] ce soir",
                                        "moi c [o6 39 98 20 zéro deux]",
                                        "tel [06.12.34 / 09 88]",
                                        "NIR [2 41 08 57 631 072 (28]), droits ouverts",
                                        "véhicule imm [LÖ-WZ 318] devant",
                                        "quatre fois par jour, deux ou trois jours",
                                        NULL};
    check_all(notes);
}

/* What was found in part goes whole. */
static void halves_of_a_name_are_joined(void **state)
{
    (void)state;
    static const char *const notes[] = {"adressé [clinique Pen an Dalar] ce soir",
                                        "M. [de Saint-Marc] prévenu",
                                        "avec une psychologue, [aurore] [Quilichini], au calme",
                                        "vue à [Paris 11] hier",
                                        "tabac sevré, marche aidée, appétit conservé",
                                        NULL};
    check_all(notes);
}

static void codes_of_key_boxes_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"boîte à clés poteau gauche [1932]. Fille prévenue",
                                        "clef boîte à code sous l'appui de fenêtre [2011]. Sonner",
                                        "pass dans la boîte bleue [N6S21]. Toux",
                                        "trousseau dans coffre [ZX77] derrière la porte",
                                        "code ext [4412B] / int [7B93A], toux",
                                        "boite de Doliprane 1000 finie, coffre fermé depuis 2011.",
                                        NULL};
    check_all(notes);
}

static void firms_go_by_their_legal_form(void **state)
{
    (void)state;
    static const char *const notes[] = {"employeur [façades du vexin sarl] prévenu",
                                        "employeur [huitres dardenne et fils], plaie du doigt",
                                        "son employeur et ses fils prévenus", NULL};
    check_all(notes);
}

static void districts_go_with_their_city(void **state)
{
    (void)state;
    static const char *const notes[] = {"une nièce à [paris 15]. seule", "vit à [lyon 3e] seule", NULL};
    check_all(notes);
}

static void floors_go_by_who_lives_there(void **state)
{
    (void)state;
    static const char *const notes[] = {"bébé du [3e] chez Mme [Jaouen]",
                                        "sonner chez la résidente du [119], toux",
                                        "douleur, [esc. dr]., sonner", "fièvre, [bat 4], [R+3]", NULL};
    check_all(notes);
}

/* Places of which a plain word says the kind, between signs. */
static void places_go_by_their_kind(void **state)
{
    (void)state;
    static const char *const notes[] = {"toux, [villa mon repos] apres le stade",
                                        "fièvre, [clos st lazare], [bât 36 bis]",
                                        "CHUTE, [BAT LE GRANIER], DEMANDE AIDE",
                                        "[ETANG DES CHATELETS]. CONDUCTEUR SOBRE",
                                        "chez elle [sente aux loups], voir plan",
                                        "douleur, [24 ter le petit clos] après 17h",
                                        "plaie du pavillon de l'oreille, aile du nez rouge",
                                        "ferme au bout du chemin, maison en pierre",
                                        NULL};
    check_all(notes);
}

/* Beside an address a place needs no other sign. */
static void places_beside_an_address_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"vu à 15h. [mordacs], [allée du bois]",
                                        "[QUATRE SAISONS], [IMM. EGLANTINE]",
                                        "opéré en 2019. [Chabrières], [traverse Scaramelli]",
                                        "fièvre, volets bleus, [12 rue Piat], gilet jaune", NULL};
    check_all(notes);
}

/* Houses called by their name alone, after who works or is treated there. */
static void houses_go_after_who_is_there(void **state)
{
    (void)state;
    static const char *const notes[] = {"sortie hier de [l'orée du mont], escarre talon",
                                        "MME VUE A [LA CHATAIGNE DOREE], FIEVRE",
                                        "curiste aux [grands thermes], érysipèle",
                                        "enseigne à [sainte ursule], toux",
                                        "vit au bord de la riviere, sortie de la douche, vu à la maison",
                                        NULL};
    check_all(notes);
}

static void codes_go_as_they_are_keyed(void **state)
{
    (void)state;
    static const char *const notes[] = {"code clavier [19 44 D]. chute",
                                        "entrée, clavier [7 7 1 8 A], toux",
                                        "code [B.1968.B], pas de douleur",
                                        "code du vendredi [V1 6], toux",
                                        "portail, code [51 puis 87]",
                                        "grille [VOI38], fièvre",
                                        "code [4816] à droite du garage",
                                        "code [1234], [3e étage]",
                                        NULL};
    check_all(notes);
}

static void days_alone_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"rappel après le [12]", "absence du [8] au [10/10]. toux",
                                        "traité depuis le [1er/12]. mieux",
                                        "INR de lundi 2,6, a appelé le 15, le 18 aussi", NULL};
    check_all(notes);
}

/* What is clinical though it looks like a number, a name or a place. */
static void readings_and_makes_stay(void **state)
{
    (void)state;
    static const char *const notes[] = {"INR de la semaine : 1,20 1,45 2,10 1,85 0,92 1,60 2,34. HbA1c 7",
                                        "tension : 142 78 / 138 80 / 151 84, pouls 64 68 71 66. poids 71",
                                        "matin : Sinemet 1-1-1-0, D-dimères 1250",
                                        "TA 200/110 au Omron du voisin, PPC ResMed, passage à Augmentin",
                                        "plaie du menton 2 cm, savon de Marseille, maternité de niveau 3",
                                        "Ecchymose violette de la cuisse, marguerite tatouée",
                                        "tel [06 12 34 56 78], [2 55 08 75 004 113 79]",
                                        NULL};
    check_all(notes);
}

static void houses_called_by_letters_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"Revient du [CHBM] hier. Toux", "étudiant à l'[ENIB], toux",
                                        "curatrice ([ASFAS 85]).",      "résident [CHRIF], syndrome grippal",
                                        "CRP 45, HBPM faite, EDSS 6",   NULL};
    check_all(notes);
}

static void who_it_is_about_goes_in_capitals_though_a_word_too(void **state)
{
    (void)state;
    static const char *const notes[] = {"Patient [ROSI] [Pierre] adressé à jeun",
                                        "patiente [VERDUN] [Marie] revue", "patiente HTA Doliprane en cours",
                                        NULL};
    check_all(notes);
}

static void dates_go_in_words(void **state)
{
    (void)state;
    static const char *const notes[] = {"née le [vingt quatre septembre 2012], suivie",
                                        "né le [29 septembre quarante neuf], constaté",
                                        "né à [Irun] en [51], vient",
                                        "arrêt depuis le [1er du mois]. seule",
                                        "avant-hier le [12], toux",
                                        "en vacance jusqau [24]. revu",
                                        NULL};
    check_all(notes);
}

static void phones_with_letters_for_zero_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"voisin [06 O9 33 18 71]. maison",
                                        "mon tel [O5 61 O5 82 13]",
                                        "Poste infirmerie [214].",
                                        "interne, poste [45 102].",
                                        "poste [45-12] merci",
                                        "bip [512], merci",
                                        "tel [04 75 12 33 44] puis [7].",
                                        "tel [04 75 12 33 44] ou [86], merci",
                                        "tel [04 75 12 33 44] / [62].",
                                        NULL};
    check_all(notes);
}

static void codes_go_in_every_manner_of_writing(void **state)
{
    (void)state;
    static const char *const notes[] = {"toux, code cave [B 5457], merci",
                                        "code après 20h : [36.71] merci",
                                        "code interphone [54 A 36], sonner",
                                        "code ext [39C72] int [96 A 12]",
                                        "taper [16-27] puis monter",
                                        "codes [2051*] et [B 8297]",
                                        "code cave [1 3 9 5], sonner",
                                        "TA 12.7, code couleur normal, portail vert",
                                        NULL};
    check_all(notes);
}

static void mail_goes_with_its_slips(void **state)
{
    (void)state;
    static const char *const notes[] = {"mail [jean.durand@gmail. com] merci",
                                        "ecrire [jean.durand@gmail,com], merci",
                                        "mail [j.durand at laposte.net] ce soir", NULL};
    check_all(notes);
}

static void what_is_said_of_a_measure_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"SAD posée ce jour (Ch 16), 650 cc",
                                        "CRP au lit 41, apyrétique",
                                        "vit seule avec passage ADMR trois fois par jour",
                                        "HAD joignable 24/24, 7j/7",
                                        "LLC stade A de Binet suivie",
                                        "campagne, chemin de terre sur la droite",
                                        NULL};
    check_all(notes);
}

static void a_title_reaches_over_initials(void **state)
{
    (void)state;
    static const char *const notes[] = {"Confraternellement, Dr [L]. [Marquant]", "mme [petit], chute",
                                        "chute d'un quai de 1 m. Trauma lombaire", NULL};
    check_all(notes);
}

static void days_of_a_range_go(void **state)
{
    (void)state;
    static const char *const notes[] = {"décès entre le [23] et le [24] probablement",
                                        "chez son gendre du [20] au [27], HBPM relayée",
                                        "remplacée à partir du [15]. Appel demain",
                                        "INR [12/09] à 2.8, sous AVK",
                                        "arrêt décidé le [3] avec son néphrologue",
                                        "né en [oct 41], femme âgée",
                                        "née en [1956] à [Oujda], toux",
                                        "TS médicamenteuse [nov. 22]. Suivi",
                                        "passe du 2 au 3 mg, appeler le 15",
                                        NULL};
    check_all(notes);
}

static void sayings_are_no_places(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "attend dans la rue. Épuisement professionnel, accès par le petit pont. Retour",
        "le frère est en route de loin, j'habite a coté du port, sous la machine",
        "HbA1c 9.1 au [5 nov], Metformine 1000x2, Toujeo 22 u",
        "lithium 0.2 [oct 24], ECBU au labo [Bio67] avant 18 h", NULL};
    check_all(notes);
}

static void people_go_by_what_they_do(void **state)
{
    (void)state;
    static const char *const notes[] = {"avocat Me [Chabrolet] présent, mais Me voici",
                                        "Dr [M]. [Boriez] en copie",
                                        "courrier au Dr [Poggioli] [A.M]. pour épreuve",
                                        "vu M. [Brunschwig] [E.-L]., fatigué",
                                        "pendu, decroché par [gonisset], son apprenti",
                                        "PREVENUES PAR [PEYOL]. PILE : NON",
                                        "appel de nuit. [vignalet] (tutrice) pas jointe",
                                        "fièvre avec caillo, malaise devant la porte, vu par voie rectale",
                                        NULL};
    check_all(notes);
}

static void rooms_go_after_a_name_or_a_floor(void **state)
{
    (void)state;
    static const char *const notes[] = {"Mme [Gastinel], [112], boule fessière",
                                        "M. [Mbarkiou], [6e] [602], boîte au nom",
                                        "M. [Vigneaux] [31B], sonde arrachée",
                                        "décès de Mme [Anselmet] en [212] à 06 h 10",
                                        "voisin M. [Papotin] ([17 BIS]), porte close",
                                        "M. [Durandeau] en 2 temps, CRP 112, fatigue",
                                        NULL};
    check_all(notes);
}

static void file_numbers_go_though_like_phones(void **state)
{
    (void)state;
    static const char *const notes[] = {"procédure [01744/00218/2025]. vu en cellule",
                                        "certificat en ligne n° [CT-88114-54]. repos",
                                        "passeport arménien [AR 0557713]. fièvre",
                                        "brigadier, RIO [1340227]. plaie",
                                        "conciergerie [01 99 00 52 30] poste [9].",
                                        "mon num [0639987cinq83], contact: [0639 98 47 8sept]",
                                        NULL};
    check_all(notes);
}

/* What ties an establishment to its town or its side goes with it. */
static void establishments_go_with_what_tells_which(void **state)
{
    (void)state;
    static const char *const notes[] = {"transfert vers le [CHM de Mamoudzou] ce soir",
                                        "travaille au [Super U de Châteaubourg], toux",
                                        "refuse le [CHU Côte de Nacre], décharge signée",
                                        "suivi à la [clinique Pic-Saint-Loup], fièvre",
                                        "éducateur de l'[APAJH 94] prévenu",
                                        "oxygène fourni par [SOS Oxygène Est] chaque nuit",
                                        "vue depuis son travail ([Centre commercial Les Saisons]).",
                                        "arrêt transmis au [rectorat de Rennes], repos",
                                        NULL};
    check_all(notes);
}

static void words_of_medicine_stay(void **state)
{
    (void)state;
    static const char *const notes[] = {"IDE [chevalier] passe demain",
                                        "hanche dr [boulanger] ok, sein dr gonflé",
                                        "voir d'abord [Durand], ensuite [Guérin]",
                                        "IDE trouve un muguet",
                                        "métrorragies, βHCG négatif, γGT 120",
                                        "père BPCO, mère DMLA, Sigmoïdocolectomie prévue",
                                        "TROUVEE DANS SON LIT A 7H30",
                                        "gauche puis 1ere sonnette",
                                        "ganglion de Troisier, tache de Kiesselbach, Waaler Rose négatif",
                                        "HbCO 14 %, rhabdo à craindre, immob attelle, HDJ arrêté",
                                        "levée de doute ce matin, vacances de la Toussaint",
                                        "reprend l'école de voile, chute sur le quai de chargement",
                                        NULL};
    check_all(notes);
}

/* What the weights and the latest rules took beside an identifier, and must not. */
static void what_stands_beside_an_identifier_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"Dr [Martin]\n- BPCO connue",
                                        "Dr [Martin]\nCalme ce soir",
                                        "Tel [06 12 34 56 78]\n- 39 de fièvre",
                                        "Mme [Borie] HGT 450, M. [Borie] PSA 12",
                                        "Mme [Borie] - CRP 120",
                                        "[06 12 34 56 78] Fièvre 39, rappel. Palpitations",
                                        "Lantus : passer du 18 au 20",
                                        "TA du 12 au 18, SpO2 remontée du 9 au 12",
                                        "absente du [20] au [27]",
                                        "M. [Borie] 39C ce matin",
                                        "Mme [Borie], 180, TA élevée",
                                        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_beside_an_identifier_stays),
        cmocka_unit_test(places_go_by_the_grammar_of_their_names),
        cmocka_unit_test(communes_go_without_a_cue),
        cmocka_unit_test(parts_of_an_address_go_by_their_side),
        cmocka_unit_test(dates_go_by_how_they_are_written),
        cmocka_unit_test(numbers_go_though_they_are_half_spoken),
        cmocka_unit_test(halves_of_a_name_are_joined),
        cmocka_unit_test(floors_go_by_who_lives_there),
        cmocka_unit_test(codes_of_key_boxes_go),
        cmocka_unit_test(firms_go_by_their_legal_form),
        cmocka_unit_test(districts_go_with_their_city),
        cmocka_unit_test(places_go_by_their_kind),
        cmocka_unit_test(places_beside_an_address_go),
        cmocka_unit_test(houses_go_after_who_is_there),
        cmocka_unit_test(codes_go_as_they_are_keyed),
        cmocka_unit_test(days_alone_go),
        cmocka_unit_test(readings_and_makes_stay),
        cmocka_unit_test(houses_called_by_letters_go),
        cmocka_unit_test(who_it_is_about_goes_in_capitals_though_a_word_too),
        cmocka_unit_test(dates_go_in_words),
        cmocka_unit_test(phones_with_letters_for_zero_go),
        cmocka_unit_test(codes_go_in_every_manner_of_writing),
        cmocka_unit_test(mail_goes_with_its_slips),
        cmocka_unit_test(what_is_said_of_a_measure_stays),
        cmocka_unit_test(a_title_reaches_over_initials),
        cmocka_unit_test(days_of_a_range_go),
        cmocka_unit_test(people_go_by_what_they_do),
        cmocka_unit_test(sayings_are_no_places),
        cmocka_unit_test(rooms_go_after_a_name_or_a_floor),
        cmocka_unit_test(file_numbers_go_though_like_phones),
        cmocka_unit_test(establishments_go_with_what_tells_which),
        cmocka_unit_test(words_of_medicine_stay),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
