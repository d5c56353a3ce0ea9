/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of an address that say little alone: a bare "3e", "gauche", "au 14", "n° 8", a place between a sign
 * and a ZIP. They are told by what stands beside them, so names and streets must have been marked. */
#include "agent/text/note.h"

#include <string.h>

static bool placing(uint8_t label)
{
    return label == TEXT_NOM || label == TEXT_PRENOM || label == TEXT_ADRESSE || label == TEXT_CODE ||
           label == TEXT_VILLE || label == TEXT_ZIP || label == TEXT_ETAB;
}

static bool capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}

static bool lift_word(const struct note *n, size_t i)
{
    static const char *const list[] = {"asc", "ascenseur", "assenseur", "sans", "avec", NULL};
    return token_among(n, i, list) && token_at(n, i)->gap != GAP_LINE;
}

/* The token before i that is no light word, where a floor or a house number is looked for; i when none. */
static size_t skip_back(const struct note *n, size_t i)
{
    static const char *const list[] = {"au", "le", "et", "non", "pas", "ou", "face", "en", "du", NULL};
    size_t k = i;
    while (k > 0 && k + 5 > i &&
           (token_sign(n, k - 1, ',') || token_sign(n, k - 1, '(') || token_sign(n, k - 1, ')') ||
            token_sign(n, k - 1, '-') || token_sign(n, k - 1, ':') || token_among(n, k - 1, list)))
        k--;
    return k;
}

/* What may follow a floor said shortly: nothing, a sign, another part of the address, a code. */
static bool floor_closed(const struct note *n, size_t after)
{
    const struct token *next = token_at(n, after);
    enum text_cue cue = token_cue(next);
    if (next->gap == GAP_LINE || next->kind == TOKEN_SIGN || next->label || note_side(n, after))
        return true;
    return cue == CUE_DOOR || cue == CUE_CODE || cue == CUE_NAMED || cue == CUE_TEL ||
           next->flags & LEX_FUNCTION || lift_word(n, after) || (token_len(next) == 1 && capital(next)) ||
           note_ordinal(n, after);
}

/* A bare "3e" or "6è" is a floor beside a name, a code or another part of an address, and before nothing
 * else. */
static void bare_floor(struct note *n, size_t i, size_t suffix)
{
    size_t before = skip_back(n, i), after = suffix + 1;
    if (token_is(n, after, "a"))
        after++;
    const struct token *next = token_at(n, after);
    bool placed = before > 0 && placing(n->tokens[before - 1].label);
    bool door_next = note_side(n, after) || token_cue(next) == CUE_DOOR || next->label == TEXT_ADRESSE;
    bool up = i > 1 && (token_is(n, i - 1, "au") || token_is(n, i - 1, "monter"));
    bool ends = token_at(n, suffix)->gap == GAP_NONE &&
                (next->gap == GAP_LINE || token_sign(n, after, '.') || token_sign(n, after, ',') ||
                 token_cue(next) == CUE_CODE) &&
                (i == 0 || token_cue(token_at(n, i - 1)) != CUE_UNIT);
    bool lift = lift_word(n, after) && (lift_word(n, after + 1) || !token_is(n, after, "avec"));
    bool closed = floor_closed(n, after);
    if (ends || lift || (placed && closed) || (door_next && next->gap != GAP_LINE) ||
        (up && closed && !token_sign(n, after, '/')))
        note_mark(n, i, suffix, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "n° 112", "N°8", "numéro 7", after a street or a neighbour's name. */
static void numbered_house(struct note *n, size_t i)
{
    static const char *const words[] = {"numero", "num", "no", "ap", NULL};
    bool sign = token_is(n, i, "n") && token_sign(n, i + 1, FOLD_DEGREE);
    if (!sign && !token_among(n, i, words))
        return;
    size_t number = sign ? i + 2 : i + 1, before = skip_back(n, i);
    if (token_at(n, number)->kind == TOKEN_NUMBER && token_len(token_at(n, number)) <= 4 && before > 0 &&
        token_cue(token_at(n, number + 1)) != CUE_UNIT && placing(n->tokens[before - 1].label))
        note_mark(n, i, number, TEXT_ADRESSE, TEXT_BY_CUE);
}

static bool house_like(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    if (t->kind != TOKEN_NUMBER || t->label || t->locked || token_len(t) > 4 || token_value(n, i) < 1)
        return false;
    if (next->gap != GAP_LINE &&
        (token_cue(next) == CUE_UNIT || token_cue(next) == CUE_MONTH || next->label == TEXT_DATE))
        return token_is(n, i + 1, "a") && next->gap == GAP_SPACE; /* the preposition */
    return !(next->gap == GAP_NONE && (next->kind == TOKEN_WORD ? token_len(next) > 1
                                                                : token_at(n, i + 2)->kind == TOKEN_NUMBER &&
                                                                      token_at(n, i + 2)->gap == GAP_NONE)) &&
           !token_sign(n, i + 1, '%') && !token_sign(n, i + 1, '/');
}

/* "habite au 28", "la voisine du 14", "en face au 17", "ne pas sonner au 602"; the SAMU and the firemen are
 * called by numbers too. */
static bool at_number(const struct note *n, size_t i)
{
    if (i == 0 || !(token_is(n, i - 1, "au") || token_is(n, i - 1, "du") || token_is(n, i - 1, "pas")))
        return false;
    size_t before = skip_back(n, i - 1);
    const struct token *t = before > 0 ? &n->tokens[before - 1] : &token_nothing;
    enum text_cue cue = token_cue(t);
    if (token_is(n, before - 1, "habite") || token_is(n, before - 1, "loge") ||
        token_is(n, before - 1, "vit") || token_is(n, before - 1, "sonner") ||
        token_is(n, before - 1, "voisin") || token_is(n, before - 1, "voisine") ||
        token_is(n, before - 1, "voisins"))
        return true;
    long v = token_value(n, i);
    if (v == 15 || v == 18 || v == 112 || v == 17)
        return t->label == TEXT_ADRESSE || token_is(n, i - 2, "face");
    return cue == CUE_KIN || (placing(t->label) && t->label != TEXT_ETAB && t->label != TEXT_VILLE);
}

/* A number that stands beside a name or a street as a door or a house. */
static bool beside_number(const struct note *n, size_t i)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    bool ends =
        next->gap == GAP_LINE || token_sign(n, i + 1, '.') || token_sign(n, i + 1, ',') || next->label;
    bool name = before->label == TEXT_NOM || before->label == TEXT_PRENOM;
    if (token_sign(n, i - 1, '(') && token_sign(n, i + 1, ')') && i > 1)
        return n->tokens[i - 2].label == TEXT_NOM || n->tokens[i - 2].label == TEXT_PRENOM;
    if (t->gap != GAP_SPACE || i == 0)
        return false;
    if (before->label == TEXT_ADRESSE)
        return ends && token_len(t) <= 3;
    if (name)
        return token_len(t) == 3 && next->kind != TOKEN_NUMBER;
    return token_cue(before) == CUE_NAMED &&
           (token_is(n, i - 1, "interphone") || token_is(n, i - 1, "sonnette") || token_is(n, i - 1, "bal"));
}

static void bare_house(struct note *n, size_t i)
{
    if (!house_like(n, i))
        return;
    bool same = (token_is(n, i + 1, "meme") && (token_is(n, i + 2, "rue") || token_is(n, i + 2, "adresse")));
    if (!same && !at_number(n, i) && !beside_number(n, i))
        return;
    static const char *const repeat[] = {"bis", "ter", "b", NULL};
    size_t last = token_among(n, i + 1, repeat) && !token_at(n, i + 1)->label ? i + 1 : i;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "2e G", "5e ét face": the side after a floor or a door. */
static void side(struct note *n, size_t i)
{
    size_t before = i - 1;
    if (token_sign(n, before, ',') && before > 0)
        before--;
    const struct token *t = &n->tokens[before];
    enum text_cue cue = token_cue(t), left = before > 0 ? token_cue(token_at(n, before - 1)) : CUE_NONE;
    bool level = t->label == TEXT_ADRESSE &&
                 (cue == CUE_FLOOR || cue == CUE_GROUND || cue == CUE_DOOR || cue == CUE_BUILD ||
                  left == CUE_FLOOR || left == CUE_DOOR || (before > 0 && note_ordinal(n, before - 1)) ||
                  (t->kind == TOKEN_WORD && before > 0 && n->tokens[before - 1].kind == TOKEN_NUMBER &&
                   n->tokens[before - 1].label == TEXT_ADRESSE));
    if (!level || n->tokens[i].gap == GAP_LINE)
        return;
    const struct token *next = token_at(n, i + 1);
    bool letter = token_len(&n->tokens[i]) == 1;
    if (letter && !(capital(&n->tokens[i]) && before == i - 1 && next->kind != TOKEN_NUMBER &&
                    !token_sign(n, i + 1, '\'')))
        return;
    if (token_is(n, i, "face") && next->kind == TOKEN_WORD && next->gap != GAP_LINE && !next->label)
        return; /* "en face de", "face à" */
    size_t last = i;
    while (token_is(n, i, "fond") && (token_is(n, last + 1, "couloir") || token_is(n, last + 1, "cour") ||
                                      token_is(n, last + 1, "de") || token_is(n, last + 1, "du")))
        last++;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "2°" after another part of the address. */
static void degree_floor(struct note *n, size_t i)
{
    size_t before = skip_back(n, i);
    if (n->tokens[i].kind == TOKEN_NUMBER && token_len(&n->tokens[i]) <= 2 &&
        token_sign(n, i + 1, FOLD_DEGREE) && token_at(n, i + 1)->gap == GAP_NONE && before > 0 &&
        n->tokens[before - 1].label == TEXT_ADRESSE) {
        n->tokens[i].locked = n->tokens[i + 1].locked = 0;
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_CUE);
    }
}

static bool place_word(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    bool quiet = cue == CUE_NONE || cue == CUE_STREET || cue == CUE_RESID || cue == CUE_DOOR ||
                 cue == CUE_SIDE || cue == CUE_TEL || cue == CUE_ETAB || cue == CUE_LOC;
    return t->kind == TOKEN_WORD && !t->label && !t->locked && quiet && !(t->flags & LEX_DRUG);
}

/* "ligne des Bambous 97432", "LA CROIX BLANCHE 50300": what stands between a sign and the ZIP. */
static void place_before(struct note *n, size_t zip)
{
    size_t from = zip;
    bool shown = false;
    if (zip > 0 && token_sign(n, zip - 1, ','))
        from--;
    size_t end = from;
    while (from > 0 && end - from < 6 && n->tokens[from].gap != GAP_LINE &&
           (place_word(n, from - 1) || token_sign(n, from - 1, '\'') || token_sign(n, from - 1, '-'))) {
        from--;
        const struct token *t = &n->tokens[from];
        shown |= t->kind == TOKEN_WORD && !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)) &&
                 (n->profile == CASE_NORMAL ? capital(t) && !t->first : !(t->flags & LEX_PREDICATE));
    }
    bool bounded = from == 0 || n->tokens[from].gap == GAP_LINE || n->tokens[from - 1].kind == TOKEN_SIGN ||
                   n->tokens[from - 1].label;
    while (from < end && n->tokens[from].kind == TOKEN_SIGN)
        from++;
    if (shown && bounded && from < end)
        note_mark(n, from, end - 1, TEXT_ADRESSE, TEXT_BY_CUE);
}

static bool town_link(const struct note *n, size_t i)
{
    static const char *const list[] = {"sur", "sous", "les", "lez", "en", "de",  "du",
                                       "des", "la",   "le",  "d",   "l",  "aux", NULL};
    return token_among(n, i, list) || token_sign(n, i, '\'') ||
           (token_sign(n, i, '-') && token_at(n, i)->gap == GAP_NONE);
}

/* "97432 Ravine des Cabris": the town after its ZIP. */
static void town_after(struct note *n, size_t zip)
{
    size_t i = zip + 1, last = zip;
    for (bool linked = true;
         i < n->count && i < zip + 8 && n->tokens[i].gap != GAP_LINE && !n->tokens[i].label; i++) {
        const struct token *t = &n->tokens[i];
        if (town_link(n, i)) {
            linked = true;
            continue;
        }
        bool word = t->kind == TOKEN_WORD && !t->locked && token_len(t) > 1 &&
                    (token_cue(t) == CUE_NONE || capital(t)) && !(t->flags & LEX_DRUG);
        bool goes =
            n->profile == CASE_NORMAL ? capital(t) : linked && !(t->flags & (LEX_FUNCTION | LEX_MEDICAL));
        if (!word || !goes)
            break;
        linked = false;
        last = i;
    }
    if (last > zip)
        note_mark(n, zip + 1, last, TEXT_VILLE, TEXT_BY_CUE);
}

static void around_zip(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->tokens[i].label != TEXT_ZIP)
            continue;
        if (n->tokens[i].head)
            place_before(n, i);
        if (token_at(n, i + 1)->label != TEXT_ZIP)
            town_after(n, i);
    }
}

/* "PK 28,5" */
static void kilometre(struct note *n, size_t i)
{
    if (!token_is(n, i, "pk") || token_at(n, i + 1)->kind != TOKEN_NUMBER)
        return;
    n->tokens[i + 1].locked = n->tokens[i].locked = 0;
    if (n->tokens[i + 1].label) {
        note_mark(n, i, i, TEXT_ADRESSE, TEXT_BY_PATTERN);
        return;
    }
    bool part = token_sign(n, i + 2, ',') && token_at(n, i + 2)->gap == GAP_NONE &&
                token_at(n, i + 3)->kind == TOKEN_NUMBER && token_at(n, i + 3)->gap == GAP_NONE;
    note_mark(n, i, part ? i + 3 : i + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
}

void detect_floors(struct note *n)
{
    around_zip(n);
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->label)
            continue;
        kilometre(n, i);
        numbered_house(n, i);
        size_t suffix = note_ordinal(n, i);
        if (suffix && !token_at(n, suffix)->label)
            bare_floor(n, i, suffix);
        else if (t->kind == TOKEN_WORD && i > 0 && (note_side(n, i) || token_len(t) == 1))
            side(n, i);
        else if (t->kind == TOKEN_NUMBER) {
            degree_floor(n, i);
            bare_house(n, i);
        }
    }
}
