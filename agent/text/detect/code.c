/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of doors and key boxes, and identifiers of files, alarms, policies: mixed runs of letters and digits,
 * found by what announces them or by their shape. */
#include "agent/text/detect/code.h"
#include "agent/text/detect/number.h"

#include <string.h>

/* A run of tokens without blanks, letters and digits with joining signs. */
struct chunk {
    size_t first, last;
    size_t digits, letters, joints, longest; /* longest: digits in one group */
    bool star;
};

static bool joint(const struct note *n, size_t i)
{
    return token_sign(n, i, '-') || token_sign(n, i, '/') || token_sign(n, i, '_') || token_sign(n, i, '.');
}

static void count(const struct note *n, size_t i, struct chunk *c)
{
    const struct token *t = &n->tokens[i];
    size_t len = token_len(t);
    if (t->kind == TOKEN_NUMBER) {
        c->digits += len;
        c->longest = len > c->longest ? len : c->longest;
    } else {
        c->letters += len;
    }
    c->last = i;
}

/* Whether the sign at i joins what stands before it to what follows. */
static bool joins(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    return joint(n, i) && next->gap == GAP_NONE && next->kind != TOKEN_SIGN;
}

static bool read_chunk(const struct note *n, size_t i, bool joints, struct chunk *c)
{
    *c = (struct chunk){.first = i, .star = token_keypad_sign(n, i)};
    i += c->star;
    const struct token *first = token_at(n, i);
    if (i >= n->count || first->kind == TOKEN_SIGN || first->label || (c->star && first->gap != GAP_NONE))
        return false;
    count(n, i, c);
    for (size_t k = i + 1; k < n->count && n->tokens[k].gap == GAP_NONE && k < i + 24; k++) {
        const struct token *t = &n->tokens[k];
        if (t->label)
            break;
        if (token_keypad_sign(n, k)) {
            c->star = true;
            c->last = k;
        } else if (t->kind != TOKEN_SIGN) {
            count(n, k, c);
        } else if (joints && joins(n, k)) {
            c->joints++;
        } else {
            break;
        }
    }
    return true;
}

static bool connector(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    if (t->label || t->gap == GAP_LINE)
        return false;
    if (t->kind == TOKEN_SIGN)
        return !token_sign(n, i, '.') && !token_sign(n, i, ',') && !token_sign(n, i, ';') &&
               !token_sign(n, i, '@');
    return token_among(n, i, LIST_CODE_LINK);
}

static bool time_or_unit(const struct note *n, const struct chunk *c)
{
    const struct token *next = token_at(n, c->last + 1);
    if (c->letters == 0 && next->kind == TOKEN_WORD && next->gap != GAP_LINE && token_cue(next) == CUE_UNIT &&
        c->digits <= 3)
        return true;
    if (c->letters == 1 && c->digits <= 4 && token_is(n, c->first + 1, "h"))
        return true;
    return c->letters == 1 && c->digits <= 2 && token_cue(token_at(n, c->last)) == CUE_UNIT;
}

static bool code_like(const struct note *n, const struct chunk *c, size_t least)
{
    size_t size = c->digits + c->letters;
    if (c->digits == 0 || size < least || size > 10 || c->letters > 4 || time_or_unit(n, c))
        return false;
    return c->letters == 0 || c->digits >= 2;
}

/* "1-9-6-2", "1 9 6 2", "12 34": a code dictated digit by digit. */
static size_t dictated(const struct note *n, size_t i)
{
    size_t digits = 0, last = i;
    for (size_t k = i; k < n->count && k < i + 12; k++) {
        const struct token *t = &n->tokens[k];
        if (t->kind == TOKEN_NUMBER && token_len(t) <= 2 && t->gap != GAP_LINE && !t->label) {
            digits += token_len(t);
            last = k;
        } else if (!(t->kind == TOKEN_WORD && token_len(t) == 1 && digits > 0 && *token_text(n, t) <= 'f') &&
                   !token_sign(n, k, '-')) {
            break;
        } else if (t->kind == TOKEN_WORD) {
            last = k;
        }
    }
    return digits >= 3 && last > i ? last : 0;
}

static size_t mark_code(struct note *n, size_t i, size_t least)
{
    struct chunk c;
    if (!read_chunk(n, i, false, &c))
        return 0;
    size_t spread = token_at(n, i)->kind == TOKEN_NUMBER && token_len(&n->tokens[i]) <= 2 && c.last == i
                        ? dictated(n, i)
                        : 0;
    if (spread) {
        note_mark(n, i, spread, TEXT_CODE, TEXT_BY_CUE);
        return spread + 1;
    }
    if (!code_like(n, &c, least))
        return 0;
    note_force(n, c.first, c.last, TEXT_CODE, TEXT_BY_CUE);
    return c.last + 1;
}

/* From what stands between two codes to the word or sign that links them: "(hall) et 2326". */
static size_t link_after(const struct note *n, size_t i)
{
    size_t k = i;
    while (token_sign(n, k, '(') || token_sign(n, k, ')') ||
           (token_at(n, k)->kind == TOKEN_WORD && i != k && connector(n, k)))
        k++;
    if (token_sign(n, i, '(')) /* "(sas) et 2326" */
        while (k < n->count && k < i + 4 && !token_sign(n, k - 1, ')'))
            k++;
    return k;
}

/* After one code: "puis 2326", "et A12 (hall)", "/ 1590". */
static size_t more_codes(struct note *n, size_t i)
{
    for (;;) {
        size_t k = link_after(n, i);
        bool linked = token_sign(n, k, '/') || token_sign(n, k, '+') || token_sign(n, k, ',') ||
                      token_among(n, k, LIST_MORE_CODES);
        struct chunk c;
        if (!linked || !read_chunk(n, k + 1, false, &c) ||
            !code_like(n, &c, token_is(n, k, "puis") ? 2 : 4) || (c.letters == 0 && token_sign(n, k, ',')))
            return i;
        note_force(n, c.first, c.last, TEXT_CODE, TEXT_BY_CUE);
        i = c.last + 1;
    }
}

/* Where a code may stand after the cue at i: "code1" is numbered. */
static size_t after_cue(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i + 1);
    bool numbered = t->kind == TOKEN_NUMBER && t->gap == GAP_NONE && token_len(t) == 1;
    return numbered ? i + 2 : i + 1;
}

static bool ordinary_word(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_WORD && t->gap != GAP_LINE && !t->label && !token_tight(n, i + 1);
}

static bool passes_to_code(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER ? token_len(t) <= 1 : connector(n, i);
}

/* A cue that announces nothing else: "code", "digicode". */
static bool only_a_code(const struct note *n, size_t i)
{
    return token_is(n, i, "code") || token_is(n, i, "codes") ||
           strncmp(token_text(n, &n->tokens[i]), "digi", 4) == 0;
}

/* "code", or the end of "code sas", "code du hall". */
static bool says_code(const struct note *n, size_t i)
{
    return only_a_code(n, i) || (i > 0 && only_a_code(n, i - 1)) || (i > 1 && only_a_code(n, i - 2));
}

/* The token after the code that a cue at i announces, i + 1 when it announces none. */
static size_t after_code_cue(struct note *n, size_t i)
{
    bool strong = only_a_code(n, i);
    size_t k = after_cue(n, i);
    bool other = false; /* "code potail 16TQ": one word of no list, before a mixed code */
    for (unsigned steps = 0; steps < 7; steps++, k++) {
        struct chunk c;
        bool code = read_chunk(n, k, false, &c) && (c.digits || dictated(n, k)) &&
                    (!other || (c.digits >= 2 && c.letters));
        size_t next = code ? mark_code(n, k, strong ? 3 : 4) : 0;
        if (next)
            return more_codes(n, next);
        if (passes_to_code(n, k))
            continue;
        if (other || !strong || !ordinary_word(n, k))
            break;
        other = true;
    }
    return i + 1;
}

static bool named_chunk(const struct note *n, const struct chunk *c, bool strong)
{
    if (c->digits + c->letters < 4 && !(strong && c->digits >= 3))
        return false;
    if (c->digits >= 4 || (c->digits >= 2 && c->letters && c->joints) || (strong && c->digits >= 3))
        return !time_or_unit(n, c) && !n->tokens[c->first].locked;
    return false;
}

/* "contrat AX 7781204": letters and digits that a blank parts. */
static bool parted_id(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *number = token_at(n, i + 1);
    return t->kind == TOKEN_WORD && token_len(t) <= 4 && t->gap != GAP_LINE && !t->label && !t->locked &&
           !(t->flags & LEX_FUNCTION) &&
           (token_cue(t) == CUE_NONE || token_cue(t) == CUE_ETAB || token_cue(t) == CUE_ID) &&
           number->kind == TOKEN_NUMBER && number->gap == GAP_SPACE && token_len(number) >= 4 &&
           !number->label;
}

static size_t after_id_cue(struct note *n, size_t i)
{
    size_t k = i + 1;
    bool handle = token_among(n, i, LIST_SOCIAL_NETWORK);
    for (unsigned steps = 0; steps < 6; steps++) {
        struct chunk c;
        if (token_at(n, k)->gap == GAP_LINE)
            return i + 1;
        if (read_chunk(n, k, true, &c) &&
            (named_chunk(n, &c, !handle) || (handle && (c.joints || c.digits)))) {
            note_force(n, c.first, c.last, TEXT_ID, TEXT_BY_CUE);
            return c.last + 1;
        }
        if (parted_id(n, k)) {
            note_force(n, k, k + 1, TEXT_ID, TEXT_BY_CUE);
            return k + 2;
        }
        if (!connector(n, k) && !(k == i + 1 && token_sign(n, k, '.') && token_len(&n->tokens[i]) <= 4))
            return i + 1;
        k++;
    }
    return i + 1;
}

/* "85B1", "3B71", "A135": three digits and one letter of a keypad. */
static bool short_code(const struct note *n, const struct chunk *c)
{
    if (c->letters != 1 || c->joints || c->digits != 3 || time_or_unit(n, c) || n->tokens[c->first].locked)
        return false;
    for (size_t i = c->first; i <= c->last; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind == TOKEN_WORD &&
            (*token_text(n, t) > 'f' || (n->profile != CASE_UPPER && t->shape == SHAPE_LOWER)))
            return false;
        if (t->kind == TOKEN_SIGN && !token_keypad_sign(n, i))
            return false;
    }
    return true;
}

static bool code_shaped(const struct note *n, const struct chunk *c)
{
    if (c->letters != 1 || c->joints || c->digits < 4 || c->digits > 6) {
        if (!(c->star && c->digits >= 4 && c->digits <= 6 && c->letters <= 2))
            return false;
    }
    for (size_t i = c->first; i <= c->last; i++)
        if (n->tokens[i].kind == TOKEN_WORD && *token_text(n, &n->tokens[i]) > 'f')
            return false;
    return !time_or_unit(n, c);
}

/* A measure, or a dose: "1000x2". */
static bool dosed(const struct note *n, const struct chunk *c)
{
    bool times = c->letters == 1 && c->digits > 1 && token_is(n, c->first + 1, "x");
    return times || n->tokens[c->first].locked;
}

/* "PR-5571", "R-0772": capitals, a hyphen and four digits that are no year. */
static bool lettered_file(const struct note *n, const struct chunk *c)
{
    const struct token *letters = &n->tokens[c->first], *number = token_at(n, c->first + 2);
    long value = token_value(n, c->first + 2);
    bool zero = number->kind == TOKEN_NUMBER && *token_text(n, number) == '0';
    return c->joints == 1 && c->digits == 4 && c->last == c->first + 2 && token_sign(n, c->first + 1, '-') &&
           letters->kind == TOKEN_WORD && letters->shape != SHAPE_LOWER && token_len(number) == 4 &&
           (value < 1900 || value > 2100) &&
           (zero || (c->letters > 1 && !(letters->flags & (LEX_MEDICAL | LEX_DRUG))));
}

static bool many_digits(const struct note *n, const struct chunk *c)
{
    return c->letters && c->digits >= 5 && token_cue(token_at(n, c->last)) != CUE_UNIT;
}

/* Letters and digits joined, with at least four digits in a row: a file, an alarm, a policy, whatever it is.
 */
static bool id_shaped(const struct note *n, const struct chunk *c)
{
    if (dosed(n, c))
        return false;
    if ((token_keypad_sign(n, c->first) && c->joints && c->digits >= 3) || lettered_file(n, c))
        return true;                   /* "#7719-PR" */
    size_t group = c->letters ? 4 : 5; /* without a letter, four digits may be a year or a dose: "03/2024" */
    if (c->joints && c->digits >= 5 && c->longest >= group)
        return true;
    if (c->letters >= 2 && c->digits >= 4 && c->letters + c->digits >= 7 && !c->joints)
        return true; /* "0A7KM12Q" */
    return many_digits(n, c);
}

/* "2-9-1-4": four digits or more one by one. */
static size_t digit_by_digit(const struct note *n, size_t i)
{
    size_t digits = 0, last = i;
    if (i > 0 && n->tokens[i - 1].flags & LEX_DRUG)
        return 0; /* "Sinemet 1-1-1-0": a dose in the morning, at noon… */
    for (size_t k = i;
         token_at(n, k)->kind == TOKEN_NUMBER && token_len(token_at(n, k)) == 1 && !token_at(n, k)->label;
         k += 2) {
        digits++;
        last = k;
        if (!token_sign(n, k + 1, '-') || !token_tight(n, k + 1) || !token_tight(n, k + 2))
            break;
    }
    return digits >= 4 ? last : 0;
}

/* "rafa_35": only handles and files are written with an underscore. */
static bool handle(const struct note *n, const struct chunk *c)
{
    for (size_t i = c->first + 1; i < c->last; i++)
        if (token_sign(n, i, '_'))
            return c->letters >= 2;
    return false;
}

static size_t by_shape(struct note *n, size_t i)
{
    struct chunk c;
    size_t start = i;
    if (n->tokens[i].kind == TOKEN_WORD && !token_tight(n, i + 1))
        return i + 1;
    if (n->tokens[i].gap == GAP_NONE && i > 0 && n->tokens[i - 1].kind != TOKEN_SIGN)
        return i + 1;
    size_t dictation = digit_by_digit(n, i);
    if (dictation) {
        note_force(n, i, dictation, TEXT_CODE, TEXT_BY_PATTERN);
        return dictation + 1;
    }
    if (!read_chunk(n, i, true, &c))
        return i + 1;
    if (handle(n, &c)) {
        note_force(n, start, c.last, TEXT_ID, TEXT_BY_PATTERN);
        return c.last + 1;
    }
    if (c.digits < 3 || (c.digits < 4 && !short_code(n, &c)))
        return i + 1;
    if (code_shaped(n, &c) || short_code(n, &c))
        note_force(n, start, c.last, TEXT_CODE, TEXT_BY_PATTERN);
    else if (id_shaped(n, &c))
        note_force(n, start, c.last, TEXT_ID, TEXT_BY_PATTERN);
    return c.last + 1;
}

static bool digits_at(const struct note *n, size_t i, size_t least, size_t most)
{
    const struct token *t = token_at(n, i);
    return t->kind == TOKEN_NUMBER && token_len(t) >= least && token_len(t) <= most;
}

/* "45 102", "45-12", "4 62 18": the last group of an extension whose first is at k. */
static size_t last_group(const struct note *n, size_t k)
{
    size_t last = k;
    for (unsigned groups = 1; groups < 3 && digits_at(n, last, 1, 2); groups++) {
        size_t next = token_sign(n, last + 1, '-') || token_sign(n, last + 1, '.') ? last + 2 : last + 1;
        if (!digits_at(n, next, 2, 3) || token_at(n, next)->gap == GAP_LINE ||
            token_cue(token_at(n, next + 1)) == CUE_UNIT)
            break;
        last = next;
    }
    return last;
}

/* "poste 214", "poste infirmerie 214", "poste de nuit 118", "bip parking 6019", "poste 45 102", "poste 3 12"
 */
static void extension(struct note *n, size_t i)
{
    size_t k = i + 1, whose = token_is(n, k, "de") || token_is(n, k, "du") ? k + 1 : k;
    if (token_at(n, whose)->kind == TOKEN_WORD && token_at(n, whose)->gap == GAP_SPACE &&
        digits_at(n, whose + 1, 3, 6) && token_at(n, whose + 1)->gap == GAP_SPACE)
        k = whose + 1;
    while (k < i + 4 && (token_sign(n, k, ':') || token_is(n, k, "n") || token_sign(n, k, FOLD_DEGREE)))
        k++;
    size_t last = last_group(n, k);
    bool short_one = last > k || token_is(n, k - 1, "poste");
    if (digits_at(n, k, short_one ? 1 : 2, 6) && token_cue(token_at(n, k + 1)) != CUE_UNIT)
        note_mark(n, k, last, TEXT_TEL, TEXT_BY_CUE);
}

/* "n° 4417", "abonné M1003-58" */
static bool numbers(const struct token *t)
{
    return token_spells(t, "n") || token_spells(t, "abonne") || token_spells(t, "abonnee");
}

static bool announces_extension(const struct token *t)
{
    return token_cue(t) == CUE_EXT || token_has(t, LIST_PAGER);
}

/* Words that announce a code or an identifier, digits and stars; and any word with which something without a
 * blank goes on (START_TIED). */
bool may_begin_code(const struct token *t)
{
    enum text_cue cue = token_cue(t);
    if (t->kind == TOKEN_SIGN)
        return token_letter(t) == '*' || token_letter(t) == '#';
    return t->kind == TOKEN_NUMBER || cue == CUE_CODE || token_has(t, LIST_CODE_ORDER) || cue == CUE_ID ||
           token_has(t, LIST_KEY_BOX) || cue == CUE_EXT || numbers(t) || token_has(t, LIST_PAGER);
}

/* The token after the codes that the word at i announces, i + 1 when it announces none. */
static size_t announced_codes(struct note *n, size_t i)
{
    bool order = token_among(n, i, LIST_CODE_ORDER);
    size_t keyed = key_code(n, i);
    if (keyed)
        return more_door_codes(n, keyed);
    if (order) {
        size_t next = door_code(n, i);
        return next ? next : token_cue(&n->tokens[i]) == CUE_CODE ? after_code_cue(n, i) : i + 1;
    }
    size_t next = after_code_cue(n, i);
    if (next > i + 1)
        return more_door_codes(n, next);
    next = says_code(n, i) ? door_code(n, i) : 0;
    return next ? next : i + 1;
}

static bool leads_to_code(const struct token *t)
{
    return t->kind == TOKEN_WORD &&
           (token_cue(t) == CUE_CODE || token_has(t, LIST_CODE_ORDER) || token_has(t, LIST_KEY_BOX));
}

/* "appeler le n° 115": a number that all call, and of no file. */
static bool public_line(const struct note *n, size_t i)
{
    bool called = i > 0 && (token_is(n, i - 1, "le") || token_is(n, i - 1, "au") || token_is(n, i - 1, "du"));
    return called && token_sign(n, i + 1, FOLD_DEGREE) && token_len(token_at(n, i + 2)) > 1 &&
           number_is_public(token_value(n, i + 2));
}

void detect_codes(struct note *n)
{
    for (size_t i = note_next(n, START_CODE, 0); i < n->count; i = note_next(n, START_CODE, i)) {
        const struct token *t = &n->tokens[i];
        if (t->label) {
            i++;
        } else if (leads_to_code(t)) {
            i = announced_codes(n, i);
        } else if (t->kind == TOKEN_WORD && token_cue(t) == CUE_ID) {
            size_t next = after_id_cue(n, i);
            i = next > i + 1 ? next : by_shape(n, i);
        } else {
            if (announces_extension(t))
                extension(n, i);
            i = by_shape(n, i);
        }
    }
    for (size_t i = note_next(n, START_CODE, 0); i < n->count; i = note_next(n, START_CODE, i + 1)) {
        const struct token *t = &n->tokens[i];
        if (!t->label && numbers(t) && (token_len(t) > 1 || token_sign(n, i + 1, FOLD_DEGREE)) &&
            !public_line(n, i))
            after_id_cue(n, i);
    }
}
