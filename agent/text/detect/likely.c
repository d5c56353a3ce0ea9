/* SPDX-License-Identifier: Apache-2.0 */
/* What no rule found, and yet reads like an identifier: a logistic regression over what a token is and what
 * stands around it, with weights learnt from marked notes (scripts/text-weights). It only adds to the rules.
 */
#include "agent/text/detect/feature.h"
#include "agent/text/detect/name.h"
#include "agent/text/own/own.h"

#include <string.h>

/* The sum of weights from which a word is removed: four in five of such are identifiers. Beside what is
 * removed already, three in five: a name is of several words. */
#define LIKELY (3 * WEIGHT_ONE / 2)
#define LIKELY_BESIDE (WEIGHT_ONE / 2)

/* Grammar, medicine, medicines and measures are never taken. */
static bool undecided(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind != TOKEN_SIGN && !t->label && !t->locked &&
           !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG)) && token_cue(t) != CUE_VITAL;
}

/* What stands between two words of a name: "Saint-Exupéry", "Val de Marne", "M. Borie". */
static bool joins(const struct note *n, size_t i)
{
    const struct token *before = token_at(n, i - 1);
    if (token_sign(n, i, '-'))
        return n->tokens[i].gap == GAP_NONE && token_tight(n, i + 1);
    return token_sign(n, i, '\'') ||
           (token_sign(n, i, '.') && before->kind == TOKEN_WORD && token_len(before) == 1) ||
           (token_among(n, i, LIST_PROPER_LINK) && !n->tokens[i].label);
}

/* The token before or after i, over one that joins them; SIZE_MAX when a line ends between. */
static size_t beside(const struct note *n, size_t i, bool after)
{
    size_t j = after ? i + 1 : i - 1;
    if (joins(n, j))
        j = after ? j + 1 : j - 1;
    if (j >= n->count)
        return SIZE_MAX;
    for (size_t k = (after ? i : j) + 1; k <= (after ? j : i); k++)
        if (n->tokens[k].gap == GAP_LINE)
            return SIZE_MAX;
    return j;
}

/* "Mme Borie HGT 450", "Borie O2": an abbreviation or a letter with its value, no part of a name. */
static bool measures(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *next = token_at(n, i + 1);
    return t->kind == TOKEN_WORD && token_len(t) <= 4 && next->kind == TOKEN_NUMBER && next->gap != GAP_LINE;
}

/* Words go on a name or a place, numbers what is of numbers; what announces something goes on a place alone,
 * and so does a lone digit. */
static bool goes_on(const struct note *n, size_t i, uint8_t label)
{
    const struct token *t = &n->tokens[i];
    if (label == TEXT_ADRESSE)
        return true;
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) > 1 && (label == TEXT_ID || label == TEXT_CODE || label == TEXT_TEL);
    if (token_cue(t) != CUE_NONE)
        return label == TEXT_ETAB;
    bool name = label == TEXT_NOM || label == TEXT_PRENOM || label == TEXT_ETAB || label == TEXT_VILLE;
    return name && !measures(n, i);
}

/* "chez la dame 31 combe": a word before a number and its street. */
static bool leads_to(const struct note *n, size_t i, size_t address)
{
    return n->tokens[i].kind == TOKEN_WORD && n->tokens[address].label == TEXT_ADRESSE &&
           n->tokens[address].kind == TOKEN_NUMBER;
}

/* Labels the token at i as the one beside it, with what joins the two. */
static void go_on(struct note *n, size_t i, size_t other)
{
    uint8_t label = n->tokens[other].label;
    size_t from = other < i ? other + 1 : i, to = other < i ? i : other - 1;
    for (size_t k = from; k <= to; k++)
        note_label(n, k, label, TEXT_BY_CLASSIFIER, k == from);
}

/* A verb or an adjective that is no name too; in small letters where names have capitals, or where a sentence
 * begins, any word of French. */
static bool mere_word(const struct note *n, const struct token *t)
{
    bool listed = t->flags & (LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER);
    if (t->shape != SHAPE_LOWER && note_case_at(n, t) == CASE_NORMAL)
        return t > n->tokens && t->first && t->flags & LEX_FRENCH && !listed;
    return (t->flags & LEX_PREDICATE && !listed) ||
           (t->flags & LEX_WORD && note_case_at(n, t) == CASE_NORMAL);
}

/* A word that may be a name or begin a number ("SC-4/418") by itself, and announces none ("hôpital"). */
static bool may_stand_alone(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_NONE || measures(n, i) || mere_word(n, t))
        return false;
    return token_len(t) > 2 || (t->shape == SHAPE_UPPER && token_hyphen(n, i + 1));
}

/* In small letters beside no cue, a word of no list that sounds like one of every day: "mal a loreille". */
static bool slip(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->shape != SHAPE_LOWER || t->site || name_by_left(n, i) > 0 ||
        name_by_right(n, i) > 0 || t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER))
        return false;
    return name_heard_every_day(n, t, 4);
}

/* Removes the token at i when it is likely enough. */
static bool consider(struct note *n, size_t i)
{
    size_t before = beside(n, i, false), after = beside(n, i, true);
    bool near = token_at(n, before)->label || token_at(n, after)->label;
    bool goes_before = goes_on(n, i, token_at(n, before)->label);
    bool goes_after = goes_on(n, i, token_at(n, after)->label) && !leads_to(n, i, after);
    if (!goes_before && !goes_after && !may_stand_alone(n, i))
        return false;
    struct feature_sum w = feature_weigh(n, i);
    if (w.identifier < (near ? LIKELY_BESIDE : LIKELY))
        return false;
    size_t other = goes_before ? before : after;
    bool goes = goes_before || goes_after;
    if (!(goes && n->tokens[other].label == TEXT_PRENOM) && slip(n, i))
        return false;
    if (goes)
        go_on(n, i, other);
    else
        note_label(n, i, w.place > 0 ? TEXT_ETAB : TEXT_NOM, TEXT_BY_CLASSIFIER, true);
    return true;
}

void detect_likely(struct note *n)
{
    for (size_t i = 0; i < n->count; i++)
        for (size_t j = i; undecided(n, j) && consider(n, j);)
            j = beside(n, j, false);
}
