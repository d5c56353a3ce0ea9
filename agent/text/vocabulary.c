/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/vocabulary.h"

#include <stdlib.h>
#include <string.h>
#include "agent/text/fold.h"
#include "agent/text/note.h"

#define REMEMBERED 8192u /* words; a power of two */
#define DIGITS 8u        /* longer numbers are alike */
#define SIGNS 128u
#define LISTED 4096u /* a power of two, at least twice the words of all lists */
#define KINDS 1024u  /* of words; a power of two */

/* A word of at most sixteen letters, as they lie in memory; without any: an empty place. */
struct letters {
    uint64_t halves[2];
};

struct remembered {
    struct letters letters;
    struct known_word word;
};

struct listed {
    struct letters letters;
    struct word_lists lists;
};

/* All of a word that starts_of looks at. Without a length: empty. */
struct kind {
    struct word_lists lists;
    uint64_t spelling; /* of a word in LIST_SPELT */
    uint32_t flags;
    uint8_t site, small, len;
};

struct remembered_kind {
    struct kind kind;
    uint32_t starts;
};

#define LINE 64u /* bytes that a processor fetches at once */
_Static_assert(sizeof(struct remembered) == LINE, "a word is fetched at once");

struct vocabulary {
    struct remembered memory[REMEMBERED]; /* in pairs: a newer word drives out the older of its two */
    const struct lexicon *lexicon;
    const struct gazetteer *names;
    struct listed listed[LISTED];        /* open addressing */
    struct remembered_kind kinds[KINDS]; /* a newer one drives out the older of its place */
    unsigned listed_count;
    uint32_t numbers[DIGITS + 1], signs[SIGNS]; /* starts of numbers by their digits, of signs */
};

static uint32_t place_of(struct letters l)
{
    return (uint32_t)((l.halves[0] ^ l.halves[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u >> 32);
}

static bool same(struct letters a, struct letters b)
{
    return a.halves[0] == b.halves[0] && a.halves[1] == b.halves[1];
}

/* Where these letters are in the table of listed words, or would be. */
static size_t listed_place(const struct vocabulary *v, struct letters letters)
{
    size_t i = place_of(letters) & (LISTED - 1);
    while (v->listed[i].letters.halves[0] && !same(v->listed[i].letters, letters))
        i = (i + 1) & (LISTED - 1);
    return i;
}

static void learn_list(struct vocabulary *v, enum word_list list)
{
    const char *word = word_list_words(list);
    for (size_t len = strcspn(word, " "); len > 0;
         word += len + (word[len] == ' '), len = strcspn(word, " ")) {
        struct letters letters = {{0}};
        if (len > sizeof(letters))
            abort(); /* a listed word that no word of a note would be found to be */
        memcpy(letters.halves, word, len);
        struct listed *l = &v->listed[listed_place(v, letters)];
        if (!l->letters.halves[0] && ++v->listed_count * 2 > LISTED)
            abort(); /* a full table has no empty place to end a search at */
        l->letters = letters;
        l->lists.bits[list / 64] |= (uint64_t)1 << list % 64;
    }
}

static void learn_starts(struct vocabulary *v)
{
    for (uint32_t digits = 0; digits <= DIGITS; digits++) {
        const struct token number = {.kind = TOKEN_NUMBER, .end = digits};
        v->numbers[digits] = starts_of(&number);
    }
    for (unsigned c = 0; c < SIGNS; c++) {
        struct token sign = {.kind = TOKEN_SIGN, .end = 1};
        *(char *)&sign.spelling = (char)c;
        v->signs[c] = starts_of(&sign);
    }
}

struct vocabulary *vocabulary_new(const struct lexicon *lexicon, const struct gazetteer *names)
{
    struct vocabulary *v = aligned_alloc(LINE, (sizeof(*v) + LINE - 1) / LINE * LINE);
    if (!v)
        return NULL;
    memset(v, 0, sizeof(*v));
    v->lexicon = lexicon;
    v->names = names;
    for (enum word_list list = 0; list < WORD_LISTS; list++)
        learn_list(v, list);
    learn_starts(v);
    return v;
}

void vocabulary_free(struct vocabulary *v)
{
    if (v)
        explicit_bzero(v, sizeof(*v));
    free(v);
}

static uint64_t canonical(const char *word, size_t len, uint64_t hash)
{
    if (len < 2 || len > 3 || word[0] != 's' || word[1] != 't')
        return hash;
    if (len == 2)
        return lexicon_hash("saint", 5);
    return word[2] == 'e' ? lexicon_hash("sainte", 6) : hash;
}

static struct known_word look_up(const struct vocabulary *v, const char *word, size_t len)
{
    struct known_word found = {.hash = canonical(word, len, lexicon_hash(word, len))};
    for (size_t i = 0; i < len; i++)
        found.letters |= 1u << ((uint8_t)(word[i] - 'a') & 31u);
    found.flags = lexicon_find(v->lexicon, found.hash);
    found.site = v->names ? gazetteer_find(v->names, word, len) : 0;
    return found;
}

static size_t place_of_kind(const struct kind *k)
{
    uint64_t h = (uint64_t)k->flags << 24 ^ (uint64_t)k->site << 16 ^ (uint64_t)k->small << 8 ^ k->len;
    h = (h ^ k->lists.bits[0]) * 0x9E3779B97F4A7C15u ^ k->lists.bits[1] ^ k->spelling;
    return h * 0xD6E8FEB86659FD93u >> 32 & (KINDS - 1);
}

static bool same_kind(const struct kind *a, const struct kind *b)
{
    return a->flags == b->flags && a->site == b->site && a->small == b->small && a->len == b->len &&
           a->lists.bits[0] == b->lists.bits[0] && a->lists.bits[1] == b->lists.bits[1] &&
           a->spelling == b->spelling;
}

static uint32_t word_starts(struct vocabulary *v, const struct token *t)
{
    uint32_t len = token_len(t);
    struct kind kind = {.lists = t->lists,
                        .spelling = token_has(t, LIST_SPELT) ? t->spelling : 0,
                        .flags = t->flags,
                        .site = t->site,
                        .small = t->shape == SHAPE_LOWER,
                        .len = (uint8_t)(len < UINT8_MAX ? len : UINT8_MAX)};
    struct remembered_kind *place = &v->kinds[place_of_kind(&kind)];
    if (!same_kind(&place->kind, &kind))
        *place = (struct remembered_kind){kind, starts_of(t)};
    return place->starts;
}

static void remember_starts(struct vocabulary *v, struct known_word *word, struct letters letters, size_t len)
{
    struct token t = {.kind = TOKEN_WORD,
                      .spelling = letters.halves[0],
                      .end = (uint32_t)len,
                      .flags = word->flags,
                      .site = word->site,
                      .lists = word->lists,
                      .shape = SHAPE_LOWER};
    word->remembered = true;
    word->starts[0] = word_starts(v, &t);
    t.shape = SHAPE_CAPITAL;
    word->starts[1] = word_starts(v, &t);
}

static struct letters letters_of(const char *word, size_t len)
{
    return (struct letters){{fold_eight(word, len), len > 8 ? fold_eight(word + 8, len - 8) : 0}};
}

static size_t memory_place(struct letters letters)
{
    return place_of(letters) & (REMEMBERED - 2);
}

void vocabulary_expect(const struct vocabulary *v, const char *word, size_t len)
{
    if (len <= sizeof(struct letters))
        __builtin_prefetch(&v->memory[memory_place(letters_of(word, len))]);
}

/* The place of a word among two, NULL when it is not remembered. */
static const struct remembered *recall(const struct vocabulary *v, struct letters letters)
{
    const struct remembered *place = &v->memory[memory_place(letters)];
    for (unsigned i = 0; i < 2; i++)
        if (same(place[i].letters, letters))
            return &place[i];
    return NULL;
}

void vocabulary_expect_new(const struct vocabulary *v, const char *word, size_t len)
{
    if (len > sizeof(struct letters) || recall(v, letters_of(word, len)))
        return;
    lexicon_expect(v->lexicon, canonical(word, len, lexicon_hash(word, len)));
    if (v->names)
        gazetteer_expect(v->names, word, len);
}

const struct known_word *vocabulary_find(struct vocabulary *v, const char *word, size_t len,
                                         struct known_word *room)
{
    if (len > sizeof(struct letters)) {
        *room = look_up(v, word, len);
        return room;
    }
    struct letters letters = letters_of(word, len);
    const struct remembered *known = recall(v, letters);
    if (known)
        return &known->word;
    *room = look_up(v, word, len);
    const struct listed *listed = &v->listed[listed_place(v, letters)];
    room->lists = listed->lists;
    if (!(room->flags & LEX_WORD) && !listed->letters.halves[0])
        return room;
    remember_starts(v, room, letters, len);
    struct remembered *place = &v->memory[memory_place(letters)];
    place[1] = place[0];
    place[0] = (struct remembered){letters, *room};
    return &place[0].word;
}

uint32_t vocabulary_starts(struct vocabulary *v, const struct token *t)
{
    if (t->kind == TOKEN_WORD)
        return word_starts(v, t);
    if (t->kind == TOKEN_NUMBER)
        return v->numbers[token_len(t) < DIGITS ? token_len(t) : DIGITS];
    return v->signs[(uint8_t)token_letter(t) & (SIGNS - 1)];
}
