/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that identify: phones, social security numbers, bank accounts, plates, and whatever has eight
 * digits or more. Check digits are not asked: a number with a wrong key identifies as well. */
#include "agent/text/detect/number.h"

#include <ctype.h>
#include <string.h>

#define RUN_MAX 40u

/* Groups of digits parted by one light sign or a space. */
struct run {
    size_t first[RUN_MAX];    /* token of each group */
    unsigned digits[RUN_MAX]; /* digits up to and with it */
    size_t groups;
};

static bool separator(const struct note *n, size_t i)
{
    return token_sign(n, i, '.') || token_sign(n, i, '-') || token_sign(n, i, '/') || token_sign(n, i, '_') ||
           token_sign(n, i, FOLD_SYMBOL) || token_sign(n, i, ',') || token_sign(n, i, '*') ||
           token_sign(n, i, ':');
}

static void read_run(const struct note *n, size_t i, struct run *run)
{
    unsigned digits = 0;
    run->groups = 0;
    while (run->groups + 1 < RUN_MAX && token_at(n, i)->kind == TOKEN_NUMBER) {
        digits += token_len(&n->tokens[i]);
        run->first[run->groups] = i;
        run->digits[run->groups++] = digits;
        size_t next = i + 1;
        if (separator(n, next))
            next += separator(n, next + 1) ? 2 : 1;
        const struct token *t = token_at(n, next);
        if (t->kind != TOKEN_NUMBER || t->gap == GAP_LINE || t->label)
            break;
        i = next;
    }
}

/* The group at which the run has exactly so many digits, counted from its start; SIZE_MAX when none. */
static size_t group_at(const struct run *run, unsigned digits)
{
    for (size_t g = 0; g < run->groups && run->digits[g] <= digits; g++)
        if (run->digits[g] == digits)
            return g;
    return SIZE_MAX;
}

static void copy_digits(const struct note *n, const struct run *run, char out[static 24])
{
    size_t len = 0;
    memset(out, 0, 24); /* readers look at fixed places, also of short runs */
    for (size_t g = 0; g < run->groups; g++) {
        const struct token *t = &n->tokens[run->first[g]];
        for (uint32_t k = t->start; k < t->end && len < 23; k++)
            out[len++] = n->fold.text[k];
    }
    out[len] = '\0';
}

static unsigned two(const char *s)
{
    return (unsigned)(s[0] - '0') * 10 + (unsigned)(s[1] - '0');
}

/* Sex, year, month of a French social security number; months above 12 are real (unknown, or a provisional
 * one). */
static bool nir_begins(const char *d)
{
    if (strlen(d) < 5 || strchr("123478", d[0]) == NULL)
        return false;
    unsigned month = two(d + 3);
    return (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
}

static size_t mark_run(struct note *n, size_t from, size_t to, enum text_label label)
{
    note_force(n, from, to, label, TEXT_BY_PATTERN);
    return to + 1;
}

/* "2 55 08 2A 004 113 79": Corsica's letter cuts the run. */
static size_t corsican_nir(struct note *n, const struct run *run)
{
    size_t last = run->first[run->groups - 1];
    if (run->digits[run->groups - 1] != 6 || !(token_is(n, last + 1, "a") || token_is(n, last + 1, "b")))
        return 0;
    struct run rest;
    size_t next = last + 2;
    if (separator(n, next))
        next++;
    read_run(n, next, &rest);
    if (rest.groups == 0 || rest.digits[rest.groups - 1] < 6)
        return 0;
    size_t g = group_at(&rest, 8);
    if (g == SIZE_MAX)
        g = group_at(&rest, 6);
    return g == SIZE_MAX ? 0 : mark_run(n, run->first[0], rest.first[g], TEXT_NIR);
}

enum text_cue number_cue(const struct note *n, size_t i)
{
    for (unsigned back = 0; back < 6 && i > 0; back++) {
        i--;
        const struct token *t = &n->tokens[i];
        enum text_cue cue = token_cue(t);
        if (t->kind == TOKEN_WORD && cue >= CUE_TEL && cue <= CUE_NIR)
            return cue;
        if (t->kind == TOKEN_SIGN && (token_sign(n, i, ',') || token_sign(n, i, ';')))
            return CUE_NONE;
        if (t->label)
            return CUE_NONE;
    }
    return CUE_NONE;
}

/* The last token of a social security number that ends at last, with its key: "clé 46", "(46)". */
static size_t with_key(const struct note *n, size_t last)
{
    bool bracket = token_sign(n, last + 1, '(');
    size_t key = bracket || token_sign(n, last + 1, ',') ? last + 2 : last + 1;
    if (bracket && token_sign(n, key + 1, ')') && token_value(n, key) >= 0 &&
        token_len(token_at(n, key)) == 2)
        return key;
    bool said = token_is(n, key, "cle") || token_is(n, key, "clef") || token_is(n, key, "cl");
    return said && token_at(n, key + 1)->kind == TOKEN_NUMBER && token_len(token_at(n, key + 1)) <= 2
               ? key + 1
               : last;
}

static size_t nir(struct note *n, const struct run *run, const char *digits)
{
    size_t done = corsican_nir(n, run);
    if (done || !nir_begins(digits))
        return done;
    bool cued = number_cue(n, run->first[0]) == CUE_NIR;
    size_t g = group_at(run, 15);
    if (g == SIZE_MAX)
        g = group_at(run, 13);
    unsigned total = run->digits[run->groups - 1];
    bool parted = run->groups >= 6 && run->digits[0] == 1 && total == 16; /* "2 84 06 974 211 063 47" */
    if (g == SIZE_MAX && (parted || (cued && total >= 7)))
        g = run->groups - 1;
    if (g == SIZE_MAX)
        return 0;
    return mark_run(n, run->first[0], with_key(n, run->first[g]), TEXT_NIR);
}

/* The digits of a number from its country's code on; 0 when the code tells nothing and it is short. */
static unsigned international_length(const char *country)
{
    static const char *const nine[] = {"687", "508", "681"}; /* six digits after the code */
    static const char *const twelve[] = {"262", "590", "594", "596", "689"};
    if (strncmp(country, "33", 2) == 0)
        return country[2] == '0' ? 12 : 11;
    for (size_t i = 0; i < sizeof(nine) / sizeof(nine[0]); i++)
        if (strncmp(country, nine[i], 3) == 0)
            return 9;
    for (size_t i = 0; i < sizeof(twelve) / sizeof(twelve[0]); i++)
        if (strncmp(country, twelve[i], 3) == 0)
            return 12;
    return strlen(country) >= 8 ? (unsigned)strlen(country) : 0;
}

/* How many digits a phone that begins so has; 0 when none begins so. */
static unsigned phone_length(const char *d, bool plus)
{
    unsigned prefix = !plus && strncmp(d, "00", 2) == 0 ? 2 : 0;
    if (plus || prefix) {
        unsigned length = international_length(d + prefix);
        return length ? prefix + length : 0;
    }
    return d[0] == '0' && d[1] >= '1' && d[1] <= '9' ? 10 : 0;
}

/* The digit that a letter was typed for; 0 when c is neither. */
static char digit_meant(char c)
{
    return c == 'o' ? '0' : c == 'l' || c == 'i' ? '1' : c >= '0' && c <= '9' ? c : '\0';
}

static bool joint(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == '_' || c == FOLD_SYMBOL;
}

/* Where so many digits that begin at `at` end, one to three of them letters that look like one, with little
 * between and that only after a multiple of `group`; 0 when there are none. */
static size_t typed_end(const struct fold *fold, size_t at, unsigned count, unsigned group,
                        char digits[static 24])
{
    unsigned got = 0, letters = 0, between = 0;
    for (; at < fold->len && got < count; at++) {
        char c = fold->text[at], digit = digit_meant(c);
        if (digit != '\0') {
            letters += c > '9';
            digits[got++] = digit;
            between = 0;
        } else if (!joint(c) || got % group != 0 || ++between > 2) {
            return 0;
        }
    }
    digits[got] = '\0';
    bool more = at < fold->len && isalnum((unsigned char)fold->text[at]);
    return got == count && letters > 0 && letters <= 3 && !more ? at : 0;
}

static size_t mark_typed(struct note *n, size_t i, size_t end, enum text_label label)
{
    size_t last = i;
    while (n->tokens[last].end < end)
        last++;
    return mark_run(n, i, last, label);
}

/* "o6 12 34 56 78", "06 2O 71 44 93", "2 86 01 28 o88 14l 20": letters typed for digits, which part a phone
 * or a social security number into tokens of another kind. */
static size_t typed_number(struct note *n, size_t i)
{
    static const unsigned char nir_digits[] = {15, 13};
    char first = digit_meant(*token_text(n, &n->tokens[i])), digits[24];
    size_t end = first == '0' ? typed_end(&n->fold, n->tokens[i].start, 10, 2, digits) : 0;
    if (end)
        return mark_typed(n, i, end, TEXT_TEL);
    for (size_t k = 0; k < sizeof(nir_digits) && (first == '1' || first == '2') && !end; k++)
        end = typed_end(&n->fold, n->tokens[i].start, nir_digits[k], 1, digits);
    return end && nir_begins(digits) ? mark_typed(n, i, end, TEXT_NIR) : 0;
}

static unsigned total_of(const struct run *run)
{
    return run->digits[run->groups - 1];
}

/* The last group of a phone of this length; of a damaged one too: a digit short, one too many, or the last
 * one unheard. SIZE_MAX when it is none. */
static size_t phone_end(const struct note *n, const struct run *run, unsigned length, bool plus)
{
    size_t g = group_at(run, length);
    unsigned total = total_of(run);
    if (g != SIZE_MAX)
        return g;
    if (plus && total >= 8 && total <= 15)
        return run->groups - 1;
    bool pairs = run->groups >= 4 || number_cue(n, run->first[0]) == CUE_TEL;
    return total >= (pairs ? 7 : 8) && total <= 12 ? run->groups - 1 : SIZE_MAX;
}

static size_t phone(struct note *n, const struct run *run, const char *digits)
{
    size_t from = run->first[0];
    bool plus = from > 0 && token_sign(n, from - 1, '+');
    unsigned length = phone_length(digits, plus);
    size_t g = length ? phone_end(n, run, length, plus) : SIZE_MAX;
    if (g == SIZE_MAX)
        return 0;
    size_t to = run->first[g];
    if (token_sign(n, to + 1, '?') && token_tight(n, to + 1) && run->digits[g] < length)
        to++;
    return mark_run(n, plus ? from - 1 : from, to, TEXT_TEL);
}

/* "+33 (0)6 12 34 56 78": the bracket cuts the run. */
static size_t bracket_phone(struct note *n, size_t i)
{
    size_t k = i + 1;
    if (!token_sign(n, i, '+') || token_at(n, k)->kind != TOKEN_NUMBER || token_len(token_at(n, k)) > 3)
        return 0;
    if (!token_sign(n, k + 1, '(') || !token_is(n, k + 2, "0") || !token_sign(n, k + 3, ')'))
        return 0;
    struct run run;
    read_run(n, k + 4, &run);
    if (run.groups == 0 || run.digits[run.groups - 1] < 8)
        return 0;
    size_t g = group_at(&run, 9);
    return mark_run(n, i, run.first[g == SIZE_MAX ? run.groups - 1 : g], TEXT_TEL);
}

static bool number_word(const struct note *n, size_t i)
{
    return token_among(n, i, LIST_NUMBER_WORD);
}

static bool six_or_seven(const struct note *n, size_t i)
{
    return token_is(n, i, "six") || token_is(n, i, "sept");
}

/* "O6", "o six", "oh sept": the zero by its look or as it is called. */
static bool called_zero(const struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    bool o = token_is(n, i, "o");
    return (o && next->kind == TOKEN_NUMBER && next->gap == GAP_NONE) ||
           ((o || token_is(n, i, "oh")) && six_or_seven(n, i + 1));
}

/* The first of a phone's pairs, as it is said: "zéro six", "06 douze", after "tél" also "six". */
static bool spoken_begins(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    if (t->kind == TOKEN_NUMBER)
        return *token_text(n, t) == '0' && token_len(t) <= 4;
    return token_is(n, i, "zero") || token_is(n, i, "zeroh") || called_zero(n, i) ||
           (six_or_seven(n, i) && number_cue(n, i) == CUE_TEL);
}

/* How many digits the token at k says of a phone that begins at i. */
static size_t spoken_digits(const struct note *n, size_t i, size_t k)
{
    const struct token *t = &n->tokens[k];
    if (t->kind == TOKEN_NUMBER)
        return token_len(t) <= 8 && !t->label ? token_len(t) : 0;
    return number_word(n, k) || (k == i && called_zero(n, k)) ? 1 : 0;
}

/* "zéro six, 71, 20, 33, 9 quatre", "06 douze 34…", "zéro six 71203394", "cinq-trois-six-quatre-neuf…":
 * spoken numbers written down; seven words of them are a phone whatever it begins with. */
static size_t spelled_phone(struct note *n, size_t i)
{
    bool begins = spoken_begins(n, i);
    if (!begins && !number_word(n, i))
        return 0;
    size_t groups = 0, digits = 0, spoken = 0, last = i;
    for (size_t k = i; k < n->count && k < i + 40; k++) {
        size_t said = spoken_digits(n, i, k);
        if (digits >= 10 && n->tokens[k].kind == TOKEN_WORD)
            break; /* "04 65 71 80 08, un jour sur deux" */
        if (said > 0) {
            groups++;
            digits += said;
            spoken += n->tokens[k].kind == TOKEN_WORD;
            last = k;
        } else if (!separator(n, k) && !token_is(n, k, "et")) {
            break;
        }
    }
    bool phone = begins ? (groups >= 5 || digits >= 10) && spoken > 0 : spoken >= 7;
    return phone ? mark_run(n, i, last, TEXT_TEL) : 0;
}

static bool iban_begins(const struct note *n, size_t i)
{
    const struct token *country = &n->tokens[i], *check = token_at(n, i + 1);
    return country->kind == TOKEN_WORD && token_len(country) == 2 && check->kind == TOKEN_NUMBER &&
           check->gap != GAP_LINE && token_len(check) >= 2 &&
           (country->shape == SHAPE_UPPER || token_is(n, i, "fr"));
}

/* Letters inside an account's number, without a blank on one side. */
static bool iban_letters(const struct note *n, size_t i)
{
    const struct token *t = &n->tokens[i];
    return t->kind == TOKEN_WORD && token_len(t) <= 4 && (t->gap == GAP_NONE || token_tight(n, i + 1));
}

/* An account, or a card of eight digits after two capitals. */
static size_t iban(struct note *n, size_t i)
{
    if (!iban_begins(n, i))
        return 0;
    size_t digits = 0, last = i, letters = 0;
    for (size_t k = i + 1; k < n->count && k < i + 30; k++) {
        if (n->tokens[k].kind == TOKEN_NUMBER) {
            digits += token_len(&n->tokens[k]);
            last = k;
        } else if (digits < 24 && iban_letters(n, k)) {
            letters += token_len(&n->tokens[k]);
        } else if (!token_sign(n, k, '-') && !token_sign(n, k, '.')) {
            break;
        }
    }
    bool card = letters == 0 && n->tokens[i].shape == SHAPE_UPPER && n->tokens[i + 1].gap == GAP_NONE;
    return digits >= (card ? 8 : 12) && digits <= 30 && letters <= 6 ? mark_run(n, i, last, TEXT_ID) : 0;
}

static size_t long_number(struct note *n, const struct run *run)
{
    size_t i = run->first[0];
    const struct token *t = &n->tokens[i];
    unsigned total = run->digits[run->groups - 1];
    enum text_cue cue = number_cue(n, i);
    enum text_label label = cue == CUE_NIR ? TEXT_NIR : cue == CUE_TEL ? TEXT_TEL : TEXT_ID;
    if (token_len(t) >= 8)
        return mark_run(n, i, i, label);
    if (cue == CUE_TEL && total >= 6 && total <= 14)
        return mark_run(n, i, run->first[run->groups - 1], TEXT_TEL);
    return 0;
}

/* What stands before a group of a run: its sign, a blank for none. */
static char parted_by(const struct note *n, size_t group)
{
    const struct token *before = &n->tokens[group - 1];
    return before->kind == TOKEN_SIGN ? *token_text(n, before) : ' ';
}

/* A run of groups that no other detector claimed: eight digits tightly joined are never clinical, but two
 * fractions are: "15/15, 20/10". */
static size_t joined_number(struct note *n, const struct run *run)
{
    size_t g = 0;
    for (; g + 1 < run->groups; g++) {
        size_t next = run->first[g + 1];
        bool fractions = token_sign(n, next - 1, ',') && parted_by(n, run->first[1]) == '/';
        if (fractions && *token_text(n, &n->tokens[run->first[0]]) != '0')
            break;
        bool tight = n->tokens[next].gap == GAP_NONE && n->tokens[run->first[g] + 1].gap == GAP_NONE;
        bool even = token_len(&n->tokens[next]) == 2 && token_len(&n->tokens[run->first[0]]) == 2;
        if (token_sign(n, next - 1, ','))
            tight = false;
        if (!tight && !even)
            break;
    }
    if (run->digits[g] < 8)
        return 0;
    enum text_cue cue = number_cue(n, run->first[0]);
    return mark_run(n, run->first[0], run->first[g],
                    cue == CUE_TEL   ? TEXT_TEL
                    : cue == CUE_NIR ? TEXT_NIR
                                     : TEXT_ID);
}

static bool is_date(const struct note *n, const struct run *run)
{
    return run->groups == 3 && token_len(&n->tokens[run->first[0]]) <= 2 &&
           token_len(&n->tokens[run->first[1]]) <= 2 && run->first[2] - run->first[0] == 4 &&
           token_value(n, run->first[0]) <= 31 && token_value(n, run->first[1]) <= 12;
}

/* A run of digits, by what it begins with, by what announces it, by its length. */
static size_t number(struct note *n, size_t i)
{
    struct run run;
    char digits[24];
    read_run(n, i, &run);
    if (run.groups == 0)
        return 0; /* no number */
    size_t read = run.groups > 2 ? readings_end(n, i) : 0;
    if (read && number_cue(n, i) == CUE_NONE)
        return read;
    const struct token *letters = token_at(n, i + 1);
    if (run.groups == 1 && token_len(&n->tokens[i]) >= 7 && letters->kind == TOKEN_WORD &&
        letters->gap == GAP_NONE && token_len(letters) <= 3 && letters->shape != SHAPE_LOWER)
        return mark_run(n, i, i + 1, TEXT_ID); /* "080117492BG" */
    copy_digits(n, &run, digits);
    size_t done = nir(n, &run, digits);
    if (!done)
        done = phone(n, &run, digits);
    if (!done)
        done = long_number(n, &run);
    return done || is_date(n, &run) ? done : joined_number(n, &run);
}

/* Numbers that begin with something else than their digits, or hold letters. */
static size_t mixed_number(struct note *n, size_t i)
{
    size_t done = bracket_phone(n, i);
    if (!done)
        done = typed_number(n, i);
    if (!done)
        done = iban(n, i);
    if (!done)
        done = mark_plate(n, i);
    return done ? done : spelled_phone(n, i);
}

/* Numbers, and what else may begin one: a sign, a letter typed for a digit, a spoken digit. */
bool may_begin_phone(const struct token *t)
{
    if (t->kind == TOKEN_SIGN)
        return token_letter(t) == '+';
    return t->kind == TOKEN_NUMBER || token_has(t, LIST_TYPED) || token_has(t, LIST_NUMBER_WORD) ||
           token_spells(t, "o") || token_spells(t, "oh");
}

void detect_numbers(struct note *n)
{
    for (size_t i = note_next(n, START_PHONE, 0); i < n->count;) {
        const struct token *t = &n->tokens[i];
        size_t done = 0;
        if (!t->label && !t->locked && (may_begin_phone(t) || may_begin_plate(t))) {
            done = mixed_number(n, i);
            if (!done && t->kind == TOKEN_NUMBER)
                done = number(n, i);
        }
        i = note_next(n, START_PHONE, done ? done : i + 1);
    }
}
