/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that stand for a name: initials beside one that was found, initials alone where somebody is due,
 * names that are spelt. */
#include "agent/text/detect/extend.h"
#include "agent/text/detect/name.h"

static bool letter(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_WORD && token_len(t) == 1 && !t->label && !t->locked;
}

static bool single(const struct note *n, size_t i)
{
    return letter(n, i) && token_at(n, i)->gap != GAP_LINE;
}

/* "Th.", "Ph.": a given name in short, whose stop is at i + 1; not "Ch. 214". */
static bool short_given(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return token_among(n, i, LIST_SHORT_GIVEN) && t->shape != SHAPE_LOWER && !t->label && !t->locked &&
           token_sign(n, i + 1, '.') && token_tight(n, i + 1) && token_at(n, i + 2)->kind != TOKEN_NUMBER;
}

/* "Durand J-P", "Durand M-Thé": an initial after the name, and its other half. */
static void take_double_initial(struct note *n, size_t i)
{
    size_t k = i + 1;
    if (k + 2 >= n->count || !single(n, k) || !token_hyphen(n, k + 1))
        return;
    const struct token *half = &n->tokens[k + 2];
    bool shown = n->profile != CASE_NORMAL || n->tokens[k].shape == SHAPE_CAPITAL;
    bool belongs = (token_capital(half) && !half->label) || (single(n, k + 2) && !token_is(n, k, "l"));
    if (shown && belongs && half->gap == GAP_NONE)
        for (size_t m = k; m <= k + 2; m++)
            name_join(n, m, TEXT_PRENOM, n->tokens[i].source, m == k);
}

/* One letter at k, "VASSEUR C", that is no title before another name and no measure. */
static bool one_initial(const struct note *n, size_t k, bool dotted)
{
    const struct token *next = token_at(n, k + 1);
    if (!single(n, k) || token_sign(n, k + 1, '\'') || token_sign(n, k + 1, FOLD_DEGREE) ||
        next->kind == TOKEN_NUMBER)
        return false;
    if (token_is(n, k, "m") && (token_capital(next) || token_capital(token_at(n, k + 2))))
        return false;
    if (n->profile == CASE_NORMAL)
        return n->tokens[k].shape != SHAPE_LOWER;
    return dotted || next->gap == GAP_LINE || token_sign(n, k + 1, '(') || token_sign(n, k + 1, ',');
}

/* "Noizet PY": two capitals after the name at i. */
static bool two_initials(const struct note *n, size_t i, size_t k)
{
    const struct token *t = &n->tokens[k];
    if (token_len(t) != 2 || t->shape != SHAPE_UPPER || n->profile != CASE_NORMAL)
        return false;
    bool unknown = !(t->flags & (LEX_MEDICAL | LEX_FUNCTION)) && token_cue(t) == CUE_NONE;
    return unknown || (note_titled(n, i) && token_at(n, k + 1)->kind != TOKEN_WORD);
}

static bool own_initial(const struct note *n, size_t k, const struct own *own)
{
    const struct token *t = &n->tokens[k];
    const struct token *next = token_at(n, k + 1);
    bool verb = n->profile != CASE_NORMAL && token_is(n, k, "a") && next->kind == TOKEN_WORD &&
                next->gap == GAP_SPACE; /* "DR DUCROCQ A DEMANDE" */
    return own && !verb && (t->shape != SHAPE_LOWER || n->profile != CASE_NORMAL) &&
           own_initials(own, token_text(n, t), token_len(t));
}

/* "Perret A.M.", "Perret E.-L.": an initial at k, tied to the one before. */
static void take_second_initial(struct note *n, size_t i, size_t k)
{
    size_t last = token_hyphen(n, k) ? k + 1 : k;
    if (!token_tight(n, last) || !(single(n, last) || short_given(n, last)) ||
        n->tokens[last].shape == SHAPE_LOWER || !token_sign(n, last + 1, '.'))
        return;
    for (size_t m = k; m <= last + 1; m++)
        name_join(n, m, TEXT_PRENOM, n->tokens[i].source, false);
}

/* "VASSEUR C", "Perret J.", "Noizet PY". */
static void take_initials_after(struct note *n, size_t i, const struct own *own)
{
    size_t k = i + 1;
    const struct token *t = token_at(n, k), *after = token_at(n, k + 2);
    if (t->kind != TOKEN_WORD || t->gap != GAP_SPACE || t->label || token_len(t) > 3)
        return;
    bool dotted = token_sign(n, k + 1, '.') && token_tight(n, k + 1);
    if (!own_initial(n, k, own) && !one_initial(n, k, dotted) && !two_initials(n, i, k) && !short_given(n, k))
        return;
    name_join(n, k, TEXT_PRENOM, n->tokens[i].source, true);
    bool full_stop = after->gap != GAP_NONE && after->first && token_len(t) > 1;
    if (!dotted || full_stop)
        return;
    name_join(n, k + 1, TEXT_PRENOM, n->tokens[i].source, false);
    if (token_len(t) == 1)
        take_second_initial(n, i, k + 2);
}

/* "R. Fontaine", "J.-P. Martin". */
static void take_dotted_before(struct note *n, size_t i)
{
    for (size_t k = i; k >= 2 && token_sign(n, k - 1, '.') && (letter(n, k - 2) || short_given(n, k - 2));) {
        bool doctor = k > 2 && (token_is(n, k - 3, "dr") || token_is(n, k - 3, "signe")); /* "Dr M. Borie" */
        if ((token_is(n, k - 2, "m") && !doctor) ||
            (n->tokens[k - 2].shape == SHAPE_LOWER && n->profile == CASE_NORMAL))
            return;
        name_join(n, k - 2, TEXT_PRENOM, n->tokens[i].source, true);
        name_join(n, k - 1, TEXT_PRENOM, n->tokens[i].source, false);
        k -= 2;
        if (k > 0 && token_sign(n, k - 1, '-'))
            k--;
    }
}

/* "J-C HUTIN", "M.-Paule": the letters before i that a hyphen ties together, or to it. */
static void take_tied_initials(struct note *n, size_t i)
{
    size_t from = i;
    if (i >= 3 && single(n, i - 1) && token_hyphen(n, i - 2) && n->tokens[i - 1].gap == GAP_NONE &&
        single(n, i - 3) && n->tokens[i - 1].shape == SHAPE_CAPITAL && n->tokens[i].gap == GAP_SPACE)
        from = i - 3;
    else if (i >= 3 && token_hyphen(n, i - 1) && n->tokens[i].gap == GAP_NONE && token_sign(n, i - 2, '.') &&
             single(n, i - 3))
        from = i - 3;
    for (size_t k = from; k < i; k++)
        name_join(n, k, TEXT_PRENOM, n->tokens[i].source, k == from);
}

/* "Dr R Fontaine". */
static void take_initial_before(struct note *n, size_t i)
{
    take_tied_initials(n, i);
    if (i >= 1 && single(n, i - 1) && n->tokens[i].gap == GAP_SPACE &&
        n->tokens[i - 1].shape == SHAPE_CAPITAL && n->profile == CASE_NORMAL && note_titled(n, i - 1) &&
        !token_is(n, i - 1, "m"))
        name_join(n, i - 1, TEXT_PRENOM, n->tokens[i].source, true);
}

void name_take_initials(struct note *n, size_t i, const struct own *own)
{
    take_double_initial(n, i);
    take_initials_after(n, i, own);
    take_dotted_before(n, i);
    take_initial_before(n, i);
}

/* Whether somebody is due at i: after a title, a relation, a profession, "signé", "patient". */
static bool somebody_due(const struct note *n, size_t i)
{
    if (i == 0 || n->tokens[i].gap != GAP_SPACE)
        return false;
    size_t before = i > 1 && n->tokens[i - 1].kind == TOKEN_SIGN ? i - 2 : i - 1; /* "Dr. M.", "signé : M." */
    enum text_cue cue = token_cue(token_at(n, token_sign(n, i - 1, ':') ? before : i - 1));
    if (token_is(n, i, "m") && !token_is(n, before, "dr") && !token_is(n, before, "mme") &&
        !token_is(n, before, "signe"))
        return false; /* a title itself */
    return note_titled(n, i) || cue == CUE_TITLE || cue == CUE_KIN || cue == CUE_PROF || cue == CUE_PERSON ||
           cue == CUE_NAMED;
}

static bool announced_initial(const struct note *n, size_t i)
{
    return (letter(n, i) && n->tokens[i].shape != SHAPE_LOWER && token_sign(n, i + 1, '.') &&
            token_tight(n, i + 1)) ||
           short_given(n, i);
}

/* Marks the initials from i on; the token after them. */
static size_t take_initials(struct note *n, size_t i)
{
    size_t k = i;
    while (k < i + 9 && announced_initial(n, k) && token_at(n, k)->gap != GAP_LINE) {
        name_join(n, k, TEXT_PRENOM, TEXT_BY_CUE, k == i);
        name_join(n, k + 1, TEXT_PRENOM, TEXT_BY_CUE, false);
        k += 2;
        if (token_hyphen(n, k) && announced_initial(n, k + 1))
            name_join(n, k++, TEXT_PRENOM, TEXT_BY_CUE, false);
    }
    return k;
}

/* The token after the particles from k on: "de la", "d'". */
static size_t over_particles(const struct note *n, size_t k)
{
    size_t name = k;
    while (name < k + 3 && (token_among(n, name, LIST_PARTICLE) || token_sign(n, name, '\'')) &&
           token_at(n, name)->gap != GAP_LINE)
        name++;
    return name;
}

/* Marks the name at k, after initials, if it is no word; else the last initial stands for it: "Mme R.
 * Tension". */
static void name_after_initials(struct note *n, size_t k)
{
    size_t name = over_particles(n, k);
    const struct token *t = token_at(n, name);
    bool proper = name > k || !name_is_word(t) || name_rare_word(t);
    bool capital = t->gap != GAP_LINE && name_capital(t) && !t->locked;
    if (capital && proper)
        for (size_t m = k; m <= name; m++)
            name_join(n, m, TEXT_NOM, TEXT_BY_CUE, m == k);
    else if (!capital || token_cue(t) != CUE_NONE || t->flags & (LEX_MEDICAL | LEX_FUNCTION | LEX_DRUG))
        n->tokens[k - 2].label = n->tokens[k - 1].label = TEXT_NOM;
}

/* "Mme R.", "gardien L. Ganter", "défunt G. M.", "IDE J.-M. Kerboul": initials where somebody is due, and the
 * name after them. Whether the one at i is. */
bool name_take_announced_initials(struct note *n, size_t i)
{
    if (!announced_initial(n, i) || !somebody_due(n, i))
        return false;
    name_after_initials(n, take_initials(n, i));
    return true;
}

/* "D U P O N T", "D-U-P-O-N-T", "d.u.p.o.n.t": at least four letters one by one. */
void name_take_spelt(struct note *n, size_t i)
{
    if (!single(n, i) || (i > 0 && single(n, i - 1)))
        return;
    size_t letters = 0, last = i;
    for (size_t k = i; k < n->count; k++) {
        if (single(n, k)) {
            letters++;
            last = k;
        } else if (n->tokens[k].kind != TOKEN_SIGN || n->tokens[k].label ||
                   !(token_sign(n, k, '-') || token_sign(n, k, '.') || token_sign(n, k, ' '))) {
            break;
        }
    }
    if (letters >= 4)
        note_mark(n, i, last, TEXT_NOM, TEXT_BY_PATTERN);
}
