/* SPDX-License-Identifier: Apache-2.0 */
/* Locks for clinical numbers: vital signs, measures with their unit, grades, "24h/24". Eight digits are never
 * clinical. */
#include "agent/text/note.h"

#include <string.h>

static bool number_part(const struct note *n, size_t i)
{
    return (token_sign(n, i, '.') || token_sign(n, i, ',') || token_sign(n, i, '/') ||
            token_sign(n, i, '-')) &&
           token_tight(n, i) && token_at(n, i + 1)->kind == TOKEN_NUMBER && token_tight(n, i + 1) &&
           token_len(token_at(n, i + 1)) <= 3;
}

/* What may stand between a vital sign and its value: "TA : 12", "temp stable à 37", "sat est a 98". */
static bool leads_to_value(const struct note *n, size_t i, bool beside)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) == 1;
    if (t->kind == TOKEN_SIGN)
        return token_sign(n, i, ':') || token_sign(n, i, '=') || token_sign(n, i, FOLD_DEGREE) ||
               token_sign(n, i, '.');
    if (token_is(n, i, "a") || token_is(n, i, "est"))
        return true;
    return beside && t->flags & (LEX_FRENCH | LEX_MEDICAL) && !(t->flags & LEX_FUNCTION) &&
           token_cue(t) == CUE_NONE;
}

static bool measured(const struct note *n, size_t i)
{
    for (size_t back = 1; back <= 4 && back <= i; back++) {
        const struct token *t = &n->tokens[i - back];
        enum text_cue left = back < i ? token_cue(&n->tokens[i - back - 1]) : CUE_NONE;
        if (token_len(t) == 1 && (left == CUE_BUILD || left == CUE_DOOR))
            return false; /* "bat K 4e" */
        if (token_cue(t) == CUE_VITAL && !t->locked)
            return token_len(&n->tokens[i]) <= (token_is(n, i - back, "en") ? 2u : 3u) || token_len(t) > 3;
        if (!leads_to_value(n, i - back, back == 1))
            return false;
    }
    return false;
}

static bool unit_follows(const struct note *n, size_t i, size_t digits)
{
    const struct token *t = token_at(n, i);
    if (token_sign(n, i, '%') || token_sign(n, i, FOLD_DEGREE))
        return digits <= 3;
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_UNIT || t->gap == GAP_LINE)
        return false;
    if (digits >= 4)
        return digits <= 7 && token_among(n, i, LIST_LARGE_UNIT);
    if (token_among(n, i, LIST_TIGHT_UNIT))
        return t->gap == GAP_NONE && digits <= 2 && !token_is(n, i, "a");
    return true;
}

/* "bât B2", "code A4": the letter and number are a place's, not a grade. */
static bool place_cue(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    return cue == CUE_BUILD || cue == CUE_DOOR || cue == CUE_CODE || cue == CUE_ETAB || cue == CUE_ID;
}

static bool grade_letters(const struct note *n, const struct token *t)
{
    if (token_len(t) == 1 && strchr("lcdtsjgpevmhnqk", *token_text(n, t)))
        return true;
    return token_len(t) <= 5 && t->flags & (LEX_MEDICAL | LEX_DRUG) && token_cue(t) < CUE_STREET;
}

/* L4, J5, G2P1, E4V4M6: a letter or two and a small number, joined; i is the number's. */
static bool grade(const struct note *n, size_t i)
{
    const struct token *number = &n->tokens[i];
    if (i == 0 || number->gap != GAP_NONE || token_len(number) > 2)
        return false;
    const struct token *t = &n->tokens[i - 1], *before = token_at(n, i - 2);
    if (t->kind != TOKEN_WORD || t->label || number->label)
        return false;
    if (i == 1 || t->gap == GAP_NONE)
        return token_len(t) == 1 && i > 1 && before->locked;
    return !place_cue(before) && grade_letters(n, t);
}

/* The token after the parts of a number: "12/8", "38.5". */
static size_t number_end(const struct note *n, size_t i)
{
    size_t end = i + 1;
    for (unsigned parts = 0; parts < 2 && number_part(n, end); parts++)
        end += 2;
    return end;
}

static bool after_blood(const struct note *n, size_t i)
{
    return token_is(n, i - 1, "inr") || token_is(n, i - 1, "crp") || token_is(n, i - 1, "tsh");
}

/* "INR 12/09", "DDR 20/10", "en 02/2023": no value of the blood nor of pain is written so. */
static bool dated(const struct note *n, size_t i)
{
    if (!token_sign(n, i + 1, '/') || token_len(token_at(n, i)) > 2 || token_sign(n, i + 3, '/'))
        return false;
    long month = token_value(n, i + 2);
    if (month > 12 || month < 1)
        return month >= 1900 && month <= 2100;
    bool padded = token_len(token_at(n, i)) == 2 && token_len(token_at(n, i + 2)) == 2;
    bool said = token_sign(n, i + 3, '=') || token_sign(n, i + 3, ':'); /* "INR 3/2 = 4.1" */
    return i > 0 && (token_is(n, i - 1, "ddr") || token_is(n, i - 1, "dep") ||
                     (after_blood(n, i) && (padded || said)));
}

static bool stays(const struct note *n, size_t i, size_t end)
{
    if (dated(n, i) || (i > 0 && token_is(n, i - 1, "o") && note_ordinal(n, i)))
        return false;
    if (token_cue(token_at(n, end)) == CUE_MONTH && token_len(token_at(n, end)) > 2)
        return false; /* "dep 8 octobre" */
    return measured(n, i) || unit_follows(n, end, token_len(&n->tokens[i])) ||
           (end == i + 1 && token_sign(n, end, '/') && token_cue(token_at(n, end + 1)) == CUE_UNIT);
}

/* "24/24", "7/7", "24h/24": always. */
static bool round_the_clock(const struct note *n, size_t i)
{
    size_t k = token_is(n, i + 1, "h") || token_is(n, i + 1, "j") ? i + 2 : i + 1;
    long v = token_value(n, i);
    return (v == 24 || v == 7) && token_sign(n, k, '/') && token_tight(n, k) && token_value(n, k + 1) == v &&
           token_tight(n, k + 1) && !(token_sign(n, k + 2, '/') && token_tight(n, k + 2));
}

/* "12/8", "38.5", unless a part of it is marked. */
static void lock_measure(struct note *n, size_t i, size_t end)
{
    for (size_t k = i; k < end; k++)
        if (n->tokens[k].label)
            return;
    note_lock(n, i, end - i);
}

void detect_clinical(struct note *n)
{
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count;) {
        const struct token *t = &n->tokens[i];
        size_t end = i + 1;
        if (t->kind == TOKEN_NUMBER && grade(n, i)) {
            note_lock(n, i - 1, 2);
        } else if (t->kind == TOKEN_NUMBER && !t->label && token_len(t) <= 7) {
            end = number_end(n, i);
            if (stays(n, i, end) || round_the_clock(n, i))
                lock_measure(n, i, end);
        }
        i = note_next(n, START_NUMBER, end);
    }
}
