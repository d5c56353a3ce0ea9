/* SPDX-License-Identifier: Apache-2.0 */
/* Family and given names beside a name that was found, though they are words too: "Claire PETIT". */
#include "agent/text/detect/extend.h"
#include "agent/text/detect/name.h"
#include "agent/text/own/own.h"

/* A word that may be a family name beside a given name: listed as one, or in capitals among small letters. */
static bool may_be_surname(const struct note *n, const struct token *t, bool capitals)
{
    if (t->kind != TOKEN_WORD || t->label || t->locked || token_len(t) < 3 ||
        t->flags & (LEX_MEDICAL | LEX_DRUG | LEX_FUNCTION))
        return false;
    bool listed = t->flags & LEX_SURNAME && (n->profile != CASE_NORMAL || t->shape != SHAPE_LOWER);
    bool word = token_cue(t) != CUE_NONE || t->flags & LEX_EPONYM;
    return listed ? !word || token_cue(t) == CUE_KIN
                  : capitals && !word && token_len(t) > 3 && t->shape == SHAPE_UPPER;
}

/* A given name as a list, the site or a cue has it, written as one. */
static bool sure_given(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return (t->label == TEXT_PRENOM || t->flags & LEX_GIVEN) && t->source != TEXT_BY_REPEAT &&
           (n->profile != CASE_NORMAL || t->shape == SHAPE_CAPITAL);
}

/* "Mme Le Scour": an article that was found to be a name is the first half of one, whatever the second means.
 */
static bool begins_surname(const struct note *n, size_t i)
{
    return n->tokens[i].label == TEXT_NOM && n->profile == CASE_NORMAL && name_capital(&n->tokens[i]) &&
           token_among(n, i, LIST_ARTICLE) && token_at(n, i + 1)->kind == TOKEN_WORD;
}

/* "aidante Camen MAQUES", "Josiane BON", "Claire Petit": a surname after a given name, though it is a word
 * too. */
void name_take_surname_after(struct note *n, size_t i)
{
    const struct token *name = &n->tokens[i], *t = token_at(n, i + 1);
    if (begins_surname(n, i) && t->gap == GAP_SPACE && !t->label && t->shape == name->shape) {
        n->tokens[i + 1].locked = 0;
        name_join(n, i + 1, TEXT_NOM, TEXT_BY_CUE, false);
        return;
    }
    bool cued = n->profile == CASE_NORMAL && name->shape == SHAPE_CAPITAL && name->source == TEXT_BY_CUE;
    if ((!cued && !sure_given(n, i)) || t->gap != GAP_SPACE ||
        !may_be_surname(n, t, n->profile == CASE_NORMAL) || own_precedes_noun(n, i + 1))
        return;
    name_join(n, i + 1, TEXT_NOM, TEXT_BY_CUE, name->label != TEXT_NOM);
}

/* "PETIT Claire", "Roux Sandrine", "PETIT (Claire)", "Roux, Sandrine": the surname before it. */
void name_take_surname_before(struct note *n, size_t i)
{
    size_t k = own_across(n, i, false);
    if (n->profile != CASE_NORMAL || k == SIZE_MAX || !sure_given(n, i))
        return;
    const struct token *t = &n->tokens[k];
    bool kin = token_cue(t) == CUE_KIN && t->shape != SHAPE_UPPER; /* "Neveu Vincent" */
    for (size_t m = k + 1; m <= i; m++)
        if (n->tokens[m].gap == GAP_LINE)
            return;
    if (!kin && !token_sign(n, i - 1, '-') && !token_sign(n, i - 1, ')') && may_be_surname(n, t, false))
        name_join(n, k, TEXT_NOM, TEXT_BY_CUE, true);
}

/* "Mercedes PETIT né(e) le": the given name before a surname in capitals, though it is something else too. */
void name_take_given_before(struct note *n, size_t i)
{
    const struct token *name = &n->tokens[i];
    if (i == 0 || n->profile == CASE_UPPER || name->label != TEXT_NOM || name->shape != SHAPE_UPPER ||
        name->gap != GAP_SPACE)
        return;
    struct token *t = &n->tokens[i - 1];
    bool born = name_born(n, i + 1);
    if (t->kind != TOKEN_WORD || t->label || t->shape != SHAPE_CAPITAL || token_len(t) < 3 ||
        token_cue(t) != CUE_NONE || t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG) ||
        !(t->flags & LEX_GIVEN || born))
        return;
    t->locked = 0;
    name_join(n, i - 1, TEXT_PRENOM, TEXT_BY_CUE, true);
}
