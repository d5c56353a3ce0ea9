/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the row's own identifiers in a note. */
#include "agent/text/own.h"

#include <string.h>

/* Words of grammar and signs over which a cue reaches: "fils de X", "nom : X". */
static bool passes_over(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_WORD)
        return t->flags & LEX_FUNCTION;
    return t->kind == TOKEN_NUMBER || token_sign(n, i, ':') || token_sign(n, i, '\'') ||
           token_sign(n, i, '.');
}

/* What in front of a word says that a name follows. */
static bool name_cue(const struct note *n, size_t i)
{
    if (note_titled(n, i))
        return true;
    for (size_t back = 1; back <= 3 && back <= i; back++) {
        if (own_announced_by(&n->tokens[i - back]))
            return true;
        if (!passes_over(n, i - back))
            return false;
    }
    return false;
}

/* From the letter that an apostrophe ties to a word, "GUIVARC'H" or "d'Angelo", to that word. */
static size_t over_apostrophe(const struct note *n, size_t k, bool right)
{
    size_t sign = right ? k + 1 : k - 1, word = right ? k + 2 : k - 2;
    bool tied = token_len(token_at(n, k)) == 1 && token_sign(n, sign, '\'') &&
                token_at(n, right ? word : k)->gap == GAP_NONE && token_at(n, sign)->gap == GAP_NONE;
    return tied && token_at(n, word)->kind == TOKEN_WORD ? word : k;
}

/* The word before or after i, over a hyphen or a slash, in the same line or over a hyphen that ends it;
 * SIZE_MAX when none. */
size_t own_beside(const struct note *n, size_t i, bool right)
{
    size_t k = right ? i + 1 : i - 1;
    bool hyphen = token_sign(n, k, '-') && n->tokens[k].gap == GAP_NONE;
    if (token_sign(n, k, '-') || token_sign(n, k, '/'))
        k += right ? 1 : SIZE_MAX;
    const struct token *t = token_at(n, k);
    bool apart = (right ? t->gap : n->tokens[i].gap) == GAP_LINE && !hyphen;
    return t->kind != TOKEN_WORD || apart || k == i ? SIZE_MAX : over_apostrophe(n, k, right);
}

static bool is_own(const struct own *o, const struct note *n, const struct token *t)
{
    if (t->flags & LEX_FUNCTION || token_len(t) <= 2)
        return false;
    for (size_t w = 0; w < o->word_count; w++)
        if (o->words[w].len == token_len(t) && memcmp(o->words[w].text, token_text(n, t), token_len(t)) == 0)
            return true;
    return false;
}

/* The row's name where something begins: "PIERRE éruption", "Blanche otalgie", ", blanche accompagnée". */
static bool opens(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->first && t->shape != SHAPE_LOWER && n->profile != CASE_UPPER)
        return true;
    bool begins = i == 0 || n->tokens[i - 1].kind == TOKEN_SIGN;
    return begins && t->own == TEXT_PRENOM && token_len(t) >= (t->shape == SHAPE_LOWER ? 5 : 4) &&
           token_at(n, i + 1)->kind == TOKEN_WORD;
}

/* "au Port", "o port", "vers Sens": what stands before a town. */
static bool before_town(const struct note *n, size_t i)
{
    return i > 0 && token_among(n, i - 1, LIST_BEFORE_TOWN) && n->tokens[i].gap == GAP_SPACE;
}

/* A name of the row, also with a slip: "CHRIF merveille". */
bool own_marked(const struct token *t)
{
    return (t->label == TEXT_NOM || t->label == TEXT_PRENOM) &&
           (t->source == TEXT_BY_OWN || t->source == TEXT_BY_OWN_TYPO);
}

/* A word that is French too needs more than its letters: a capital inside a sentence, a cue, or company. */
static bool meant(const struct own *o, const struct note *n, size_t i, bool place)
{
    const struct token *t = &n->tokens[i];
    if (name_cue(n, i) ||
        (n->profile == CASE_NORMAL && !t->first && (t->shape == SHAPE_CAPITAL || t->shape == SHAPE_UPPER)))
        return true;
    for (unsigned right = 0; right < 2; right++) {
        size_t k = own_beside(n, i, right);
        if (k != SIZE_MAX && (is_own(o, n, &n->tokens[k]) || own_marked(&n->tokens[k]) ||
                              (place && token_cue(&n->tokens[k]) == CUE_STREET)))
            return true;
    }
    return false;
}

static bool known_otherwise(const struct token *t)
{
    return (t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL)) != 0 ||
           token_cue(t) != CUE_NONE;
}

/* A street's word after what announces a person is the person: "rue Michel Roy", "sa mère Mihel". */
static enum text_label label_at(const struct note *n, size_t i, const struct own_word *w)
{
    bool place = w->label == TEXT_ADRESSE || w->label == TEXT_VILLE;
    return place && i > 0 && (note_titled(n, i) || own_announced_by(&n->tokens[i - 1])) && !n->tokens[i].label
               ? TEXT_NOM
               : (enum text_label)w->label;
}

void own_mark_as(struct note *n, size_t from, size_t to, const struct own_word *w, enum text_source source)
{
    enum text_label label = label_at(n, from, w);
    const struct token *before = from > 0 ? &n->tokens[from - 1] : &token_nothing;
    if (before->kind == TOKEN_WORD && token_len(before) == 1 && n->tokens[from].gap == GAP_NONE &&
        !before->label)
        from--; /* "mEmma" */
    for (size_t i = from; i <= to; i++)
        if (n->tokens[i].label && n->tokens[i].label != TEXT_ID)
            return;
    for (size_t i = from; i <= to; i++) {
        n->tokens[i].label = 0;
        n->tokens[i].role = w->role;
    }
    note_force(n, from, to, label, source);
}

/* A short listed name or town that differs is itself, not another name misspelt. */
static bool itself(const struct token *t, const struct own_word *w)
{
    return t->flags & (LEX_GIVEN | LEX_TOWN) && w->label != TEXT_PRENOM && token_len(t) < 6;
}

/* A word that is something else too, or hardly more than a syllable, does not stand for w by its letters
 * alone. */
static bool doubtful(const struct note *n, size_t i, const struct own_word *w, enum own_match match)
{
    const struct token *t = &n->tokens[i];
    return known_otherwise(t) || (match == OWN_EXACT && w->plain);
}

/* A medicine or an eponym (not what "mettre" alone locked) without a title, two small letters without a cue.
 */
static bool excluded(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->locked && t->flags & (LEX_LOCKED | LEX_EPONYM | LEX_MEDICAL) && !note_titled(n, i))
        return true;
    return token_len(t) == 2 && n->profile == CASE_NORMAL && t->shape == SHAPE_LOWER && !name_cue(n, i);
}

/* Long enough, or shown by its capital, to be a name though a letter differs. */
static bool surely(const struct token *t)
{
    return token_len(t) >= 6 || (t->shape == SHAPE_CAPITAL && !t->first);
}

/* Whether the word at i, alike as it is, stands for w. */
static bool stands_for(const struct own *o, const struct note *n, size_t i, const struct own_word *w,
                       enum own_match match)
{
    const struct token *t = &n->tokens[i];
    if (excluded(n, i) || (match == OWN_TYPO && itself(t, w)))
        return false;
    if (!doubtful(n, i, w, match))
        return true;
    bool name = w->label == TEXT_NOM || w->label == TEXT_PRENOM;
    if (w->label == TEXT_VILLE && match == OWN_EXACT && before_town(n, i))
        return true;
    return (name && (match == OWN_EXACT || surely(t)) && opens(n, i)) || meant(o, n, i, !name);
}

static bool try_word(const struct own *o, struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (!t->own)
        return false;
    struct own_heard heard = own_listen(n, t);
    for (size_t w = 0; w < o->word_count; w++) {
        enum own_match match = own_compare(&o->words[w], n, t, heard);
        if (match == OWN_NONE || !stands_for(o, n, i, &o->words[w], match))
            continue;
        own_mark_as(n, i, i, &o->words[w], match == OWN_EXACT ? TEXT_BY_OWN : TEXT_BY_OWN_TYPO);
        return true;
    }
    return false;
}

/* Whether the word at i and the rest make up a name of the row; the rest may have a slip. */
static bool joins_to(const struct note *n, size_t i, const struct token *rest, const struct own_word *word)
{
    size_t first = token_len(&n->tokens[i]);
    if (word->len <= first || memcmp(word->text, token_text(n, &n->tokens[i]), first) != 0)
        return false;
    size_t left = word->len - first;
    bool long_enough = left >= 5 && !known_otherwise(rest);
    unsigned limit = long_enough || (left >= 3 && own_name_due(n, i)) ? 1 : 0;
    return own_distance(token_text(n, rest), token_len(rest), word->text + first, left, limit) <= limit;
}

/* "Le Goff" for LEGOFF, "l'anglois" for LANGLOIS, "Da Silva" for DASILVA. */
static bool try_joined(const struct own *o, struct note *n, size_t i)
{
    size_t k = i + 1;
    bool hyphen = token_sign(n, k, '-') && n->tokens[k].gap == GAP_NONE; /* at a line's end it joins too */
    if (token_sign(n, k, '\'') || token_sign(n, k, '-'))
        k++;
    const struct token *a = &n->tokens[i], *b = token_at(n, k);
    if (b->kind != TOKEN_WORD || (b->gap == GAP_LINE && !hyphen) || b->label ||
        token_len(a) + token_len(b) < 5)
        return false;
    for (size_t w = 0; w < o->word_count; w++) {
        const struct own_word *word = &o->words[w];
        if (joins_to(n, i, b, word)) {
            own_mark_as(n, i, k, word, TEXT_BY_OWN);
            return true;
        }
    }
    return false;
}

void own_mark_words(const struct own *o, struct note *n)
{
    if (o->word_count == 0)
        return;
    for (size_t i = note_next(n, START_OWN, 0); i < n->count; i = note_next(n, START_OWN, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->label)
            continue;
        if (t->flags & LEX_FUNCTION && ((token_len(t) > 3 || !try_joined(o, n, i)) && !own_mark_due(o, n, i)))
            continue;
        if (!t->label && token_len(t) > 1 && !try_word(o, n, i) && !try_joined(o, n, i))
            own_mark_due(o, n, i);
    }
}

static bool year_is(const struct note *n, size_t i, const struct own_date *d)
{
    long v = token_value(n, i);
    return v == d->year || (token_len(token_at(n, i)) == 2 && v == d->year % 100);
}

/* Day, month and year in one number: 12031956, 19560312, 120356. */
static bool birth_number(long value, size_t digits, const struct own_date *d)
{
    long day = d->day, month = d->month, year = d->year;
    if (digits == 8)
        return value == day * 1000000 + month * 10000 + year || value == year * 10000 + month * 100 + day;
    return digits == 6 && value == day * 10000 + month * 100 + year % 100;
}

/* "12/03/1956", "1956-03-12", "12 03 1956", in three numbers of which the first is at i. */
static size_t birth_in_parts(const struct note *n, size_t i, long first, const struct own_date *d)
{
    bool parted = token_at(n, i + 1)->kind == TOKEN_SIGN;
    long second = token_value(n, parted ? i + 2 : i + 1);
    if (second != d->month)
        return SIZE_MAX;
    if (!parted)
        return first == d->day && year_is(n, i + 2, d) ? i + 2 : SIZE_MAX;
    bool day_first = first == d->day && year_is(n, i + 4, d);
    bool year_first = first == d->year && token_value(n, i + 4) == d->day;
    return day_first || year_first ? i + 4 : SIZE_MAX;
}

/* The last token of the birth date that begins at i with this number, SIZE_MAX when none does. */
static size_t birth_end(const struct note *n, size_t i, long first, const struct own_date *d)
{
    if (birth_number(first, token_len(&n->tokens[i]), d))
        return i;
    if (first != d->day && first != d->year)
        return SIZE_MAX;
    size_t last = birth_in_parts(n, i, first, d);
    if (last != SIZE_MAX || first != d->day || n->tokens[i].label != TEXT_DATE)
        return last;
    for (size_t m = i + 1; m < i + 6 && token_at(n, m)->label == TEXT_DATE; m++) /* "12 mars 1956" */
        if (year_is(n, m, d))
            return m;
    return SIZE_MAX;
}

static void mark_births(const struct own *o, struct note *n, size_t i)
{
    long first = o->birth_count ? token_value(n, i) : -1;
    for (size_t k = 0; first >= 0 && k < o->birth_count; k++) {
        size_t last = birth_end(n, i, first, &o->births[k]);
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

/* Whether t begins with the zero of a national number that the row's number of len digits leaves out. */
static bool national_zero(const struct note *n, const struct token *t, size_t len)
{
    return *token_text(n, t) == '0' && (token_len(t) == len + 1 || (len == 9 && token_len(t) <= 2));
}

/* The last token of the number `want`, written from i on with or without separators, perhaps with the zero of
 * a national number in front; SIZE_MAX when it is not there. */
static size_t number_end(const struct note *n, size_t i, const char *want)
{
    size_t len = strlen(want), got = 0, last = i;
    for (size_t m = i; m < n->count && m < i + 24 && got < len; m++) {
        const struct token *t = &n->tokens[m];
        if (t->kind == TOKEN_SIGN)
            continue;
        if (t->kind != TOKEN_NUMBER || (m > i && t->gap == GAP_LINE))
            break;
        size_t zero = got == 0 && national_zero(n, t, len), size = token_len(t) - zero;
        const char *digits = token_text(n, t) + zero;
        if (size > len - got || memcmp(digits, want + got, size) != 0)
            return SIZE_MAX;
        got += size;
        last = m;
    }
    return got == len ? last : SIZE_MAX;
}

/* Whether what is marked from..last is all of its span: "13150" is not in "PV-13150-077". */
static bool whole_span(const struct note *n, size_t from, size_t last)
{
    const struct token *after = token_at(n, last + 1);
    return n->tokens[from].head && (!after->label || after->head || after->label != n->tokens[last].label);
}

static void mark_number(const struct own *o, struct note *n, size_t i)
{
    char first = *token_text(n, &n->tokens[i]);
    for (size_t k = 0; k < o->number_count; k++) {
        if (first != '0' && first != o->numbers[k][0])
            continue;
        size_t last = number_end(n, i, o->numbers[k]);
        if (last == SIZE_MAX)
            continue;
        bool whole = whole_span(n, i, last);
        for (size_t m = i; m <= last; m++) {
            struct token *t = &n->tokens[m];
            t->locked = 0;
            t->role = o->number_roles[k];
            if (!t->label || (t->label == TEXT_ID && whole)) {
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
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count; i = note_next(n, START_NUMBER, i + 1)) {
        if (n->tokens[i].kind != TOKEN_NUMBER)
            continue;
        mark_births(o, n, i);
        mark_number(o, n, i);
    }
}
