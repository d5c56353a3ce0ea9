/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a word of a note is one of the row's: the same, misspelt, or the same by its sound. Every word of a
 * note is compared with every word of its row, so what cannot be alike is told from lengths and letters. */
#include "agent/text/own/own.h"

#include <string.h>

#define LEAST_TYPO 4u /* letters, below which only the same word is the same */

/* A word of French is itself: it may resemble a name less than an unknown word may. */
static bool is_word(const struct token *t)
{
    return (t->flags & (LEX_WORD & ~LEX_EPONYM)) != 0;
}

/* Names are heard to their last letter; what is longer than any name is not. */
static size_t sound_length(const struct token *t)
{
    return token_len(t) < OWN_LETTERS - 1 ? token_len(t) : OWN_LETTERS - 1;
}

struct own_heard own_listen(const struct note *n, const struct token *t)
{
    struct own_heard heard = {.letters = t->letters};
    if (!is_word(t))
        heard.first_sound = own_first_sound(token_text(n, t), sound_length(t));
    return heard;
}

bool own_is_term(const struct token *t)
{
    return (t->flags & LEX_WORD) == LEX_MEDICAL;
}

/* How many letters may differ between the token and a word when the shorter has so many. */
static unsigned tolerance(const struct token *t, size_t least)
{
    if (is_word(t))
        return least >= 8 ? 2 : least >= 6 || own_is_term(t) ? 1 : 0;
    return least >= 6 ? 2 : 1;
}

static bool same(const struct own_word *w, const struct note *n, const struct token *t)
{
    return w->spelling == t->spelling && w->len == token_len(t) &&
           (w->len <= 8 || memcmp(w->text, token_text(n, t), w->len) == 0);
}

static bool at_most(uint32_t bits, unsigned limit)
{
    while (bits && limit-- > 0)
        bits &= bits - 1;
    return bits == 0;
}

/* Each difference adds one letter at most, and takes one away at most. */
static bool letters_near(uint32_t a, uint32_t b, unsigned limit)
{
    return at_most(a & ~b, limit) && at_most(b & ~a, limit);
}

static bool sounds_like(const struct own_word *w, const struct note *n, const struct token *t)
{
    char ours[OWN_LETTERS], theirs[OWN_LETTERS];
    size_t sounds = own_sound(token_text(n, t), sound_length(t), ours);
    return sounds >= 3 && own_sound(w->text, w->len, theirs) == sounds && memcmp(ours, theirs, sounds) == 0;
}

static uint32_t without_two(uint32_t bits)
{
    bits &= bits - 1;
    return bits & (bits - 1);
}

/* Told without a look at the order of letters; most words end here, so it is reckoned in one go. */
static inline bool may_be_alike(const struct own_word *w, size_t len, bool word, struct own_heard heard)
{
    bool close = len + 2 - w->len <= 4; /* lengths differ by two at most */
    bool sound = !word & (heard.first_sound == w->first_sound);
    bool letters = !(without_two(heard.letters & ~w->letters) | without_two(w->letters & ~heard.letters));
    return close & (sound | letters);
}

enum own_match own_compare(const struct own_word *w, const struct note *n, const struct token *t,
                           struct own_heard heard)
{
    size_t len = token_len(t), shorter = len < w->len ? len : w->len;
    bool word = is_word(t);
    if (!may_be_alike(w, len, word, heard))
        return OWN_NONE;
    if (same(w, n, t))
        return OWN_EXACT;
    unsigned limit = shorter < LEAST_TYPO ? 0 : tolerance(t, shorter);
    if (limit == 0)
        return OWN_NONE;
    if (letters_near(heard.letters, w->letters, limit) &&
        own_distance(token_text(n, t), len, w->text, w->len, limit) <= limit)
        return OWN_TYPO;
    return !word && heard.first_sound == w->first_sound && sounds_like(w, n, t) ? OWN_TYPO : OWN_NONE;
}

/* The first of some words of a block that the token is alike, or that it is when it can be no other. */
static uint8_t label_of(const struct own_word *block, uint64_t words, const struct note *n,
                        const struct token *t, const struct own_heard *heard)
{
    bool word = is_word(t);
    for (; words; words &= words - 1) {
        const struct own_word *w = &block[__builtin_ctzll(words)];
        if (!heard ? same(w, n, t)
                   : may_be_alike(w, token_len(t), word, *heard) && own_compare(w, n, t, *heard) != OWN_NONE)
            return w->label;
    }
    return 0;
}

/* A short word, or one of French, is itself or nothing. */
static bool only_itself(const struct token *t)
{
    return token_len(t) < LEAST_TYPO || tolerance(t, token_len(t)) == 0;
}

/* Compares a word with those of the row whose length and letters are near enough, a block of them at once.
 * Whether it may stand for one of them, or begin one. */
static bool match_word(const struct own *o, const struct note *n, struct token *t)
{
    bool begins = false;
    uint32_t len = token_len(t);
    bool itself = only_itself(t), grammar = t->flags & LEX_FUNCTION && len < LEAST_TYPO;
    for (size_t at = 0; at < o->word_count; at += OWN_BLOCK) {
        const struct own_index *x = &o->index[at / OWN_BLOCK];
        uint64_t begin = x->begins[own_letter(token_letter(t))];
        uint64_t names = x->names & own_long(x, len, 1);
        uint64_t alike = itself ? begin & own_long(x, len, 0) : own_long(x, len, 2);
        if (!(begin | names | alike))
            continue;
        struct own_near near = own_with(x, begin | names | alike, t->letters);
        begins |= (near.same & begin) != 0;
        t->slip |= (near.one & names) != 0;
        if (t->own || grammar)
            continue;
        if (itself) {
            t->own = label_of(&o->words[at], near.same & alike, n, t, NULL);
            continue;
        }
        struct own_heard heard = own_listen(n, t);
        uint64_t some =
            is_word(t) ? len < 8 ? near.one : near.two : near.two | x->sounds[heard.first_sound & 63];
        t->own = label_of(&o->words[at], alike & some, n, t, &heard);
    }
    return t->own || t->slip || begins;
}

void own_match_words(const struct own *o, struct note *n)
{
    for (size_t i = 0; o->word_count > 0 && i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_WORD && token_len(t) < OWN_LETTERS + 2 && match_word(o, n, t))
            starts_add(n, START_OWN, i);
    }
}
