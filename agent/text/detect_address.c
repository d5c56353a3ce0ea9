/* SPDX-License-Identifier: Apache-2.0 */
/* Streets, residences, and the parts of an address that say which door: building, staircase, floor, flat,
 * room. */
#include "agent/text/note.h"

#include <string.h>

#define NAME_WORDS 7u

static bool article(const struct note *n, size_t i)
{
    static const char *const list[] = {"de",  "du", "des", "d",  "la", "le",   "les", "l",
                                       "aux", "au", "sur", "en", "et", "sous", "a",   NULL};
    return token_among(n, i, list);
}

/* Words that stand inside names of streets and call for another: "du général Leclerc". */
static bool honour(const struct note *n, size_t i)
{
    static const char *const list[] = {
        "general",     "gal",       "gl",      "marechal",   "mal",        "docteur",    "dr",      "saint",
        "sainte",      "st",        "ste",     "president",  "pdt",        "pres",       "abbe",    "colonel",
        "col",         "capitaine", "cap",     "commandant", "cdt",        "professeur", "pr",      "pere",
        "jean",        "pierre",    "notre",   "dame",       "lieutenant", "lt",         "sergent", "maitre",
        "amiral",      "cardinal",  "bon",     "bel",        "belle",      "grand",      "grande",  "petit",
        "petite",      "vieux",     "vieille", "haut",       "haute",      "bas",        "basse",   "quatre",
        "trois",       "deux",      "dix",     "douze",      "roi",        "reine",      "prince",  "mgr",
        "monseigneur", "soeur",     "frere",   "comte",      "mont",       "champ",      "champs",  "val",
        "pont",        "fort",      "port",    "moulin",     "croix",      "clos",       "bois",    "square",
        "cite",        NULL};
    return token_among(n, i, list);
}

static bool capital(const struct token *t)
{
    return t->shape == SHAPE_CAPITAL || t->shape == SHAPE_UPPER || t->shape == SHAPE_MIXED;
}

static bool address_part(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return cue >= CUE_BUILD && cue <= CUE_DOOR && !(t->flags & LEX_NAME);
}

static bool unknown(const struct token *t)
{
    return !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE;
}

static bool name_like(const struct token *t)
{
    return unknown(t) || t->flags & (LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER) || t->site ||
           t->own == TEXT_ADRESSE;
}

/* Whether the word at i goes on with a place's name of which `taken` words are read. */
static bool goes_on(const struct note *n, size_t i, size_t taken, bool after_honour)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->gap == GAP_LINE || t->label)
        return false;
    if (honour(n, i))
        return true;
    if (address_part(t) && taken > 0)
        return false;
    if (taken > 0 && !after_honour && t->own != TEXT_ADRESSE && t->flags & LEX_TOWN &&
        !(t->flags & LEX_GIVEN) && n->profile != CASE_NORMAL)
        return false;
    if (taken > 0 && (token_is(n, i, "paris") || token_is(n, i, "lyon") || token_is(n, i, "marseille")))
        return false;
    if (taken == 0 || after_honour)
        return !(t->flags & LEX_FUNCTION) || capital(t);
    if (t->flags & (LEX_FUNCTION | LEX_MEDICAL) && !(n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL))
        return false;
    if (n->profile == CASE_NORMAL && capital(t))
        return true;
    enum text_cue cue = token_cue(t);
    if (cue != CUE_NONE && cue != CUE_TITLE && !(t->flags & LEX_NAME))
        return false;
    return t->own == TEXT_ADRESSE ||
           (name_like(t) && t->own != TEXT_VILLE && !(t->flags & LEX_FRENCH && !(t->flags & LEX_NAME)) &&
            !(t->flags & LEX_TOWN && !(t->flags & LEX_NAME)));
}

/* "8 mai 1945", "11 novembre", "4 septembre" as names of streets. */
static size_t day_name(const struct note *n, size_t i)
{
    bool linked = i > 0 && (token_is(n, i - 1, "du") || token_is(n, i - 1, "le") ||
                            token_cue(token_at(n, i - 1)) == CUE_STREET);
    if (token_at(n, i)->kind != TOKEN_NUMBER || token_cue(token_at(n, i + 1)) != CUE_MONTH || !linked)
        return 0;
    bool year = token_at(n, i + 2)->kind == TOKEN_NUMBER && token_len(token_at(n, i + 2)) >= 2 &&
                token_value(n, i + 2) > 13;
    return year ? i + 2 : i + 1;
}

/* The last token of the place name that follows type; type itself when none follows. */
static size_t name_end(const struct note *n, size_t type)
{
    size_t last = type, i = type + 1, taken = 0;
    bool after_honour = false;
    if (token_sign(n, i, '.') && token_at(n, i)->gap == GAP_NONE && token_len(&n->tokens[type]) <= 4)
        i++;
    while (i < n->count && taken < NAME_WORDS && n->tokens[i].gap != GAP_LINE) {
        const struct token *t = &n->tokens[i];
        size_t day = day_name(n, i);
        if (day && taken == 0)
            return day;
        if (t->kind == TOKEN_SIGN) {
            bool link =
                token_sign(n, i, '\'') || (token_sign(n, i, '-') && t->gap == GAP_NONE) ||
                (token_sign(n, i, '.') && i > 0 && token_len(&n->tokens[i - 1]) <= 3 && taken > 0 &&
                 token_at(n, i + 1)->kind == TOKEN_WORD && token_at(n, i + 1)->shape == SHAPE_CAPITAL);
            if (!link)
                break;
            i++;
            continue;
        }
        if (article(n, i) && !(n->profile == CASE_NORMAL && capital(t) && taken)) {
            i++;
            continue;
        }
        if (!goes_on(n, i, taken, after_honour))
            break;
        after_honour = honour(n, i) || (t->flags & LEX_GIVEN && !(t->flags & LEX_PLAIN));
        taken++;
        last = i++;
    }
    return last;
}

/* The house number before a street's type, with "bis", a letter, a range; SIZE_MAX when none. */
static size_t house_number(const struct note *n, size_t type)
{
    size_t i = type;
    if (i > 0 && token_sign(n, i - 1, ','))
        i--;
    static const char *const repeat[] = {"bis", "ter", "quater", "b", "t", "a", "c", NULL};
    if (i > 1 && token_among(n, i - 1, repeat) && n->tokens[i - 2].kind == TOKEN_NUMBER)
        i--;
    if (i == 0 || n->tokens[i - 1].kind != TOKEN_NUMBER || token_len(&n->tokens[i - 1]) > 4 ||
        n->tokens[i - 1].label || n->tokens[type].gap == GAP_LINE)
        return SIZE_MAX;
    i--;
    if (i > 1 && (token_sign(n, i - 1, '-') || token_sign(n, i - 1, '/')) &&
        n->tokens[i - 2].kind == TOKEN_NUMBER && n->tokens[i - 1].gap == GAP_NONE)
        i -= 2;
    return i;
}

static bool strong_type(const struct note *n, size_t i)
{
    static const char *const list[] = {
        "rue",     "av",          "ave",       "avenue",  "bd",      "bld",       "bvd",
        "blvd",    "boulevard",   "boulvard",  "impasse", "allee",   "allees",    "chemin",
        "quai",    "faubourg",    "fbg",       "square",  "rte",     "residence", "resid",
        "res",     "lotissement", "hlm",       "hameau",  "lieudit", "cite",      "ruelle",
        "venelle", "esplanade",   "promenade", "sentier", NULL};
    return token_among(n, i, list);
}

/* Abbreviations that are a street's type after a house number only: "3 R ST GUILLAUME". */
static bool short_type(const struct note *n, size_t i)
{
    static const char *const list[] = {"r",  "pl",    "all",     "imp",  "crs",   "cours", "chem",
                                       "sq", "place", "passage", "pass", "route", NULL};
    return token_among(n, i, list);
}

static bool street_name_follows(const struct note *n, size_t type, size_t last)
{
    if (last == type)
        return false;
    size_t i = type + 1;
    if (token_sign(n, i, '.'))
        i++;
    bool linked = article(n, i);
    while (i < last && (article(n, i) || n->tokens[i].kind == TOKEN_SIGN))
        i++;
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_NUMBER)
        return true;
    if (n->profile == CASE_NORMAL)
        return capital(t) ||
               (strong_type(n, type) && (name_like(t) || (linked && !(t->flags & LEX_MEDICAL) && type > 0 &&
                                                          token_is(n, i - 1, "des"))));
    return strong_type(n, type) ? name_like(t) || linked : (name_like(t) && !(t->flags & LEX_FRENCH));
}

static void street(struct note *n, size_t i)
{
    size_t number = house_number(n, i), last = name_end(n, i);
    if (number == SIZE_MAX && !street_name_follows(n, i, last))
        return;
    if (number != SIZE_MAX && last == i)
        return;
    if (number != SIZE_MAX && !strong_type(n, i) && !short_type(n, i) && !street_name_follows(n, i, last) &&
        !article(n, i + 1))
        return;
    size_t from = number == SIZE_MAX ? i : number;
    if (from == i && i > 0 && n->tokens[i - 1].phrase == 2 && !n->tokens[i - 1].label)
        from--; /* "lieu dit" */
    for (size_t k = from; k <= last; k++)
        n->tokens[k].locked = 0;
    if (note_free_range(n, from, last))
        note_force(n, from, last, TEXT_ADRESSE, TEXT_BY_PATTERN);
}

static size_t skip_light(const struct note *n, size_t i)
{
    while ((token_sign(n, i, '.') && token_len(token_at(n, i - 1)) <= 4) || token_sign(n, i, ':') ||
           token_sign(n, i, FOLD_DEGREE) || token_is(n, i, "n") || token_is(n, i, "no") ||
           token_is(n, i, "numero"))
        i++;
    return i;
}

/* "12", "12B", "B", "B12", "II": what follows "bât", "porte". Returns the last token, 0 when it is none. */
static size_t door_value(const struct note *n, size_t i, bool letters)
{
    const struct token *t = token_at(n, i);
    if (t->gap == GAP_LINE || t->label)
        return 0;
    if (t->kind == TOKEN_NUMBER && token_len(t) <= 4) {
        const struct token *next = token_at(n, i + 1);
        if (next->gap != GAP_NONE && token_cue(next) == CUE_UNIT && token_len(next) > 1 &&
            next->gap != GAP_LINE && !token_is(n, i + 1, "etages"))
            return 0;
        if (next->kind == TOKEN_WORD && next->gap == GAP_NONE)
            return token_len(next) == 1 && !token_is(n, i + 1, "h") ? i + 1 : 0;
        if (token_sign(n, i + 1, '-') && next->gap == GAP_NONE && token_at(n, i + 2)->kind == TOKEN_NUMBER)
            return i + 2;
        return i;
    }
    if (t->kind != TOKEN_WORD || !letters)
        return 0;
    if (token_len(t) == 1 && !token_sign(n, i + 1, '\'') &&
        (t->shape != SHAPE_LOWER || (n->profile == CASE_LOWER && !token_is(n, i, "a")) ||
         token_at(n, i + 1)->gap == GAP_NONE || token_cue(token_at(n, i - 1)) == CUE_BUILD))
        return token_at(n, i + 1)->kind == TOKEN_NUMBER && token_at(n, i + 1)->gap == GAP_NONE ? i + 1 : i;
    return 0;
}

static bool plain_noun(const struct note *n, size_t i)
{
    static const char *const list[] = {"tour",    "entree",  "ent",    "hall",    "cage", "aile",
                                       "bloc",    "tr",      "porte",  "lit",     "box",  "boite",
                                       "bte",     "secteur", "unite",  "couloir", "log",  "app",
                                       "cellule", "niveau",  "chalet", "ch",      NULL};
    return token_among(n, i, list);
}

static void building(struct note *n, size_t i)
{
    size_t k = skip_light(n, i + 1);
    size_t last = door_value(n, k, true);
    if (last && token_len(token_at(n, k)) == 1 && token_at(n, k)->kind == TOKEN_WORD &&
        token_at(n, k)->shape == SHAPE_LOWER && last == k && plain_noun(n, i) && n->profile == CASE_NORMAL)
        last = 0;
    const struct token *t = token_at(n, k);
    if (!last && t->kind == TOKEN_WORD && t->gap != GAP_LINE && !t->label) {
        bool named = (capital(t) && n->profile == CASE_NORMAL && !t->first && token_len(t) > 1) ||
                     (!plain_noun(n, i) && name_like(t) && !(t->flags & LEX_FRENCH) && !article(n, k));
        if (named && token_cue(t) == CUE_NONE)
            last = k;
        else if (!plain_noun(n, i) && token_is(n, k, "le") == false && article(n, k) &&
                 capital(token_at(n, k + 1)) && n->profile == CASE_NORMAL)
            last = k + 1;
    }
    if (last)
        note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

static bool side_word(const struct note *n, size_t i)
{
    static const char *const list[] = {"droite", "gauche", "gche", "dte", "gch",
                                       "droit",  "face",   "gau",  NULL};
    return token_among(n, i, list);
}

static void door(struct note *n, size_t i)
{
    size_t k = skip_light(n, i + 1);
    size_t last = door_value(n, k, !token_is(n, i, "lit"));
    bool porte = token_is(n, i, "porte") || token_is(n, i, "pte");
    if (last && last == k && token_len(token_at(n, k)) == 1 && token_at(n, k)->kind == TOKEN_WORD &&
        plain_noun(n, i) && token_at(n, k)->shape == SHAPE_LOWER)
        last = 0;
    if (!last && porte) {
        size_t side = token_is(n, k, "de") || token_is(n, k, "a") ? k + 1 : k;
        if (side_word(n, side) && !token_is(n, side, "face") && token_at(n, side)->gap != GAP_LINE)
            last = side;
    }
    const struct token *t = token_at(n, k);
    bool named = token_is(n, i, "unite") || token_is(n, i, "secteur") || token_is(n, i, "cellule") ||
                 token_is(n, i, "chambre");
    if (!last && named && t->kind == TOKEN_WORD && t->gap == GAP_SPACE) {
        if (capital(t) && n->profile == CASE_NORMAL && token_cue(t) == CUE_NONE && token_len(t) > 1 &&
            !(t->flags & LEX_MEDICAL))
            last = k;
        else if (article(n, k) && capital(token_at(n, k + 1)) && n->profile == CASE_NORMAL &&
                 token_at(n, k + 1)->kind == TOKEN_WORD)
            last = k + 1;
    }
    if (last)
        note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "3e", "11eme", "1er", "2nd": returns the token of the suffix, 0 when it is no ordinal. */
static size_t ordinal(const struct note *n, size_t i)
{
    static const char *const suffixes[] = {"e",    "er", "eme", "ere", "nd",  "nde",
                                           "ieme", "em", "me",  "ie",  "iem", NULL};
    long v = token_value(n, i);
    const struct token *t = token_at(n, i + 1);
    if (v < 1 || v > 60 || t->kind != TOKEN_WORD || t->gap == GAP_LINE)
        return 0;
    if (t->gap == GAP_SPACE) /* "8 eme" */
        return token_is(n, i + 1, "eme") || token_is(n, i + 1, "ieme") ? i + 1 : 0;
    return token_among(n, i + 1, suffixes) ? i + 1 : 0;
}

static bool floor_word(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return token_cue(t) == CUE_FLOOR && t->gap != GAP_LINE && !token_is(n, i, "niveau") &&
           !token_is(n, i, "niv");
}

static bool written_ordinal(const struct note *n, size_t i)
{
    static const char *const list[] = {"premier",   "deuxieme", "second",   "troisieme", "quatrieme",
                                       "cinquieme", "sixieme",  "septieme", "huitieme",  "neuvieme",
                                       "dixieme",   "onzieme",  "douzieme", "dernier",   NULL};
    return token_among(n, i, list);
}

static void storey(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_NUMBER && token_cue(t) != CUE_FLOOR && token_cue(t) != CUE_GROUND &&
        token_cue(token_at(n, i + 1)) != CUE_FLOOR)
        return;
    size_t suffix = ordinal(n, i);
    if (suffix && floor_word(n, suffix + 1))
        note_mark(n, i, suffix + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (t->kind == TOKEN_NUMBER && token_value(n, i) > 0 && token_value(n, i) < 60 &&
             floor_word(n, i + 1) && !token_is(n, i + 1, "etages"))
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (written_ordinal(n, i) && floor_word(n, i + 1) && !token_is(n, i + 1, "et"))
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (token_cue(t) == CUE_FLOOR && t->kind == TOKEN_WORD) {
        size_t k = skip_light(n, i + 1);
        if (token_value(n, k) >= 0 && token_len(token_at(n, k)) <= 2 && token_at(n, k)->gap != GAP_LINE &&
            token_len(t) > 2 && token_cue(token_at(n, k + 1)) != CUE_UNIT)
            note_mark(n, i, k, TEXT_ADRESSE, TEXT_BY_PATTERN);
    } else if (token_cue(t) == CUE_GROUND && (token_len(t) > 2 || t->phrase > 1)) {
        size_t from = i;
        while (from > 0 && n->tokens[from - 1].flags & LEX_FUNCTION && n->tokens[from - 1].phrase > 1)
            from--;
        for (size_t back = 1; back <= 4 && back <= i; back++)
            if (n->tokens[i - back].phrase == back + 1 || (n->tokens[i - back].phrase > back))
                from = i - back;
        note_mark(n, from, i, TEXT_ADRESSE, TEXT_BY_PATTERN);
    }
}

static void zip(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_NUMBER || t->label || t->locked)
        return;
    long v = token_value(n, i), w = token_value(n, i + 1);
    const struct token *next = token_at(n, i + 1);
    if (token_len(t) == 5 && v >= 1000 && v <= 98899 && token_cue(next) != CUE_UNIT &&
        !token_sign(n, i + 1, '/')) {
        note_mark(n, i, i, TEXT_ZIP, TEXT_BY_PATTERN);
    } else if (token_len(t) == 2 && v >= 1 && v <= 98 && next->kind == TOKEN_NUMBER && token_len(next) == 3 &&
               next->gap == GAP_SPACE && !next->label && w >= 0) {
        const struct token *after = token_at(n, i + 2);
        bool town = after->kind == TOKEN_WORD && after->gap != GAP_LINE &&
                    (capital(after) || after->flags & LEX_TOWN);
        bool placed = i > 0 && (n->tokens[i - 1].label == TEXT_ADRESSE ||
                                (i > 1 && n->tokens[i - 2].label == TEXT_ADRESSE));
        if (town || placed)
            note_mark(n, i, i + 1, TEXT_ZIP, TEXT_BY_PATTERN);
    }
}

void detect_addresses(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->label)
            continue;
        enum text_cue cue = token_cue(t);
        if (t->kind == TOKEN_WORD && (cue == CUE_STREET || cue == CUE_RESID))
            street(n, i);
        if (!t->label && (token_is(n, i, "allee") || token_is(n, i, "immeuble") || token_is(n, i, "villa")))
            building(n, i);
        if (n->tokens[i].label)
            continue;
        if (cue == CUE_BUILD)
            building(n, i);
        else if (cue == CUE_DOOR)
            door(n, i);
        storey(n, i);
    }
    for (size_t i = 0; i < n->count; i++)
        zip(n, i);
}

static bool placing(uint8_t label)
{
    return label == TEXT_NOM || label == TEXT_PRENOM || label == TEXT_ADRESSE || label == TEXT_CODE ||
           label == TEXT_VILLE || label == TEXT_ZIP || label == TEXT_ETAB;
}

/* A bare "3e" or "6è" is a floor beside a name, a code or another part of an address, and before nothing
 * else. */
static void bare_floor(struct note *n, size_t i, size_t suffix)
{
    size_t before = i, after = suffix + 1;
    while (before > 0 && (token_sign(n, before - 1, ',') || token_sign(n, before - 1, '(') ||
                          token_is(n, before - 1, "au") || token_is(n, before - 1, "le") ||
                          token_sign(n, before - 1, ')') || token_sign(n, before - 1, '-')))
        before--;
    if (token_is(n, after, "a"))
        after++;
    const struct token *next = token_at(n, after);
    bool placed = before > 0 && placing(n->tokens[before - 1].label);
    bool closed = next->gap == GAP_LINE || next->kind == TOKEN_SIGN || next->label || side_word(n, after) ||
                  token_cue(next) == CUE_DOOR || token_cue(next) == CUE_CODE || next->flags & LEX_FUNCTION ||
                  token_is(n, after, "asc") || token_is(n, after, "ascenseur");
    bool door_next = side_word(n, after) || token_cue(next) == CUE_DOOR || next->label == TEXT_ADRESSE;
    bool up = i > 1 && (token_is(n, i - 1, "au") || token_is(n, i - 1, "monter"));
    bool ends = token_at(n, suffix)->gap == GAP_NONE &&
                (next->gap == GAP_LINE || token_sign(n, after, '.') || token_sign(n, after, ',') ||
                 token_cue(next) == CUE_CODE) &&
                (i == 0 || token_cue(token_at(n, i - 1)) != CUE_UNIT);
    if (next->kind == TOKEN_NUMBER && ordinal(n, after))
        placed = closed = true;
    if (ends || (placed && closed) || (door_next && next->gap != GAP_LINE) ||
        (up && closed && !token_sign(n, after, '/')))
        note_mark(n, i, suffix, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "n° 112", "N°8", after a street or a neighbour's name. */
static void numbered_house(struct note *n, size_t i)
{
    size_t before = i;
    while (before > 0 && (token_sign(n, before - 1, ',') || token_sign(n, before - 1, '(') ||
                          token_is(n, before - 1, "au")))
        before--;
    if (token_is(n, i, "n") && token_sign(n, i + 1, FOLD_DEGREE) &&
        token_at(n, i + 2)->kind == TOKEN_NUMBER && token_len(token_at(n, i + 2)) <= 4 && before > 0 &&
        placing(n->tokens[before - 1].label))
        note_mark(n, i, i + 2, TEXT_ADRESSE, TEXT_BY_CUE);
}

void detect_floors(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->tokens[i].label)
            continue;
        if (n->tokens[i].kind == TOKEN_WORD && token_cue(&n->tokens[i]) != CUE_SIDE &&
            token_len(&n->tokens[i]) > 1)
            continue;
        numbered_house(n, i);
        size_t suffix = ordinal(n, i);
        if (suffix && !token_at(n, suffix)->label)
            bare_floor(n, i, suffix);
        else if (side_word(n, i) && i > 0 && !token_is(n, i, "face")) {
            size_t before = i - 1;
            if (token_sign(n, before, ',') && before > 0)
                before--;
            const struct token *t = &n->tokens[before];
            enum text_cue cue = token_cue(t);
            bool level =
                t->label == TEXT_ADRESSE &&
                (cue == CUE_FLOOR || cue == CUE_GROUND || cue == CUE_DOOR || cue == CUE_BUILD ||
                 (before > 0 && (ordinal(n, before - 1) || token_cue(token_at(n, before - 1)) == CUE_FLOOR ||
                                 token_cue(token_at(n, before - 1)) == CUE_DOOR)));
            if (level && n->tokens[i].gap != GAP_LINE)
                note_mark(n, i, i, TEXT_ADRESSE, TEXT_BY_CUE);
        }
    }
}
