/* SPDX-License-Identifier: Apache-2.0 */
/* Firms, services and houses with what stands before them: which words belong to the name, which do not. */
#include "tests/unit/agent/text/marked_note.h"

/* A word that says what a firm does is no part of its name, as the marked notes have it. */
static void what_announces_a_firm_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"NFS demain (labo [Gers Bio]), toux",
                                        "digoxine au labo [Bio33 Talence], bilan fait",
                                        "bilan au [labo du Moulin] demain",
                                        "ambulance [Riviera Assistance] prévue",
                                        "IDE prévenue. PF [Pompes funèbres Mosellines]. toux",
                                        "toux. PF [Maison Castaing]. certificat remis",
                                        "suivie maternité [CHI de Créteil], fièvre",
                                        "SUIVIE [MATERNITE DES BLUETS], FIEVRE",
                                        "Téléalarme [Bouquet 13], chute au sol",
                                        "Téléassistance [Sérénité Plus], chute au sol",
                                        "TELEALARME DECLENCHEE, PATIENTE AU SOL, PAS DE TC",
                                        "O2 par prestataire [Oxyvallée 64], IDE passe",
                                        "prestataire prévenu, fièvre en plateau J4",
                                        "assistance [Inter-Brevo] prévenue, moto",
                                        "transport en chambre funéraire [Marbrerie Colinot], décès",
                                        "ordo à l'officine [Pharmacie de Brevillac], toux",
                                        NULL};
    check_all(notes);
}

/* Services of a département, and types told by an adjective. */
static void services_go_with_their_town_or_number(void **state)
{
    (void)state;
    static const char *const notes[] = {"contacter [CRIP 35] si doute, ecchymoses",
                                        "départ SMUR vers vasculaire [Tenon]. Toux",
                                        "appel de la [MR du Rosaire], toux",
                                        "sa cure ([Thermes nationaux]) finie",
                                        "curatelle renforcée ([ATI 28], fièvre)",
                                        "[CAP Lille] appelé, surveillance à domicile",
                                        "greffe rein [HEGP] 2019, fièvre",
                                        "clic audible du genou à la flexion",
                                        "ressaut et clic de hanche, Barlow négatif",
                                        "tuteur ATI, toux",
                                        "Ordo [pharm. Sainte-Anne]. Repos",
                                        "bilan au [centre rhumatologique de Kerlouan], toux",
                                        "assistante sociale de la [Maison de la Métropole Confluence]. Toux",
                                        "pharmacie de l'établissement fermée, toux",
                                        "Pharmacie d'envoi : [pharmacie Crozat]",
                                        NULL};
    check_all(notes);
}

/* A noun that elsewhere says a door or a part of the body. */
static void a_noun_with_a_capital_names_a_house(void **state)
{
    (void)state;
    static const char *const notes[] = {
        "ordo [pharmacie de la Porte d'Italie], toux", "dents : [cabinet dentaire Porte Neuve] ouvert demain",
        "suivi [clinique des Bois de Grasse], toux", "cure au centre de post-cure l'hiver dernier", NULL};
    check_all(notes);
}

/* Firms by what stands around their words. */
static void firms_go_where_one_is_due(void **state)
{
    (void)state;
    static const char *const notes[] = {"ouvrier blessé, site [Brevin Industries SA], plaie",
                                        "grossesse 32 SA, toux",
                                        "arrivé de la [fruitière des Longevilles], toux",
                                        "site [Décolletage Bracots SA], toux",
                                        "mange du bar de ligne, foyer de rattachement prévenu",
                                        "employé [Maison Brevignac & Fils], toux",
                                        "AMBULANCIER DE [RISLE AMBULANCES], TOUX",
                                        "BESOIN DE SERVICES, TOUX",
                                        "Employeur [Mutuelle Bellone] à prévenir demain",
                                        "certificat pour son employeur [Studio Kalédi], remis en main propre",
                                        "EMPLOYEUR [DOMI-SOINS 33]. LOMBALGIE DEPUIS HIER",
                                        "Employeur avisé. Repos au lit, fièvre",
                                        "AT. Certif [Savoie Transports] 2 j, toux",
                                        "livré par [Locamed] [Service] ce soir, toux",
                                        "certificat [SCI Vernhes & Fils] remis, toux",
                                        "retour du Maroc samedi, fièvre",
                                        "ECBU par [laboratoire BIO Brenne], toux",
                                        "VNI la nuit (prestataire [Oxy'Loire]), toux",
                                        "Plateforme [Filien Côte d'Azur] pour chute",
                                        NULL};
    check_all(notes);
}

/* A house by its bare name, which begins with an article. */
static void an_article_with_a_capital_begins_a_house(void **state)
{
    (void)state;
    static const char *const notes[] = {"[Les Tilleuls d'Or], fièvre",
                                        "certificat de décès [Les Jardins d'Arzon] : trouvée au sol", NULL};
    check_all(notes);
}

/* Where capitals tell nothing: nouns up to where a place ends, an elision, listed names. */
static void names_of_plain_words_go_in_capitals(void **state)
{
    (void)state;
    static const char *const notes[] = {"[ECOLE LA CLE DES CHAMPS], TOUX",
                                        "[EHPAD SOLEIL LEVANT], IDE PRESENTE, FIEVRE",
                                        "[ehpad lumières d'automne], fièvre depuis hier",
                                        "SUIVI [CLINIQUE JEANNE D'ARC] SI NECROSE, FIEVRE",
                                        "TOUX. [IMPRIMERIE VAL DE CHEZINE], COLLEGUE PRESENT",
                                        "TOUX. [CSAPA SYNERGIE 17]. COMPATIBLE",
                                        "TOUX. PF [MAISON BERTIL]. CERTIFICAT REMIS",
                                        "TOUX. [GRANDE PHARMACIE DU LAC].",
                                        "BEC DE LIEVRE OPERE A [TROUSSEAU], FIEVRE",
                                        "suivi [trousseau] pour brûlure, fièvre",
                                        "[CAP LILLE] APPELE, TOUX",
                                        "smur vers [hôpital nord franche-comté], toux",
                                        "ehpad demande de passage, toux",
                                        "HAD PASSAGE DEUX FOIS PAR JOUR, TOUX",
                                        "ecole certificat d'absence, toux",
                                        "suivi à distance, opéré à l'étranger, toux",
                                        NULL};
    check_all(notes);
}

/* Services that every hospital has, stages, ends of sentences. */
static void what_names_no_house_stays(void **state)
{
    (void)state;
    static const char *const notes[] = {"adressé à l'UAOP ce soir, conjoint prévenu",
                                        "Interne en pharmacie au CHU, accident d'exposition",
                                        "ibuprofène contre-indiqué (Stade IRC 3a), toux",
                                        "Parkinson stade Hoehn et Yahr, toux",
                                        "Manger seul, entree sas B badge",
                                        "ENTREE PAR LE SAS VEHICULE, TOUX",
                                        "Bilan CA 125 au labo. Information donnée avec prudence",
                                        "hospitalisation mère-enfant demandée, toux",
                                        "à la demande de l'officier de permanence, toux",
                                        NULL};
    check_all(notes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_announces_a_firm_stays),
        cmocka_unit_test(services_go_with_their_town_or_number),
        cmocka_unit_test(firms_go_where_one_is_due),
        cmocka_unit_test(an_article_with_a_capital_begins_a_house),
        cmocka_unit_test(what_names_no_house_stays),
        cmocka_unit_test(names_of_plain_words_go_in_capitals),
        cmocka_unit_test(a_noun_with_a_capital_names_a_house),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
