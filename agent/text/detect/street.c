/* SPDX-License-Identifier: Apache-2.0 */
/* Streets and residences, with their number. */
#include "agent/text/detect/place.h"

#include <string.h>

#define NAME_WORDS 7u

static bool article(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_STREET_LINK);
}

/* Words that stand inside names of streets and call for another: "du général Leclerc". */
static bool honour(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_HONOUR);
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

bool place_ends(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    enum text_cue cue = token_cue(t);
    return t->kind == TOKEN_SIGN ? !token_sign(n, i, '-') && !token_sign(n, i, '\'')
                                 : t->gap == GAP_LINE || t->label || (cue >= CUE_TEL && cue <= CUE_NIR) ||
                                       (cue >= CUE_BUILD && cue <= CUE_SIDE);
}

/* A word of grammar in a name: shown by its capital, one letter, or a family name too ("10 RUE BASSE NE
 * REPOND" has none). */
static bool grammar_named(const struct note *n, const struct token *t)
{
    bool shown = token_capital(t) && (n->profile == CASE_NORMAL || token_len(t) == 1);
    return shown || (t->flags & LEX_NAME && token_len(t) > 2);
}

/* Whether the word at i goes on with a place's name of which `taken` words are read. */
static bool goes_on(const struct note *n, size_t i, size_t taken, bool after_honour, bool numbered)
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
    if (taken > 0 && token_among(n, i, LIST_DISTRICTS))
        return false;
    if (taken == 0 || after_honour)
        return !(t->flags & LEX_FUNCTION) || token_cue(t) == CUE_STREET || grammar_named(n, t);
    if (t->flags & (LEX_FUNCTION | LEX_MEDICAL) && !(n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL))
        return false;
    if (token_cue(t) == CUE_TITLE && token_len(t) <= 3)
        return false;
    if (n->profile == CASE_NORMAL && token_capital(t))
        return true;
    enum text_cue cue = token_cue(t);
    if (cue != CUE_NONE && cue != CUE_TITLE && !(t->flags & LEX_NAME))
        return false;
    bool noun = t->flags & LEX_FRENCH && !(t->flags & LEX_PREDICATE) && cue == CUE_NONE;
    if (taken == 1 && noun && numbered && n->profile != CASE_NORMAL)
        return true; /* "15 RUE DES FRERES LUMIERE" */
    if (taken == 1 && n->profile != CASE_NORMAL && t->flags & LEX_FRENCH && cue == CUE_NONE &&
        place_ends(n, i + 1))
        return true; /* "RESIDENCE LE CLOS FLEURI," */
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

/* "rue", "zone", no abbreviation: a stop after it ends a sentence, "sur zone. Accès". */
static bool is_whole(const struct note *n, size_t type)
{
    const struct token *t = &n->tokens[type];
    return token_is(n, type, "rue") ||
           (t->flags & LEX_FRENCH && token_len(t) > 3 && !token_is(n, type, "pass"));
}

/* The last token of the place name that follows type; type itself when none follows. */
static size_t name_end(const struct note *n, size_t type, bool numbered)
{
    size_t last = type, i = type + 1, taken = 0;
    bool after_honour = false;
    bool whole = is_whole(n, type);
    if (token_sign(n, i, '.') && token_tight(n, i) && token_len(&n->tokens[type]) <= 4 && !whole)
        i++;
    while (i < n->count && taken < NAME_WORDS && n->tokens[i].gap != GAP_LINE) {
        const struct token *t = &n->tokens[i];
        size_t day = day_name(n, i);
        if (day && taken == 0)
            return day;
        if (t->kind == TOKEN_SIGN) {
            bool link = token_sign(n, i, '\'') || (token_sign(n, i, '-') && t->gap == GAP_NONE) ||
                        (token_sign(n, i, '.') && i > 0 && token_len(&n->tokens[i - 1]) <= 3 && taken > 0 &&
                         token_at(n, i + 1)->kind == TOKEN_WORD &&
                         (token_at(n, i + 1)->shape == SHAPE_CAPITAL || (after_honour && article(n, i + 1)) ||
                          (n->profile == CASE_UPPER && numbered && token_len(&n->tokens[i - 1]) == 2)));
            if (!link)
                break;
            i++;
            continue;
        }
        if (t->kind == TOKEN_NUMBER && taken == 0 && i > type + 1 && token_len(t) <= 2 && !t->label &&
            token_at(n, i + 1)->kind == TOKEN_WORD && token_cue(token_at(n, i + 1)) != CUE_UNIT) {
            i++; /* "r du 4 septembre", "les 4 Vents" */
            continue;
        }
        if (token_is(n, i, "a") && t->accent && taken > 0)
            break; /* "sentier des Vignes à Marly" */
        if (token_len(t) == 1 && taken < 2 && (numbered || token_capital(t)) && token_sign(n, i + 1, '.') &&
            token_at(n, i + 2)->kind == TOKEN_WORD) {
            i += 2; /* "14 r. A. Mortier", "30 r a. france" */
            after_honour = true;
            continue;
        }
        if (article(n, i) && !(n->profile == CASE_NORMAL && token_capital(t) && taken)) {
            i++;
            continue;
        }
        if (!goes_on(n, i, taken, after_honour, numbered))
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
    if (i > 1 && token_among(n, i - 1, LIST_NUMBER_REPEAT) && n->tokens[i - 2].kind == TOKEN_NUMBER)
        i--;
    if (i == 0 || n->tokens[i - 1].kind != TOKEN_NUMBER || token_len(&n->tokens[i - 1]) > 4 ||
        n->tokens[type].gap == GAP_LINE)
        return SIZE_MAX;
    i--;
    if (i > 0 && n->tokens[i].gap == GAP_NONE && n->tokens[i - 1].kind == TOKEN_WORD &&
        token_len(&n->tokens[i - 1]) == 1)
        return SIZE_MAX; /* "V4R négatif" */
    if (i > 1 && token_sign(n, i - 1, FOLD_DEGREE) && token_is(n, i - 2, "n") &&
        (!n->tokens[i].label || n->tokens[i].label == TEXT_ID))
        return i - 2; /* "n° 12 rue": taken for a file's number before */
    if (n->tokens[i].label)
        return SIZE_MAX;
    bool range =
        i > 1 && (token_is(n, i - 1, "et") ||
                  ((token_sign(n, i - 1, '-') || token_sign(n, i - 1, '/')) && token_tight(n, i - 1)));
    if (range && n->tokens[i - 2].kind == TOKEN_NUMBER && !n->tokens[i - 2].label)
        i -= 2;
    return i;
}

static bool strong_type(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_STREET_TYPE) ||
           (token_is(n, i, "dit") && i > 0 && n->tokens[i].flags & LEX_FUNCTION);
}

/* Abbreviations that are a street's type after a house number only: "3 R ST GUILLAUME". */
static bool short_type(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_SHORT_STREET_TYPE);
}

/* Whether an address may begin at i: after a sign, a mark, a line's end, a verb of place. */
static bool begins_part(const struct note *n, size_t i)
{
    if (i == 0 || n->tokens[i].gap == GAP_LINE)
        return true;
    const struct token *before = &n->tokens[i - 1];
    return before->kind == TOKEN_SIGN || before->label || token_cue(before) == CUE_LOC;
}

/* A word that can name a street: no grammar, no medicine, nothing that is said of people. */
static bool street_noun(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    if (cue == CUE_RESID || cue == CUE_STREET)
        return true; /* "résidence le clos fleuri" */
    return !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) &&
           (cue == CUE_NONE || cue == CUE_ETAB || t->flags & LEX_NAME);
}

/* "placé en GAV", "a traversé la semelle", "adresse mail du labo", "mail de secours" */
static bool no_type_here(const struct note *n, size_t type, size_t last)
{
    if (token_is(n, type, "place") || token_is(n, type, "traverse") || token_is(n, type, "ferme"))
        return n->tokens[type].accent;
    bool name = token_capital(token_at(n, last)) && n->profile == CASE_NORMAL;
    return token_is(n, type, "mail") && (!name || (type > 0 && n->tokens[type - 1].kind == TOKEN_WORD));
}

static bool street_name_follows(const struct note *n, size_t type, size_t last)
{
    if (last == type || no_type_here(n, type, last))
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
    if ((t->flags & LEX_MEDICAL || token_cue(t) == CUE_LOC || token_among(n, i, LIST_LANDMARK)) &&
        !(t->flags & LEX_NAME) && token_is(n, i - 1, "aux"))
        return false; /* "PL aux Urgences", "ferme aux volets gris" */
    if (token_is(n, type + 1, "au") || token_is(n, type + 1, "a") || token_is(n, type + 1, "en"))
        linked = false;
    if (token_is(n, type, "maison"))
        return n->profile == CASE_NORMAL && token_capital(t) && !linked;
    bool abbreviation = (t->flags & LEX_MEDICAL || token_is(n, type, "passage")) &&
                        t->shape == SHAPE_UPPER; /* "voie SC", "passage ADMR trois fois" */
    if (abbreviation && token_is(n, type, "passage"))
        return false;
    if ((t->flags & LEX_DRUG && !(t->flags & LEX_TOWN)) || token_is(n, i, "bord") || token_is(n, i, "bout"))
        return false; /* "passage à Augmentin", "promenade au bord du lac" */
    if (token_among(n, i, LIST_GROUND_KIND) && t->shape != SHAPE_CAPITAL &&
        (token_is(n, i - 1, "de") || token_is(n, i - 1, "en")))
        return false; /* "chemin de terre" */
    if (n->profile == CASE_NORMAL && token_capital(t) && !abbreviation)
        return token_capital(&n->tokens[type]) ||
               !(token_is(n, type, "passage") && t->flags & LEX_GIVEN && linked);
    if (strong_type(n, type))
        return name_like(t) || (linked && street_noun(t)) ||
               (token_cue(&n->tokens[type]) == CUE_RESID && street_noun(t) &&
                (!(t->flags & LEX_PREDICATE) || (begins_part(n, type) && place_ends(n, last + 1))));
    return (linked && street_noun(t) && begins_part(n, type)) ||
           (n->profile != CASE_NORMAL && name_like(t) && !(t->flags & LEX_FRENCH));
}

/* "Grande rue", "Vieille route": a street by itself, where a capital or a number shows it. */
static bool whole_name(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 2 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1)
            return token_capital(&n->tokens[i - back]) && !n->tokens[i - back].first &&
                   n->profile == CASE_NORMAL;
    return false;
}

/* "12 ch. Cap Sud": a way when a number stands before it and a name after, else a room. */
bool place_way(const struct note *n, size_t i)
{
    if (!token_is(n, i, "ch"))
        return false;
    size_t k = token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    const struct token *t = token_at(n, k);
    bool stop = k > i + 1 && n->profile == CASE_NORMAL;
    if (stop && (token_is(n, k, "rural") ||
                 (article(n, k) && (token_capital(token_at(n, k + 1)) || token_capital(token_at(n, k + 2))))))
        return n->tokens[i].shape == SHAPE_LOWER; /* "ch. de la Nautique" */
    if (n->tokens[i].shape == SHAPE_LOWER && (token_is(n, k, "des") || token_is(n, k, "du")) &&
        token_at(n, k + 1)->kind == TOKEN_WORD)
        return true; /* "ch. des Lavandes" */
    size_t number = house_number(n, i);
    bool year = number > 0 && number < i && token_cue(&n->tokens[number - 1]) == CUE_MONTH;
    return number < i && !year && t->kind == TOKEN_WORD && t->gap != GAP_LINE && /* "JANVIER 24 CH DE X" */
           token_len(t) > 1 && (token_capital(t) || article(n, k));
}

/* The end of the name in plain words after the type at i when it is longer than `last`. A street's begins
 * with what is no pronoun, or with an adjective; a residence's also with "les", where it stands by itself. */
static size_t plain_street(const struct note *n, size_t i, size_t last, bool numbered)
{
    size_t k = token_sign(n, i + 1, '.') ? i + 2 : i + 1;
    const struct token *t = token_at(n, k);
    if (t->kind != TOKEN_WORD || (n->profile == CASE_NORMAL && token_capital(t)) || t->gap == GAP_LINE)
        return last;
    if (!numbered && token_is(n, k, "de") && token_among(n, k + 1, LIST_GROUND_KIND))
        return last; /* "chemin de terre" */
    size_t plain = place_plain_name(n, k);
    if (!plain && token_among(n, k, LIST_STREET_ADJECTIVE) && place_ends(n, k + 1))
        plain = k;
    bool definite = token_among(n, k, LIST_ARTICLE) || token_is(n, k, "l");
    bool apart = begins_part(n, i) || numbered || place_ends(n, plain + 1);
    bool residence = token_cue(&n->tokens[i]) == CUE_RESID && apart;
    return plain >= last && plain > i && (!definite || residence) && strong_type(n, i) ? plain : last;
}

/* "la ferme Laborde": what kind of place it is, before a name that stands by itself.
 */
static bool says_only_kind(const struct note *n, size_t i)
{
    return token_is(n, i, "ferme") && n->tokens[i].shape == SHAPE_LOWER && n->profile == CASE_NORMAL &&
           token_at(n, i + 1)->kind == TOKEN_WORD && !article(n, i + 1);
}

/* "Mme R. Patient", "peut pas alé", "12/7, q SOFA": what is a street's type elsewhere. */
static bool says_other(const struct note *n, size_t i, bool numbered)
{
    const struct token *t = &n->tokens[i];
    bool letter = token_len(t) == 1 && ((n->profile == CASE_NORMAL && token_capital(t)) ||
                                        t->gap == GAP_NONE); /* "R fluoro", "V3R-V4R" */
    return numbered ? token_is(n, i, "q") && !article(n, i + 1) && !token_sign(n, i + 1, '.')
                    : token_among(n, i, LIST_NUMBERED_STREET) || letter ||
                          (token_sign(n, i + 1, '.') && note_titled(n, i));
}

/* "9 R DU PUITS NEUF 24100": the adjective at the end of a street's name. */
static size_t with_adjective(const struct note *n, size_t last)
{
    bool ends = place_ends(n, last + 2) || token_at(n, last + 2)->kind == TOKEN_NUMBER;
    return ends && token_at(n, last + 1)->gap == GAP_SPACE && token_among(n, last + 1, LIST_PLACE_ADJECTIVE)
               ? last + 1
               : last;
}

void place_street(struct note *n, size_t i)
{
    size_t start = i;
    for (size_t back = 1; back <= 2 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1)
            start = i - back; /* "3 bis grand rue" */
    size_t number = house_number(n, start), read = name_end(n, i, number != SIZE_MAX);
    size_t last = plain_street(n, i, read, number != SIZE_MAX);
    if (says_other(n, i, number != SIZE_MAX))
        return;
    if (n->tokens[start].flags & LEX_NEUTRAL && number == SIZE_MAX && n->tokens[start].phrase > 1)
        return; /* "Côte d'Ivoire", "aire de repos", "en route" */
    if (number != SIZE_MAX && start < i && last == i) {
        note_mark(n, number, i, TEXT_ADRESSE, TEXT_BY_PATTERN);
        return;
    }
    bool plainly = plain_street(n, i, i, number != SIZE_MAX) > i;
    if (number == SIZE_MAX && !plainly && !street_name_follows(n, i, last) && !whole_name(n, i))
        return;
    if (number != SIZE_MAX && last == i)
        return;
    if (number != SIZE_MAX && !strong_type(n, i) && !short_type(n, i) && !street_name_follows(n, i, last) &&
        !article(n, i + 1))
        return;
    size_t from = number == SIZE_MAX ? i : number;
    for (size_t back = 1; from == i && back <= 3 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1 && !n->tokens[i - back].label)
            from = i - back; /* "grande rue" */
    if (number == SIZE_MAX && last > i && says_only_kind(n, i))
        from = i + 1;
    for (size_t k = from; k <= last; k++) {
        n->tokens[k].locked = 0;
        if (k < i && n->tokens[k].label == TEXT_ID)
            n->tokens[k].label = TEXT_NONE;
    }
    if (number != SIZE_MAX)
        last = with_adjective(n, last);
    if (note_free_range(n, from, last))
        note_force(n, from, last, TEXT_ADRESSE, TEXT_BY_PATTERN);
}
