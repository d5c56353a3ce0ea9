/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a ZIP: a place between a sign and it, the town after it. */
#include "agent/text/detect/place.h"

static bool place_word(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    bool quiet = cue == CUE_NONE || cue == CUE_STREET || cue == CUE_RESID || cue == CUE_DOOR ||
                 cue == CUE_SIDE || cue == CUE_TEL || cue == CUE_ETAB || cue == CUE_LOC;
    return t->kind == TOKEN_WORD && !t->label && !t->locked && quiet && !(t->flags & LEX_DRUG);
}

static bool place_link(const struct note *n, size_t i)
{
    return place_word(n, i) || token_sign(n, i, '\'') || token_sign(n, i, '-');
}

/* A word that shows a proper name: a capital, or in other notes a word that nobody is said to be. */
static bool shows_place(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->flags & (LEX_FUNCTION | LEX_MEDICAL))
        return false;
    return n->profile == CASE_NORMAL ? token_capital(t) && !t->first : !(t->flags & LEX_PREDICATE);
}

static bool begins_here(const struct note *n, size_t i)
{
    return i == 0 || n->tokens[i].gap == GAP_LINE || n->tokens[i - 1].kind == TOKEN_SIGN ||
           n->tokens[i - 1].label;
}

/* "ligne des Bambous 97432", "LA CROIX BLANCHE 50300": what stands between a sign and the ZIP. */
static void place_before(struct note *n, size_t zip)
{
    size_t end = zip > 0 && token_sign(n, zip - 1, ',') ? zip - 1 : zip, from = end;
    bool shown = false;
    while (from > 0 && end - from < 6 && n->tokens[from].gap != GAP_LINE && place_link(n, from - 1))
        shown |= shows_place(n, --from);
    bool bounded = begins_here(n, from);
    while (from < end && n->tokens[from].kind == TOKEN_SIGN)
        from++;
    if (shown && bounded && from < end)
        note_mark(n, from, end - 1, TEXT_ADRESSE, TEXT_BY_CUE);
}

static bool town_link(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_TOWN_LINK) || token_sign(n, i, '\'') || (token_hyphen(n, i));
}

/* "74230 Les Clefs" */
static bool after_article(const struct note *n, size_t i)
{
    return n->profile == CASE_NORMAL && token_capital(&n->tokens[i]) && token_among(n, i - 1, LIST_ARTICLE) &&
           token_capital(token_at(n, i - 1));
}

static bool town_word(const struct note *n, size_t i, bool linked)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || t->locked || token_len(t) < 2 || t->flags & LEX_DRUG)
        return false;
    enum text_cue cue = token_cue(t);
    if (after_article(n, i))
        return true;
    if (cue == CUE_CODE || cue == CUE_TEL || (cue >= CUE_BUILD && cue <= CUE_DOOR))
        return false;
    if (n->profile == CASE_NORMAL)
        return token_capital(t);
    return linked && (token_cue(t) == CUE_NONE || token_capital(t)) &&
           !(t->flags & (LEX_FUNCTION | LEX_MEDICAL));
}

/* "97432 Ravine des Cabris": the town after its ZIP. */
static void town_after(struct note *n, size_t zip)
{
    size_t last = zip;
    bool linked = true;
    for (size_t i = zip + 1;
         i < n->count && i < zip + 8 && n->tokens[i].gap != GAP_LINE && !n->tokens[i].label; i++) {
        bool link = town_link(n, i);
        if (!link && !town_word(n, i, linked))
            break;
        linked = link;
        if (!link)
            last = i;
    }
    if (last > zip)
        note_mark(n, zip + 1, last, TEXT_VILLE, TEXT_BY_CUE);
}

void place_around_zip(struct note *n)
{
    for (size_t i = note_next(n, START_MARKED, 0); i < n->count; i = note_next(n, START_MARKED, i + 1)) {
        if (n->tokens[i].label != TEXT_ZIP)
            continue;
        if (n->tokens[i].head)
            place_before(n, i);
        if (token_at(n, i + 1)->label != TEXT_ZIP)
            town_after(n, i);
    }
}
