/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to an establishment or a name that was found in part: the type before it ("laboratoire
 * {Biogroup}"), a capital beside it ("Vosges {Assistance Respiratoire}", "{Batirenov} Île-de-France"), the
 * words between its halves ("clinique Pen an Dalar"), its number ("{Pasteur} 2"), the particle after a title
 * ("M. de {Saint-Marc}"). Last of the detectors but one: what all others found is put together here. */
#include "agent/text/detect/place.h"

#define LINKS 3u         /* words between a type and its name */
#define SHORT_LETTERS 3u /* of a word between two halves of a name */

static bool beside(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return i < n->count && t->gap == GAP_SPACE && !t->label;
}

static bool clinical(const struct token *t)
{
    return t->flags & (LEX_MEDICAL | LEX_DRUG | LEX_EPONYM | LEX_FUNCTION) || t->locked;
}

/* A capital that can be part of a name where its writer uses capitals. */
static bool capital(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return n->profile == CASE_NORMAL && t->kind == TOKEN_WORD && t->shape != SHAPE_LOWER &&
           token_len(t) > 2 && !t->label && !t->first && !clinical(t) && !(t->flags & LEX_NEUTRAL) &&
           token_cue(t) == CUE_NONE;
}

/* What a firm does, which is no part of its name: "labo", "plateforme". */
static bool says_what(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_FIRM_TYPE) || token_among(n, i, LIST_DOUBLED_TYPE) ||
           token_among(n, i, LIST_ANNOUNCES);
}

static bool link(const struct note *n, size_t i)
{
    return !token_at(n, i)->label && (token_among(n, i, LIST_ETAB_LINK) || token_sign(n, i, '\''));
}

/* The type of establishment before the name at i, perhaps over "de la"; i when none is there. */
static size_t type_before(const struct note *n, size_t i)
{
    size_t k = i;
    for (unsigned links = 0; k > 0 && links < LINKS && link(n, k - 1); links++) {
        if (n->tokens[k].gap == GAP_LINE)
            return i;
        k--;
    }
    bool type = k > 0 && n->tokens[k].gap == GAP_SPACE && !n->tokens[k - 1].label &&
                token_cue(&n->tokens[k - 1]) == CUE_ETAB && token_len(&n->tokens[k - 1]) > 2 &&
                token_cue(&n->tokens[i]) == CUE_NONE && (k < i || !says_what(n, k - 1));
    return type ? k - 1 : i;
}

static void take(struct note *n, size_t from, size_t last, uint8_t label, uint8_t source, bool head)
{
    for (size_t k = from; k <= last; k++)
        note_label(n, k, label, source, head && k == from);
}

/* Leftwards from the head of an establishment. */
static void join_before(struct note *n, size_t i)
{
    size_t type = type_before(n, i);
    size_t from = type < i ? type
                  : i > 0 && n->tokens[i].gap == GAP_SPACE && capital(n, i - 1) && !says_what(n, i - 1)
                      ? i - 1
                      : i;
    if (from == i)
        return;
    n->tokens[i].head = 0;
    take(n, from, i - 1, TEXT_ETAB, n->tokens[i].source, true);
}

/* "décès {Les} [Jardins d'Ombrière]": an article with a capital inside a sentence begins the name at i. */
static void join_article(struct note *n, size_t i)
{
    const struct token *name = &n->tokens[i], *t = i > 1 ? &n->tokens[i - 1] : &token_nothing;
    if ((name->label != TEXT_ADRESSE && name->label != TEXT_ETAB) || n->profile != CASE_NORMAL ||
        !token_has(t, LIST_ARTICLE) || t->shape != SHAPE_CAPITAL || t->first || t->label ||
        t->gap != GAP_SPACE || name->gap != GAP_SPACE)
        return;
    n->tokens[i].head = 0;
    take(n, i - 1, i - 1, n->tokens[i].label, n->tokens[i].source, true);
}

/* The last token of what goes on after the establishment that ends at i: capitals, perhaps over hyphens and
 * links. */
static size_t capitals_after(const struct note *n, size_t i)
{
    size_t last = i;
    for (size_t k = i + 1; k < n->count && k < i + 7; k++) {
        bool tied = token_hyphen(n, k) && token_tight(n, k + 1);
        if (capital(n, k) && (n->tokens[k].gap == GAP_SPACE || token_sign(n, k - 1, '-')))
            last = k;
        else if (!(tied && k > i + 1) &&
                 !(last > i && token_among(n, k, LIST_PROPER_LINK) && !n->tokens[k].label))
            break;
    }
    return last;
}

/* "{Pasteur} 2,": a number of the name that nothing counts. */
static bool number_of_name(const struct note *n, size_t i)
{
    return beside(n, i) && token_at(n, i)->kind == TOKEN_NUMBER && token_len(token_at(n, i)) <= 2 &&
           (token_sign(n, i + 1, ',') || token_is(n, i + 1, "n") || token_at(n, i + 1)->gap == GAP_LINE) &&
           !token_tight(n, i + 2);
}

/* The halves of a name, "{clinique Pen} an {Dalar}": the token of the second one after the establishment that
 * ends at i; 0 when the words between are others. */
static size_t other_half(const struct note *n, size_t i)
{
    size_t k = i + 1;
    while (k < i + 3 && beside(n, k) && n->tokens[k].kind == TOKEN_WORD &&
           token_len(&n->tokens[k]) <= SHORT_LETTERS &&
           !(n->tokens[k].flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) && !n->tokens[k].locked &&
           token_cue(&n->tokens[k]) != CUE_TITLE && token_cue(&n->tokens[k]) != CUE_PROF)
        k++;
    const struct token *t = token_at(n, k);
    bool half = t->label == TEXT_NOM || t->label == TEXT_ETAB || t->label == TEXT_VILLE;
    return k > i + 1 && half && t->gap == GAP_SPACE && t->shape != SHAPE_LOWER ? k : 0;
}

/* Rightwards from the end of an establishment. */
static void join_after(struct note *n, size_t i)
{
    size_t half = other_half(n, i), last = half ? half - 1 : capitals_after(n, i);
    if (last == i && number_of_name(n, i + 1))
        last = i + 1;
    take(n, i + 1, last, TEXT_ETAB, n->tokens[i].source, false);
}

/* "clinique {Saint-Gral}", "polyclinique {Trab}": called by what was taken for a town or for somebody nobody
 * announced. */
static void join_type(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool nobody = t->label == TEXT_NOM && (t->source == TEXT_BY_UNKNOWN || t->source == TEXT_BY_CLASSIFIER);
    size_t type = type_before(n, i);
    if (type < i && (nobody || (t->label == TEXT_VILLE && t->source != TEXT_BY_OWN)))
        take(n, type, i - 1, TEXT_ETAB, t->source, true);
}

/* "M. de {Saint-Marc}": a particle between a title and what was taken for a place. */
static void join_particle(struct note *n, size_t i)
{
    size_t k = i;
    while (k > 0 && k + 2 > i && token_among(n, k - 1, LIST_NAME_PARTICLE) && !n->tokens[k - 1].label &&
           n->tokens[k].gap != GAP_LINE)
        k--;
    if (k < i && note_titled(n, k))
        take(n, k, i - 1, TEXT_NOM, n->tokens[i].source, true);
}

/* "aurore {Quilichini}": a given name in small letters, though it is a word too. */
static void join_given(struct note *n, size_t i)
{
    const struct token *name = &n->tokens[i], *t = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    if (name->gap == GAP_SPACE && t->kind == TOKEN_WORD && !t->label && !t->locked && t->flags & LEX_GIVEN &&
        token_len(t) > 3 && t->shape == SHAPE_LOWER && name->shape != SHAPE_LOWER &&
        !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) && token_cue(t) == CUE_NONE)
        note_label(n, i - 1, TEXT_PRENOM, name->source, true);
}

/* "{Maison Vaugneray} & Fils" */
static void join_heirs(struct note *n, size_t i)
{
    if (token_sign(n, i + 1, '&') && token_among(n, i + 2, LIST_HEIRS) && token_capital(token_at(n, i + 2)))
        take(n, i + 1, i + 2, n->tokens[i].label, n->tokens[i].source, false);
}

void detect_joins(struct note *n)
{
    for (size_t i = note_next(n, START_MARKED, 0); i < n->count; i = note_next(n, START_MARKED, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->head)
            join_article(n, i);
        join_heirs(n, i);
        if (t->label == TEXT_ETAB && t->head)
            join_before(n, i);
        if (t->label == TEXT_ETAB && token_at(n, i + 1)->label != TEXT_ETAB)
            join_after(n, i);
        if ((t->label == TEXT_VILLE || t->label == TEXT_NOM) && t->head) {
            join_particle(n, i);
            join_type(n, i);
        }
        if (t->label == TEXT_NOM && t->head)
            join_given(n, i);
        if (t->label == TEXT_VILLE && token_at(n, i + 1)->label == TEXT_NONE) /* "{Paris} 11" */
            take(n, i + 1, place_district(n, i), TEXT_VILLE, t->source, false);
    }
}
