/* SPDX-License-Identifier: Apache-2.0 */
/* A hamlet, a town, a house that stands by itself beside an address: "poilly", "mordacs, allée du bois", "les
 * cannes, bat A3", "les Jardins du Dadou, bungalow 5". Nothing but the place says so, so what stands between
 * two signs must be a name as a whole. Addresses and names must have been marked. */
#include "agent/text/detect/place.h"

#define MOST_TOKENS 9u
#define LEAST_ALONE 5u /* letters of a single unknown word */

static bool separates(const struct note *n, size_t i)
{
    if (n->tokens[i].kind != TOKEN_SIGN || token_sign(n, i, '\'') || token_sign(n, i, '"'))
        return false;
    return !(token_hyphen(n, i) && token_tight(n, i + 1));
}

static bool part(const struct token *t)
{
    return t->label == TEXT_ADRESSE || t->label == TEXT_ZIP;
}

/* What follows says that a place was named: an address directly or after a comma, or its code. */
static bool before_address(const struct note *n, size_t end)
{
    const struct token *t = token_at(n, end);
    if (part(t) && t->gap == GAP_SPACE)
        return true;
    bool sign = token_sign(n, end, ',') || token_sign(n, end, '(') || token_sign(n, end, ':');
    const struct token *next = token_at(n, end + 1);
    return sign && (part(next) || (token_sign(n, end, ',') && next->label == TEXT_CODE) ||
                    (token_cue(next) == CUE_CODE && token_sign(n, end, ',') && !next->label));
}

static bool after_address(const struct note *n, size_t start)
{
    return start > 1 && token_sign(n, start - 1, ',') && part(&n->tokens[start - 2]);
}

/* A word that no name of a place has. */
static bool forbids(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    enum text_cue cue = token_cue(t);
    bool quiet =
        cue == CUE_NONE || cue == CUE_RESID || cue == CUE_STREET || cue == CUE_LOC || cue == CUE_CONTEXT;
    return !quiet || t->locked || t->flags & (LEX_MEDICAL | LEX_DRUG | LEX_EPONYM | LEX_NEUTRAL) ||
           token_among(n, i, LIST_BODY) || token_among(n, i, LIST_GENERIC) ||
           token_among(n, i, LIST_CODE_ORDER) || token_among(n, i, LIST_NO_PLACE);
}

static bool unknown(const struct note *n, const struct token *t)
{
    return t->kind == TOKEN_WORD && !(t->flags & LEX_WORD) && token_cue(t) == CUE_NONE && token_len(t) > 2 &&
           !medical_shape(token_text(n, t), token_len(t));
}

/* Unknown, and no slip of a word of medicine. */
static bool foreign(const struct note *n, const struct token *t)
{
    bool shown = n->profile == CASE_NORMAL && t->shape == SHAPE_CAPITAL;
    return unknown(n, t) &&
           (shown || t->flags & (LEX_TOWN | LEX_NAME | LEX_PROPER | LEX_HOSPITAL) || t->site ||
            !lexicon_near(n->lexicon, token_text(n, t), token_len(t), LEX_MEDICAL | LEX_DRUG));
}

/* "poilly", "montreynaud", "mesnils pasteur", "petite synthe": some word of no dictionary, others that are
 * nouns or say which. */
static bool foreign_name(const struct note *n, size_t from, size_t end)
{
    size_t words = 0, strange = 0;
    for (size_t i = from; i < end; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_WORD || token_among(n, i, LIST_STREET_LINK))
            continue;
        words++;
        bool odd = foreign(n, t) && token_len(t) >= (end - from == 1 ? LEAST_ALONE : 3u);
        strange += odd;
        if (!odd && !(t->flags & LEX_NOUN || token_among(n, i, LIST_PLACE_ADJECTIVE) ||
                      token_among(n, i, LIST_SAINT)))
            return false;
    }
    return strange > 0 && words <= 4;
}

/* "les cannes", "le bois dormant": by the grammar of plain words, from an article on. */
static bool plain_name(const struct note *n, size_t from, size_t end)
{
    bool article =
        token_among(n, from, LIST_ARTICLE) || (token_is(n, from, "l") && token_sign(n, from + 1, '\''));
    return article && place_plain_name(n, from) + 1 == end;
}

/* "quatre saisons", "hautes noues", "ravine blanche": an adjective or a number and a noun, none that is seen
 * of a house. */
static bool described_name(const struct note *n, size_t from, size_t end)
{
    bool first = token_among(n, from, LIST_PLACE_ADJECTIVE) || token_among(n, from, LIST_NUMERAL);
    size_t noun = first ? from + 1 : from;
    bool last = token_among(n, from + 1, LIST_PLACE_ADJECTIVE);
    return end == from + 2 && first != last && n->tokens[noun].flags & LEX_NOUN &&
           token_len(&n->tokens[noun]) > 2 && !token_among(n, noun, LIST_LANDMARK);
}

static bool named(const struct note *n, size_t from, size_t end, bool before)
{
    for (size_t i = from; i < end; i++) {
        if (n->tokens[i].label || n->tokens[i].kind == TOKEN_NUMBER)
            return false;
        if (n->tokens[i].kind == TOKEN_WORD && !token_among(n, i, LIST_STREET_LINK) && forbids(n, i))
            return false;
    }
    return plain_name(n, from, end) || (before && described_name(n, from, end)) || foreign_name(n, from, end);
}

/* Where the segment that begins at i ends: at a sign, a mark, a line's end. */
static size_t segment_end(const struct note *n, size_t i)
{
    size_t end = i;
    while (end < n->count && end - i < MOST_TOKENS && !n->tokens[end].label && !separates(n, end) &&
           (end == i || n->tokens[end].gap != GAP_LINE))
        end++;
    return end;
}

/* Marks the segment that begins at i; the token after it. */
static size_t segment(struct note *n, size_t i)
{
    size_t end = segment_end(n, i);
    bool before = before_address(n, end), after = after_address(n, i) && place_ends(n, end);
    if ((before || after) && end - i < MOST_TOKENS && named(n, i, end, before))
        note_mark(n, i, end - 1, TEXT_VILLE, TEXT_BY_CUE);
    return end;
}

/* A note without an address, or a code that may stand beside one, has no such places. */
static bool addressed(const struct note *n)
{
    for (size_t i = 0; i < n->count; i++)
        if (part(&n->tokens[i]) || n->tokens[i].label == TEXT_CODE || token_cue(&n->tokens[i]) == CUE_CODE)
            return true;
    return false;
}

void detect_segments(struct note *n)
{
    bool begins = true;
    if (!addressed(n))
        return;
    for (size_t i = 0; i < n->count;) {
        const struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_WORD && !t->label && (begins || t->gap == GAP_LINE)) {
            i = segment(n, i);
            begins = false;
        } else {
            begins = t->kind == TOKEN_SIGN && separates(n, i);
            i++;
        }
    }
}
