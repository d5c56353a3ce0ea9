/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/note.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include "agent/text/gazetteer.h"

#define PHRASE_MAX 6u

const struct token token_nothing = {.kind = TOKEN_SIGN, .gap = GAP_LINE};

bool token_among(const struct note *n, size_t i, const char *const *list)
{
    const struct token *t = token_at(n, i);
    char first = (char)*(const char *)&t->spelling;
    for (; t->kind == TOKEN_WORD && *list; list++)
        if (**list == first && token_is(n, i, *list))
            return true;
    return false;
}

long token_value(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_NUMBER || token_len(t) > 9)
        return -1;
    long value = 0;
    for (uint32_t k = t->start; k < t->end; k++)
        value = value * 10 + (n->fold.text[k] - '0');
    return value;
}

bool note_free_range(const struct note *n, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (i >= n->count || n->tokens[i].label || n->tokens[i].locked)
            return false;
    return true;
}

bool note_mark(struct note *n, size_t from, size_t to, enum text_label label, enum text_source source)
{
    if (!note_free_range(n, from, to))
        return false;
    note_force(n, from, to, label, source);
    return true;
}

void note_force(struct note *n, size_t from, size_t to, enum text_label label, enum text_source source)
{
    bool head = true;
    for (size_t i = from; i <= to && i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->label) {
            head = true;
            continue;
        }
        t->label = (uint8_t)label;
        t->source = (uint8_t)source;
        t->head = head;
        head = false;
    }
}

/* Tokens are found, then looked up: the cache misses of one pass overlap. */
static struct token *add(struct note *n)
{
    if (n->count == n->cap) {
        size_t cap = n->cap ? 2 * n->cap : 512;
        struct token *grown = realloc(n->tokens, cap * sizeof(*grown));
        if (!grown)
            return NULL;
        n->tokens = grown;
        n->cap = cap;
    }
    struct token *t = &n->tokens[n->count++];
    *t = (struct token){0};
    return t;
}

static inline bool is_letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static inline bool is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

/* "MmeDurand", "filleMaryse": a small letter before a capital parts them when the first half announces a
 * person or is a word, and both are long enough not to be a unit ("mmHg", "SpO2"). */
static bool glued(const struct note *n, uint32_t start, uint32_t at, uint32_t end)
{
    uint32_t flags = lexicon_find(n->lexicon, lexicon_hash(n->fold.text + start, at - start));
    enum text_cue cue = LEX_CUE(flags);
    if (end - at >= 3 && (cue == CUE_TITLE || cue == CUE_KIN || cue == CUE_CHEZ || cue == CUE_PROF))
        return true;
    return at - start >= 3 && end - at >= 3;
}

static enum token_shape shape_of(const struct fold *f, uint32_t start, uint32_t end, uint8_t *ret_accent)
{
    uint32_t upper = 0;
    uint8_t accent = 0;
    for (uint32_t i = start; i < end; i++) {
        upper += f->traits[i] & FOLD_UPPER;
        accent |= f->traits[i];
    }
    *ret_accent = (accent & FOLD_ACCENT) != 0;
    if (upper == 0)
        return SHAPE_LOWER;
    if (upper == end - start)
        return upper == 1 ? SHAPE_CAPITAL : SHAPE_UPPER;
    return f->traits[start] & FOLD_UPPER ? (upper == 1 ? SHAPE_CAPITAL : SHAPE_MIXED) : SHAPE_MIXED;
}

static bool add_word(struct note *n, uint32_t start, uint32_t end, uint8_t gap)
{
    const struct fold *f = &n->fold;
    for (uint32_t i = start + 1; i < end; i++)
        if (f->traits[i] & FOLD_UPPER && !(f->traits[i - 1] & FOLD_UPPER) && glued(n, start, i, end))
            return add_word(n, start, i, gap) && add_word(n, i, end, GAP_NONE);
    struct token *t = add(n);
    if (!t)
        return false;
    t->start = start;
    t->end = end;
    t->gap = gap;
    t->kind = TOKEN_WORD;
    t->shape = (uint8_t)shape_of(f, start, end, &t->accent);
    t->hash = lexicon_hash(f->text + start, end - start);
    return true;
}

static bool cut(struct note *n)
{
    const char *s = n->fold.text;
    uint32_t len = (uint32_t)n->fold.len;
    uint8_t gap = GAP_LINE;
    for (uint32_t i = 0; i < len;) {
        char c = s[i];
        uint32_t start = i++;
        if (c == ' ' || c == '\n') {
            if (c == '\n' || gap == GAP_NONE)
                gap = c == '\n' ? GAP_LINE : GAP_SPACE;
            continue;
        }
        if (is_letter(c)) {
            while (i < len && is_letter(s[i]))
                i++;
            if (!add_word(n, start, i, gap))
                return false;
        } else {
            struct token *t = add(n);
            if (!t)
                return false;
            if (is_digit(c))
                while (i < len && is_digit(s[i]))
                    i++;
            t->kind = is_digit(c) ? TOKEN_NUMBER : TOKEN_SIGN;
            t->start = start;
            t->end = i;
            t->gap = gap;
        }
        gap = GAP_NONE;
    }
    return true;
}

/* "mmedurand" and "drmartin", when the whole is no word. */
static void part_titles(struct note *n)
{
    static const char *const titles[] = {"madame", "monsieur", "mme", "mlle"};
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || t->flags || token_len(t) < 7 || *token_text(n, t) != 'm')
            continue;
        for (size_t k = 0; k < 4; k++) {
            uint32_t len = (uint32_t)strlen(titles[k]);
            if (token_len(t) < len + 4 || memcmp(token_text(n, t), titles[k], len) != 0)
                continue;
            if (!add(n))
                return;
            t = &n->tokens[i];
            memmove(t + 1, t, (n->count - i - 1) * sizeof(*t));
            t->end = t[1].start = t->start + len;
            t->hash = lexicon_hash(token_text(n, t), len);
            t->flags = lexicon_find(n->lexicon, t->hash);
            t[1].hash = lexicon_hash(token_text(n, t + 1), token_len(t + 1));
            t[1].flags = lexicon_find(n->lexicon, t[1].hash);
            t[1].gap = GAP_NONE;
            break;
        }
    }
}

static void spell(struct note *n)
{
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        uint32_t len = token_len(t);
        t->spelling = 0;
        memcpy(&t->spelling, token_text(n, t), len < 8 ? len : 8);
    }
}

static void canonical(struct note *n, struct token *t)
{
    const char *s = token_text(n, t);
    if (s[0] != 's' || s[1] != 't')
        return;
    if (token_len(t) == 2)
        t->hash = lexicon_hash("saint", 5);
    else if (token_len(t) == 3 && s[2] == 'e')
        t->hash = lexicon_hash("sainte", 6);
}

/* The longest entry of several words that begins here. Its words may be parted by a space, a hyphen, an
 * apostrophe or a stop ("St-Étienne", "aide-soignante", "boite à clés"). */
static void find_phrase(struct note *n, size_t i)
{
    uint64_t joined = n->tokens[i].hash;
    size_t last = i, found = i;
    uint32_t flags = 0;
    for (unsigned words = 1; words < PHRASE_MAX; words++) {
        size_t k = last + 1;
        if (token_sign(n, k, '-') || token_sign(n, k, '\'') || token_sign(n, k, '.'))
            k++;
        const struct token *t = token_at(n, k);
        if (t->kind != TOKEN_WORD || t->gap == GAP_LINE)
            break;
        bool over = token_is(n, k, "s") && token_sign(n, k + 1, '/'); /* "La Roche s/ Yon" */
        joined = lexicon_join(joined, over ? lexicon_hash("sur", 3) : t->hash);
        k += over;
        uint32_t got = lexicon_find(n->lexicon, joined);
        if (got == 0)
            break;
        last = k;
        if (got & ~LEX_PREFIX) {
            found = k;
            flags = got;
        }
        if (!(got & LEX_PREFIX))
            break;
    }
    if (found == i)
        return;
    enum text_cue cue = LEX_CUE(flags);
    n->tokens[i].phrase = (uint8_t)(found - i + 1);
    for (size_t k = i; k <= found; k++) {
        struct token *t = &n->tokens[k];
        if (cue != CUE_NONE) { /* the last word alone announces; the rest are plain words */
            t->flags &= (1u << LEX_CUE_SHIFT) - 1u;
            t->flags |= LEX_FUNCTION;
        }
        t->flags |= flags & ((1u << LEX_CUE_SHIFT) - 1u) & ~LEX_PREFIX;
    }
    n->tokens[found].flags |= (uint32_t)cue << LEX_CUE_SHIFT;
}

static void judge_case(struct note *n)
{
    size_t lower = 0, upper = 0, capital = 0;
    for (size_t i = 0; i < n->count; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || token_len(t) < 3)
            continue;
        lower += t->shape == SHAPE_LOWER;
        upper += t->shape == SHAPE_UPPER;
        capital += t->shape == SHAPE_CAPITAL && !t->first;
    }
    if (upper > 2 * (lower + capital))
        n->profile = CASE_UPPER;
    else
        n->profile = CASE_NORMAL;
    if (n->profile == CASE_NORMAL && capital == 0 && lower > 0)
        n->profile = CASE_LOWER;
}

static void mark_sentences(struct note *n)
{
    bool first = true;
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->gap == GAP_LINE)
            first = true;
        t->first = first;
        if (t->kind == TOKEN_SIGN) {
            char c = *token_text(n, t);
            if (c == '.' || c == '!' || c == '?')
                first = c != '.' || i == 0 || token_len(&n->tokens[i - 1]) > 1;
            else if (c != '-' && c != '"' && c != '(')
                first = false;
        } else {
            first = false;
        }
    }
}

bool note_tokenise(struct note *n)
{
    n->count = 0;
    if (!cut(n))
        return false;
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_WORD) {
            canonical(n, t);
            t->flags = lexicon_find(n->lexicon, t->hash);
        }
    }
    part_titles(n);
    spell(n);
    for (size_t i = 0; n->names && i < n->count; i++)
        if (n->tokens[i].kind == TOKEN_WORD)
            n->tokens[i].site =
                gazetteer_find(n->names, token_text(n, &n->tokens[i]), token_len(&n->tokens[i]));
    for (size_t i = 0; i < n->count; i++)
        if (n->tokens[i].flags & LEX_PREFIX) {
            find_phrase(n, i);
            if (n->tokens[i].phrase)
                i += n->tokens[i].phrase - 1u;
        }
    mark_sentences(n);
    judge_case(n);
    return true;
}

void note_wipe(struct note *n)
{
    if (n->fold.text)
        OPENSSL_cleanse(n->fold.text, n->fold.len);
    if (n->tokens)
        OPENSSL_cleanse(n->tokens, n->count * sizeof(*n->tokens));
    n->fold.len = n->count = 0;
}

void note_free(struct note *n)
{
    fold_free(&n->fold);
    if (n->tokens)
        OPENSSL_cleanse(n->tokens, n->cap * sizeof(*n->tokens));
    free(n->tokens);
    n->tokens = NULL;
    n->count = n->cap = 0;
}
