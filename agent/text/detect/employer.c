/* SPDX-License-Identifier: Apache-2.0 */
/* Firms where people work, told by what stands around their name. */
#include "agent/text/detect/place.h"
#include "agent/text/words/gazetteer.h"

static bool name_like(const struct token *t)
{
    return token_unknown(t) || t->flags & (LEX_NAME | LEX_TOWN | LEX_HOSPITAL | LEX_PROPER) ||
           t->site & (GAZ_NAME | GAZ_TOWN);
}

/* "Brevin Industries SA", but "32 sa": two letters are a legal form where capitals tell something. */
static bool company_form(const struct note *n, size_t i)
{
    bool shown =
        token_len(token_at(n, i)) > 2 || (n->profile == CASE_NORMAL && token_at(n, i)->shape == SHAPE_UPPER);
    return shown && token_among(n, i, LIST_COMPANY_FORM);
}

/* Work is spoken of in the same sentence, up to seven tokens before. */
static bool work_before(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 7 && back <= i; back++) {
        size_t k = i - back;
        if (token_cue(&n->tokens[k]) == CUE_WORK || token_is(n, k, "travail"))
            return true;
        if (token_sign(n, k, '.') || n->tokens[k].label)
            return false;
    }
    return false;
}

/* "Employeur Mutuelle Ariane": a noun with a capital, where only a firm or "prévenu" follows. */
static bool after_employer(const struct note *n, size_t k, size_t i)
{
    const struct token *t = &n->tokens[i];
    return token_is(n, k - 1, "employeur") && n->profile == CASE_NORMAL && token_len(t) > 2 &&
           token_cue(t) != CUE_TITLE && !(t->flags & (LEX_FUNCTION | LEX_MEDICAL)) &&
           (!(t->flags & LEX_PREDICATE) || token_at(n, i + 1)->shape == SHAPE_CAPITAL);
}

/* "employeur Auchan", "Employeur : Tereos", "chez BOUYGUES": a firm is named where one is due. */
static bool firm_named(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    size_t k = i > 0 && token_sign(n, i - 1, ':') ? i - 1 : i;
    if (k == 0 || t->shape == SHAPE_LOWER)
        return false;
    bool work = token_cue(token_at(n, k - 1)) == CUE_WORK;
    if (token_is(n, k - 1, "travail") && t->shape == SHAPE_UPPER && n->profile != CASE_UPPER &&
        token_len(t) > 2 && token_unknown(t))
        return true; /* "au travail LDC" */
    return (work && name_like(t)) || after_employer(n, k, i) ||
           (t->flags & LEX_NEUTRAL && (work || token_cue(token_at(n, k - 1)) == CUE_CHEZ));
}

static bool works_there(const struct note *n, size_t i)
{
    if (i == 0 || n->profile != CASE_NORMAL || !token_capital(&n->tokens[i]) || note_titled(n, i))
        return false;
    bool at =
        token_cue(&n->tokens[i - 1]) == CUE_CHEZ || token_sign(n, i - 1, '(') || token_is(n, i - 1, "pour");
    return at && work_before(n, i);
}

static bool company_word(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    bool tied = i > 0 && token_hyphen(n, i - 1) && token_tight(n, i);
    if (t->kind != TOKEN_WORD || (t->gap != GAP_SPACE && !tied) || t->label)
        return false;
    if (tied)
        return true; /* "DOMI-SERVICES" */
    return n->profile == CASE_NORMAL ? token_capital(t) : name_like(t) || company_form(n, i);
}

/* "employeur façades du vexin sarl", "chez huîtres Dardenne et fils": the legal form or the heirs up to five
 * words after the name's first word at i, where an employer is due; 0 when none is there. */
static size_t form_after(const struct note *n, size_t i)
{
    enum text_cue due = i > 0 ? token_cue(&n->tokens[i - 1]) : CUE_NONE;
    if (due != CUE_WORK && due != CUE_CHEZ)
        return 0;
    for (size_t k = i + 1; k < i + 6; k++) {
        const struct token *t = token_at(n, k);
        if (t->kind != TOKEN_WORD || t->gap != GAP_SPACE || t->label)
            return 0;
        if (company_form(n, k))
            return k;
        if (token_is(n, k, "et") && token_among(n, k + 1, LIST_HEIRS))
            return k + 1;
    }
    return 0;
}

/* "Nettoyage Idéal 69" */
static size_t with_number(const struct note *n, size_t last)
{
    const struct token *number = token_at(n, last + 1);
    bool department = number->kind == TOKEN_NUMBER && token_len(number) == 2 && number->gap == GAP_SPACE;
    return department && !number->label && place_ends(n, last + 2) ? last + 1 : last;
}

/* "chez COUVERTURE DUPONT SARL", "licencié de chez Scania Angers", "du bureau (Lactalis". */
static void employer(struct note *n, size_t i)
{
    size_t last = i;
    bool company = false;
    for (size_t k = i + 1; k < i + 7 && (company_word(n, k) || token_sign(n, k, '-')); k++)
        if (n->tokens[k].kind == TOKEN_WORD)
            company |= company_form(n, last = k);
    last = with_number(n, last);
    size_t form = form_after(n, i);
    company = company || form > 0;
    last = form > last ? form : last;
    if (token_cue(&n->tokens[i]) == CUE_TITLE || !(company || works_there(n, i) || firm_named(n, i)))
        return;
    for (size_t m = i; m <= last; m++)
        n->tokens[m].locked = 0;
    note_mark(n, i, last, TEXT_ETAB, TEXT_BY_CUE);
}

/* Where an employer may be named: after "chez" or a bracket, or before a legal form. */
static bool may_employ(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->label || i == 0 || token_len(t) <= 2 ||
        (t->phrase > 1 && token_cue(token_at(n, i + t->phrase - 1u)) == CUE_ETAB)) /* "centre commercial" */
        return false;
    return token_cue(&n->tokens[i - 1]) == CUE_CHEZ || token_sign(n, i - 1, '(') || firm_named(n, i) ||
           form_after(n, i) ||
           (token_capital(t) && !(t->flags & LEX_FUNCTION) &&
            (company_form(n, i + 1) || company_form(n, i + 2)));
}

/* What makes a firm of a word one or two tokens after it, or before it. */
bool may_stand_beside_firm(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    if (t->kind == TOKEN_SIGN)
        return token_letter(t) == '(';
    return cue == CUE_CHEZ || cue == CUE_WORK || token_has(t, LIST_COMPANY_FORM);
}

void place_employer(struct note *n, size_t i)
{
    if (may_employ(n, i))
        employer(n, i);
}
