/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to a name that was found: particles, the other half of a double name, initials
 * (name_initial.c); and the same name elsewhere in the call. */
#include "agent/text/detect/extend.h"
#include "agent/text/detect/name.h"

#include <stdlib.h>
#include <string.h>

static bool is_name(const struct note *n, size_t i)
{
    uint8_t label = token_at(n, i)->label;
    return label == TEXT_NOM || label == TEXT_PRENOM;
}

static bool particle(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_PARTICLE);
}

/* Particles that are no other words: they belong to a name wherever they stand before one. */
static bool firm_particle(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_FIRM_PARTICLE);
}

/* Where the particles before the name at i begin, three tokens back at most; i when there are none. */
static size_t particles_start(const struct note *n, size_t i)
{
    size_t k = i;
    while (k > 0 && k + 4 > i && n->tokens[k].gap != GAP_LINE && !n->tokens[k - 1].label &&
           (token_sign(n, k - 1, '\'') || token_hyphen(n, k - 1) || particle(n, k - 1)))
        k--;
    while (k < i && n->tokens[k].kind == TOKEN_SIGN)
        k++;
    return k;
}

/* Whether the particles from k on are a name's: "de la Bretesche" after a title or a given name; "Le Goff",
 * "El Amrani" wherever the particle has its capital. */
static bool particles_belong(const struct note *n, size_t k)
{
    if (note_titled(n, k) || (k > 0 && token_cue(&n->tokens[k - 1]) == CUE_TITLE)) /* "mr de Kersauson" */
        return true;
    if (token_is(n, k, "m") || token_is(n, k, "n"))
        return token_sign(n, k + 1, '\'');
    const struct token *t = &n->tokens[k];
    if (k > 0 && is_name(n, k - 1) && t->gap != GAP_LINE)
        return true;
    if (token_len(t) > 1 && t->shape == SHAPE_UPPER && n->profile == CASE_NORMAL) /* "LE MENTEC Brice" */
        return true;
    return (token_capital(t) && n->profile == CASE_NORMAL && !t->first) || firm_particle(n, k);
}

static void take_particles(struct note *n, size_t i)
{
    size_t k = particles_start(n, i);
    if (k == i || !particles_belong(n, k))
        return;
    for (size_t m = k; m < i; m++)
        name_join(n, m, n->tokens[i].label, n->tokens[i].source, m == k);
    n->tokens[i].head = 0;
}

/* After a hyphen that ends a line, only what is a name or no known word belongs to the name before. */
static bool other_half(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    bool name = t->flags & LEX_NAME || !(t->flags & LEX_WORD);
    return t->kind == TOKEN_WORD && !t->label && token_len(t) > 1 &&
           (name || (t->gap == GAP_NONE && (token_capital(t) || n->profile != CASE_NORMAL)));
}

/* "Durand-X": over the hyphen after the name at i. */
static void take_right_half(struct note *n, size_t i)
{
    if (i + 2 >= n->count || !token_hyphen(n, i + 1) || n->tokens[i + 2].gap == GAP_SPACE)
        return;
    uint8_t label = n->tokens[i].label, source = n->tokens[i].source;
    if (other_half(n, i + 2)) {
        n->tokens[i + 2].locked = 0;
        name_join(n, i + 1, label, source, false);
        name_join(n, i + 2, label, source, false);
    }
    if (is_name(n, i + 2) && !n->tokens[i + 1].label) {
        name_join(n, i + 1, label, source, false);
        n->tokens[i + 2].head = n->tokens[i + 2].label != label;
    }
}

/* "X-Durand", "J-Durand": over the hyphen before it. */
static void take_left_half(struct note *n, size_t i)
{
    if (i < 2 || !token_hyphen(n, i - 1) || n->tokens[i].gap == GAP_SPACE)
        return;
    struct token *t = &n->tokens[i - 2];
    bool initial = token_len(t) == 1;
    if (t->kind != TOKEN_WORD || t->label || (token_cue(t) == CUE_TITLE && !initial) ||
        !(token_capital(t) || t->flags & LEX_NAME || initial) ||
        (n->tokens[i].gap == GAP_LINE && !(t->flags & LEX_NAME) && t->flags & LEX_WORD))
        return;
    t->locked = 0;
    name_join(n, i - 2, n->tokens[i].label, n->tokens[i].source, true);
    name_join(n, i - 1, n->tokens[i].label, n->tokens[i].source, false);
    n->tokens[i].head = 0;
}

/* "Floc'h": the end belongs to the name. */
static void take_breton_end(struct note *n, size_t i)
{
    if (token_sign(n, i + 1, '\'') && token_tight(n, i + 1) && token_is(n, i + 2, "h") &&
        token_tight(n, i + 2))
        for (size_t k = i + 1; k <= i + 2; k++)
            name_join(n, k, n->tokens[i].label, n->tokens[i].source, false);
}

/* "PETIT né(e) le": who was born, in capitals. */
static void take_born(struct note *n, size_t i)
{
    if (i == 0 || n->profile == CASE_UPPER || !name_born(n, i) || n->tokens[i].gap != GAP_SPACE)
        return;
    struct token *t = &n->tokens[i - 1];
    bool known = token_cue(t) != CUE_NONE || t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG);
    if (t->kind != TOKEN_WORD || t->label || t->shape != SHAPE_UPPER || token_len(t) < 3 ||
        (known && !token_is(n, i - 1, "petit"))) /* of the words for kin, a frequent surname */
        return;
    t->locked = 0;
    name_join(n, i - 1, TEXT_NOM, TEXT_BY_CUE, true);
    name_take_given_before(n, i - 1);
}

static bool is_word_of(const struct token *t, enum token_shape shape)
{
    return t->kind == TOKEN_WORD && t->gap == GAP_SPACE && t->shape == shape;
}

/* "patient ROSI Pierre": after who it is about, a surname in capitals, though it is a word too. */
static void take_capitals_and_given(struct note *n, size_t i)
{
    if (i + 2 >= n->count || n->profile == CASE_UPPER || token_cue(&n->tokens[i]) != CUE_PERSON)
        return;
    struct token *surname = &n->tokens[i + 1], *given = &n->tokens[i + 2];
    bool free = !surname->label || surname->label == TEXT_VILLE;
    if (!free || !is_word_of(surname, SHAPE_UPPER) || token_len(surname) < 3 ||
        token_cue(surname) != CUE_NONE || surname->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG))
        return;
    if (!is_word_of(given, SHAPE_CAPITAL) || !(given->flags & LEX_GIVEN))
        return;
    surname->locked = given->locked = 0;
    name_join(n, i + 1, TEXT_NOM, TEXT_BY_CUE, true);
    name_join(n, i + 2, TEXT_PRENOM, TEXT_BY_CUE, true);
}

/* "né", "patient", a letter by itself, "Th." */
bool may_extend_name(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return false;
    enum text_cue cue = token_cue(t);
    return token_len(t) == 1 || token_has(t, LIST_SHORT_GIVEN) || cue == CUE_PERSON || cue == CUE_BORN ||
           token_spells(t, "ne") || token_spells(t, "nee");
}

void extend_names(const struct own *own, struct note *n)
{
    for (size_t i = 0; (i = note_next_of(n, START_MARKED, START_EXTEND, i)) < n->count; i++) {
        if (!is_name(n, i) && !(n->tokens[i].starts & START_BIT(START_EXTEND)))
            continue;
        take_born(n, i);
        take_capitals_and_given(n, i);
        if (is_name(n, i) && n->tokens[i].kind == TOKEN_WORD) {
            take_particles(n, i);
            take_right_half(n, i);
            take_left_half(n, i);
            take_breton_end(n, i);
            name_take_surname_after(n, i);
            name_take_surname_before(n, i);
            name_take_given_before(n, i);
            name_take_initials(n, i, own);
        } else if (!name_take_announced_initials(n, i)) {
            name_take_spelt(n, i);
        }
    }
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = ((const struct seen_word *)a)->hash, y = ((const struct seen_word *)b)->hash;
    return x < y ? -1 : x > y;
}

/* The same, then what a repeated word is called when it was removed as several things: a name first. */
static int by_hash_and_label(const void *a, const void *b)
{
    const struct seen_word *x = a, *y = b;
    int order = by_hash(a, b);
    if (order == 0)
        order = (int)x->label - (int)y->label;
    return order ? order : (int)y->role - (int)x->role;
}

static uint64_t seen_hash(const struct note *n, const struct token *t)
{
    return t->kind == TOKEN_NUMBER ? lexicon_hash(token_text(n, t), token_len(t)) : t->hash;
}

static bool worth_repeating(const struct token *t)
{
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) >= 4 && t->label != TEXT_DATE && t->label != TEXT_DATE_NAISSANCE;
    return t->kind == TOKEN_WORD && token_len(t) >= 3 && (t->label == TEXT_NOM || t->label == TEXT_PRENOM);
}

/* A name of the row that is another word too ("Brodequin") goes everywhere once it was removed, unless notes
 * use the word every day: "Mme Petit", but "petit malaise". */
static bool own_everywhere(const struct token *t)
{
    return (t->own == TEXT_NOM || t->own == TEXT_PRENOM) && token_cue(t) == CUE_NONE &&
           !(t->flags & (LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL | LEX_PLAIN));
}

bool seen_collect(struct seen *s, const struct note *n)
{
    for (size_t i = note_next(n, START_MARKED, 0); i < n->count; i = note_next(n, START_MARKED, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (!t->label || !worth_repeating(t))
            continue;
        if (s->count == s->cap) {
            size_t cap = s->cap ? 2 * s->cap : 64;
            struct seen_word *grown = realloc(s->words, cap * sizeof(*grown));
            if (!grown)
                return false;
            s->words = grown;
            s->cap = cap;
        }
        uint64_t hash = seen_hash(n, t);
        s->hashes |= (uint64_t)1 << (hash & 63);
        s->words[s->count++] = (struct seen_word){.hash = hash,
                                                  .label = t->label,
                                                  .role = t->role,
                                                  .own = t->kind == TOKEN_WORD && own_everywhere(t)};
    }
    return true;
}

void seen_sort(struct seen *s)
{
    if (s->count < 2)
        return;
    qsort(s->words, s->count, sizeof(*s->words), by_hash_and_label);
    size_t kept = 1;
    for (size_t i = 1; i < s->count; i++)
        if (s->words[i].hash != s->words[kept - 1].hash)
            s->words[kept++] = s->words[i];
        else
            s->words[kept - 1].own |= s->words[i].own;
    explicit_bzero(s->words + kept, (s->count - kept) * sizeof(*s->words));
    s->count = kept;
}

/* The word of a hash, NULL when none was removed: mostly one bit tells so. */
static const struct seen_word *seen_find(const struct seen *s, uint64_t hash)
{
    const struct seen_word key = {.hash = hash};
    return s->hashes >> (hash & 63) & 1 ? bsearch(&key, s->words, s->count, sizeof(*s->words), by_hash)
                                        : NULL;
}

/* Numbers' hashes are reckoned when they are asked for. */
static bool may_be_seen(const struct seen *s, const struct token *t)
{
    return (t->kind == TOKEN_NUMBER) | ((t->kind == TOKEN_WORD) & (s->hashes >> (t->hash & 63) & 1));
}

static bool may_repeat(const struct token *t)
{
    if (t->label || t->locked)
        return false;
    return t->kind == TOKEN_NUMBER ? token_len(t) >= 4 : t->kind == TOKEN_WORD && token_len(t) >= 3;
}

/* A word that is something else too is the name again where it looks like one. */
static bool repeats(const struct note *n, const struct token *t, const struct seen_word *seen)
{
    bool word = (t->flags & (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL)) ||
                token_cue(t) != CUE_NONE;
    return t->kind == TOKEN_NUMBER || !word || seen->own ||
           (n->profile != CASE_UPPER && token_capital(t) && !t->first && t->flags & (LEX_NAME | LEX_PLAIN));
}

void seen_repeat(const struct seen *s, struct note *n)
{
    if (s->count == 0)
        return;
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (!may_be_seen(s, t) || !may_repeat(t))
            continue;
        const struct seen_word *found = seen_find(s, seen_hash(n, t));
        if (found && repeats(n, t, found) &&
            note_mark(n, i, i, (enum text_label)found->label, TEXT_BY_REPEAT))
            n->tokens[i].role = found->role;
    }
}

void seen_wipe(struct seen *s)
{
    if (s->words)
        explicit_bzero(s->words, s->count * sizeof(*s->words));
    s->count = 0;
    s->hashes = 0;
}
