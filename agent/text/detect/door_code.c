/* SPDX-License-Identifier: Apache-2.0 */
/* The codes of doors by their grammar: what announces one ("code", "digicode", "taper"), what says which door
 * ("du hall", "bat B", "après 20h"), the value in every manner of writing it ("A 4222", "70.93", "1 2 3 4",
 * "54 A 36"), and the next one ("puis", "int"). */
#include "agent/text/detect/code.h"
#include "agent/text/detect/number.h"

#define QUALIFIERS 6u

static bool number_of(const struct note *n, size_t i, size_t len)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) == len && t->gap != GAP_LINE && !t->label;
}

/* A letter of a keypad. */
static bool key_letter(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_WORD && token_len(t) == 1 && !t->label && t->gap != GAP_LINE &&
           token_letter(t) <= 'f' && !token_sign(n, i + 1, '\'');
}

/* What a chunk without blanks counts. */
struct keys {
    size_t last, digits, letters;
};

static struct keys read_keys(const struct note *n, size_t i)
{
    struct keys k = {.last = SIZE_MAX};
    for (size_t at = i; at < n->count && at < i + 8; at++) {
        const struct token *t = &n->tokens[at];
        if ((at > i && t->gap != GAP_NONE) || t->label)
            break;
        if (t->kind == TOKEN_NUMBER)
            k.digits += token_len(t);
        else if (t->kind == TOKEN_WORD && token_len(t) <= 2)
            k.letters += token_len(t);
        else if (!token_keypad_sign(n, at))
            break;
        k.last = at;
    }
    return k;
}

/* "1 2 3 4", "1-2-3-4": the last digit, 0 when fewer than four are said one by one. */
static size_t one_by_one(const struct note *n, size_t i)
{
    size_t digits = 0, last = i;
    for (size_t k = i; number_of(n, k, 1) && digits < 8; digits++) {
        last = k;
        k += token_sign(n, k + 1, '-') ? 2 : 1;
    }
    return digits >= 4 ? last : 0;
}

/* "70.93", "08-89", "79 34", "54 A 36": two pairs; the last token, 0 when they are none. */
static size_t two_pairs(const struct note *n, size_t i)
{
    if (!number_of(n, i, 2))
        return 0;
    size_t k = i + 1;
    if (key_letter(n, k) || token_sign(n, k, '.') || token_sign(n, k, '-'))
        k++;
    bool ends = token_at(n, k + 1)->kind != TOKEN_NUMBER && !token_sign(n, k + 1, '%') &&
                !(token_sign(n, k + 1, '.') && token_tight(n, k + 2)) &&
                token_cue(token_at(n, k + 1)) != CUE_UNIT;
    return number_of(n, k, 2) && ends ? k : 0;
}

/* "A 4222": a letter, a blank, and its digits. */
static size_t lettered(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1), *after = token_at(n, i + 2);
    bool digits = t->kind == TOKEN_NUMBER && token_len(t) >= 3 && token_len(t) <= 5 && !t->label;
    bool ends = after->gap != GAP_NONE || after->kind == TOKEN_SIGN;
    return key_letter(n, i) && digits && t->gap == GAP_SPACE && ends ? i + 1 : 0;
}

/* Whether a chunk without blanks is a code: four digits, or fewer with letters, and no hour. */
static bool keys_open(const struct note *n, size_t i, const struct keys *k)
{
    if (k->last == SIZE_MAX || k->digits > 8 || k->letters > 3)
        return false;
    if (k->letters == 1 && k->digits <= 4 && token_is(n, i + 1, "h"))
        return false;
    return k->digits >= 4 || (k->digits >= 2 && k->letters > 0);
}

/* The last token of a code at i, 0 when none is there. */
static size_t value_end(const struct note *n, size_t i)
{
    if (i >= n->count || n->tokens[i].gap == GAP_LINE || n->tokens[i].label)
        return 0;
    size_t spread = one_by_one(n, i);
    spread = spread ? spread : two_pairs(n, i);
    spread = spread ? spread : lettered(n, i);
    if (spread)
        return spread;
    struct keys k = read_keys(n, i);
    return keys_open(n, i, &k) ? k.last : 0;
}

/* "20h", "bat B", "esc 2", "code 1": the token after a number or letter that tells which code is meant. */
static size_t over_which(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *before = token_at(n, i - 1);
    if (t->kind == TOKEN_NUMBER && token_is(n, i + 1, "h"))
        return i + 2;
    enum text_cue cue = token_cue(before);
    bool part = cue == CUE_BUILD || cue == CUE_DOOR || cue == CUE_CODE;
    return part && (key_letter(n, i) || (t->kind == TOKEN_NUMBER && token_len(t) <= 2)) ? i + 1 : i;
}

static bool qualifying_sign(const struct note *n, size_t i)
{
    return token_sign(n, i, ':') || token_sign(n, i, '=') || token_sign(n, i, '(') || token_sign(n, i, ')') ||
           token_sign(n, i, '\'') || token_sign(n, i, FOLD_DEGREE);
}

/* The token after a word or a sign that may stand between "code" and the code; i itself when none may. */
static size_t over_qualifier(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (i >= n->count || t->gap == GAP_LINE)
        return i;
    if (t->kind == TOKEN_SIGN)
        return qualifying_sign(n, i) ? i + 1 : i;
    size_t which = over_which(n, i);
    if (which > i || t->kind == TOKEN_NUMBER)
        return which;
    bool other = t->label == TEXT_NOM || t->label == TEXT_TEL || t->flags & LEX_DRUG;
    return other && !token_among(n, i, LIST_CODE_LINK) ? i : i + 1;
}

/* The value that "code" at cue announces: its first token; 0 when it announces none. */
static size_t value_after(const struct note *n, size_t cue)
{
    size_t i = cue + 1;
    for (unsigned steps = 0; steps < QUALIFIERS; steps++) {
        size_t which = over_which(n, i);
        if (which == i && value_end(n, i))
            return i;
        if (which > i && value_end(n, which))
            return which;
        size_t next = over_qualifier(n, i);
        if (next == i)
            return 0;
        i = next;
    }
    return 0;
}

static size_t mark(struct note *n, size_t i)
{
    size_t last = value_end(n, i);
    for (size_t k = i; k <= last; k++)
        n->tokens[k].locked = 0;
    note_force(n, i, last, TEXT_CODE, TEXT_BY_CUE);
    return last + 1;
}

/* After one code, "puis 2326", "et A 12", "int 7731", "/ 1590": the next one's first token, 0 when none. */
static size_t next_value(const struct note *n, size_t i)
{
    bool joint = token_sign(n, i, '/') || token_sign(n, i, '+') || token_among(n, i, LIST_NEXT_CODE);
    if (joint && token_sign(n, i, '/') && token_among(n, i + 1, LIST_NEXT_CODE))
        i++; /* "/ int 7731" */
    return joint && value_end(n, i + 1) ? i + 1 : 0;
}

size_t more_door_codes(struct note *n, size_t end)
{
    for (size_t next = next_value(n, end); next; next = next_value(n, end))
        end = mark(n, next);
    return end;
}

/* Words that announce a code only when one of its usual shapes follows directly. */
static bool mere_order(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_CODE_ORDER);
}

size_t door_code(struct note *n, size_t cue)
{
    size_t value = 0;
    if (mere_order(n, cue)) {
        size_t i = token_sign(n, cue + 1, ':') || token_is(n, cue + 1, "le") ? cue + 2 : cue + 1;
        value = value_end(n, i) && token_at(n, i)->gap == GAP_SPACE ? i : 0;
    } else {
        value = value_after(n, cue);
    }
    if (!value)
        return 0;
    return more_door_codes(n, mark(n, value));
}

/* A number between blanks, or before a full stop, a comma, a bracket. */
static bool stands_alone(const struct note *n, size_t i)
{
    if (n->tokens[i].gap == GAP_NONE)
        return false;
    if (!token_tight(n, i + 1))
        return true;
    bool ends = token_sign(n, i + 1, '.') || token_sign(n, i + 1, ',') || token_sign(n, i + 1, ')');
    return ends && token_at(n, i + 2)->kind != TOKEN_NUMBER;
}

/* A dose, a vital sign or a part of a longer number: what stands around four digits says so. */
static bool measures(const struct note *n, size_t i)
{
    const struct token *before = &n->tokens[i - 1], *next = token_at(n, i + 1);
    return (next->kind == TOKEN_WORD && next->gap != GAP_LINE && token_cue(next) == CUE_UNIT) ||
           before->locked || before->flags & LEX_DRUG ||
           (before->flags & LEX_MEDICAL && token_len(before) > 5) || token_cue(before) == CUE_VITAL ||
           before->kind == TOKEN_NUMBER;
}

/* Four digits that are no year and measure nothing open a door. */
static void bare_code(struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_NUMBER || t->label || t->locked || token_len(t) != 4 || i == 0)
        return;
    long v = token_value(n, i);
    bool year = v >= 1900 && v <= 2100;
    if (!year && v % 100 != 0 && !number_is_public(v) && stands_alone(n, i) && !measures(n, i))
        note_mark(n, i, i, TEXT_CODE, TEXT_BY_PATTERN);
}

void detect_bare_codes(struct note *n)
{
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count; i = note_next(n, START_NUMBER, i + 1))
        bare_code(n, i);
}
