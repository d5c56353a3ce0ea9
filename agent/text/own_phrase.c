/* SPDX-License-Identifier: Apache-2.0 */
/* The row's places word for word: "les Granges Hautes", "bat H 2", "PK 28,5". Single words of them are common
 * ("le moulin"); two of them side by side, as the row has them, are the row's. */
#include "agent/text/own.h"

#include <string.h>

enum part { PART_LIGHT, PART_WORD, PART_NUMBER };

static bool is_letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static bool is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

static enum part part_of(const struct lexicon *lexicon, const char *word, size_t len, bool caller)
{
    if (is_digit(*word))
        return PART_NUMBER;
    uint32_t flags = lexicon_find(lexicon, lexicon_hash(word, len));
    bool announces = LEX_CUE(flags) != CUE_NONE;
    if (len < 3 || flags & LEX_FUNCTION || (caller && (announces || flags & LEX_MEDICAL)))
        return PART_LIGHT;
    return PART_WORD;
}

void own_add_phrase(struct own *o, const struct lexicon *lexicon, const struct fold *f, enum text_kind kind,
                    enum text_label label, enum text_role role)
{
    if (o->phrase_count == OWN_PHRASES)
        return; /* its words are known one by one */
    struct own_phrase *p = &o->phrases[o->phrase_count];
    *p = (struct own_phrase){.label = (uint8_t)label, .role = (uint8_t)role};
    for (size_t i = 0; i < f->len && p->count < OWN_PHRASE_PARTS;) {
        size_t start = i;
        if (is_letter(f->text[i]))
            while (i < f->len && is_letter(f->text[i]))
                i++;
        else if (is_digit(f->text[i]))
            while (i < f->len && is_digit(f->text[i]))
                i++;
        if (i == start) {
            i++;
            continue;
        }
        p->hashes[p->count] = lexicon_hash(f->text + start, i - start);
        p->parts[p->count++] = (uint8_t)part_of(lexicon, f->text + start, i - start, kind == TEXT_IS_CALLER);
    }
    if (p->count > 1)
        o->phrase_count++;
}

static bool same(const struct note *n, size_t i, uint64_t hash)
{
    const struct token *t = token_at(n, i);
    return t->kind != TOKEN_SIGN && lexicon_hash(token_text(n, t), token_len(t)) == hash;
}

/* What of a phrase stands in the note from one token on. */
struct run {
    size_t last; /* token of its last part that is not light */
    unsigned parts, words, numbers;
};

static struct run read_run(const struct note *n, size_t i, const struct own_phrase *p, size_t at)
{
    struct run run = {.last = i};
    unsigned light = 0;
    for (; at < p->count && same(n, i, p->hashes[at]); at++) {
        if (p->parts[at] == PART_LIGHT) {
            light++;
        } else {
            run.parts += 1 + light;
            light = 0;
            run.words += p->parts[at] == PART_WORD;
            run.numbers += p->parts[at] == PART_NUMBER;
            run.last = i;
        }
        i++;
        while (i < n->count && n->tokens[i].kind == TOKEN_SIGN && n->tokens[i].gap != GAP_LINE)
            i++;
    }
    return run;
}

/* The house number of the row before a street named without its type: "107 jean lolive". */
static size_t with_number(const struct note *n, size_t i, const struct own_phrase *p)
{
    if (i == 0 || n->tokens[i - 1].kind != TOKEN_NUMBER || n->tokens[i - 1].label ||
        n->tokens[i].gap == GAP_LINE)
        return i;
    for (size_t k = 0; k < p->count; k++)
        if (p->parts[k] == PART_NUMBER && same(n, i - 1, p->hashes[k]))
            return i - 1;
    return i;
}

/* Two words, a word and a number, the whole value, or a word with its article that is nothing else here. */
static bool telling(const struct note *n, const struct run *run, const struct own_phrase *p, size_t at)
{
    if (run->parts < 2 || run->words == 0)
        return false;
    if (run->words + run->numbers >= 2 || run->parts == p->count)
        return true;
    const struct token *t = &n->tokens[run->last];
    bool capital = n->profile == CASE_NORMAL && t->shape != SHAPE_LOWER;
    return capital || (at + run->parts == p->count && !(t->flags & (LEX_MEDICAL | LEX_PREDICATE)) &&
                       token_cue(t) == CUE_NONE);
}

/* "28 TRANCHEE", "19 fossés": the row's number, then a word of its street without what joins them. */
static size_t number_and_word(const struct note *n, size_t i, const struct own_phrase *p)
{
    const struct token *t = token_at(n, i + 1);
    if (n->tokens[i].kind != TOKEN_NUMBER || t->kind != TOKEN_WORD || t->gap != GAP_SPACE || t->label ||
        token_len(t) < 4)
        return 0;
    bool number = false, word = false;
    for (size_t k = 0; k < p->count; k++) {
        number |= p->parts[k] == PART_NUMBER && same(n, i, p->hashes[k]);
        word |= p->parts[k] == PART_WORD && same(n, i + 1, p->hashes[k]);
    }
    return number && word ? i + 1 : 0;
}

static void mark_phrase(struct note *n, size_t from, size_t last, const struct own_phrase *p)
{
    for (size_t i = from; i <= last; i++)
        n->tokens[i].locked = 0;
    note_force(n, from, last, (enum text_label)p->label, TEXT_BY_OWN);
}

void own_mark_phrases(const struct own *o, struct note *n)
{
    for (size_t i = 0; o->phrase_count > 0 && i < n->count; i++) {
        if (n->tokens[i].kind == TOKEN_SIGN || n->tokens[i].label)
            continue;
        uint64_t hash = lexicon_hash(token_text(n, &n->tokens[i]), token_len(&n->tokens[i]));
        for (size_t k = 0; k < o->phrase_count; k++) {
            const struct own_phrase *p = &o->phrases[k];
            for (size_t at = 0; at + 1 < p->count; at++) {
                if (p->hashes[at] != hash)
                    continue;
                struct run run = read_run(n, i, p, at);
                if (!telling(n, &run, p, at))
                    continue;
                mark_phrase(n, with_number(n, i, p), run.last, p);
            }
            size_t word = number_and_word(n, i, p);
            if (word)
                mark_phrase(n, i, word, p);
        }
    }
}
