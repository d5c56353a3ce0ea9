/* SPDX-License-Identifier: Apache-2.0 */
/* What no rule found, and yet reads like an identifier: a logistic regression over what a token is and what
 * stands around it, with weights learnt from marked notes (scripts/text-weights). It only adds to the rules.
 */
#include "agent/text/feature.h"

/* The sum of weights from which a word is removed: six in seven of such are identifiers. Beside what is
 * removed already, two in three: a name is of several words. */
#define LIKELY (7 * WEIGHT_ONE / 4)
#define LIKELY_BESIDE (3 * WEIGHT_ONE / 4)

static bool open(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind != TOKEN_SIGN && !t->label && !t->locked && !(t->flags & LEX_FUNCTION);
}

/* What stands between two words of a name: "Saint-Exupéry", "Val de Marne", "M. Borie". */
static bool joins(const struct note *n, size_t i)
{
    const struct token *before = token_at(n, i - 1);
    return token_sign(n, i, '-') || token_sign(n, i, '\'') ||
           (token_sign(n, i, '.') && before->kind == TOKEN_WORD && token_len(before) == 1) ||
           (token_among(n, i, LIST_PROPER_LINK) && !n->tokens[i].label);
}

/* The token before or after i, over one that joins them; SIZE_MAX when a line ends between. */
static size_t beside(const struct note *n, size_t i, bool after)
{
    size_t j = after ? i + 1 : i - 1;
    if (joins(n, j))
        j = after ? j + 1 : j - 1;
    if (j >= n->count || n->tokens[after ? j : i].gap == GAP_LINE)
        return SIZE_MAX;
    return j;
}

/* Words go on a name or a place, numbers what is of numbers; what announces something goes on a place alone,
 * and so does a lone digit. */
static bool goes_on(const struct token *t, uint8_t label)
{
    if (label == TEXT_ADRESSE)
        return true;
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) > 1 && (label == TEXT_ID || label == TEXT_CODE || label == TEXT_TEL ||
                                    label == TEXT_DATE || label == TEXT_DATE_NAISSANCE);
    if (token_cue(t) != CUE_NONE)
        return label == TEXT_ETAB;
    return label == TEXT_NOM || label == TEXT_PRENOM || label == TEXT_ETAB || label == TEXT_VILLE;
}

/* Labels the token at i as the one beside it, and what joins the two. */
static void join(struct note *n, size_t i, size_t other)
{
    struct token *last = &n->tokens[i > other ? i : other];
    uint8_t label = n->tokens[other].label;
    for (size_t k = (i < other ? i : other) + 1; k < (i < other ? other : i); k++)
        note_label(n, k, label, TEXT_BY_CLASSIFIER, false);
    note_label(n, i, label, TEXT_BY_CLASSIFIER, true);
    last->head = false;
}

/* A word that may be a name or begin a number ("SC-4/418") by itself: none that announces one ("hôpital"),
 * nor a word of French in small letters where names have capitals. */
static bool may_stand_alone(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_NONE)
        return false;
    if (t->shape == SHAPE_LOWER && t->flags & LEX_WORD && note_case_at(n, t) == CASE_NORMAL)
        return false;
    return token_len(t) > 2 ||
           (t->shape == SHAPE_UPPER && token_sign(n, i + 1, '-') && token_at(n, i + 1)->gap == GAP_NONE);
}

/* Removes the token at i when it is likely enough. */
static bool consider(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t before = beside(n, i, false), after = beside(n, i, true);
    bool near = token_at(n, before)->label || token_at(n, after)->label;
    bool joins_before = goes_on(t, token_at(n, before)->label),
         joins_after = goes_on(t, token_at(n, after)->label);
    if (!joins_before && !joins_after && !may_stand_alone(n, i) &&
        !(near && t->kind == TOKEN_NUMBER && token_len(t) > 1))
        return false;
    struct feature_sum w = feature_weigh(n, i);
    if (w.identifier < (near ? LIKELY_BESIDE : LIKELY))
        return false;
    if (joins_before || joins_after)
        join(n, i, joins_before ? before : after);
    else
        note_label(n, i,
                   t->kind == TOKEN_NUMBER ? TEXT_ID
                   : w.place > 0           ? TEXT_ETAB
                                           : TEXT_NOM,
                   TEXT_BY_CLASSIFIER, true);
    return true;
}

void detect_likely(struct note *n)
{
    for (size_t i = 0; i < n->count; i++)
        for (size_t j = i; open(n, j) && consider(n, j);)
            j = beside(n, j, false);
}
