/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/words.h"

#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct origin words_origins[] = {
    {520,
     {"Martin",  "Bernard",  "Petit",     "Durand",    "Leroy",    "Moreau",  "Lefebvre",
      "Garnier", "Rousseau", "Chevalier", "Boulanger", "Rose",     "Legrand", "Mercier",
      "Dufour",  "Delahaye", "Vasseur",   "Girard",    "Lemaître", "Besnard"},
     {"Marie", "Jeanne", "Françoise", "Monique", "Sylvie", "Nathalie", "Céline", "Émilie", "Camille", "Manon",
      "Léa", "Louise", "Jade", "Anne-Sophie"},
     {"Jean", "Pierre", "Michel", "Philippe", "Christophe", "Nicolas", "Sébastien", "Thomas", "Hugo", "Lucas",
      "Gabriel", "Léo", "Raphaël", "Jean-Baptiste"}},
    {90,
     {"Delacroix-Fournier", "Martin-Lavigne", "de La Tour", "d'Aubigny", "Le Roux-Caillaud",
      "Du Bellay",          "Saint-Germain",  "Duchêne",    "L'Hermite", "de Villeneuve",
      "Champagne",          "Lacroix",        "Clair",      "Bonnefoy",  "Poirier",
      "Marchand",           "Perrin-Masson",  "Leblanc",    "Barbier",   "Fontaine"},
     {"Apolline", "Solène", "Marguerite", "Ghislaine", "Odette", "Simone", "Yvonne", "Colette", "Rose",
      "Blanche", "Clémence", "Agathe", "Pauline", "Maryvonne"},
     {"Gontran", "Augustin", "Marcel", "Roger", "René", "Lucien", "Raymond", "Fernand", "Maxence", "Théodore",
      "Antonin", "Clément", "Côme", "Jean-François"}},
    {60,
     {"Le Goff",   "Kerjean",   "Le Bihan", "Guivarc'h",  "Tanguy",   "Kervella",   "Quéméner",
      "Le Floc'h", "Morvan",    "Abgrall",  "Etcheverry", "Ibarra",   "Etchegoyen", "Harispe",
      "Mendiburu", "Schneider", "Muller",   "Klein",      "Schwartz", "Wurtz"},
     {"Soizic", "Nolwenn", "Gwenaëlle", "Enora", "Rozenn", "Annick", "Maïwenn", "Maitena", "Amaia", "Odile",
      "Liselotte", "Marlène", "Sterenn", "Katell"},
     {"Yann", "Erwan", "Loïc", "Gwenaël", "Ronan", "Tugdual", "Mael", "Peio", "Xabi", "Beñat", "Mathias",
      "Jürgen", "Corentin", "Hervé"}},
    {30,
     {"Casanova", "Santoni",  "Luciani",    "Paoli",  "Giacobbi", "Mattei",   "Filippi",
      "Leca",     "Agostini", "Colonna",    "Rossi",  "Bianchi",  "Esposito", "Ferrari",
      "Ricci",    "Moretti",  "Battistini", "Orsoni", "Susini",   "Grimaldi"},
     {"Laetitia", "Ghjulia", "Dumenica", "Vannina", "Serena", "Livia", "Francesca", "Chiara", "Giulia",
      "Lucia", "Antonia", "Saveria", "Pasqualina", "Rosa"},
     {"Ange", "Toussaint", "Dominique", "Pasquale", "Ghjuvan", "Lisandru", "Matteo", "Giovanni", "Luca",
      "Orso", "Petru", "Alessandro", "Enzo", "Fabio"}},
    {110,
     {"Benali",   "Bouzid",   "Ben Salah",  "El Amrani",  "Haddad",     "Cherif",  "Belkacem",
      "Mansouri", "Ziani",    "Ould Ahmed", "Aït Ouarab", "Bensoussan", "Khelifi", "Saïdi",
      "Trabelsi", "Bouazizi", "El Fassi",   "Meziane",    "Hamdi",      "Rahmani"},
     {"Fatima", "Khadija", "Yasmine", "Samira", "Nour", "Inès", "Leïla", "Malika", "Zohra", "Amel", "Soumaya",
      "Fatima-Zahra", "Djamila", "Houria"},
     {"Mohamed", "Karim", "Youssef", "Mehdi", "Rachid", "Bilal", "Ayoub", "Abdelkader", "Ibrahim", "Nassim",
      "Sofiane", "Ahmed", "Zinedine", "Hocine"}},
    {55,
     {"Diallo",     "Traoré",    "Coulibaly", "Diarra",  "N'Diaye", "Sow",       "Kouassi",
      "Mbemba",     "Ouédraogo", "Koné",      "Bâ",      "Camara",  "N'Guessan", "Makosso",
      "Tshisekedi", "Sissoko",   "Fofana",    "Mukendi", "Nzinga",  "Adjovi"},
     {"Aminata", "Fatoumata", "Aïssatou", "Mariam", "Awa", "Adjoua", "Grâce", "Bintou", "Oumou", "Divine",
      "Kadiatou", "Rokhaya", "Prisca", "Merveille"},
     {"Mamadou", "Ousmane", "Moussa", "Ibrahima", "Cheick", "Kouamé", "Christ-Vie", "Boubacar", "Issa",
      "Seydou", "Dieudonné", "Papis", "Lamine", "Aboubacar"}},
    {55,
     {"da Silva", "Ferreira",  "Dos Santos", "Gonçalves", "Fernandes", "Pereira", "Garcia",
      "Martínez", "Rodríguez", "Sánchez",    "Lopez",     "Muñoz",     "Vieira",  "Teixeira",
      "Carvalho", "Marques",   "Peña",       "Ortega",    "Simões",    "Quesada"},
     {"Maria", "Conceição", "Inês", "Lurdes", "Carmen", "Pilar", "Dolores", "Beatriz", "Lucía", "Fátima",
      "Mercedes", "Graça", "Elisa", "Rosario"},
     {"José", "Manuel", "João", "António", "Diego", "Joaquim", "Paulo", "Rui", "Javier", "Carlos", "Tiago",
      "Pedro", "Ángel", "Miguel"}},
    {25,
     {"Kowalski", "Nowak",  "Wiśniewski", "Wójcik",     "Petrović",   "Jovanović",   "Popescu",
      "Ionescu",  "Kovács", "Novák",      "Ivanov",     "Shevchenko", "Bondarenko",  "Yılmaz",
      "Şahin",    "Öztürk", "Demir",      "Sarkissian", "Petrossian", "Hovhannisyan"},
     {"Agnieszka", "Katarzyna", "Małgorzata", "Jelena", "Ioana", "Oksana", "Tetiana", "Ayşe", "Fatma",
      "Zeynep", "Anahit", "Svetlana", "Magdalena", "Milica"},
     {"Stanisław", "Krzysztof", "Łukasz", "Goran", "Dragan", "Ion", "Oleksandr", "Mehmet", "Mustafa", "Hakan",
      "Aram", "Hagop", "Dmitri", "Zoltán"}},
    {30,
     {"Nguyen",  "Nguyễn", "Tran",   "Pham",      "Huynh",        "Lê",        "Chen",
      "Wang",    "Zhang",  "Li",     "Sivakumar", "Rajaratnam",   "Kandasamy", "Khan",
      "Hossain", "Singh",  "Rahman", "Keo",       "Souvannavong", "Vang"},
     {"Thi Hoa", "Thị Mai", "Linh", "Mei", "Xiu Ying", "Priya", "Lakshmi", "Kavitha", "Ayesha", "Sreymom",
      "Mali", "Yu", "Phuong", "Anjali"},
     {"Van Minh", "Đức", "Tuan", "Wei", "Jun", "Suresh", "Kumar", "Ganesh", "Imran", "Sokha", "Bounmy", "Hao",
      "Quang", "Arjun"}},
    {25,
     {"Payet",         "Hoarau",   "Grondin", "Jean-Louis", "Célimène",  "Marie-Sainte", "Rosemond",
      "Boyer",         "Lauret",   "Técher",  "Zamor",      "Alcindor",  "Louis-Joseph", "Toussaint",
      "Jean-Baptiste", "Bellance", "Tehei",   "Wamytan",    "Attoumani", "Saïd"},
     {"Marie-Josèphe", "Mirella", "Guylène", "Ketty", "Lorenza", "Rose-May", "Héloïse", "Widline", "Hina",
      "Moana", "Zaïna", "Nadège", "Myrlande", "Gislhaine"},
     {"Jean-Yves", "Expédit", "Wilfrid", "Ti-Jean", "Frantz", "Jean-Marc", "Gérard", "Teva", "Jocelyn",
      "Rony", "Anli", "Davidson", "Emmanuel", "Judickaël"}},
};
const size_t words_origin_count = COUNT(words_origins);

const struct commune words_communes[] = {
    {"33000", "Bordeaux", 430, "053649"},      {"33700", "Mérignac", 130, "053649"},
    {"33600", "Pessac", 110, "053649"},        {"33400", "Talence", 90, "053649"},
    {"33130", "Bègles", 70, "053649"},         {"33310", "Lormont", 60, "053649"},
    {"33185", "Le Haillan", 40, "053649"},     {"33300", "Bordeaux", 90, "053649"},
    {"75011", "Paris 11", 12, "019900"},       {"69003", "Lyon 3e", 8, "046571"},
    {"59300", "Valenciennes", 6, "035301"},    {"29200", "Brest", 6, "026191"},
    {"01000", "Bourg-en-Bresse", 4, "046571"}, {"20000", "Ajaccio", 8, "046571"},
    {"20137", "Porto-Vecchio", 4, "046571"},   {"20200", "Bastia", 8, "046571"},
    {"20260", "Calvi", 4, "046571"},           {"20620", "Biguglia", 2, "046571"},
    {"97110", "Pointe-à-Pitre", 4, "063998"},  {"97200", "Fort-de-France", 4, "063998"},
    {"97300", "Cayenne", 3, "063998"},         {"97400", "Saint-Denis", 6, "063998"},
    {"97500", "Saint-Pierre", 1, "063998"},    {"97600", "Mamoudzou", 3, "063998"},
    {"97150", "Saint-Martin", 2, "063998"},    {"98713", "Papeete", 1, "063998"},
    {"98800", "Nouméa", 2, "063998"},          {"B-1000", "Bruxelles", 2, "063998"},
    {"3300", "Bordeaux", 2, "053649"}, /* typed in haste: four digits */
};
const size_t words_commune_count = COUNT(words_communes);

static const char *const street_kinds[] = {"rue",       "rue",   "rue",     "rue",    "avenue", "avenue",
                                           "boulevard", "allée", "impasse", "chemin", "place",  "cours"};
static const char *const street_names[] = {
    "Victor Hugo",
    "Jean Jaurès",
    "des Acacias",
    "du Général de Gaulle",
    "Pasteur",
    "de la République",
    "Garibaldi",
    "Émile Zola",
    "des Lilas",
    "du Moulin",
    "Sainte-Catherine",
    "Georges Clemenceau",
    "des Frères Lumière",
    "Louise Michel",
    "du 8 Mai 1945",
    "de la Vieille Église",
    "Léon Blum",
    "Aristide Briand",
    "des Trois-Conils",
    "Camille Desmoulins",
    "du Pas-Saint-Georges",
    "Marcel Sembat",
    "Fondaudège",
    "de Pessac",
    "Judaïque",
    "Achard",
    "Nansouty",
    "Croix-de-Seguey",
    "Simone Veil",
    "des Martyrs",
};
static const char *const residences[] = {
    "résidence Les Oliviers", "résidence Beauséjour", "résidence du Parc", "les Tilleuls",
    "cité Carreire",          "domaine des Pins",     "le Clos Fleuri",    "tour Aquitaine"};
static const char *const institutions[] = {
    "EHPAD Les Cigales",    "EHPAD Sainte-Germaine",       "clinique Tivoli",
    "CHU Pellegrin",        "hôpital Saint-André",         "pharmacie des Capucins",
    "foyer Jean Moulin",    "commissariat Castéja",        "école Albert Camus",
    "hôtel Ibis Mériadeck", "laboratoire Exalab Barrière", "résidence autonomie Manon Cormier"};

const struct origin *words_origin(struct rng *rng)
{
    uint32_t left = rng_below(rng, 1000);
    for (size_t i = 0; i < words_origin_count; i++) {
        if (left < words_origins[i].weight) {
            return &words_origins[i];
        }
        left -= words_origins[i].weight;
    }
    return &words_origins[0];
}

const struct commune *words_commune(struct rng *rng)
{
    uint32_t total = 0;
    for (size_t i = 0; i < words_commune_count; i++) {
        total += words_communes[i].weight;
    }
    uint32_t left = rng_below(rng, total);
    size_t at = 0;
    while (left >= words_communes[at].weight) {
        left -= words_communes[at++].weight;
    }
    return &words_communes[at];
}

/* Two static tables make one name: the text is built once and kept. */
const char *words_street(struct rng *rng)
{
    static char built[COUNT(street_kinds)][COUNT(street_names)][48];
    uint32_t kind = rng_below(rng, COUNT(street_kinds));
    uint32_t name = rng_below(rng, COUNT(street_names));
    char *text = built[kind][name];
    if (text[0] == '\0') {
        snprintf(text, sizeof(built[0][0]), "%s %s", street_kinds[kind], street_names[name]);
    }
    return text;
}

const char *words_residence(struct rng *rng)
{
    return PICK(rng, residences);
}

const char *words_institution(struct rng *rng)
{
    return PICK(rng, institutions);
}
