/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an address that say which door: building, staircase, floor, flat, room; and the ZIP. */
#include "agent/text/detect/place.h"

#include <string.h>

static bool article(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_STREET_LINK);
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

static size_t skip_light(const struct note *n, size_t i)
{
    while ((token_sign(n, i, '.') && (token_len(token_at(n, i - 1)) <= 4 || token_is(n, i - 1, "appart"))) ||
           token_sign(n, i, ':') || token_sign(n, i, FOLD_DEGREE) || token_is(n, i, "n") ||
           token_is(n, i, "no") || token_is(n, i, "numero"))
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
        if (token_is(n, i + 1, "bis") || token_is(n, i + 1, "ter"))
            return i + 1;
        if (next->kind == TOKEN_WORD && next->gap == GAP_NONE)
            return token_len(next) == 1 && !token_is(n, i + 1, "h") ? i + 1 : 0;
        if (next->kind == TOKEN_WORD && token_len(next) == 1 && next->gap == GAP_SPACE && !next->accent &&
            (next->shape != SHAPE_LOWER || *token_text(n, next) <= 'f') && place_ends(n, i + 2) &&
            !token_sign(n, i + 2, '.'))
            return i + 1; /* "appt 21 A," */
        if (token_sign(n, i + 1, '-') && next->gap == GAP_NONE && token_at(n, i + 2)->kind == TOKEN_NUMBER)
            return i + 2;
        return i;
    }
    if (t->kind != TOKEN_WORD || !letters)
        return 0;
    if (token_len(t) == 1 && !t->accent && !token_sign(n, i + 1, '\'') &&
        (t->shape != SHAPE_LOWER || (n->profile == CASE_LOWER && !token_is(n, i, "a")) ||
         token_tight(n, i + 1) || token_cue(token_at(n, i - 1)) == CUE_BUILD))
        return token_at(n, i + 1)->kind == TOKEN_NUMBER && token_tight(n, i + 1) ? i + 1 : i;
    return 0;
}

static bool plain_noun(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_DOOR_NOUN);
}

/* "mobil-home 23", "porte n° 7": the first word of the listed phrase whose last one stands at i. */
static size_t part_start(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 3 && back <= i; back++)
        if (n->tokens[i - back].phrase == back + 1 && !n->tokens[i - back].label)
            return i - back;
    return i;
}

static void building(struct note *n, size_t i)
{
    size_t k = skip_light(n, i + 1);
    if (token_is(n, i, "bat") && token_is(n, k, "a") && token_value(n, k + 1) > 39)
        return; /* "le coeur bat a 150" */
    size_t last = door_value(n, k, true);
    if (last && token_len(token_at(n, k)) == 1 && token_at(n, k)->kind == TOKEN_WORD &&
        token_at(n, k)->shape == SHAPE_LOWER && last == k && plain_noun(n, i) && n->profile == CASE_NORMAL)
        last = 0;
    const struct token *t = token_at(n, k);
    if (!last && t->kind == TOKEN_WORD && t->gap != GAP_LINE && !t->label) {
        bool named = (token_among(n, k, LIST_CARDINAL) && (!token_is(n, k, "est") || place_ends(n, k + 1))) ||
                     (token_capital(t) && n->profile == CASE_NORMAL && !t->first && token_len(t) > 1) ||
                     (!plain_noun(n, i) && name_like(t) && !(t->flags & LEX_FRENCH) && !article(n, k));
        if (named && token_cue(t) == CUE_NONE)
            last = k;
        else if (!plain_noun(n, i) && token_is(n, k, "le") == false && article(n, k) &&
                 token_capital(token_at(n, k + 1)) && n->profile == CASE_NORMAL)
            last = k + 1;
    }
    if (last)
        note_mark(n, part_start(n, i), last, TEXT_ADRESSE, TEXT_BY_CUE);
}

bool note_side(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_SIDE);
}

/* "porte de gauche", "porte du fond couloir", "Porte de Pantin": the last token from k on, 0 when none. */
static size_t door_side(const struct note *n, size_t k)
{
    size_t side = token_is(n, k, "de") || token_is(n, k, "a") ? k + 1 : k, last = 0;
    if (token_is(n, side, "au") || token_is(n, side, "du"))
        side++;
    bool end = token_is(n, side, "fond") || token_is(n, side, "milieu");
    bool faces =
        note_side(n, side) && (!token_is(n, side, "face") || token_at(n, side + 1)->kind == TOKEN_SIGN);
    if ((end || faces) && token_at(n, side)->gap != GAP_LINE)
        last = side;
    while (end &&
           (token_is(n, last + 1, "couloir") || token_is(n, last + 1, "du") || note_side(n, last + 1)) &&
           !token_at(n, last + 1)->label)
        last++;
    if (!last && token_is(n, k, "de") && token_capital(token_at(n, k + 1)) && n->profile == CASE_NORMAL)
        last = k + 1;
    return last;
}

/* "unité Mimosas", "secteur Les Lilas": the name's last token from k on, 0 when none. */
static size_t named_unit(const struct note *n, size_t i, size_t k)
{
    const struct token *t = token_at(n, k), *next = token_at(n, k + 1);
    if (!token_among(n, i, LIST_NAMED_UNIT) || t->kind != TOKEN_WORD || t->gap != GAP_SPACE ||
        n->profile != CASE_NORMAL)
        return 0;
    if (token_capital(t) && token_cue(t) == CUE_NONE && token_len(t) > 1 && !(t->flags & LEX_MEDICAL))
        return k;
    bool named = token_capital(next) && next->kind == TOKEN_WORD && token_len(next) > 1; /* "à H+3" */
    return article(n, k) && named ? k + 1 : 0;
}

/* A single small letter after a door's word that is a plain noun too: "chambre a". */
static bool mere_letter(const struct note *n, size_t i, size_t k)
{
    const struct token *t = token_at(n, k);
    return token_len(t) == 1 && t->kind == TOKEN_WORD && t->shape == SHAPE_LOWER && plain_noun(n, i);
}

/* "SAD posée (Ch 16)", "CRP au lit 41": a catheter's size, a measure made at the bedside. */
static bool bedside(const struct note *n, size_t i)
{
    bool bed = token_is(n, i, "lit") && i > 1 && token_is(n, i - 1, "au");
    bool size = token_is(n, i, "ch") && token_value(n, i + 1) >= 8 && token_value(n, i + 1) <= 24;
    for (size_t back = 1; (bed || size) && back <= 6 && back <= i; back++) {
        const struct token *t = &n->tokens[i - back];
        if (size ? token_among(n, i - back, LIST_CATHETER)
                 : token_cue(t) == CUE_VITAL || t->flags & LEX_MEDICAL)
            return true;
        if (token_sign(n, i - back, '.'))
            return false;
    }
    return false;
}

static void door(struct note *n, size_t i)
{
    if (bedside(n, i))
        return;
    size_t k = skip_light(n, i + 1);
    bool lit = token_is(n, i, "lit");
    bool at = n->profile == CASE_UPPER && token_is(n, k, "a") && !place_ends(n, k + 1);
    if (lit && (k > i + 1 || at))
        return; /* "au lit. M Durand", "SON LIT A 7H30" */
    size_t last = door_value(n, k, !lit || (token_len(token_at(n, k)) == 1 && token_capital(token_at(n, k))));
    bool closed = place_ends(n, k + 1) && !token_is(n, k, "a"); /* "porte c," */
    if (last == k && !closed && mere_letter(n, i, k) &&
        !(lit && i > 0 && n->tokens[i - 1].label == TEXT_ADRESSE))
        last = 0;
    if (!last && (token_is(n, i, "porte") || token_is(n, i, "pte")))
        last = door_side(n, k);
    if (!last)
        last = named_unit(n, i, k);
    if (!last)
        return;
    bool key = token_at(n, last)->kind == TOKEN_WORD && token_len(token_at(n, last)) == 1 && !lit;
    bool letter = token_at(n, k)->kind == TOKEN_WORD && token_len(token_at(n, k)) == 1 && !lit;
    for (size_t m = k; (key || letter) && m <= last; m++)
        n->tokens[m].locked = 0; /* "PTE 14 G", "ch D36": taken for a measure */
    note_mark(n, part_start(n, i), last, TEXT_ADRESSE, TEXT_BY_CUE);
    const struct token *other = token_at(n, last + 2); /* "chambres 216 et 218" */
    if (token_is(n, last + 1, "et") && other->kind == TOKEN_NUMBER &&
        token_len(other) == token_len(token_at(n, k)) && token_len(other) > 1 && place_ends(n, last + 3))
        note_mark(n, last + 2, last + 2, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "3e", "11eme", "1er", "2nd": returns the token of the suffix, 0 when it is no ordinal. */
size_t note_ordinal(const struct note *n, size_t i)
{
    long v = token_value(n, i);
    const struct token *t = token_at(n, i + 1);
    if (v < 1 || v > 60 || t->kind != TOKEN_WORD || t->gap == GAP_LINE)
        return 0;
    if (t->gap == GAP_SPACE) /* "8 eme" */
        return token_is(n, i + 1, "eme") || token_is(n, i + 1, "ieme") || token_is(n, i + 1, "em") ? i + 1
                                                                                                   : 0;
    return token_among(n, i + 1, LIST_ORDINAL_END) ? i + 1 : 0;
}

static bool floor_word(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (token_is(n, i, "et") && t->accent)
        return t->gap != GAP_LINE;
    return token_cue(t) == CUE_FLOOR && t->gap != GAP_LINE && !token_is(n, i, "niveau") &&
           !token_is(n, i, "niv");
}

static bool written_ordinal(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_ORDINAL);
}

/* "tombé du 2e étage", "a sauté une fenêtre du premier étage": how high somebody fell from, no door. */
static bool fallen_from(const struct note *n, size_t i)
{
    return i > 1 && token_is(n, i - 1, "du") && token_among(n, i - 2, LIST_FALL) &&
           (note_ordinal(n, i) || written_ordinal(n, i));
}

static void storey(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_NUMBER && token_cue(t) != CUE_FLOOR && token_cue(t) != CUE_GROUND &&
        token_cue(token_at(n, i + 1)) != CUE_FLOOR)
        return;
    size_t suffix = note_ordinal(n, i);
    if (suffix && floor_word(n, suffix + 1))
        note_mark(n, i, suffix + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (t->kind == TOKEN_NUMBER && token_value(n, i) > 0 && token_value(n, i) < 60 &&
             floor_word(n, i + 1) && !token_is(n, i + 1, "etages"))
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (written_ordinal(n, i) && floor_word(n, i + 1))
        note_mark(n, i, i + 1, TEXT_ADRESSE, TEXT_BY_PATTERN);
    else if (token_cue(t) == CUE_FLOOR && t->kind == TOKEN_WORD && i > 0 && token_is(n, i - 1, "de"))
        return; /* "maternité de niveau 3" */
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
                    (token_capital(after) || after->flags & LEX_TOWN);
        bool placed = i > 0 && (n->tokens[i - 1].label == TEXT_ADRESSE ||
                                (i > 1 && n->tokens[i - 2].label == TEXT_ADRESSE));
        placed |=
            next->gap == GAP_SPACE &&
            (token_at(n, i + 2)->gap == GAP_LINE || token_sign(n, i + 2, '.') || token_sign(n, i + 2, ',')) &&
            (i == 0 || t->gap == GAP_LINE || n->tokens[i - 1].kind == TOKEN_SIGN);
        if (town || placed)
            note_mark(n, i, i + 1, TEXT_ZIP, TEXT_BY_PATTERN);
    }
}

/* Types of houses and rooms that a number or a letter may tell apart: "chalet 4", "villa B", "bureau 812". */
static bool unit_type(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_HOUSE_TYPE) ||
           (token_among(n, i, LIST_NUMBERED_ROOM) && token_at(n, i + 1)->kind == TOKEN_NUMBER);
}

/* "LOGE RDC", "loge 6 r Chanzy", "Mme Marques (loge, 04…)": the caretaker's, beside another part of an
 * address, or where nothing follows that it could be a verb for. */
static void lodge(struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    enum text_cue cue = token_cue(next);
    bool alone = next->kind == TOKEN_SIGN && i > 0 && n->tokens[i - 1].kind == TOKEN_SIGN;
    if (token_is(n, i, "loge") && next->gap != GAP_LINE &&
        (alone || cue == CUE_GROUND || cue == CUE_BUILD || cue == CUE_SIDE ||
         (next->kind == TOKEN_NUMBER && token_cue(token_at(n, i + 2)) == CUE_STREET)))
        note_mark(n, i, i, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* A number, a type of street, house, door or floor, an ordinal that may be a floor's. */
bool may_begin_address(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    if (t->kind != TOKEN_WORD)
        return t->kind == TOKEN_NUMBER;
    return cue == CUE_STREET || cue == CUE_RESID || cue == CUE_BUILD || cue == CUE_DOOR || cue == CUE_FLOOR ||
           cue == CUE_GROUND || token_has(t, LIST_HOUSE_TYPE) || token_has(t, LIST_NUMBERED_ROOM) ||
           token_has(t, LIST_ORDINAL) || token_spells(t, "ch") || token_spells(t, "resid") ||
           token_spells(t, "imm") || token_spells(t, "l") || token_has(t, LIST_SITE) || may_begin_part(t);
}

/* "24 ter le petit clos": a repeated number needs no type of street. */
static void repeated_number(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_NUMBER || token_len(t) > 4 || t->label ||
        !token_among(n, i + 1, LIST_HOUSE_REPEAT) || token_len(token_at(n, i + 1)) < 2)
        return;
    size_t last = place_plain_name(n, i + 2), proper = place_proper_name(n, i + 2);
    last = last > proper ? last : proper;
    if (last && note_free_range(n, i, last))
        note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_PATTERN);
}

/* "66 gal Leclerc": a house number, a rank, a name. */
static void ranked_street(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *name = token_at(n, i + 2);
    if (t->kind != TOKEN_NUMBER || t->locked || token_len(t) > 4 || !token_among(n, i + 1, LIST_RANK) ||
        token_at(n, i + 1)->gap != GAP_SPACE || name->kind != TOKEN_WORD || name->gap != GAP_SPACE ||
        token_len(name) < 4 || (name->flags & LEX_WORD && !(name->flags & LEX_NAME)))
        return;
    for (size_t k = i; k <= i + 2; k++)
        n->tokens[k].locked = 0;
    note_mark(n, i, i + 2, TEXT_ADRESSE, TEXT_BY_PATTERN);
}

/* "resid les lilas", "imm. La Garenne", "l.d. le Petit Bois": types that are other words too. */
static void short_residence(struct note *n, size_t i)
{
    bool dotted = token_is(n, i, "l") && token_sign(n, i + 1, '.') && token_is(n, i + 2, "d");
    if (!dotted && !token_is(n, i, "resid") && !token_is(n, i, "imm"))
        return;
    size_t k = dotted ? i + 3 : i + 1;
    if (token_sign(n, k, '.') && token_tight(n, k))
        k++;
    size_t last = token_at(n, k)->gap == GAP_SPACE ? place_plain_name(n, k) : 0;
    const struct token *t = token_at(n, k);
    if (!last && t->kind == TOKEN_WORD && t->gap == GAP_SPACE && token_len(t) > 3 && name_like(t) &&
        (n->profile != CASE_NORMAL || token_capital(t)) && token_at(n, k + 1)->kind != TOKEN_NUMBER)
        last = k;
    if (last)
        note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}

/* "les acacias bat C", "la croix blanche, apt 12": a place of plain words before the part at i. */
static void named_before(struct note *n, size_t i)
{
    size_t end = i > 1 && (token_sign(n, i - 1, ',') || token_sign(n, i - 1, '-')) ? i - 1 : i;
    for (size_t k = end; k > 0 && k + 7 > end && n->tokens[k].gap != GAP_LINE; k--) {
        bool article = token_among(n, k - 1, LIST_ARTICLE) || token_is(n, k - 1, "l");
        const struct token *before = k > 1 ? &n->tokens[k - 2] : &token_nothing;
        bool begins = n->tokens[k - 1].gap == GAP_LINE || before->kind == TOKEN_SIGN || before->label ||
                      token_cue(before) == CUE_LOC;
        if (article && begins && place_plain_name(n, k - 1) + 1 == end) {
            note_mark(n, k - 1, end - 1, TEXT_ADRESSE, TEXT_BY_CUE);
            return;
        }
        if (n->tokens[k - 1].label || (n->tokens[k - 1].kind == TOKEN_SIGN && !token_sign(n, k - 1, '\'')))
            return;
    }
}

void detect_addresses(struct note *n)
{
    for (size_t i = note_next(n, START_ADDRESS, 0); i < n->count; i = note_next(n, START_ADDRESS, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->label || fallen_from(n, i))
            continue;
        enum text_cue cue = token_cue(t);
        place_part(n, i);
        if (t->kind == TOKEN_WORD)
            short_residence(n, i);
        if (t->label)
            continue;
        if (unit_type(n, i) && door_value(n, skip_light(n, i + 1), true))
            building(n, i);
        if (!t->label && t->kind == TOKEN_WORD && (cue == CUE_STREET || cue == CUE_RESID || place_way(n, i)))
            place_street(n, i);
        if (!t->label && unit_type(n, i))
            building(n, i);
        if (n->tokens[i].label)
            continue;
        if (cue == CUE_BUILD)
            building(n, i);
        else if (cue == CUE_DOOR)
            door(n, i);
        else
            lodge(n, i);
        if (n->tokens[i].label == TEXT_ADRESSE && (cue == CUE_BUILD || cue == CUE_DOOR))
            named_before(n, i);
        storey(n, i);
        ranked_street(n, i);
        repeated_number(n, i);
        place_site(n, i);
    }
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count; i = note_next(n, START_NUMBER, i + 1))
        zip(n, i);
}
