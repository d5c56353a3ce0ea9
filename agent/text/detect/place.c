/* SPDX-License-Identifier: Apache-2.0 */
/* Named establishments: homes, hospitals, schools, employers. */
#include "agent/text/detect/place.h"
#include "agent/text/detect/name.h"
#include "agent/text/words/gazetteer.h"

#include <string.h>

static bool article(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_ETAB_LINK);
}

static bool name_like(const struct token *t)
{
    return token_unknown(t) || t->flags & (LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER | LEX_EPONYM) ||
           t->site & (GAZ_NAME | GAZ_TOWN);
}

/* "pharmacie de garde", "hôpital de jour", "école maternelle": generic, nobody's. */
static bool generic(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_GENERIC);
}

static size_t type_start(const struct note *n, size_t i)
{
    for (size_t back = 1; back < 6 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1)
            return i - back;
    return i;
}

static bool takes_plain_words(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_PLAINLY_NAMED) || token_among(n, type_start(n, i), LIST_PLAINLY_NAMED);
}

/* An establishment's name as it is read, from its type on. */
struct etab {
    size_t type, last, taken; /* tokens of the type and of the last word of the name; words of the name */
    bool linked;              /* an article was read */
    bool firmly;              /* one that no pronoun is: "du", "des", "de la", "les" */
};

/* A word with a capital that belongs to something else: a street, a door, a phone, an abbreviation. */
static bool stands_for_itself(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    if ((cue == CUE_STREET && !(t->flags & LEX_NAME)) || (cue >= CUE_BUILD && cue <= CUE_DOOR) ||
        cue == CUE_TEL || cue == CUE_CODE || (cue == CUE_TITLE && token_len(t) <= 4))
        return true;
    return t->flags & (LEX_MEDICAL | LEX_DRUG) && !(t->flags & (LEX_NAME | LEX_HOSPITAL)) && token_len(t) < 5;
}

/* "pharmacie du Faubourg", "de la Porte Neuve", "clinique des Bois": a part of a house or of the body with a
 * capital, after an article. */
static bool noun_after_article(const struct token *t, const struct etab *e)
{
    enum text_cue cue = token_cue(t);
    bool part = (cue >= CUE_BUILD && cue <= CUE_DOOR) || (cue == CUE_NONE && t->flags & LEX_MEDICAL);
    return e->taken == 0 &&
           ((e->linked && cue == CUE_STREET) || (e->firmly && part && t->shape == SHAPE_CAPITAL));
}

/* "Côte d'Azur", "Oxy'Loire", "Porte Neuve": what stands at i has a name itself. */
static bool of_capital(const struct note *n, size_t i)
{
    size_t k = i + 1;
    while (k < i + 3 && (article(n, k) || token_sign(n, k, '\'')))
        k++;
    return token_at(n, k)->shape == SHAPE_CAPITAL && (k > i + 1 || token_is(n, i, "porte"));
}

static bool capital_names_it(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    if (e->taken > 0 && before->flags & LEX_GIVEN && token_capital(before))
        return true; /* "école Jean Carrière" */
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    bool tied = token_sign(n, i + 1, '-') && next->gap == GAP_NONE && token_len(t) > 2;
    if (tied)
        return true; /* "clinique Pic-Saint-Loup" */
    if ((token_cue(t) == CUE_TEL || token_cue(t) == CUE_CODE) && next->kind != TOKEN_NUMBER &&
        !token_sign(n, i + 1, ':'))
        return true; /* "pharmacie du Vieux Port" */
    if (token_cue(t) == CUE_PROF && t->shape == SHAPE_UPPER)
        return false; /* "EHPAD La Clairière AMP Sandra" */
    bool pair = e->taken > 0 || (next->shape == SHAPE_CAPITAL && next->gap == GAP_SPACE);
    if (pair && (t->shape == SHAPE_CAPITAL || token_is(n, i, "bio")) && t->flags & LEX_MEDICAL &&
        token_cue(t) == CUE_NONE)
        return true; /* "Gers Bio", "BIO Eure" */
    return noun_after_article(t, e) || (t->shape == SHAPE_CAPITAL && token_len(t) > 2 && of_capital(n, i)) ||
           !stands_for_itself(t);
}

/* Cues whose words name places as well: "les Jardins", "du Canal". */
static bool quiet(const struct token *t)
{
    const uint32_t cues = 1u << CUE_NONE | 1u << CUE_RESID | 1u << CUE_STREET | 1u << CUE_CONTEXT;
    return cues >> token_cue(t) & 1u;
}

/* A noun where a name is due: "clinique de la providence", "ehpad le clos," but not "ehpad la trouve mal". */
static bool noun_names_it(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *t = &n->tokens[i];
    if (!takes_plain_words(n, e->type) || !quiet(t) || t->flags & (LEX_FUNCTION | LEX_MEDICAL) ||
        token_len(t) < 3)
        return false;
    bool ends = place_ends(n, i + 1);
    if (e->taken == 0)
        return e->linked && (e->firmly || !(t->flags & LEX_PREDICATE) || ends);
    bool noun =
        t->flags & LEX_FRENCH && (!(t->flags & LEX_PREDICATE) || token_among(n, i, LIST_PLACE_ADJECTIVE));
    return e->taken == 1 && e->linked && noun && ends; /* "la reine blanche," not "Les Lilas prévenue," */
}

/* "EHPAD SOLEIL LEVANT,", "LUMIERES D'AUTOMNE,", "PAYS DE REDON,", "SYNERGIE 17,": a noun and what goes with
 * it, up to where the place ends. */
static bool two_nouns(const struct note *n, size_t i, const struct etab *e)
{
    size_t k = i + 1;
    while (k < i + 3 && (token_is(n, k, "d") || token_is(n, k, "de") || token_sign(n, k, '\'')))
        k++;
    const struct token *t = &n->tokens[i], *next = token_at(n, k);
    uint32_t either = t->flags | next->flags;
    if (!takes_plain_words(n, e->type) || !(t->flags & LEX_NOUN) || t->flags & LEX_PREDICATE ||
        either & (LEX_FUNCTION | LEX_MEDICAL | LEX_NEUTRAL | LEX_DRUG) || !quiet(next) || generic(n, k) ||
        !place_ends(n, k + 1))
        return false;
    if (k > i + 1)
        return next->gap == GAP_NONE || !(next->flags & LEX_FRENCH);
    return next->flags & LEX_NOUN || token_among(n, k, LIST_PLACE_ADJECTIVE) ||
           (next->kind == TOKEN_NUMBER && token_len(next) == 2);
}

/* In a note where capitals tell nothing. */
static bool word_names_it(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *t = &n->tokens[i];
    if (!quiet(t) && !(t->flags & LEX_NAME))
        return false;
    if (name_like(t) && !(t->flags & LEX_FRENCH && e->taken > 0) && !(t->flags & LEX_FUNCTION))
        return true;
    if (e->taken == 0 && two_nouns(n, i, e))
        return true;
    bool closes = e->taken == 1 && takes_plain_words(n, e->type) && place_ends(n, i + 1);
    if (closes && t->flags & LEX_FRENCH && !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)))
        return true; /* "LE CLOS FLEURI," */
    return noun_names_it(n, i, e) || (e->taken == 0 && e->linked && takes_plain_words(n, e->type) &&
                                      !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)) && quiet(t));
}

/* In small letters among capitals: "clinique les bleuets", "lycée jean moulin". */
static bool small_names_it(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *t = &n->tokens[i];
    if (t->flags & LEX_HOSPITAL || (token_unknown(t) && e->taken == 0))
        return true;
    if (e->taken == 0 && t->flags & LEX_TOWN && token_is(n, e->type, "ch"))
        return true; /* "ch privas" */
    if (name_like(t) && !(t->flags & (LEX_FRENCH | LEX_FUNCTION)) && token_cue(t) == CUE_NONE &&
        takes_plain_words(n, e->type))
        return true;
    return noun_names_it(n, i, e);
}

/* "jean moulin" */
static bool after_given(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *t = &n->tokens[i], *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    return e->taken > 0 && before->flags & LEX_GIVEN && !(before->flags & LEX_PLAIN) && quiet(t) &&
           !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_PREDICATE));
}

/* Whether the word at i may stand in the name. */
static bool names_it(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->gap == GAP_LINE || (t->label && t->label != TEXT_VILLE))
        return false;
    if (t->flags & LEX_HOSPITAL && t->phrase > 1)
        return true; /* "CHU Côte de Nacre" */
    if (e->taken == 0 && !generic(n, i) && (name_elided(n, i) || (t->site & GAZ_NAME && quiet(t))))
        return true; /* "cabinet de La Tour", "cabinet L'ermite" */
    if (n->profile == CASE_NORMAL && token_capital(t))
        return capital_names_it(n, i, e);
    if (t->flags & LEX_DRUG || generic(n, i))
        return false;
    if (t->shape == SHAPE_UPPER && n->profile == CASE_LOWER && token_len(t) > 3 && !(t->flags & LEX_MEDICAL))
        return true; /* "cabinet DELA TOUR" among small letters */
    if (t->flags & LEX_NEUTRAL && !(t->flags & LEX_SURNAME) && !e->linked)
        return false;
    if (after_given(n, i, e) ||
        (e->taken > 0 && token_sign(n, i - 1, '\'') && token_is(n, i - 2, "d") && quiet(t)))
        return true; /* "CLINIQUE JEANNE D'ARC" */
    if (e->taken == 0 && token_is(n, i, "maison") && name_like(token_at(n, i + 1)))
        return true; /* "PF MAISON BERTIL" */
    if (e->taken == 0 && (!e->linked || e->firmly) && takes_plain_words(n, e->type) && place_unheard_of(n, t))
        return true; /* "clinique malteur", "polyclinique Trab" */
    return n->profile == CASE_NORMAL ? small_names_it(n, i, e) : word_names_it(n, i, e);
}

/* A sign that does not end a name: "d'Arc", "Saint-Jean", a quotation mark before it, "J. Ferry". */
static bool links_name(const struct note *n, size_t i, const struct etab *e)
{
    const struct token *next = token_at(n, i + 1);
    if (token_sign(n, i, '\''))
        return true;
    if (token_sign(n, i, '-'))
        return n->tokens[i].gap == GAP_NONE;
    if (token_sign(n, i, '"'))
        return e->last == e->type;
    if (token_sign(n, i, '.') && i == e->type + 1 && n->tokens[i].gap == GAP_NONE &&
        token_among(n, e->type, LIST_STOPPED_TYPE))
        return next->gap == GAP_SPACE &&
               (token_capital(next) || name_like(next) || article(n, i + 1)); /* "hôp. Monod" */
    if (token_sign(n, i, ':'))                                                /* "EHPAD : Les Lilas Blancs" */
        return e->last == e->type && n->profile == CASE_NORMAL && token_capital(next) &&
               next->gap != GAP_LINE &&
               (article(n, i + 1) ||
                (name_like(next) && token_cue(next) == CUE_NONE && !(next->flags & LEX_NAME)));
    return token_sign(n, i, '.') && i > 0 && token_len(&n->tokens[i - 1]) <= 2 && e->taken > 0 &&
           next->gap != GAP_LINE && token_capital(next);
}

/* Reads over the sign at i, and over what an elision joins to a word that was taken: "P'tits". */
static size_t over_link(const struct note *n, size_t i, struct etab *e)
{
    const struct token *next = token_at(n, i + 1);
    bool elided = token_sign(n, i, '\'') && e->taken > 0 && e->last + 1 == i && next->gap == GAP_NONE &&
                  next->kind == TOKEN_WORD;
    if (elided)
        e->last = ++i;
    return i + 1;
}

/* "centre hospitalier", "résidence EHPAD": a second type, or, after an article, a name: "pharmacie du
 * Théâtre". */
static size_t second_type(const struct note *n, size_t i, struct etab *e)
{
    const struct token *t = &n->tokens[i];
    size_t end = t->phrase > 1 ? i + t->phrase - 1u : i;
    if (t->kind != TOKEN_WORD || token_cue(&n->tokens[end]) != CUE_ETAB || t->label || e->taken > 0 ||
        (end > i && !token_capital(t)))
        return 0;
    if (token_capital(t) && n->profile == CASE_NORMAL && (e->linked ? t->shape == SHAPE_CAPITAL : end == i))
        e->last = end; /* but not "pharmacie au CHU" */
    return end + 1;
}

static bool links_as_article(const struct note *n, size_t i, const struct etab *e)
{
    if (e->taken == 0)
        return article(n, i) && !token_is(n, i, "et") && !token_is(n, i, "en"); /* "lycée en seconde" */
    return (n->tokens[i].shape == SHAPE_LOWER || n->profile != CASE_NORMAL) && article(n, i);
}

static bool firm_article(const struct note *n, size_t i)
{
    if (token_is(n, i, "la") || token_is(n, i, "l"))
        return i > 0 && token_is(n, i - 1, "de");
    return !token_is(n, i, "le") && !token_is(n, i, "de") && !token_is(n, i, "d");
}

/* The last token of the establishment's name after its type; type when none follows. */
static size_t etab_end(const struct note *n, size_t type)
{
    struct etab e = {.type = type, .last = type};
    for (size_t i = type + 1; i < n->count && e.taken < 6 && n->tokens[i].gap != GAP_LINE;) {
        size_t second = second_type(n, i, &e);
        if (n->tokens[i].kind == TOKEN_SIGN) {
            if (!links_name(n, i, &e))
                break;
            i = over_link(n, i, &e);
        } else if (second) {
            i = second;
        } else if (links_as_article(n, i, &e)) {
            e.linked = true;
            e.firmly = firm_article(n, i);
            i++;
        } else if (names_it(n, i, &e)) {
            bool listed = n->tokens[i].flags & LEX_HOSPITAL && n->tokens[i].phrase > 1;
            size_t words = listed ? n->tokens[i].phrase : 1; /* "NORD FRANCHE-COMTE" */
            e.taken += words;
            i += words;
            e.last = i - 1;
        } else {
            break;
        }
    }
    return e.last;
}

static bool ch_hospital(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!token_is(n, i, "ch"))
        return false;
    bool small = n->profile == CASE_NORMAL && t->shape != SHAPE_UPPER;
    if (place_way(n, i) && n->profile == CASE_UPPER)
        return false; /* "5 CH DE BELLEVUE" */
    size_t k = i + 1;
    while (article(n, k) || token_sign(n, k, '\''))
        k++;
    const struct token *name = token_at(n, k);
    if (small) /* "ch privas", but "ch mimosas" is a room */
        return k == i + 1 && name->gap == GAP_SPACE && name->flags & (LEX_TOWN | LEX_NEUTRAL) &&
               !(i > 0 && n->tokens[i - 1].kind == TOKEN_NUMBER);
    return name->kind == TOKEN_WORD && token_len(name) > 2 && name->gap != GAP_LINE &&
           (name_like(name) || (n->profile == CASE_NORMAL && name->shape == SHAPE_CAPITAL));
}

/* "foyer Adoma", "hotel Formule 1": a listed phrase whose last word is a name, from its first word on. */
static size_t named_start(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t from = type_start(n, i);
    bool name = t->flags & LEX_HOSPITAL && !(t->flags & LEX_FRENCH);
    return name ? from : i;
}

/* "hotel Formule 1", "Tribunal 2", "commissariat du 16e": a number as the last part of the name. */
static size_t number_in_name(const struct note *n, size_t type, size_t last)
{
    size_t k = last + 1;
    if (last == type && token_is(n, k, "du"))
        k++;
    const struct token *t = token_at(n, k);
    if (t->kind == TOKEN_NUMBER && t->gap == GAP_NONE && last > type && !t->label && k == last + 1 &&
        token_len(t) <= 3 && !token_tight(n, k + 1))
        return k; /* "labo Bio67" */
    if (t->kind != TOKEN_NUMBER || t->label || t->gap != GAP_SPACE || token_len(t) > 2)
        return last;
    if (last > type && token_is(n, last, "formule"))
        return k;
    if (last > type && place_district(n, last) > last)
        return place_district(n, last); /* "commissariat Lyon 3" */
    const struct token *next = token_at(n, k + 1);
    bool ends = place_stops(n, k + 1) || token_cue(next) == CUE_TITLE ||
                (last == type && next->flags & (LEX_FUNCTION | LEX_PREDICATE)); /* "CRIP 44 si doute" */
    if (last == type && !token_among(n, type, LIST_NUMBERED_ETAB))
        return last;
    if (token_tight(n, k + 1) && next->kind == TOKEN_WORD)
        return last == type && token_among(n, k + 1, LIST_ORDINAL_END) ? k + 1 : last;
    return ends && !token_sign(n, k + 1, '/') ? k : last;
}

/* "infirmier CMP Sylvain", "IDE EHPAD Sandra": the type belongs to the job, the name to the person. */
static bool job_of(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    const struct token *after = token_at(n, i + 2);
    bool alone = after->kind != TOKEN_WORD || after->gap == GAP_LINE || after->shape == SHAPE_LOWER;
    return i > 0 && token_cue(token_at(n, i - 1)) == CUE_PROF && next->flags & LEX_GIVEN &&
           token_capital(next) && !(next->flags & (LEX_HOSPITAL | LEX_TOWN)) && alone &&
           !token_is(n, i + 2, "d") && !token_is(n, i + 2, "de");
}

/* The end of the name after its type, or that of a name in plain words when it is longer. */
static size_t with_plain_name(const struct note *n, size_t type, size_t last)
{
    const struct token *t = token_at(n, type + 1);
    if (!takes_plain_words(n, type) || (n->profile == CASE_NORMAL && t->shape != SHAPE_LOWER))
        return last;
    size_t plain = place_plain_name(n, type + 1);
    return plain > last ? plain : last;
}

/* "Scierie Chauvin et fils", "Décolletage Bracots SA" */
static size_t with_heirs(const struct note *n, size_t type, size_t last)
{
    if (last > type && n->profile == CASE_NORMAL && token_at(n, last + 1)->shape == SHAPE_UPPER &&
        token_among(n, last + 1, LIST_COMPANY_FORM))
        return last + 1;
    bool and = token_is(n, last + 1, "et") || token_sign(n, last + 1, '&');
    return last > type && and&&token_among(n, last + 2, LIST_HEIRS) ? last + 2 : last;
}

/* "Pointe-à-Pitre": what hyphens tie to the last word of a name belongs to it. */
static size_t over_hyphens(const struct note *n, size_t type, size_t last)
{
    while (last > type && token_hyphen(n, last + 1) && token_tight(n, last + 2) &&
           token_at(n, last + 2)->kind == TOKEN_WORD)
        last += 2;
    return last;
}

/* "rue de l'Hôtel de Ville", "9 place du Marché", "place de la Mairie", but "place du CHU" */
static bool street_before(const struct note *n, size_t i)
{
    size_t before = note_before(n, type_start(n, i));
    if (before == SIZE_MAX || before + 1 >= i || token_cue(&n->tokens[before]) != CUE_STREET)
        return false;
    bool square = token_is(n, before, "place") && n->tokens[i].shape == SHAPE_CAPITAL;
    bool numbered = before > 0 && n->tokens[before - 1].kind == TOKEN_NUMBER;
    return square || token_among(n, before, LIST_STREET_TYPE) ||
           (numbered && token_among(n, before, LIST_SHORT_STREET_TYPE));
}

/* "stade 2", "stade A de Binet", "stade IRC", "sas B" */
static bool stage(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    bool letters = t->kind == TOKEN_WORD && token_len(t) <= 3 && !article(n, i + 1);
    return (token_is(n, i, "stade") || token_is(n, i, "sas")) &&
           (t->kind == TOKEN_NUMBER || letters || (t->flags & LEX_EPONYM && !(t->flags & LEX_NAME)));
}

/* What a firm does is no part of its name when a brand or another type follows: "PF Roc Eclerc", "ambulance
 * Ambulances du Vexin". */
static bool beside_brand(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    if (t->kind != TOKEN_WORD)
        return false;
    if ((token_among(n, i, LIST_ANNOUNCES) && (!article(n, i + 1) || t->shape == SHAPE_CAPITAL)) ||
        (token_among(n, i, LIST_FIRM_TYPE) && t->flags & LEX_HOSPITAL) ||
        (token_among(n, i, LIST_DOUBLED_TYPE) && token_cue(t) == CUE_ETAB))
        return true;
    if (!token_capital(t) || n->profile != CASE_NORMAL)
        return false;
    if (n->tokens[i].shape == SHAPE_LOWER && t->shape == SHAPE_CAPITAL && token_cue(t) == CUE_ETAB)
        return true;                                 /* "chambre funéraire Marbrerie Colin" */
    const struct token *branch = token_at(n, i + 2); /* "labo Biofusion Carmes", but "labo Cerba" */
    bool branded = t->flags & LEX_HOSPITAL && token_capital(branch) && branch->gap == GAP_SPACE;
    return token_among(n, i, LIST_DOUBLED_TYPE) && branded;
}

static void establishment(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool common = t->flags & LEX_NEUTRAL && t->phrase > 1; /* "école de voile" */
    if (common || job_of(n, i) || stage(n, i) || street_before(n, i))
        return;
    size_t last = with_plain_name(n, i, etab_end(n, i)), from = type_start(n, i);
    if (last == i && from < i && (n->tokens[i].flags & LEX_HOSPITAL || token_capital(&n->tokens[i])))
        from = named_start(n, i); /* "foyer Adoma": the whole is listed */
    last = number_in_name(n, i, over_hyphens(n, i, with_heirs(n, i, last)));
    bool listed = n->tokens[i].flags & LEX_HOSPITAL && !(n->tokens[i].flags & LEX_FRENCH);
    if (last == i && (from == i || !listed))
        return;
    while (from == i && from > 0 && token_is(n, i, "formule") &&
           token_cue(token_at(n, from - 1)) == CUE_ETAB && !n->tokens[from - 1].label)
        from--;
    for (size_t k = from < i ? i : from; last > k && beside_brand(n, k); k++)
        from = k + 1; /* "transport ambulance Garonne Secours" */
    if (from == i && last == i)
        return;
    for (size_t k = from; k <= last; k++) {
        n->tokens[k].locked = 0;
        if (n->tokens[k].label)
            return;
    }
    note_force(n, from, last, TEXT_ETAB, TEXT_BY_CUE);
}

/* "Téléalarme Bouquet 13", "presta Vitalaire": a word that is no type and yet stands before a firm. */
static bool announces(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    bool capital = t->shape == SHAPE_CAPITAL && token_len(t) > 2 && !(t->flags & LEX_PREDICATE);
    return token_among(n, i, LIST_ANNOUNCES) && (capital || t->flags & LEX_HOSPITAL);
}

/* A type of establishment, a hospital's name, an abbreviation that may be one. */
bool may_begin_establishment(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return false;
    bool abbreviation = token_unknown(t) && t->shape != SHAPE_LOWER && token_len(t) >= 3 && token_len(t) <= 6;
    return token_cue(t) == CUE_ETAB || t->flags & LEX_HOSPITAL || abbreviation || token_spells(t, "ch") ||
           token_spells(t, "mr") || token_spells(t, "fam") || token_has(t, LIST_CARE) ||
           token_has(t, LIST_AT) || token_has(t, LIST_ANNOUNCES);
}

void detect_establishments(struct note *n)
{
    for (size_t i = note_next(n, START_ETAB, 0); i < n->count; i = note_next(n, START_ETAB, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label)
            continue;
        if (token_cue(t) == CUE_ETAB || ch_hospital(n, i) || announces(n, i))
            establishment(n, i);
        place_titled_home(n, i);
        if (!t->label)
            place_hospital(n, i);
        if (token_has(t, LIST_CARE))
            place_care(n, i);
        if (token_has(t, LIST_AT))
            place_at(n, i);
        place_employer(n, i);
    }
}
