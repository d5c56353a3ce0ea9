/* SPDX-License-Identifier: Apache-2.0 */
/* Proper names made of plain words: "Présence Verte", "l'Age d'Or", "Granges Hautes". In a note whose writer
 * uses capitals, two of them side by side inside a sentence are a name, whatever the words mean elsewhere. */
#include "agent/text/detect/place.h"

/* Words that doctors like to begin with a capital: they say nothing. */
static bool clinical(const struct token *t)
{
    return t->flags & (LEX_MEDICAL | LEX_DRUG | LEX_EPONYM | LEX_FUNCTION) || t->locked;
}

static bool begins(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!token_capital(t) || t->shape != SHAPE_CAPITAL || t->label || t->first || t->gap == GAP_LINE ||
        token_len(t) < 3)
        return false;
    enum text_cue cue = token_cue(t);
    bool quiet = cue == CUE_NONE || cue == CUE_ETAB || cue == CUE_RESID || cue == CUE_STREET;
    bool inside = t->gap == GAP_SPACE ? n->tokens[i - 1].kind != TOKEN_SIGN
                                      : token_sign(n, i - 1, '\'') || token_sign(n, i - 1, '(');
    return quiet && inside && !clinical(t) && !(t->flags & LEX_NEUTRAL);
}

static bool link(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_PROPER_LINK) || token_sign(n, i, '\'') || (token_hyphen(n, i));
}

/* ", les Granges Hautes": the article belongs to a place that stands by itself. */
static size_t article_before(const struct note *n, size_t i)
{
    bool apart = i > 1 && token_among(n, i - 1, LIST_ARTICLE) && n->tokens[i - 1].gap != GAP_LINE &&
                 !n->tokens[i - 1].label && (n->tokens[i - 2].kind == TOKEN_SIGN || n->tokens[i - 2].label);
    return apart ? i - 1 : i;
}

/* The last token of the name that begins at i; i when it has one word. */
static size_t name_end(const struct note *n, size_t i)
{
    size_t last = i;
    for (size_t k = i + 1; k < i + 9 && k < n->count && n->tokens[k].gap != GAP_LINE; k++) {
        const struct token *t = &n->tokens[k];
        if (t->label)
            break;
        bool quiet = token_cue(t) == CUE_NONE || token_cue(t) == CUE_ETAB;
        bool letters =
            t->shape == SHAPE_UPPER && t->flags & LEX_MEDICAL && token_len(t) > 2; /* "Stade IRC" */
        if (token_capital(t) && token_len(t) > 1 && !t->locked && quiet && !letters)
            last = k;
        else if (!link(n, k))
            break;
    }
    return last;
}

/* "M. Aubry La Fosse", "au Cantou, La Cigalière": an article with a capital inside a sentence begins a name.
 */
static size_t with_article(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *name = token_at(n, i + 1);
    bool begins_note = i == 0 && name->flags & LEX_NOUN; /* "Les Capucines, IDE Fabienne" */
    if (!token_among(n, i, LIST_ARTICLE) || t->shape != SHAPE_CAPITAL || t->label)
        return i;
    if (!begins_note && (t->first || t->gap != GAP_SPACE || i == 0 || n->tokens[i - 1].kind == TOKEN_NUMBER ||
                         token_sign(n, i - 1, ':')))
        return i;
    bool named = name->shape == SHAPE_CAPITAL && name->gap == GAP_SPACE && !name->label && !clinical(name) &&
                 (token_cue(name) == CUE_NONE || token_cue(name) == CUE_RESID);
    return named ? name_end(n, i + 1) : i; /* "Les Tilleuls d'Or" */
}

/* "d'", "de" before i: where what stands before them ends. */
static size_t over_of(const struct note *n, size_t i)
{
    if (i > 0 && token_sign(n, i - 1, '\''))
        i--;
    return i > 0 && (token_is(n, i - 1, "de") || token_is(n, i - 1, "d")) ? i - 1 : i;
}

/* "Super U de Châteaubourg", "CHM de Mamoudzou": what ties an establishment to its town belongs to it. */
static void tie(struct note *n, size_t from, size_t town)
{
    for (size_t k = from; n->tokens[from - 1].label == TEXT_ETAB && k < town; k++)
        note_label(n, k, TEXT_ETAB, n->tokens[from - 1].source, false);
}

/* "BNP Pantin", "ESP Avranches", "CPN de Laxou": capitals before a town that was found. */
static void branch(struct note *n, size_t town)
{
    size_t i = over_of(n, town);
    if (i == 0 || n->tokens[i].gap == GAP_LINE)
        return;
    const struct token *t = &n->tokens[i - 1];
    tie(n, i, town);
    bool letters = t->kind == TOKEN_WORD && t->shape == SHAPE_UPPER && token_len(t) >= 3 && token_len(t) <= 6;
    bool quiet = (token_cue(t) == CUE_NONE || token_cue(t) == CUE_ETAB) && !(t->flags & LEX_NEUTRAL);
    if (n->profile == CASE_NORMAL && letters && quiet && !clinical(t) &&
        note_mark(n, i - 1, i - 1, TEXT_ETAB, TEXT_BY_CUE))
        tie(n, i, town);
}

/* "Alsace Logistique", "{Locamed} Service": what a firm does, after a region, a brand or what was found. */
static void firm_end(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *name = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    bool named = name->label || token_unknown(name) || name->flags & (LEX_DRUG | LEX_NEUTRAL);
    if (!token_has(t, LIST_FIRM_END) || t->gap != GAP_SPACE || !named || token_len(name) <= 2)
        return;
    if (n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL && token_capital(name))
        note_force(n, i - 1, name_end(n, i), TEXT_ETAB, TEXT_BY_UNKNOWN);
    if (n->profile == CASE_UPPER && token_cue(name) == CUE_NONE && !clinical(name) && place_ends(n, i + 1))
        note_force(n, i - 1, i, TEXT_ETAB, TEXT_BY_UNKNOWN); /* "RISLE AMBULANCES," */
}

/* ", les Moulins,": a noun with a capital, an article before it, and nothing around. */
static bool lone_place(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool noun = !(t->flags & LEX_WORD) || t->flags & LEX_NOUN;
    return i > 1 && t->shape == SHAPE_CAPITAL && t->gap == GAP_SPACE && !t->label && !t->first && noun &&
           !clinical(t) && !(t->flags & LEX_NEUTRAL) &&
           (token_cue(t) == CUE_NONE || token_cue(t) == CUE_RESID) && token_len(t) > 3 &&
           article_before(n, i) < i && place_ends(n, i + 1);
}

/* A capital, of a word or of an article before one. */
bool may_begin_proper_name(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER;
}

void detect_proper_names(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->tokens[i].label == TEXT_VILLE && n->tokens[i].head)
            branch(n, i);
        firm_end(n, i);
        if (n->profile != CASE_NORMAL || !(n->tokens[i].starts & START_BIT(START_PROPER)))
            continue;
        size_t place = with_article(n, i);
        if (place > i) {
            note_mark(n, i, place, TEXT_ETAB, TEXT_BY_UNKNOWN);
            i = place;
            continue;
        }
        size_t last = i > 0 && begins(n, i) ? name_end(n, i) : i;
        if (last > i)
            note_mark(n, article_before(n, i), last, TEXT_ETAB, TEXT_BY_UNKNOWN);
        else if (lone_place(n, i))
            note_mark(n, article_before(n, i), i, TEXT_ADRESSE, TEXT_BY_UNKNOWN);
        i = last;
    }
}
