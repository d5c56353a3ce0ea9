/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting a folded text into tokens, and what is known of each and of the whole. */
#include <stdlib.h>
#include <string.h>
#include "agent/text/note.h"

#define PHRASE_MAX 6u
#define PIECES 16u       /* looked up together */
#define LONGEST_WORD 32u /* letters; what is longer is not looked up whole where it may be several */
#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte)) /* eight bytes at once */

static bool grow(struct note *n)
{
    size_t cap = n->cap ? 2 * n->cap : 512;
    struct token *grown = realloc(n->tokens, cap * sizeof(*grown));
    if (!grown)
        return false;
    n->tokens = grown;
    n->cap = cap;
    return true;
}

static inline struct token *add(struct note *n)
{
    return n->count < n->cap || grow(n) ? &n->tokens[n->count++] : NULL;
}

static inline bool is_letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static inline bool is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

/* How a word is written: its capitals are counted, eight letters at once. */
struct writing {
    uint32_t upper;
    bool first_upper, accent;
};

static inline struct writing writing_of(const struct fold *f, uint32_t start, uint32_t end)
{
    struct writing w = {.first_upper = f->traits[start] & FOLD_UPPER};
    for (uint32_t i = start; i < end; i += 8) {
        uint64_t traits = fold_eight(f->traits + i, end - i);
        if (!traits)
            continue;
        w.upper += (uint32_t)((traits & EACH(FOLD_UPPER)) * EACH(1) >> 56);
        w.accent |= (traits & EACH(FOLD_ACCENT)) != 0;
    }
    return w;
}

static enum token_shape shape_of(const struct writing *w, uint32_t len)
{
    if (w->upper == 0)
        return SHAPE_LOWER;
    if (w->upper == 1 && w->first_upper)
        return SHAPE_CAPITAL;
    return w->upper == len ? SHAPE_UPPER : SHAPE_MIXED;
}

/* "mmedurand", "madamemartin": the title's length, 0 when none begins the word or too little follows. */
static uint32_t glued_title(const char *word, uint32_t len)
{
    static const char *const titles[] = {"madame", "monsieur", "mme", "mlle"};
    if (len < 7 || word[0] != 'm')
        return 0;
    for (size_t k = 0; k < sizeof(titles) / sizeof(titles[0]); k++) {
        uint32_t size = (uint32_t)strlen(titles[k]);
        if (len >= size + 4 && memcmp(word, titles[k], size) == 0)
            return size;
    }
    return 0;
}

/* Adds a word, cut after a title when the whole is no word. */
static bool add_word(struct note *n, uint32_t start, uint32_t end, uint8_t gap, const struct writing *w)
{
    uint8_t shape = (uint8_t)shape_of(w, end - start);
    for (uint32_t title; start < end; start += title, gap = GAP_NONE) {
        const char *word = n->fold.text + start;
        struct known_word room;
        const struct known_word *known = vocabulary_find(n->vocabulary, word, end - start, &room);
        title = known->flags ? 0 : glued_title(word, end - start);
        if (title)
            known = vocabulary_find(n->vocabulary, word, title, &room);
        else
            title = end - start;
        struct token *t = add(n);
        if (!t)
            return false;
        *t = (struct token){.hash = known->hash,
                            .flags = known->flags,
                            .letters = known->letters,
                            .site = known->site,
                            .lists = known->lists,
                            .spelling = fold_eight(word, title),
                            .start = start,
                            .end = start + title,
                            .kind = TOKEN_WORD,
                            .shape = shape,
                            .gap = gap,
                            .accent = w->accent};
        t->starts =
            known->remembered ? known->starts[shape != SHAPE_LOWER] : vocabulary_starts(n->vocabulary, t);
    }
    return true;
}

/* "MmeDurand", "filleMaryse": a small letter before a capital parts them when the first half announces a
 * person or is a word, and both are long enough not to be a unit ("mmHg", "SpO2"). */
static bool glued(struct note *n, uint32_t start, uint32_t at, uint32_t end)
{
    if (end - at < 3)
        return false;
    struct known_word room;
    const char *word = n->fold.text + start;
    if (end - start <= LONGEST_WORD &&
        vocabulary_find(n->vocabulary, word, end - start, &room)->flags & LEX_WORD)
        return false; /* "EpiPen" */
    enum text_cue cue = LEX_CUE(vocabulary_find(n->vocabulary, word, at - start, &room)->flags);
    return at - start >= 3 || cue == CUE_TITLE || cue == CUE_KIN || cue == CUE_CHEZ || cue == CUE_PROF;
}

/* Where the first of two glued words ends; end when there is one word. */
static uint32_t seam(struct note *n, uint32_t start, uint32_t end)
{
    const uint8_t *traits = n->fold.traits;
    for (uint32_t i = start + 1; i < end; i++)
        if (traits[i] & FOLD_UPPER && !(traits[i - 1] & FOLD_UPPER) && glued(n, start, i, end))
            return i;
    return end;
}

static bool add_letters(struct note *n, uint32_t start, uint32_t end, uint8_t gap)
{
    struct writing w = writing_of(&n->fold, start, end);
    if (w.upper == 0 || w.upper == end - start || (w.upper == 1 && w.first_upper))
        return add_word(n, start, end, gap, &w);
    for (uint32_t at; start < end; start = at, gap = GAP_NONE) {
        at = seam(n, start, end);
        w = writing_of(&n->fold, start, at);
        if (!add_word(n, start, at, gap, &w))
            return false;
    }
    return true;
}

static bool add_other(struct note *n, uint32_t start, uint32_t end, uint8_t gap)
{
    struct token *t = add(n);
    if (!t)
        return false;
    const char *s = n->fold.text + start;
    *t = (struct token){.spelling = fold_eight(s, end - start),
                        .start = start,
                        .end = end,
                        .value = number_value(s, end - start),
                        .kind = is_digit(*s) ? TOKEN_NUMBER : TOKEN_SIGN,
                        .gap = gap};
    t->starts = vocabulary_starts(n->vocabulary, t);
    return true;
}

/* Where the letters, or the digits, from i on end; eight are judged at once. */
static uint32_t run_end(const char *s, uint32_t i, uint32_t len, char first, char last)
{
    for (; i < len; i += 8) {
        uint64_t x = le64toh(fold_eight(s + i, 8)), low = x & EACH(0x7F);
        uint64_t within = (low + EACH(0x80 - first)) & ~(low + EACH(0x7F - last)) & ~x & EACH(0x80);
        if (within != EACH(0x80)) {
            i += (uint32_t)__builtin_ctzll(~within & EACH(0x80)) / 8;
            break;
        }
    }
    return i < len ? i : len;
}

/* Letters, digits or a sign, and the gap before them. */
struct piece {
    uint32_t start, end;
    uint8_t gap, word;
};

/* Some pieces in a row; what is known of their words lies far apart, and is fetched together. */
struct batch {
    struct piece pieces[PIECES];
    uint8_t words[PIECES]; /* those that are words */
    unsigned count, word_count;
};

static bool is_blank(char c)
{
    return (c == ' ') | (c == '\n');
}

/* The next piece, of which *at is the end in the text; false: none is left. Most often one blank or none is
 * before it. */
static bool next_piece(const struct fold *f, uint32_t *at, struct piece *ret)
{
    const char *s = f->text;
    uint32_t i = *at, len = (uint32_t)f->len;
    bool space = (i < len) & is_blank(s[i]), line = (i == 0) | (space & (s[i] == '\n'));
    for (i += space; i < len && is_blank(s[i]); i++)
        line |= s[i] == '\n';
    if (i >= len)
        return false;
    bool word = is_letter(s[i]);
    *at = word ? run_end(s, i, len, 'a', 'z') : is_digit(s[i]) ? run_end(s, i, len, '0', '9') : i + 1;
    *ret = (struct piece){.start = i,
                          .end = *at,
                          .gap = line    ? GAP_LINE
                                 : space ? GAP_SPACE
                                         : GAP_NONE,
                          .word = word};
    return true;
}

static bool add_batch(struct note *n, struct batch *b)
{
    const char *s = n->fold.text;
    for (unsigned i = 0; i < b->word_count; i++) {
        const struct piece *p = &b->pieces[b->words[i]];
        vocabulary_expect(n->vocabulary, s + p->start, p->end - p->start);
    }
    for (unsigned i = 0; i < b->word_count; i++) {
        const struct piece *p = &b->pieces[b->words[i]];
        vocabulary_expect_new(n->vocabulary, s + p->start, p->end - p->start);
    }
    for (const struct piece *p = b->pieces; p < b->pieces + b->count; p++)
        if (!(p->word ? add_letters(n, p->start, p->end, p->gap) : add_other(n, p->start, p->end, p->gap)))
            return false;
    b->count = b->word_count = 0;
    return true;
}

static bool cut(struct note *n)
{
    struct batch batch;
    batch.count = batch.word_count = 0;
    for (uint32_t at = 0; next_piece(&n->fold, &at, &batch.pieces[batch.count]);) {
        batch.words[batch.word_count] = (uint8_t)batch.count;
        batch.word_count += batch.pieces[batch.count++].word;
        if (batch.count == PIECES && !add_batch(n, &batch))
            return false;
    }
    return add_batch(n, &batch);
}

/* Tells the tokens of an entry what it is. */
static void take_phrase(struct note *n, size_t from, size_t to, uint32_t flags)
{
    enum text_cue cue = LEX_CUE(flags);
    n->tokens[from].phrase = (uint8_t)(to - from + 1);
    for (size_t k = from; k <= to; k++) {
        struct token *t = &n->tokens[k];
        if (cue != CUE_NONE) { /* the last word alone announces; the rest are plain words */
            t->flags &= (1u << LEX_CUE_SHIFT) - 1u;
            t->flags |= LEX_FUNCTION;
        }
        t->flags |= flags & ((1u << LEX_CUE_SHIFT) - 1u) & ~LEX_PREFIX;
    }
    n->tokens[to].flags |= (uint32_t)cue << LEX_CUE_SHIFT;
    for (size_t k = from; k <= to; k++)
        n->tokens[k].starts = vocabulary_starts(n->vocabulary, &n->tokens[k]);
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
    if (found > i)
        take_phrase(n, i, found, flags);
}

/* Of up to 64 tokens those with which an entry of several words may begin, a bit for each. What its first two
 * words are looked for by is fetched for all of them. */
static uint64_t expect_phrases(const struct note *n, size_t from)
{
    uint64_t prefixes = 0;
    for (size_t i = from; i < n->count && i < from + 64; i++)
        prefixes |= (uint64_t)((n->tokens[i].flags & LEX_PREFIX) != 0) << (i - from);
    for (uint64_t left = prefixes; left; left &= left - 1) {
        size_t i = from + (size_t)__builtin_ctzll(left);
        lexicon_expect(n->lexicon, lexicon_join(n->tokens[i].hash, token_at(n, i + 1)->hash));
    }
    return prefixes;
}

static void find_phrases(struct note *n)
{
    size_t next = 0; /* token after the last entry */
    for (size_t from = 0; from < n->count; from += 64)
        for (uint64_t left = expect_phrases(n, from); left; left &= left - 1) {
            size_t i = from + (size_t)__builtin_ctzll(left);
            if (i < next)
                continue;
            find_phrase(n, i);
            next = i + n->tokens[i].phrase;
        }
}

/* A stop after it belongs to it: an initial, "int.", "tel.", "op."; not "vu par IDE." */
static bool abbreviated(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return token_len(t) == 1 ||
           (token_len(t) <= 4 && (cue == CUE_NAMED || cue == CUE_TEL || cue == CUE_TITLE ||
                                  (cue == CUE_PROF && t->shape == SHAPE_LOWER)));
}

/* Whether the token at i lets a sentence begin after it, when one begins with it or not. */
static bool opens_sentence(const struct note *n, size_t i, bool first)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_SIGN)
        return false;
    switch (*token_text(n, t)) {
    case '.':
        return i == 0 || !abbreviated(&n->tokens[i - 1]);
    case '!':
    case '?':
        return true;
    case '-':
    case '"':
    case '(':
        return first;
    default:
        return false;
    }
}

/* Finds where sentences begin, and judges the writer's habit of capitals from words of three letters on. */
static void read_sentences(struct note *n)
{
    size_t shapes[SHAPES] = {0};
    bool first = true;
    for (size_t i = 0; i < n->count; i++) {
        struct token *t = &n->tokens[i];
        t->first = first || t->gap == GAP_LINE;
        shapes[t->shape] +=
            (t->kind == TOKEN_WORD) & (token_len(t) >= 3) & !((t->shape == SHAPE_CAPITAL) & (t->first != 0));
        first = opens_sentence(n, i, t->first);
    }
    size_t lower = shapes[SHAPE_LOWER], upper = shapes[SHAPE_UPPER], capital = shapes[SHAPE_CAPITAL];
    if (upper > 2 * (lower + capital))
        n->profile = CASE_UPPER;
    else
        n->profile =
            (capital == 0 && lower > 0) || (capital > 7 && capital > 2 * lower) /* "Bon Etat General" */
                ? CASE_LOWER
                : CASE_NORMAL;
}

/* In a note all in capitals, the lines that are not. */
static void find_lines_apart(struct note *n)
{
    for (size_t from = 0, to; from < n->count; from = to) {
        size_t lower = 0, upper = 0;
        for (to = from; to < n->count && (to == from || n->tokens[to].gap != GAP_LINE); to++) {
            const struct token *t = &n->tokens[to];
            bool tells = t->kind == TOKEN_WORD && token_len(t) >= 3;
            lower += tells && t->shape == SHAPE_LOWER;
            upper += tells && t->shape == SHAPE_UPPER;
        }
        for (size_t i = from; i < to; i++)
            n->tokens[i].apart = lower > upper;
    }
}

static bool named(const struct note *n, uint32_t start, uint32_t end)
{
    struct known_word room;
    const struct known_word *w =
        start < end ? vocabulary_find(n->vocabulary, n->fold.text + start, end - start, &room) : NULL;
    return w && (w->flags & LEX_NAME || w->site);
}

static bool known(const struct note *n, uint32_t start, uint32_t end)
{
    struct known_word room;
    const struct known_word *w =
        start < end ? vocabulary_find(n->vocabulary, n->fold.text + start, end - start, &room) : NULL;
    return w && (w->flags || w->site);
}

/* "petit?absente", "?rose": a ? that was read as a letter was a question when it makes no word that is known
 * of what are words, or names of the site, without it. */
static void settle_lost(struct note *n, uint32_t start, uint32_t end)
{
    struct fold *f = &n->fold;
    bool last = n->text[f->origin[end - 1]] == '?' && !named(n, start, end) && named(n, start, end - 1);
    if (!last && known(n, start, end))
        return;
    for (uint32_t k = start; k < end; k++) {
        bool lost = n->text[f->origin[k]] == '?';
        if (!lost || (k > start && !known(n, start, k)) || (k + 1 < end && !known(n, k + 1, end)))
            continue;
        f->text[k] = '?';
        f->traits[k] = 0;
        return; /* what follows is known */
    }
}

static void settle_all_lost(struct note *n)
{
    for (uint32_t i = 0; i < n->fold.len; i++) {
        uint32_t end = run_end(n->fold.text, i, (uint32_t)n->fold.len, 'a', 'z');
        if (end > i)
            settle_lost(n, i, end);
        i = end;
    }
}

bool note_tokenise(struct note *n)
{
    n->count = 0;
    if (n->fold.lossy)
        settle_all_lost(n);
    if (!cut(n))
        return false;
    find_phrases(n);
    read_sentences(n);
    if (n->profile == CASE_UPPER)
        find_lines_apart(n);
    return starts_find(n);
}
