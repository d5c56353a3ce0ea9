/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/detect/feature.h"

#define LISTED                                                                                               \
    (LEX_FRENCH | LEX_EPONYM | LEX_GIVEN | LEX_SURNAME | LEX_TOWN | LEX_NEUTRAL | LEX_HOSPITAL | LEX_PROPER)

const struct feature features[FEATURES] = {
    {{{-3, FEATURE_WORD}}},
    {{{-2, FEATURE_WORD}}},
    {{{-1, FEATURE_WORD}}},
    {{{0, FEATURE_WORD}}},
    {{{1, FEATURE_WORD}}},
    {{{2, FEATURE_WORD}}},
    {{{-3, FEATURE_CLASS}}},
    {{{-2, FEATURE_CLASS}}},
    {{{-1, FEATURE_CLASS}}},
    {{{0, FEATURE_CLASS}}},
    {{{1, FEATURE_CLASS}}},
    {{{2, FEATURE_CLASS}}},
    {{{-1, FEATURE_SHAPE}}},
    {{{0, FEATURE_SHAPE}}},
    {{{1, FEATURE_SHAPE}}},
    {{{0, FEATURE_GAP}}},
    {{{1, FEATURE_GAP}}},
    {{{0, FEATURE_HEAD_3}}},
    {{{0, FEATURE_HEAD_4}}},
    {{{0, FEATURE_TAIL_3}}},
    {{{0, FEATURE_TAIL_4}}},
    {{{0, FEATURE_OPENING}}},
    {{{0, FEATURE_PHRASE}}},
    {{{-1, FEATURE_CLASS}, {0, FEATURE_FORM}}},
    {{{0, FEATURE_FORM}, {1, FEATURE_CLASS}}},
    {{{-2, FEATURE_CLASS}, {-1, FEATURE_CLASS}, {0, FEATURE_FORM}}},
    {{{-1, FEATURE_CLASS}, {0, FEATURE_FORM}, {1, FEATURE_CLASS}}},
    {{{-1, FEATURE_WORD}, {0, FEATURE_FORM}}},
    {{{0, FEATURE_FORM}, {1, FEATURE_WORD}}},
    {{{-2, FEATURE_WORD}, {-1, FEATURE_CLASS}, {0, FEATURE_FORM}}},
    {{{-1, FEATURE_LABEL}}},
    {{{1, FEATURE_LABEL}}},
    {{{-2, FEATURE_LABEL}, {-1, FEATURE_LABEL}}},
    {{{1, FEATURE_LABEL}, {2, FEATURE_LABEL}}},
    {{{-1, FEATURE_LABEL}, {1, FEATURE_LABEL}}},
    {{{-1, FEATURE_LABEL}, {-1, FEATURE_CLASS}, {0, FEATURE_FORM}}},
    {{{1, FEATURE_LABEL}, {0, FEATURE_FORM}, {1, FEATURE_CLASS}}},
    {{{-2, FEATURE_LABEL}, {-1, FEATURE_LABEL}, {0, FEATURE_CLASS}}},
};

/* Below any word's hash in use: a number by its digits, a sign by itself. */
static uint64_t number_or_sign(const struct token *t)
{
    uint32_t len = token_len(t);
    return t->kind == TOKEN_NUMBER ? 0x100u + (len < 12 ? len : 12) : 0x200u + (uint8_t)token_letter(t);
}

uint32_t feature_class(const struct token *t)
{
    if (t->kind != TOKEN_WORD)
        return (uint32_t)number_or_sign(t);
    if (token_cue(t) != CUE_NONE)
        return 0x300u + (uint32_t)token_cue(t);
    if (t->flags & (LEX_FUNCTION | LEX_DRUG | LEX_MEDICAL)) {
        uint32_t first = t->flags & LEX_FUNCTION ? LEX_FUNCTION
                         : t->flags & LEX_DRUG   ? LEX_DRUG
                                                 : LEX_MEDICAL;
        return 0x400u + first;
    }
    uint32_t grammar = t->flags & LEX_FRENCH ? t->flags & (LEX_NOUN | LEX_PREDICATE) : 0;
    return 0x10000u + ((t->flags & LISTED) | grammar);
}

static uint64_t letters(const struct note *n, const struct token *t, uint32_t count, bool last)
{
    uint32_t len = token_len(t);
    if (t->kind != TOKEN_WORD)
        return 0;
    count = count < len ? count : len;
    return lexicon_hash(token_text(n, t) + (last ? len - count : 0), count);
}

/* What is observed of the tokens around one, by their place. */
struct window {
    uint64_t of[FEATURE_AFTER + FEATURE_BEFORE + 1][FEATURE_OBSERVATIONS];
};

/* Whether a line ends between the token at i and the one k tokens of the window further. */
static bool other_line(const struct note *n, size_t i, size_t k)
{
    size_t from = k < FEATURE_BEFORE ? i + k - FEATURE_BEFORE + 1 : i + 1;
    size_t to = k < FEATURE_BEFORE ? i : i + k - FEATURE_BEFORE;
    for (size_t t = from; t <= to && t < n->count; t++)
        if (n->tokens[t].gap == GAP_LINE)
            return true;
    return false;
}

static void observe(const struct note *n, size_t i, struct window *w)
{
    for (size_t k = 0; k < FEATURE_AFTER + FEATURE_BEFORE + 1; k++) {
        const struct token *t = token_at(n, i + k - FEATURE_BEFORE); /* before the note: past its end */
        uint64_t class = feature_class(t), writing = t->kind == TOKEN_WORD ? t->shape : 8u + t->kind;
        w->of[k][FEATURE_WORD] = t->kind == TOKEN_WORD ? t->hash : number_or_sign(t);
        w->of[k][FEATURE_CLASS] = class;
        w->of[k][FEATURE_FORM] = class << 4 | writing;
        w->of[k][FEATURE_SHAPE] = writing << 2 | (uint64_t)n->profile;
        w->of[k][FEATURE_GAP] = t->gap;
        w->of[k][FEATURE_LABEL] = t->label && !other_line(n, i, k) ? t->label : TEXT_NONE;
        if (k != FEATURE_BEFORE)
            continue;
        w->of[k][FEATURE_HEAD_3] = letters(n, t, 3, false);
        w->of[k][FEATURE_HEAD_4] = letters(n, t, 4, false);
        w->of[k][FEATURE_TAIL_3] = letters(n, t, 3, true);
        w->of[k][FEATURE_TAIL_4] = letters(n, t, 4, true);
        w->of[k][FEATURE_OPENING] = writing << 1 | (t->first != 0);
        w->of[k][FEATURE_PHRASE] = class << 1 | (t->phrase > 1);
    }
}

static uint64_t hash(const struct window *w, size_t feature)
{
    uint64_t h = feature + 1;
    for (size_t p = 0; p < FEATURE_PARTS && features[feature].parts[p].of != FEATURE_NONE; p++)
        h = lexicon_join(
            h, w->of[features[feature].parts[p].at + FEATURE_BEFORE][features[feature].parts[p].of]);
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCDu; /* small values apart: a print is the upper half */
    return h ^ h >> 33;
}

uint64_t feature_hash(const struct note *n, size_t i, size_t feature)
{
    struct window w;
    observe(n, i, &w);
    return hash(&w, feature);
}

struct feature_sum feature_weigh(const struct note *n, size_t i)
{
    struct window seen;
    observe(n, i, &seen);
    struct weight w = lexicon_bias(n->lexicon);
    struct feature_sum sum = {w.identifier, w.place};
    for (size_t f = 0; f < FEATURES; f++) {
        w = lexicon_weigh(n->lexicon, hash(&seen, f));
        sum.identifier += w.identifier;
        sum.place += w.place;
    }
    return sum;
}
