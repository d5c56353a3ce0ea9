/* SPDX-License-Identifier: Apache-2.0 */
/* Plates of cars, of both kinds that are driven with in France. */
#include "agent/text/detect/number.h"

/* "camion EV 318 KW", "la voiture c'est ab 552 df": a car is spoken of shortly before i. */
static bool after_vehicle(const struct note *n, size_t i)
{
    for (size_t k = i; k > 0 && k + 5 > i && n->tokens[k].gap != GAP_LINE; k--)
        if (token_among(n, k - 1, LIST_VEHICLE))
            return true;
    return false;
}

/* FK-318-TZ, AB 742 GH. */
static bool new_plate(const struct note *n, size_t i, size_t k, size_t m)
{
    const struct token *a = &n->tokens[i], *b = &n->tokens[k], *c = &n->tokens[m];
    if (b->kind != TOKEN_NUMBER || c->kind != TOKEN_WORD || token_len(a) != 2 || token_len(b) != 3 ||
        token_len(c) != 2)
        return false;
    if (after_vehicle(n, i))
        return true;
    if ((token_cue(c) == CUE_UNIT || c->flags & LEX_MEDICAL) && token_cue(a) == CUE_VITAL)
        return false; /* "FC 104 AC/FA" */
    if (n->profile == CASE_NORMAL ? a->shape == SHAPE_UPPER && c->shape == SHAPE_UPPER
                                  : k == i + 2 || c->gap == GAP_NONE)
        return true;
    return number_cue(n, i) == CUE_ID;
}

/* 4512 XB 69. */
static bool old_plate(const struct note *n, size_t i, size_t k, size_t m)
{
    const struct token *a = &n->tokens[i], *b = &n->tokens[k], *c = &n->tokens[m];
    return b->kind == TOKEN_WORD && c->kind == TOKEN_NUMBER && n->profile == CASE_NORMAL &&
           token_len(a) >= 2 && token_len(a) <= 4 && token_len(b) >= 2 && token_len(b) <= 3 &&
           token_len(c) == 2 && !(b->flags & LEX_MEDICAL) &&
           (b->shape == SHAPE_UPPER || number_cue(n, i) == CUE_ID);
}

/* Three groups in one line, perhaps with hyphens between them. */
size_t mark_plate(struct note *n, size_t i)
{
    size_t k = token_sign(n, i + 1, '-') ? i + 2 : i + 1;
    size_t m = token_sign(n, k + 1, '-') ? k + 2 : k + 1;
    if (token_at(n, k)->gap == GAP_LINE || token_at(n, m)->gap == GAP_LINE)
        return 0;
    enum token_kind kind = (enum token_kind)n->tokens[i].kind;
    bool found =
        (kind == TOKEN_WORD && new_plate(n, i, k, m)) || (kind == TOKEN_NUMBER && old_plate(n, i, k, m));
    if (!found)
        return 0;
    note_force(n, i, m, TEXT_ID, TEXT_BY_PATTERN);
    return m + 1;
}

/* A country or two letters of a plate, when its number follows, perhaps over a hyphen. */
bool may_begin_plate(const struct token *t)
{
    return t->kind == TOKEN_WORD && token_len(t) == 2;
}
