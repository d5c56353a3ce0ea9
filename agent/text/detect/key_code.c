/* SPDX-License-Identifier: Apache-2.0 */
/* Codes as they are keyed or read out: "19 44 D", "7 7 1 8 A", "B.1968.B", "V1 6", "HENNIR22", "51 puis 87".
 * Only after what announces a code: elsewhere such runs mean many things. */
#include "agent/text/detect/code.h"
#include "agent/text/detect/place.h"

#define LINKS 5u      /* tokens between what announces a code and the code */
#define MOST_KEYS 12u /* letters and digits */
#define MOST_LETTERS 8u
#define MOST_TOKENS 16u

struct keyed {
    size_t last, atoms, digits, letters, joints, spoken;
};

/* A sign inside a code, between letters and digits without blanks. */
static bool joint(const struct note *n, size_t i)
{
    bool sign = token_sign(n, i, '.') || token_sign(n, i, '/') || token_sign(n, i, '-');
    const struct token *next = token_at(n, i + 1);
    return sign && token_tight(n, i) && next->gap == GAP_NONE && next->kind != TOKEN_SIGN;
}

/* "3e", "4 etage", "12 rue", "20h", "3x/j", "12 ans": a number that says something else. */
static bool says_other(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    if (next->kind != TOKEN_WORD || next->gap == GAP_LINE)
        return false;
    enum text_cue cue = token_cue(next);
    if (token_is(n, i + 1, "h") || token_is(n, i + 1, "x") || note_ordinal(n, i))
        return true;
    return token_len(next) > 1 &&
           (cue == CUE_STREET || cue == CUE_FLOOR || cue == CUE_UNIT || cue == CUE_MONTH ||
            cue == CUE_RESID || token_among(n, i + 1, LIST_NUMBER_REPEAT));
}

static bool number_key(const struct note *n, size_t i, const struct keyed *k)
{
    const struct token *t = token_at(n, i);
    if (t->kind != TOKEN_NUMBER || token_len(t) > 5 || says_other(n, i))
        return false;
    bool fresh = k->atoms > 0 && k->letters == 0 && k->joints == 0 && t->gap != GAP_NONE;
    return !fresh || token_len(t) <= 2;
}

/* One letter that is no elided word: "d'", "à". */
static bool single(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    bool elided = token_sign(n, i + 1, '\'') && token_tight(n, i + 1);
    return t->kind == TOKEN_WORD && token_len(t) == 1 && !t->accent && !elided;
}

/* "cinq deux sept": a digit as a word, between blanks or hyphens. */
static bool spoken_key(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_NUMBER_WORD) && !token_is(n, i, "un") &&
           (token_among(n, i + 1, LIST_NUMBER_WORD) || !says_other(n, i));
}

/* Whether a digit follows the letter at i, perhaps over a sign or as a word. */
static bool tied_letter(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    return joint(n, i + 1) ||
           (next->kind == TOKEN_NUMBER && next->gap != GAP_LINE && !says_other(n, i + 1)) ||
           (token_at(n, i)->shape != SHAPE_LOWER && next->gap == GAP_SPACE && spoken_key(n, i + 1));
}

/* A letter beside digits, or a capital; "a", "d", "m." are words too. */
static bool letter_key(const struct note *n, size_t i, const struct keyed *k)
{
    if (!single(n, i))
        return false;
    const struct token *t = token_at(n, i);
    bool tied = tied_letter(n, i);
    if (tied || k->atoms == 0)
        return tied;
    if (t->gap == GAP_NONE && t->shape != SHAPE_LOWER && k->digits > 1)
        return true; /* "91A" */
    bool word = t->flags & LEX_FUNCTION || token_cue(t) == CUE_TITLE || token_is(n, i, "a");
    return place_ends(n, i + 1) || (t->shape != SHAPE_LOWER && !word && n->profile != CASE_UPPER);
}

/* "HENNIR22", "CN-5": letters tied to the digits after them. */
static bool word_key(const struct note *n, size_t i, const struct keyed *k)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    if (t->kind != TOKEN_WORD || token_len(t) > MOST_LETTERS || next->gap != GAP_NONE)
        return false;
    if (k->atoms > 0) /* "4-LILA-8" */
        return joint(n, i - 1) && joint(n, i + 1) && token_at(n, i + 2)->kind == TOKEN_NUMBER;
    size_t number = token_sign(n, i + 1, '-') && token_len(t) <= 3 ? i + 2 : i + 1;
    enum text_cue cue = token_cue(t);
    return token_at(n, number)->kind == TOKEN_NUMBER && token_tight(n, number) && cue != CUE_CODE &&
           !(cue >= CUE_BUILD && cue <= CUE_SIDE && token_len(t) > 1);
}

static void count(const struct token *t, size_t i, struct keyed *k)
{
    *(t->kind == TOKEN_NUMBER ? &k->digits : &k->letters) += token_len(t);
    k->atoms++;
    k->last = i;
}

static void count_spoken(size_t i, struct keyed *k)
{
    k->digits++;
    k->spoken++;
    k->atoms++;
    k->last = i;
}

static struct keyed read_keyed(const struct note *n, size_t from)
{
    struct keyed k = {.last = 0};
    for (size_t i = from; i < n->count && i < from + MOST_TOKENS; i++) {
        const struct token *t = &n->tokens[i];
        if (t->label || (i > from && t->gap == GAP_LINE))
            break;
        if (spoken_key(n, i))
            count_spoken(i, &k);
        else if (number_key(n, i, &k) || letter_key(n, i, &k) || word_key(n, i, &k))
            count(t, i, &k);
        else if (k.atoms > 0 && joint(n, i))
            k.joints++;
        else if (token_keypad_sign(n, i))
            k.last = k.atoms > 0 ? i : k.last;
        else
            break;
    }
    return k;
}

static bool two_digits(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) >= 2 && token_len(t) <= 3 && !t->label &&
           t->gap == GAP_SPACE;
}

/* The last token of the code at i, 0 when none is there: several keys, or two digits before "puis". */
static size_t keyed_end(const struct note *n, size_t i)
{
    if (i >= n->count || n->tokens[i].gap == GAP_LINE)
        return 0;
    struct keyed k = read_keyed(n, i);
    size_t keys = k.digits + k.letters;
    if (k.atoms >= 2 && k.digits > 0 && keys >= 3 && keys <= MOST_KEYS)
        return k.last;
    return two_digits(n, i) && token_is(n, i + 1, "puis") ? i : 0;
}

/* What may stand between what announces a code and the code. */
static bool link(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->gap == GAP_LINE || t->label)
        return false;
    if (t->kind == TOKEN_SIGN)
        return token_sign(n, i, ':') || token_sign(n, i, '=') || token_sign(n, i, '(') ||
               token_sign(n, i, FOLD_DEGREE);
    bool whole = t->kind == TOKEN_WORD && !token_tight(n, i + 1);
    return whole && (token_len(t) > 1 || token_among(n, i, LIST_CODE_LINK));
}

static size_t mark(struct note *n, size_t from, size_t last)
{
    for (size_t k = from; k <= last; k++)
        n->tokens[k].locked = 0;
    note_force(n, from, last, TEXT_CODE, TEXT_BY_CUE);
    return last + 1;
}

/* "puis 12 C", "et 87", after a code. */
static size_t further(struct note *n, size_t end)
{
    while (token_among(n, end, LIST_MORE_CODES)) {
        size_t last = keyed_end(n, end + 1);
        if (!last && token_is(n, end, "puis") && two_digits(n, end + 1))
            last = end + 1;
        if (!last)
            break;
        const struct token *first = &n->tokens[end - 1];
        bool pair = first->kind == TOKEN_NUMBER && token_len(first) < 3 && first->head;
        end = mark(n, pair ? end : end + 1, last); /* "51 puis 87": one code */
    }
    return end;
}

/* The token after the letters and digits that stand without a blank from i on; their digits in ret_digits. */
static size_t tight_end(const struct note *n, size_t i, size_t *ret_digits)
{
    size_t end = i;
    *ret_digits = 0;
    while (end < n->count && (end == i || n->tokens[end].gap == GAP_NONE)) {
        const struct token *part = &n->tokens[end];
        if (part->label || part->kind == TOKEN_SIGN || token_len(part) > 4)
            break;
        *ret_digits += part->kind == TOKEN_NUMBER ? token_len(part) : 0;
        end++;
    }
    return end;
}

/* The last token of "N6S21", of "1932" when the box is one of keys, at i, where a box's code may stand; 0
 * when it is none. */
static size_t box_value(const struct note *n, size_t i, bool keys)
{
    const struct token *t = &n->tokens[i];
    size_t digits, end = tight_end(n, i, &digits);
    if (t->kind == TOKEN_WORD)
        return t->shape != SHAPE_LOWER && end > i + 1 && digits > 1 ? end - 1 : 0;
    return keys && digits == 4 && end == i + 1 && place_ends(n, end) ? i : 0;
}

/* The "clés" of "boîte à clés". */
static bool box_of_keys(const struct note *n, size_t cue)
{
    bool key = token_is(n, cue, "cles") || token_is(n, cue, "cle") || token_is(n, cue, "clefs") ||
               token_is(n, cue, "clef") || token_is(n, cue, "code");
    return key && cue > 1 && (token_among(n, cue - 1, LIST_KEY_BOX) || token_among(n, cue - 2, LIST_KEY_BOX));
}

/* "boîte à clés poteau gauche 1932": the box's code at the end of where it hangs. */
static size_t box_code(struct note *n, size_t cue)
{
    bool keys = box_of_keys(n, cue);
    if (!keys && !token_among(n, cue, LIST_KEY_BOX))
        return 0;
    for (size_t i = cue + 1; i < n->count && i <= cue + 9; i++) {
        const struct token *t = &n->tokens[i];
        size_t last = t->gap == GAP_SPACE && !t->label ? box_value(n, i, keys) : 0;
        if (last)
            return mark(n, i, last);
        if (t->gap == GAP_LINE || t->label || (t->kind == TOKEN_SIGN && !token_sign(n, i, '\'')) ||
            t->kind == TOKEN_NUMBER)
            return 0;
    }
    return 0;
}

size_t key_code(struct note *n, size_t cue)
{
    size_t i = cue + 1;
    bool direct = token_among(n, cue, LIST_CODE_ORDER);
    for (unsigned links = 0; links < LINKS; links++, i++) {
        size_t last = keyed_end(n, i);
        if (last)
            return further(n, mark(n, i, last));
        if (!link(n, i) || (direct && token_at(n, i)->kind == TOKEN_WORD))
            break;
    }
    return box_code(n, cue);
}
