/* SPDX-License-Identifier: Apache-2.0 */
/* A name of the row that is a word of French too ("PETIT", "Rose") goes wherever it stands, unless what
 * stands around it says the word: "un petit malaise", "teint rose", "petit malaise". Without any sign the
 * name is supposed: it is the patient's, and a name that stays is worse than a word that goes. */
#include "agent/text/own/own.h"

#include <string.h>

/* The word directly before i; NULL when a sign, the end of a line or nothing stands there. */
static const struct token *word_before(const struct note *n, size_t i)
{
    const struct token *before = i > 0 ? token_at(n, i - 1) : &token_nothing;
    return before->kind == TOKEN_WORD && i > 0 && token_at(n, i)->gap != GAP_LINE ? before : NULL;
}

static const struct token *word_after(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    return t->kind == TOKEN_WORD && t->gap == GAP_SPACE ? t : NULL;
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
    return i > 1 && token_sign(n, i - 1, '\'') && token_at(n, i)->gap == GAP_NONE && token_is(n, i - 2, "l");
}

bool own_precedes_noun(const struct note *n, size_t i)
{
    const struct token *after = word_after(n, i);
    return after && token_among(n, i, LIST_BEFORE_NOUN) && !(after->flags & LEX_FUNCTION) &&
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
    const struct token *t = &n->tokens[i], *before = word_before(n, i);
    if (!(t->flags & (LEX_MEDICAL | LEX_FUNCTION)) && !token_has(t, LIST_OF_NOTES))
        return false; /* "lombalgie lombard": no note needs it */
    if (i > 1 && token_sign(n, i - 1, ':') && token_has(&n->tokens[i - 2], LIST_BEFORE_NAME))
        return false; /* "concerne : PETIT AEG" */
    return has_article(n, i, before) || (before && qualifies(before, t)) || own_precedes_noun(n, i) ||
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

/* One letter with a stop, a capital among small letters, or one that is no word by itself: "j petit", not
 * "d". */
static bool shows_initial(const struct note *n, size_t k)
{
    const struct token *t = token_at(n, k);
    if (t->kind != TOKEN_WORD || token_len(t) != 1)
        return false;
    bool capital = t->shape != SHAPE_LOWER && n->profile != CASE_UPPER;
    return capital || token_sign(n, k + 1, '.') || !strchr("adly", token_letter(t));
}

/* "J. PETIT", "bon j." */
bool own_initial_beside(const struct own *o, const struct note *n, size_t i)
{
    size_t before = token_sign(n, i - 1, '.') ? i - 2 : i - 1;
    for (unsigned right = 0; right < 2; right++) {
        size_t k = right ? i + 1 : before;
        if (shows_initial(n, k) && token_at(n, right ? k : i)->gap != GAP_LINE &&
            own_initials(o, token_text(n, token_at(n, k)), 1))
            return true;
    }
    return false;
}
