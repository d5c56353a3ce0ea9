/* SPDX-License-Identifier: Apache-2.0 */
/* A name of the row that is a word of French too ("PETIT", "Rose") goes wherever it stands, unless what
 * stands around it says the word: "un petit malaise", "teint rose", "petit malaise". Without any sign the
 * name is supposed: it is the patient's, and a name that stays is worse than a word that goes. */
#include "agent/text/own.h"

/* The word directly before i; NULL when a sign, the end of a line or nothing stands there. */
static const struct token *word_before(const struct note *n, size_t i)
{
    const struct token *t = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    return t->kind == TOKEN_WORD && n->tokens[i].gap != GAP_LINE && n->count > 0 && i > 0 ? t : NULL;
}

static const struct token *word_after(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    return i + 1 < n->count && t->kind == TOKEN_WORD && t->gap == GAP_SPACE ? t : NULL;
}

/* "rappelle", "concerne", of what is written by those who answer calls: a verb and no noun. */
static bool says_action(const struct token *t)
{
    return (t->flags & (LEX_PREDICATE | LEX_NOUN)) == LEX_PREDICATE;
}

/* "fils", "tel": a name may follow. */
static bool calls(const struct token *t)
{
    return own_announced_by(t) || token_cue(t) == CUE_TEL;
}

/* What is said of a noun, and no person's cue: "teint clair", "état parfait", "LCR clair". */
static bool qualifies(const struct token *before, const struct token *t)
{
    bool noun = before->flags & (LEX_NOUN | LEX_MEDICAL) && !says_action(before);
    return noun && token_len(before) > 2 && !(before->flags & LEX_FUNCTION) && !calls(before) &&
           !token_has(before, LIST_BEFORE_NAME) && t->flags & LEX_PREDICATE;
}

/* "le petit", "très clair", "l'ange": no article stands before a name. */
static bool has_article(const struct note *n, size_t i, const struct token *before)
{
    if (before)
        return token_has(before, LIST_BEFORE_WORD);
    return i > 1 && token_sign(n, i - 1, '\'') && n->tokens[i].gap == GAP_NONE && token_is(n, i - 2, "l");
}

/* "petit malaise", "bon état": before what it is said of. */
static bool precedes_noun(const struct token *t, const struct token *after)
{
    return after && token_has(t, LIST_BEFORE_NOUN) && !(after->flags & LEX_FUNCTION) &&
           after->flags & (LEX_NOUN | LEX_MEDICAL) && !says_action(after);
}

/* "amoxicilline VO", "1 g VO": an abbreviation of two letters after what it tells of. */
static bool abbreviates(const struct note *n, size_t i, const struct token *before)
{
    const struct token *t = &n->tokens[i];
    if (token_len(t) > 2 || !(t->flags & LEX_MEDICAL))
        return false;
    if (!before)
        return i > 0 && n->tokens[i - 1].kind == TOKEN_NUMBER;
    return (token_len(before) > 1 || token_has(before, LIST_DOSE)) && !(before->flags & LEX_FUNCTION) &&
           !calls(before);
}

bool own_said_as_word(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i], *before = word_before(n, i), *after = word_after(n, i);
    return has_article(n, i, before) || (before && qualifies(before, t)) || precedes_noun(t, after) ||
           abbreviates(n, i, before);
}

/* A sign between the two halves of a name: "Durand, Rose", "Durand (Rose)", "rose.durand". */
static bool parts_names(const struct note *n, size_t i)
{
    return token_sign(n, i, ',') || token_sign(n, i, '.') || token_sign(n, i, '(') || token_sign(n, i, ')') ||
           token_sign(n, i, '_') || token_sign(n, i, '-') || token_sign(n, i, '/');
}

size_t own_across(const struct note *n, size_t i, bool right)
{
    size_t step = right ? 1 : SIZE_MAX, k = i + step;
    for (unsigned signs = 0; signs < 2 && k < n->count && parts_names(n, k); signs++)
        k += step;
    return k < n->count && n->tokens[k].kind == TOKEN_WORD ? k : SIZE_MAX;
}

/* "J. PETIT", "bon j.": one letter with a stop, or one that is no word. */
bool own_initial_beside(const struct own *o, const struct note *n, size_t i)
{
    size_t before = token_sign(n, i - 1, '.') ? i - 2 : i - 1;
    for (unsigned right = 0; right < 2; right++) {
        size_t k = right ? i + 1 : before;
        const struct token *t = token_at(n, k);
        bool shown = token_sign(n, k + 1, '.') || (t->shape != SHAPE_LOWER && n->profile != CASE_UPPER) ||
                     !(t->flags & LEX_FUNCTION);
        if (t->kind == TOKEN_WORD && token_len(t) == 1 && shown &&
            token_at(n, right ? k : i)->gap != GAP_LINE && own_initials(o, token_text(n, t), 1))
            return true;
    }
    return false;
}
