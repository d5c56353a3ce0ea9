/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of an address said by a place instead of a number: "esc du fond", "palier gauche", "porte face asc",
 * "R+2", "1er ét. gauche", "maison 3". */
#include "agent/text/detect/place.h"

static bool here(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return i < n->count && t->gap != GAP_LINE && !t->label;
}

static bool dot(const struct note *n, size_t i)
{
    return token_sign(n, i, '.') && token_tight(n, i);
}

/* "fond", "fond couloir", "fond de cour" at k, which is "fond". */
static size_t bottom_end(const struct note *n, size_t k)
{
    size_t end = token_is(n, k + 1, "de") || token_is(n, k + 1, "du") ? k + 2 : k + 1;
    return here(n, end) && (token_is(n, end, "couloir") || token_is(n, end, "cour")) ? end : k;
}

/* "sur cour", "côté rue", "s/ cour", the last word of which stands at k. */
static bool across(const struct note *n, size_t k)
{
    if (!token_is(n, k - 1, "sur") && !token_is(n, k - 1, "cote") &&
        !(k > 1 && token_sign(n, k - 1, '/') && token_is(n, k - 2, "s")))
        return false;
    return token_among(n, k, LIST_OUTSIDE);
}

size_t place_outlook(const struct note *n, size_t i)
{
    if (!here(n, i))
        return 0;
    size_t k = token_sign(n, i + 1, '/') ? i + 2 : i + 1;
    if (here(n, k) && across(n, k))
        return k;
    return token_among(n, i, LIST_OUTSIDE) && place_ends(n, i + 1) ? i : 0;
}

/* "gauche", "de droite", "à gauche", "du fond", "sur cour": where the side ends from i on; 0 when none is
 * said. "face escalier" names a landmark. */
static size_t side_end(const struct note *n, size_t i)
{
    size_t k = i;
    while (k < i + 2 && here(n, k) && token_among(n, k, LIST_SIDE_LINK))
        k++;
    if (!here(n, k))
        return 0;
    const struct token *next = token_at(n, k + 1);
    if (token_is(n, k, "face"))
        return next->kind == TOKEN_SIGN || next->gap == GAP_LINE || next->label ? k : 0;
    if (token_is(n, k, "fond"))
        return bottom_end(n, k);
    return token_is(n, k, "milieu") || note_side(n, k) || (k > i && across(n, k)) ? k : 0;
}

/* "dr.", "cour" at k, which nothing follows: a side or a back that "escalier" or "bâtiment" stands before. */
static bool side_closed(const struct note *n, size_t k)
{
    if (!here(n, k) || token_at(n, k)->gap != GAP_SPACE)
        return false;
    const struct token *after = token_at(n, dot(n, k + 1) ? k + 2 : k + 1);
    bool side = (token_is(n, k, "dr") && dot(n, k + 1)) || token_is(n, k, "dt");
    return (side || token_among(n, k, LIST_OUTSIDE)) &&
           (after->gap == GAP_LINE || after->kind == TOKEN_SIGN || after->label);
}

/* "esc gauche", "palier droit", "bat du fond", "esc. dr.", "bâtiment cour" */
static size_t sided(const struct note *n, size_t i)
{
    if (!token_among(n, i, LIST_SIDED))
        return 0;
    size_t k = dot(n, i + 1) ? i + 2 : i + 1, last = side_end(n, k);
    return last ? last : side_closed(n, k) ? k : 0;
}

/* "R+2" */
static size_t above_ground(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 2);
    bool joined = token_tight(n, i + 1) && t->gap == GAP_NONE && t->kind == TOKEN_NUMBER;
    return token_is(n, i, "r") && token_sign(n, i + 1, '+') && joined && token_len(t) <= 2 ? i + 2 : 0;
}

static bool small_number(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) <= 2 && !t->label && t->gap != GAP_LINE;
}

/* "ét 4", "et. 4": a floor's word before its number; without an accent only with its stop. */
static size_t floor_number(const struct note *n, size_t i)
{
    size_t k = dot(n, i + 1) ? i + 2 : i + 1;
    bool word = token_is(n, i, "et") && (n->tokens[i].accent || k == i + 2);
    enum text_cue cue = token_cue(token_at(n, k + 1));
    return word && small_number(n, k) && cue != CUE_UNIT && !token_sign(n, k + 1, '/') ? k : 0;
}

/* Whether "et" at i is a floor's: "ét", or "et" where nothing follows that it could join. */
static bool floor_said(const struct note *n, size_t i)
{
    if (!here(n, i))
        return false;
    if (token_is(n, i, "palier") || token_is(n, i, "couloir"))
        return true;
    if (!token_is(n, i, "et"))
        return token_cue(&n->tokens[i]) == CUE_FLOOR;
    enum text_cue cue = token_cue(token_at(n, i + 1));
    return n->tokens[i].accent || place_ends(n, i + 1) || cue == CUE_DOOR || cue == CUE_SIDE;
}

/* "1° étage", "3E ET.", "1er ét. gauche", "5e et dernier étage": the last token from the number at i on. */
static size_t ranked_floor(const struct note *n, size_t i)
{
    size_t rank = small_number(n, i) && token_sign(n, i + 1, FOLD_DEGREE) ? i + 1 : note_ordinal(n, i);
    if (!rank)
        return 0;
    size_t outlook = place_outlook(n, rank + 1); /* "2e sur cour" */
    if (outlook)
        return outlook;
    if (token_is(n, rank + 1, "et") && token_is(n, rank + 2, "dernier"))
        return token_cue(token_at(n, rank + 3)) == CUE_FLOOR ? rank + 3 : rank + 2;
    if (!floor_said(n, rank + 1))
        return 0;
    size_t last = rank + 1, side = dot(n, last + 1) ? last + 2 : last + 1;
    bool faces = token_is(n, side, "face");
    return here(n, side) && note_side(n, side) && !faces && place_ends(n, side + 1) ? side : last;
}

/* "maison 3", "maison du fond": beside a street that was found, or at a sentence's begin. */
static size_t house(const struct note *n, size_t i)
{
    if (!token_is(n, i, "maison"))
        return 0;
    const struct token *t = token_at(n, i + 1);
    bool number = t->kind == TOKEN_NUMBER && token_len(t) <= 3 && t->gap == GAP_SPACE && !t->label &&
                  place_ends(n, i + 2);
    bool bottom_said = token_is(n, i + 1, "du") && token_is(n, i + 2, "fond");
    return number ? i + 1 : bottom_said ? i + 2 : 0;
}

/* The last token of the part that begins with the word at i; 0 when none does. */
static size_t worded_part(const struct note *n, size_t i)
{
    size_t last = sided(n, i);
    last = last ? last : above_ground(n, i);
    last = last ? last : floor_number(n, i);
    return last ? last : house(n, i);
}

void place_part(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool number = t->kind == TOKEN_NUMBER && token_len(t) <= 2;
    size_t last = number ? ranked_floor(n, i) : may_begin_part(t) ? worded_part(n, i) : 0;
    if (!last)
        return;
    for (size_t k = i; k <= last; k++)
        n->tokens[k].locked = 0;
    note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_PATTERN);
}

bool may_begin_part(const struct token *t)
{
    return token_has(t, LIST_SIDED) || token_spells(t, "r") || token_spells(t, "et") ||
           token_spells(t, "maison");
}
