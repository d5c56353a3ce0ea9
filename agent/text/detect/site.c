/* SPDX-License-Identifier: Apache-2.0 */
/* Places of which a plain word says the kind: "villa mon repos", "clos st lazare", "bât le Granier", "étang
 * des Châtelets". The word alone says nothing; between a sign and a sign, or before another part of an
 * address, it begins the name of a place. */
#include "agent/text/detect/place.h"

#define MOST_WORDS 5u
#define MOST_NOUNS 3u
#define MOST_STOPPED 4u /* letters of a kind that is written with a stop */

static bool proper_word(const struct note *n, const struct token *t)
{
    return (token_unknown(t) && !medical_shape(token_text(n, t), token_len(t))) ||
           t->flags & (LEX_NAME | LEX_TOWN | LEX_PROPER | LEX_HOSPITAL);
}

static size_t over_dot(const struct note *n, size_t i)
{
    return token_sign(n, i, '.') && token_tight(n, i) ? i + 1 : i;
}

static bool joins(const struct note *n, size_t i)
{
    return (token_sign(n, i, '\'') || token_sign(n, i, '-')) && token_tight(n, i) && token_tight(n, i + 1);
}

/* A word of a name: in no dictionary, a listed name, or a capital where capitals tell something. */
static bool names_place(const struct note *n, const struct token *t)
{
    bool shown = n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL && !(t->flags & LEX_MEDICAL);
    return t->kind == TOKEN_WORD && token_len(t) > 1 && (proper_word(n, t) || shown) &&
           !(t->flags & LEX_FUNCTION);
}

static bool free_here(const struct token *t)
{
    return t->gap != GAP_LINE && !t->label && !t->locked;
}

/* "kerhuel vihan", "la Meije", "ITSAS MENDI": words of no dictionary, or names; the last token, 0 when none.
 */
size_t place_proper_name(const struct note *n, size_t i)
{
    size_t last = 0, k = token_among(n, i, LIST_STREET_LINK) ? i + 1 : i;
    for (size_t words = 0; words < MOST_WORDS && k < n->count && free_here(&n->tokens[k]); k++) {
        if (names_place(n, &n->tokens[k])) {
            last = k;
            words++;
        } else if (!joins(n, k) && !(last && token_among(n, k, LIST_STREET_LINK))) {
            break;
        }
    }
    return last;
}

/* A noun that says nothing of medicine or of people. */
static bool plain_noun(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL) || token_among(n, i, LIST_GENERIC))
        return false;
    bool quiet = token_cue(t) == CUE_NONE || token_cue(t) == CUE_RESID;
    return quiet && (t->flags & LEX_NOUN || proper_word(n, t) || token_among(n, i, LIST_PLACE_ADJECTIVE));
}

/* "port soleil", "jonquille": nouns up to where the place ends. */
static size_t bare_nouns(const struct note *n, size_t i)
{
    for (size_t k = i; k < i + MOST_NOUNS && k < n->count; k++) {
        const struct token *t = &n->tokens[k];
        if (t->kind != TOKEN_WORD || token_len(t) < 3 || !free_here(t) || !plain_noun(n, k))
            return 0;
        if (place_stops(n, k + 1))
            return k;
    }
    return 0;
}

/* The name after the kind: by the grammar of plain words, or proper. */
static size_t name_after(const struct note *n, size_t i)
{
    if (token_at(n, i)->gap == GAP_LINE || token_at(n, i)->kind != TOKEN_WORD)
        return 0;
    if (token_among(n, i + 1, LIST_GROUND_KIND))
        return 0; /* "chemin de pierre" */
    size_t plain = place_plain_name(n, i), proper = place_proper_name(n, i);
    size_t last = plain > proper ? plain : proper;
    return last ? last : bare_nouns(n, i);
}

/* "pavillon de l'oreille", "ferme au bout du chemin". */
bool place_of_other(const struct note *n, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (token_among(n, i, LIST_BODY) || n->tokens[i].flags & LEX_DRUG || token_is(n, i, "bout") ||
            token_is(n, i, "bord"))
            return true;
    return false;
}

static bool shows_name(const struct note *n, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_WORD && token_len(t) > 2 &&
            (proper_word(n, t) || (n->profile == CASE_NORMAL && token_capital(t))))
            return true;
    }
    return false;
}

/* Something that stands by itself begins at i. */
static bool begins(const struct note *n, size_t i)
{
    if (i == 0 || n->tokens[i].gap == GAP_LINE)
        return true;
    const struct token *before = &n->tokens[i - 1];
    enum text_cue cue = token_cue(before);
    return (before->kind == TOKEN_SIGN && !token_sign(n, i - 1, '\'') && !token_sign(n, i - 1, '-')) ||
           before->label || cue == CUE_LOC || token_among(n, i - 1, LIST_BEFORE_SITE);
}

/* A place ends before i, also before what says where from it: "villa mon repos après le stade". */
bool place_stops(const struct note *n, size_t i)
{
    bool numbered = token_is(n, i, "n") && token_sign(n, i + 1, FOLD_DEGREE);
    return numbered || place_ends(n, i) || token_among(n, i, LIST_AFTER_SITE) ||
           token_cue(token_at(n, i)) == CUE_CODE;
}

/* "tour", "aile", "port": words of the body and of many things; what follows must show a name. */
static bool doubtful(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_DOUBTFUL_SITE) &&
           !(n->profile == CASE_NORMAL && n->tokens[i].shape == SHAPE_CAPITAL && !n->tokens[i].first);
}

/* "bat. ylang 2": the name's number, when it ends the place. */
static size_t with_number(const struct note *n, size_t last)
{
    const struct token *t = token_at(n, last + 1);
    bool number = t->kind == TOKEN_NUMBER && token_len(t) <= 3 && t->gap == GAP_SPACE && !t->label;
    return number && place_ends(n, last + 2) ? last + 1 : last;
}

void place_site(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->label || t->locked || !token_among(n, i, LIST_SITE) ||
        (!token_among(n, i, LIST_SURE_SITE) && !begins(n, i)))
        return;
    size_t k = token_len(t) <= MOST_STOPPED ? over_dot(n, i + 1) : i + 1, name = name_after(n, k);
    size_t last = name ? with_number(n, name) : 0;
    if (!last || !place_stops(n, last + 1) || place_of_other(n, k, last))
        return;
    if (!doubtful(n, i) || shows_name(n, k, last))
        note_mark(n, i, last, TEXT_ADRESSE, TEXT_BY_CUE);
}
