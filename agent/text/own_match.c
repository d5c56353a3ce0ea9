/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a word of a note is one of the row's: the same, misspelt, or the same by its sound. Every word of a
 * note is compared with every word of its row, so what cannot be alike is told from lengths and letters. */
#include "agent/text/own.h"

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
    struct own_heard heard = {.letters = 0};
    if (!is_word(t))
        heard.first_sound = own_first_sound(token_text(n, t), sound_length(t));
    for (uint32_t k = t->start; k < t->end; k++)
        heard.letters |= 1u << ((uint8_t)(n->fold.text[k] - 'a') & 31u);
    return heard;
}

/* How many letters may differ between words of which the shorter has so many. */
static unsigned tolerance(bool word, size_t least)
{
    if (word)
        return least >= 8 ? 2 : least >= 6 ? 1 : 0;
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
    unsigned limit = shorter < LEAST_TYPO ? 0 : tolerance(word, shorter);
    if (limit == 0)
        return OWN_NONE;
    if (letters_near(heard.letters, w->letters, limit) &&
        own_distance(token_text(n, t), len, w->text, w->len, limit) <= limit)
        return OWN_TYPO;
    return !word && heard.first_sound == w->first_sound && sounds_like(w, n, t) ? OWN_TYPO : OWN_NONE;
}

static const struct own_word *first_same(const struct own *o, const struct note *n, const struct token *t)
{
    if (!own_begins(o, *token_text(n, t)))
        return NULL;
    for (const struct own_word *w = o->words; w < o->words + o->word_count; w++)
        if (same(w, n, t))
            return w;
    return NULL;
}

static const struct own_word *first_alike(const struct own *o, const struct note *n, const struct token *t)
{
    struct own_heard heard = own_listen(n, t);
    size_t len = token_len(t);
    bool word = is_word(t);
    for (const struct own_word *w = o->words; w < o->words + o->word_count; w++)
        if (may_be_alike(w, len, word, heard) && own_compare(w, n, t, heard) != OWN_NONE)
            return w;
    return NULL;
}

void own_match_words(const struct own *o, struct note *n)
{
    for (size_t i = 0; o->word_count > 0 && i < n->count; i++) {
        struct token *t = &n->tokens[i];
        size_t len = token_len(t);
        if (t->kind != TOKEN_WORD || len < 2 || (t->flags & LEX_FUNCTION && len < 4))
            continue;
        bool itself = len < LEAST_TYPO || tolerance(is_word(t), len) == 0;
        const struct own_word *w = itself ? first_same(o, n, t) : first_alike(o, n, t);
        if (w)
            t->own = w->label;
    }
}
