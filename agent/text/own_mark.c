/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the row's own identifiers in a note. */
#include "agent/text/own.h"

#include <string.h>

/* What in front of a word says that a name follows. */
static bool name_cue(const struct note *n, size_t i)
{
    if (note_titled(n, i))
        return true;
    for (unsigned back = 0; back < 3 && i > 0; back++) {
        i--;
        const struct token *t = &n->tokens[i];
        enum text_cue cue = token_cue(t);
        if (cue == CUE_NAMED || cue == CUE_PERSON || cue == CUE_CHEZ || cue == CUE_KIN || cue == CUE_PROF ||
            cue == CUE_TITLE)
            return true;
        if (t->kind == TOKEN_WORD && !(t->flags & LEX_FUNCTION))
            return false;
        if (t->kind == TOKEN_SIGN && !token_sign(n, i, ':') && !token_sign(n, i, '\'') &&
            !token_sign(n, i, '.'))
            return false;
    }
    return false;
}

/* A word that is French too needs more than its letters: a capital inside a sentence, a cue, or company. */
static bool meant(const struct own *o, const struct note *n, size_t i, bool place)
{
    const struct token *t = &n->tokens[i];
    if (name_cue(n, i))
        return true;
    if (n->profile == CASE_NORMAL && !t->first && (t->shape == SHAPE_CAPITAL || t->shape == SHAPE_UPPER))
        return true;
    size_t near[2] = {i - 1, i + 1};
    for (size_t side = 0; side < 2; side++) {
        size_t k = near[side];
        if (token_sign(n, k, '-') || token_sign(n, k, '/'))
            k += side == 0 ? SIZE_MAX : 1;
        const struct token *other = token_at(n, k);
        if (other->kind != TOKEN_WORD || (side ? other->gap : t->gap) == GAP_LINE)
            continue;
        for (size_t w = 0; w < o->word_count; w++)
            if (o->words[w].len == token_len(other) && o->words[w].len > 2 && k != i &&
                memcmp(o->words[w].text, token_text(n, other), token_len(other)) == 0 &&
                !(other->flags & LEX_FUNCTION))
                return true;
        if (place && token_cue(other) == CUE_STREET)
            return true;
    }
    return false;
}

static bool known_otherwise(const struct token *t)
{
    return (t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL)) != 0 ||
           token_cue(t) != CUE_NONE;
}

static void mark(struct note *n, size_t from, size_t to, const struct own_word *w, enum text_source source)
{
    for (size_t i = from; i <= to; i++)
        if (n->tokens[i].label && n->tokens[i].label != TEXT_ID)
            return;
    for (size_t i = from; i <= to; i++) {
        n->tokens[i].label = 0;
        n->tokens[i].role = w->role;
    }
    note_force(n, from, to, (enum text_label)w->label, source);
}

static bool try_word(const struct own *o, struct note *n, size_t i)
{
    struct token *t = &n->tokens[i];
    if (!t->own)
        return false;
    struct own_heard heard = own_listen(n, t);
    for (size_t w = 0; w < o->word_count; w++) {
        enum own_match match = own_compare(&o->words[w], n, t, heard);
        if (match == OWN_NONE)
            continue;
        bool place = o->words[w].label == TEXT_ADRESSE || o->words[w].label == TEXT_VILLE;
        bool doubtful = known_otherwise(t) || t->locked || (match == OWN_EXACT && o->words[w].plain);
        if (match == OWN_TYPO && (t->flags & (LEX_GIVEN | LEX_TOWN)) && o->words[w].label != TEXT_PRENOM &&
            token_len(t) < 6)
            continue;
        if (t->locked && !note_titled(n, i))
            continue;
        if (token_len(t) == 2 && !name_cue(n, i) && n->profile == CASE_NORMAL && t->shape == SHAPE_LOWER)
            continue;
        if (doubtful && !meant(o, n, i, place))
            continue;
        mark(n, i, i, &o->words[w], match == OWN_EXACT ? TEXT_BY_OWN : TEXT_BY_OWN_TYPO);
        return true;
    }
    return false;
}

/* "Le Goff" for LEGOFF, "l'anglois" for LANGLOIS, "Da Silva" for DASILVA. */
static bool try_joined(const struct own *o, struct note *n, size_t i)
{
    if (!own_begins(o, *token_text(n, &n->tokens[i])))
        return false;
    size_t k = i + 1;
    if (token_sign(n, k, '\'') || token_sign(n, k, '-'))
        k++;
    const struct token *a = &n->tokens[i], *b = token_at(n, k);
    if (b->kind != TOKEN_WORD || b->gap == GAP_LINE || b->label || token_len(a) + token_len(b) < 5)
        return false;
    for (size_t w = 0; w < o->word_count; w++) {
        const struct own_word *word = &o->words[w];
        size_t first = token_len(a);
        if (word->len <= first || memcmp(word->text, token_text(n, a), first) != 0)
            continue;
        size_t rest = word->len - first;
        unsigned limit = rest >= 5 && !known_otherwise(b) ? 1 : 0;
        if (own_distance(token_text(n, b), token_len(b), word->text + first, rest, limit) > limit)
            continue;
        mark(n, i, k, word, TEXT_BY_OWN);
        return true;
    }
    return false;
}

void own_mark_words(const struct own *o, struct note *n)
{
    if (o->word_count == 0)
        return;
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label || t->flags & LEX_FUNCTION)
            if (t->kind != TOKEN_WORD || t->label || token_len(t) > 3 || !try_joined(o, n, i))
                continue;
        if (!n->tokens[i].label && token_len(t) > 1 && !try_word(o, n, i))
            try_joined(o, n, i);
    }
}

static bool year_is(const struct note *n, size_t i, const struct own_date *d)
{
    long v = token_value(n, i);
    return v == d->year || (token_len(token_at(n, i)) == 2 && v == d->year % 100);
}

/* The last token of the birth date that begins at i, SIZE_MAX when none does. */
static size_t birth_end(const struct note *n, size_t i, const struct own_date *d)
{
    long day = d->day, month = d->month, year = d->year;
    long a = token_value(n, i), b = token_value(n, i + 2), c = token_value(n, i + 4);
    size_t len = token_len(&n->tokens[i]);
    if (a == day && b == month && year_is(n, i + 4, d) && token_at(n, i + 1)->kind == TOKEN_SIGN)
        return i + 4;
    if (a == year && b == month && c == day && token_at(n, i + 1)->kind == TOKEN_SIGN)
        return i + 4;
    if (a == day && token_value(n, i + 1) == month && year_is(n, i + 2, d))
        return i + 2;
    if (len == 8 && (a == day * 1000000 + month * 10000 + year || a == year * 10000 + month * 100 + day))
        return i;
    if (len == 6 && (a == day * 10000 + month * 100 + year % 100))
        return i;
    if (a == day && n->tokens[i].label == TEXT_DATE) /* "12 mars 1956" */
        for (size_t m = i + 1; m < i + 6 && token_at(n, m)->label == TEXT_DATE; m++)
            if (year_is(n, m, d))
                return m;
    return SIZE_MAX;
}

static void mark_births(const struct own *o, struct note *n, size_t i)
{
    for (size_t k = 0; k < o->birth_count; k++) {
        size_t last = birth_end(n, i, &o->births[k]);
        if (last == SIZE_MAX)
            continue;
        for (size_t m = i; m <= last; m++) {
            struct token *t = &n->tokens[m];
            t->head = m == i;
            t->label = TEXT_DATE_NAISSANCE;
            t->source = TEXT_BY_OWN;
            t->role = o->births[k].role;
        }
        if (last + 1 < n->count && n->tokens[last + 1].label)
            n->tokens[last + 1].head = 1;
        return;
    }
}

/* One of the row's numbers, written with or without separators, begins at i. */
static void mark_number(const struct own *o, struct note *n, size_t i)
{
    for (size_t k = 0; k < o->number_count; k++) {
        const char *want = o->numbers[k];
        size_t len = strlen(want), got = 0, last = i;
        bool same = true;
        for (size_t m = i; m < n->count && m < i + 24 && same && got < len; m++) {
            const struct token *t = &n->tokens[m];
            if (t->kind == TOKEN_SIGN && m > i)
                continue;
            if (t->kind != TOKEN_NUMBER || (m > i && t->gap == GAP_LINE))
                break;
            const char *digits = token_text(n, t);
            size_t size = token_len(t);
            if (got == 0 && size == len + 1 && *digits == '0') {
                digits++;
                size--;
            }
            if (got == 0 && len == 9 && size <= 2 && *digits == '0') {
                digits++;
                size--;
            }
            same = size <= len - got && memcmp(digits, want + got, size) == 0;
            got += size;
            last = m;
        }
        if (!same || got != len)
            continue;
        for (size_t m = i; m <= last; m++) {
            struct token *t = &n->tokens[m];
            t->locked = 0;
            t->role = o->number_roles[k];
            if (!t->label || t->label == TEXT_ID) {
                t->label = o->number_labels[k];
                t->source = TEXT_BY_OWN;
                t->head = m == i;
            }
        }
        return;
    }
}

void own_mark_numbers(const struct own *o, struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        if (n->tokens[i].kind != TOKEN_NUMBER)
            continue;
        if (o->birth_count)
            mark_births(o, n, i);
        if (o->number_count)
            mark_number(o, n, i);
    }
}
