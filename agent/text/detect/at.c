/* SPDX-License-Identifier: Apache-2.0 */
/* Houses called by their name alone, after a word that says that somebody works, lives, learns or is treated
 * there: "travaille à la baie des phoques", "RESIDENTE DU CLOS SAINT-ELOI", "opéré à sainte marg". */
#include "agent/text/detect/place.h"

#define BETWEEN 2u /* words between the word and the preposition: "sortie hier de l'orée du mont" */

static bool capital(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->shape == SHAPE_CAPITAL;
}

/* Where a name may begin after a preposition at i, its article too; 0 when no preposition is there. A bare
 * one has no article: "à sainte marg". */
static size_t after_preposition(const struct note *n, size_t i, bool *bare)
{
    const struct token *t = token_at(n, i);
    *bare = false;
    if (t->gap == GAP_LINE || t->kind != TOKEN_WORD)
        return 0;
    if (token_is(n, i, "au") || token_is(n, i, "aux") || token_is(n, i, "du") || token_is(n, i, "des"))
        return i;
    bool at = token_is(n, i, "a") || token_is(n, i, "chez"),
         of = token_is(n, i, "de") || token_is(n, i, "par");
    if (!at && !of)
        return 0;
    bool article =
        token_among(n, i + 1, LIST_ARTICLE) || (token_is(n, i + 1, "l") && token_sign(n, i + 2, '\''));
    *bare = !article;
    return article || at ? i + 1 : 0;
}

/* "sainte marg", "notre dame de lorette", "jules ferry": what follows a bare "à". */
static size_t bare_name(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    bool saint = token_among(n, i, LIST_SAINT) || (token_is(n, i, "notre") && token_is(n, i + 1, "dame"));
    if (saint && next->kind == TOKEN_WORD && next->gap != GAP_LINE) {
        size_t plain = place_plain_name(n, i);
        return plain > i ? plain : i + 1;
    }
    bool person = t->flags & LEX_GIVEN && !(t->flags & LEX_PLAIN) && next->flags & LEX_NAME &&
                  next->gap == GAP_SPACE && next->kind == TOKEN_WORD && !(next->flags & LEX_GIVEN);
    return person && place_stops(n, i + 2) ? i + 1 : 0;
}

/* A name of several words, or of one that no dictionary has, or with a capital inside a sentence. */
static bool tells_name(const struct note *n, size_t from, size_t last)
{
    size_t words = 0;
    bool shown = false;
    for (size_t i = from; i <= last; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || token_among(n, i, LIST_STREET_LINK))
            continue;
        words++;
        if (t->flags & (LEX_MEDICAL | LEX_NEUTRAL | LEX_EPONYM) || token_among(n, i, LIST_NO_PLACE) ||
            token_among(n, i, LIST_GENERIC))
            return false;
        shown |= n->profile == CASE_NORMAL && capital(t) && !t->first;
        shown |= !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE && token_len(t) > 3 &&
                 !medical_shape(token_text(n, t), token_len(t));
    }
    return words > 1 || shown;
}

static size_t name_at(const struct note *n, size_t i, bool bare)
{
    if (bare)
        return bare_name(n, i);
    size_t plain = place_plain_name(n, i), proper = place_proper_name(n, i);
    return plain > proper ? plain : proper;
}

/* What parts the word from the preposition is no place itself: "suivi CH du Rouvray". */
static bool passes_over(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    enum text_cue cue = token_cue(t);
    return t->kind == TOKEN_WORD && t->gap != GAP_LINE && !t->label && cue != CUE_ETAB && cue != CUE_STREET &&
           cue != CUE_RESID && !(cue >= CUE_BUILD && cue <= CUE_DOOR) && !(t->flags & LEX_HOSPITAL) &&
           !token_has(t, LIST_SITE);
}

/* "DU CLOS SAINT-ELOI" without "du", "la baie des phoques" with its article, as people mark them. */
static size_t over_contracted(const struct note *n, size_t i)
{
    return token_is(n, i, "au") || token_is(n, i, "aux") || token_is(n, i, "du") || token_is(n, i, "des")
               ? i + 1
               : i;
}

/* "9 place du Marché", but "placé au foyer". */
static bool square(const struct note *n, size_t i)
{
    return token_is(n, i, "place") && !n->tokens[i].accent && n->profile == CASE_NORMAL;
}

void place_at(struct note *n, size_t i)
{
    bool bare = false;
    size_t name = 0;
    if (square(n, i))
        return;
    for (size_t k = i + 1; k <= i + 1 + BETWEEN && !name; k++) {
        name = after_preposition(n, k, &bare);
        if (!name && !passes_over(n, k))
            return;
    }
    size_t last = name ? name_at(n, name, bare) : 0;
    if (!last || !place_stops(n, last + 1) || place_of_other(n, name, last) || !tells_name(n, name, last))
        return;
    size_t from = over_contracted(n, name);
    if (last == from + 2 && n->tokens[last].shape == SHAPE_UPPER && token_sign(n, from + 1, '\''))
        from = last; /* "étudiant à l'ENIB" */
    if (note_free_range(n, from, last))
        note_mark(n, from, last, TEXT_ETAB, TEXT_BY_CUE);
}
