/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of measures, which look like long numbers: "INR 1,20 1,45 2,10", "142 78 / 138 80", "pouls 64 68 71
 * 66". */
#include "agent/text/note.h"

#define LEAST_READ 30 /* of a pressure or a pulse */
#define MOST_READ 250
#define MOST_DIGITS 10u /* of pulses in a row: a phone has as many */
#define MOST_TOKENS 64u /* of a list: one that is longer is none, from whichever number it is read */

static bool short_number(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) <= 2 && !t->label;
}

/* "1,20" */
static bool decimal(const struct note *n, size_t i)
{
    return short_number(n, i) && token_sign(n, i + 1, ',') && token_tight(n, i + 1) &&
           short_number(n, i + 2) && token_tight(n, i + 2);
}

/* The token after two decimals or more, parted by blanks; 0 when there are fewer. */
static size_t decimals_end(const struct note *n, size_t i)
{
    size_t end = i, count = 0;
    for (; end - i < MOST_TOKENS && decimal(n, end) && (count == 0 || token_at(n, end)->gap == GAP_SPACE);
         end += 3)
        count++;
    return count >= 2 && !(token_at(n, end)->kind == TOKEN_NUMBER && token_at(n, end)->gap == GAP_SPACE) ? end
                                                                                                         : 0;
}

static bool plausible(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    long v = token_value(n, i);
    return t->kind == TOKEN_NUMBER && !t->label && v >= LEAST_READ && v <= MOST_READ &&
           *token_text(n, t) != '0';
}

static bool slash_between_blanks(const struct note *n, size_t i)
{
    return token_sign(n, i, '/') && token_at(n, i)->gap == GAP_SPACE && token_at(n, i + 1)->gap == GAP_SPACE;
}

static bool after_sign(const struct note *n, size_t i)
{
    const struct token *before = i > 0 ? &n->tokens[i - 1] : &token_nothing;
    return token_cue(before) == CUE_VITAL && token_len(before) > 2;
}

/* The token after pressures parted by slashes between blanks, or pulses after their sign; 0 when they are
 * none. */
static size_t values_end(const struct note *n, size_t i)
{
    size_t end = i, digits = 0, slashes = 0;
    while (end - i < MOST_TOKENS && plausible(n, end) && (end == i || token_at(n, end)->gap == GAP_SPACE)) {
        digits += token_len(token_at(n, end++));
        if (slash_between_blanks(n, end) && plausible(n, end + 1)) {
            slashes++;
            end++;
        }
    }
    bool pulses = after_sign(n, i) && digits > 2 && digits < MOST_DIGITS;
    bool closed = token_at(n, end)->kind != TOKEN_NUMBER &&
                  (end == i || !token_tight(n, end) || token_at(n, end)->kind == TOKEN_SIGN);
    return closed && (slashes > 0 || pulses) ? end : 0;
}

size_t readings_end(const struct note *n, size_t i)
{
    size_t end = decimals_end(n, i);
    return end ? end : values_end(n, i);
}
