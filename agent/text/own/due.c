/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the row with a slip that made a word of French of them ("FAIVRE", "FAIRE"), or left three letters:
 * they go where a name is due, or beside the row's other name. */
#include "agent/text/own/own.h"

#define LEAST_SLIP 3u /* letters of the word in the note */
#define PARTICLES 3u  /* tokens of them over which a title reaches */

bool own_announced_by(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return cue == CUE_NAMED || cue == CUE_PERSON || cue == CUE_CHEZ || cue == CUE_KIN || cue == CUE_PROF ||
           cue == CUE_TITLE;
}

/* "née Le Bras": "née le" is one entry. */
static bool titled_or_born(const struct note *n, size_t i)
{
    return note_titled(n, i) || token_cue(&n->tokens[i]) == CUE_BORN;
}

/* "Dr Le Moing", "née Le Meur": the title stands before the particles. */
static bool due_over_particles(const struct note *n, size_t i)
{
    size_t k = i;
    while (k > 0 && k + PARTICLES > i &&
           (token_among(n, k - 1, LIST_NAME_PARTICLE) || token_sign(n, k - 1, '\'')))
        k--;
    return k < i && (titled_or_born(n, k) || (i > 0 && token_cue(&n->tokens[i - 1]) == CUE_BORN));
}

/* "Binta 13 mois", "ALAN 6 ANS", "dam 2 ans" where a sentence begins */
static bool before_age(const struct note *n, size_t i)
{
    const struct token *number = token_at(n, i + 1);
    const struct token *t = &n->tokens[i];
    bool name = t->shape != SHAPE_LOWER || t->first || own_is_term(t) || !(t->flags & LEX_WORD);
    return name && number->kind == TOKEN_NUMBER && number->gap == GAP_SPACE &&
           token_among(n, i + 2, LIST_AGE);
}

/* A listed given name that is no other word. */
static bool given_name(const struct token *t)
{
    return t->flags & LEX_GIVEN && !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE;
}

/* "M. Durand Amie": beside a name, with a capital. */
static bool beside_name(const struct note *n, size_t i, const struct token *before)
{
    const struct token *after = token_at(n, i + 1);
    bool name = before->label == TEXT_NOM || before->label == TEXT_PRENOM;
    bool next = after->gap == GAP_SPACE && (after->own == TEXT_NOM || after->own == TEXT_PRENOM);
    return (name || next) && n->tokens[i].shape != SHAPE_LOWER;
}

bool own_name_due(const struct note *n, size_t i)
{
    if (titled_or_born(n, i) || before_age(n, i))
        return true;
    if (i == 0 || n->tokens[i].gap == GAP_LINE)
        return false;
    size_t k = i > 1 && token_sign(n, i - 1, ':') ? i - 2 : i - 1;
    const struct token *before = &n->tokens[k];
    return own_announced_by(before) || (k == i - 1 && given_name(before)) || due_over_particles(n, i) ||
           beside_name(n, i, before);
}

static unsigned bits_of(uint32_t bits)
{
    return (unsigned)__builtin_popcount(bits);
}

/* The name of the row that is the word or one letter away from it; NULL when none is. */
static const struct own_word *nearest(const struct own *o, const struct note *n, const struct token *t)
{
    uint32_t letters = t->letters;
    size_t len = token_len(t);
    for (const struct own_word *w = o->words; w < o->words + o->word_count; w++) {
        bool name = w->label == TEXT_NOM || w->label == TEXT_PRENOM;
        if (!name || w->len < OWN_LEAST_SLIP || len + 1 - w->len > 2 || bits_of(letters & ~w->letters) > 1 ||
            bits_of(w->letters & ~letters) > 1)
            continue;
        if (own_distance(token_text(n, t), len, w->text, w->len, 1) <= 1)
            return w;
    }
    return NULL;
}

/* A token at k that is a name of the row, or like one. */
static bool own_seen(const struct note *n, size_t k)
{
    if (k == SIZE_MAX)
        return false;
    const struct token *t = &n->tokens[k];
    return own_marked(t) || (!t->label && (t->own == TEXT_NOM || t->own == TEXT_PRENOM));
}

/* The row's other name stands at k, before or after w, or the other half of one: "asile ARSENE" of Arsène
 * Basile, "jen-luc". */
static bool beside_other(const struct own *o, const struct note *n, size_t i, size_t k,
                         const struct own_word *w)
{
    if (!own_seen(n, k))
        return false;
    const struct token *t = &n->tokens[k];
    const struct own_word *other = nearest(o, n, t);
    bool tied = k + 1 != i && k != i + 1;
    return other != w && (tied || (other ? other->label : t->label ? t->label : t->own) != w->label);
}

/* The word on one side of i that may be the other half of a name: beside it, or over a bracket or a stop;
 * over a comma or a line's end only from a word that is nothing else. */
static size_t half_beside(const struct note *n, size_t i, bool right)
{
    size_t k = own_beside(n, i, right);
    if (k != SIZE_MAX)
        return k;
    bool comma = token_sign(n, right ? i + 1 : i - 1, ',');
    k = own_across(n, i, right);
    bool line = k != SIZE_MAX && (right ? n->tokens[k].gap : n->tokens[i].gap) == GAP_LINE;
    return (comma || line) && n->tokens[i].flags & LEX_WORD ? SIZE_MAX : k;
}

static bool in_company(const struct own *o, const struct note *n, size_t i, const struct own_word *w)
{
    return beside_other(o, n, i, half_beside(n, i, false), w) ||
           beside_other(o, n, i, half_beside(n, i, true), w);
}

/* Three letters that are no word, of a name of four: "rse" of Rose. */
static bool lacks_letter(const struct token *t, const struct own_word *w)
{
    bool unknown = !(t->flags & (LEX_WORD | LEX_NAME | LEX_TOWN | LEX_PROPER)) && token_cue(t) == CUE_NONE;
    return unknown && token_len(t) == LEAST_SLIP && w->len == LEAST_SLIP + 1;
}

/* "Mora : 06 12 34 56 78", "Grene au 06 12 34 56 78" */
static bool before_phone(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    bool link = token_sign(n, i + 1, ':') || next->flags & LEX_FUNCTION || token_cue(next) == CUE_TEL;
    return token_at(n, link ? i + 2 : i + 1)->label == TEXT_TEL;
}

static bool capital_inside(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL && !t->first;
}

/* "dit Ins"; not what is written with a capital anyway. */
static bool shown(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return capital_inside(n, i) && !t->locked && !(t->flags & (LEX_EPONYM | LEX_NEUTRAL | LEX_DRUG));
}

/* A word of grammar or one that announces people, unless its capital shows a name: "père Loin". */
static bool says_otherwise(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool titled = own_announced_by(t) && note_titled(n, i);
    return !capital_inside(n, i) && !titled && (t->flags & LEX_FUNCTION || own_announced_by(t));
}

/* The name of the row of which the word at i is a slip, by what stands around it; NULL when it is none. */
static const struct own_word *slip_of(const struct own *o, const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    bool due = (own_name_due(n, i) || shown(n, i) || before_phone(n, i) || own_initial_beside(o, n, i)) &&
               !says_otherwise(n, i);
    bool company = own_seen(n, half_beside(n, i, false)) || own_seen(n, half_beside(n, i, true));
    bool unknown = token_len(t) == LEAST_SLIP && !(t->flags & LEX_WORD);
    const struct own_word *w = due || company || unknown ? nearest(o, n, t) : NULL;
    return w && (due || in_company(o, n, i, w) || lacks_letter(t, w)) ? w : NULL;
}

bool own_mark_due(const struct own *o, struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!t->slip || t->label || token_len(t) < LEAST_SLIP ||
        (t->flags & LEX_FUNCTION && t->shape == SHAPE_LOWER))
        return false;
    const struct own_word *w = slip_of(o, n, i);
    if (w)
        own_mark_as(n, i, i, w, TEXT_BY_OWN_TYPO);
    return w != NULL;
}

/* "Dr LE a vu", "LE, Minh", "chez Le": not what "le" would stand before. */
static bool stands_alone(const struct note *n, size_t i)
{
    const struct token *after = token_at(n, i + 1);
    if (after->kind != TOKEN_WORD || after->gap == GAP_LINE)
        return after->kind != TOKEN_NUMBER || token_among(n, i + 2, LIST_AGE);
    return after->own || after->flags & LEX_FUNCTION ||
           (after->flags & (LEX_PREDICATE | LEX_NOUN)) == LEX_PREDICATE;
}

/* "près de DUN" of Dun-le-Palestel, heard as "d'un" elsewhere. */
static bool short_town(const struct note *n, size_t i, const struct own_word *w)
{
    return w->label == TEXT_VILLE && w->len > 2 && own_near_town(n, i) && !token_among(n, i, LIST_TOWN_LINK);
}

bool own_mark_short(const struct own *o, struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (token_len(t) > LEAST_SLIP || token_len(t) < 2)
        return false;
    for (const struct own_word *w = o->words; w < o->words + o->word_count; w++) {
        bool town = short_town(n, i, w);
        if ((!w->alone && !town) || w->len != token_len(t) || w->spelling != t->spelling)
            continue;
        bool given = own_seen(n, own_across(n, i, false)) || own_seen(n, own_across(n, i, true));
        if (!town && !given && !own_initial_beside(o, n, i) && !(own_name_due(n, i) && stands_alone(n, i)))
            return false;
        own_mark_as(n, i, i, w, TEXT_BY_OWN);
        return true;
    }
    return false;
}
