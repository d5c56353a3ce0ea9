/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that identify: phones, social security numbers, bank accounts, plates, and whatever has eight
 * digits or more. Check digits are not asked: a number with a wrong key identifies as well. */
#include "agent/text/note.h"

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

static bool mistyped_digit(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    return t->kind == TOKEN_WORD && t->gap == GAP_NONE &&
           (token_is(n, i, "l") || token_is(n, i, "o") || token_is(n, i, "i")) &&
           (next->kind == TOKEN_NUMBER || (separator(n, i + 1) && token_at(n, i + 2)->kind == TOKEN_NUMBER));
}

/* "06 95 14 o8 73": a letter that stands for the first digit of its group. */
static bool mistyped_first(const struct note *n, size_t i)
{
    const struct token *t = token_at(n, i), *next = token_at(n, i + 1);
    return t->kind == TOKEN_WORD && t->gap != GAP_LINE && !t->label && next->kind == TOKEN_NUMBER &&
           next->gap == GAP_NONE && token_len(next) <= 3 &&
           (token_is(n, i, "l") || token_is(n, i, "o") || token_is(n, i, "i"));
}

static void read_run(const struct note *n, size_t i, struct run *run)
{
    unsigned digits = 0;
    run->groups = 0;
    while (run->groups + 1 < RUN_MAX && token_at(n, i)->kind == TOKEN_NUMBER) {
        digits += token_len(&n->tokens[i]);
        run->first[run->groups] = i;
        if (digits >= 5 && mistyped_digit(n, i + 1)) { /* "01 43 7l 20 55" */
            digits++;
            run->first[run->groups] = ++i;
        }
        run->digits[run->groups++] = digits;
        size_t next = i + 1;
        if (separator(n, next))
            next += separator(n, next + 1) ? 2 : 1;
        if (digits >= 4 && mistyped_first(n, next)) {
            run->first[run->groups] = next++;
            run->digits[run->groups++] = ++digits;
        }
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
        if (t->kind == TOKEN_WORD && t->gap == GAP_NONE && run->first[g] > 0)
            t--;
        for (uint32_t k = t->start; t->kind == TOKEN_NUMBER && k < t->end && len < 23; k++)
            out[len++] = n->fold.text[k];
        if (n->tokens[run->first[g]].kind == TOKEN_WORD && len < 23)
            out[len++] = '1';
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

static enum text_cue cue_near(const struct note *n, size_t i)
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

static size_t nir(struct note *n, const struct run *run, const char *digits)
{
    size_t done = corsican_nir(n, run);
    if (done || !nir_begins(digits))
        return done;
    bool cued = cue_near(n, run->first[0]) == CUE_NIR;
    size_t g = group_at(run, 15);
    if (g == SIZE_MAX)
        g = group_at(run, 13);
    if (g == SIZE_MAX && cued && run->digits[run->groups - 1] >= 7)
        g = run->groups - 1;
    if (g == SIZE_MAX)
        return 0;
    size_t last = run->first[g], key = last + 1; /* "clé 46" */
    if (token_sign(n, key, '(') || token_sign(n, key, ','))
        key++;
    if ((token_is(n, key, "cle") || token_is(n, key, "clef")) && token_at(n, key + 1)->kind == TOKEN_NUMBER &&
        token_len(token_at(n, key + 1)) <= 2)
        last = key + 1;
    return mark_run(n, run->first[0], last, TEXT_NIR);
}

/* How many digits a phone that begins so has; 0 when none begins so. */
static unsigned phone_length(const char *d, bool plus)
{
    if (plus || strncmp(d, "00", 2) == 0) {
        const char *country = plus ? d : d + 2;
        unsigned prefix = plus ? 0 : 2;
        if (strncmp(country, "33", 2) == 0)
            return prefix + (country[2] == '0' ? 12 : 11);
        static const char *const overseas[] = {"262", "590", "594", "596", "687", "689", "508", "681"};
        for (size_t i = 0; i < sizeof(overseas) / sizeof(overseas[0]); i++)
            if (strncmp(country, overseas[i], 3) == 0)
                return prefix + (i == 4 || i > 5 ? (i == 5 ? 11 : 9) : 12);
        return strlen(country) >= 8 ? (unsigned)strlen(d) : 0;
    }
    return d[0] == '0' && d[1] >= '1' && d[1] <= '9' ? 10 : 0;
}

/* "o6 12 34 56 78", "o612345678": the letter typed for the zero. */
static size_t o_phone(struct note *n, size_t i)
{
    const struct token *next = token_at(n, i + 1);
    if (!token_is(n, i, "o") || next->kind != TOKEN_NUMBER || next->gap != GAP_NONE ||
        *token_text(n, next) == '0')
        return 0;
    struct run run;
    read_run(n, i + 1, &run);
    if (run.groups == 0 || run.digits[run.groups - 1] < 7)
        return 0;
    size_t g = group_at(&run, 9);
    return mark_run(n, i, run.first[g == SIZE_MAX ? run.groups - 1 : g], TEXT_TEL);
}

static size_t phone(struct note *n, const struct run *run, const char *digits)
{
    size_t from = run->first[0];
    bool plus = from > 0 && token_sign(n, from - 1, '+');
    unsigned length = phone_length(digits, plus);
    if (length == 0)
        return 0;
    size_t g = group_at(run, length);
    if (g == SIZE_MAX && plus)
        g = run->digits[run->groups - 1] >= 8 && run->digits[run->groups - 1] <= 15 ? run->groups - 1
                                                                                    : SIZE_MAX;
    if (g == SIZE_MAX) { /* damaged: a digit short, one too many, or the last one unheard */
        unsigned total = run->digits[run->groups - 1];
        bool pairs = run->groups >= 4 || cue_near(n, from) == CUE_TEL;
        if (total < 7 || total > 12 || (total < 8 && !pairs))
            return 0;
        g = run->groups - 1;
    }
    size_t to = run->first[g];
    if (token_sign(n, to + 1, '?') && token_at(n, to + 1)->gap == GAP_NONE && run->digits[g] < length)
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
    static const char *const words[] = {
        "zero",   "un",     "deux",     "trois",     "quatre",   "cinq",     "six",    "sept",  "huit",
        "neuf",   "dix",    "onze",     "douze",     "treize",   "quatorze", "quinze", "seize", "vingt",
        "vingts", "trente", "quarante", "cinquante", "soixante", "double",   NULL};
    return token_among(n, i, words);
}

/* "zéro six, 71, 20, 33, 9 quatre", "06 douze 34…": spoken numbers written down. */
static size_t spelled_phone(struct note *n, size_t i)
{
    bool zero = ((token_is(n, i, "six") || token_is(n, i, "sept")) && cue_near(n, i) == CUE_TEL) ||
                token_is(n, i, "zero") ||
                (token_at(n, i)->kind == TOKEN_NUMBER && *token_text(n, token_at(n, i)) == '0' &&
                 token_len(token_at(n, i)) <= 2);
    if (!zero)
        return 0;
    size_t groups = 0, spoken = 0, last = i;
    for (size_t k = i; k < n->count && k < i + 40; k++) {
        bool number =
            n->tokens[k].kind == TOKEN_NUMBER && token_len(&n->tokens[k]) <= 2 && !n->tokens[k].label;
        if (number_word(n, k) || number) {
            groups++;
            spoken += !number;
            last = k;
        } else if (!separator(n, k) && !token_is(n, k, "et")) {
            break;
        }
    }
    return groups >= 5 && spoken > 0 ? mark_run(n, i, last, TEXT_TEL) : 0;
}

static size_t iban(struct note *n, size_t i)
{
    if (token_at(n, i)->kind != TOKEN_WORD || token_len(&n->tokens[i]) != 2 ||
        token_at(n, i + 1)->kind != TOKEN_NUMBER || token_at(n, i + 1)->gap == GAP_LINE ||
        token_len(token_at(n, i + 1)) < 2)
        return 0;
    size_t digits = 0, last = i, letters = 0;
    for (size_t k = i + 1; k < n->count && k < i + 30; k++) {
        const struct token *t = &n->tokens[k];
        if (t->kind == TOKEN_NUMBER) {
            digits += token_len(t);
            last = k;
        } else if (t->kind == TOKEN_WORD && token_len(t) <= 4 &&
                   (t->gap == GAP_NONE || token_at(n, k + 1)->gap == GAP_NONE) && digits < 24) {
            letters += token_len(t);
        } else if (!token_sign(n, k, '-') && !token_sign(n, k, '.')) {
            break;
        }
    }
    bool country = n->tokens[i].shape == SHAPE_UPPER || token_is(n, i, "fr");
    bool card = letters == 0 && digits >= 8 && n->tokens[i].shape == SHAPE_UPPER &&
                token_at(n, i + 1)->gap == GAP_NONE;
    return (digits >= 12 || card) && digits <= 30 && letters <= 6 && country ? mark_run(n, i, last, TEXT_ID)
                                                                             : 0;
}

/* FK-318-TZ, AB 742 GH, 4512 XB 69. */
static size_t plate(struct note *n, size_t i)
{
    const struct token *a = token_at(n, i);
    size_t k = i + 1;
    if (token_sign(n, k, '-'))
        k++;
    const struct token *b = token_at(n, k);
    size_t m = k + 1;
    if (token_sign(n, m, '-'))
        m++;
    const struct token *c = token_at(n, m);
    if (b->gap == GAP_LINE || c->gap == GAP_LINE)
        return 0;
    if (a->kind == TOKEN_WORD && b->kind == TOKEN_NUMBER && c->kind == TOKEN_WORD) {
        bool shape = token_len(a) == 2 && token_len(b) == 3 && token_len(c) == 2;
        bool said = n->profile != CASE_NORMAL ? k == i + 2 || cue_near(n, i) == CUE_ID || c->gap == GAP_NONE
                                              : a->shape == SHAPE_UPPER && c->shape == SHAPE_UPPER;
        bool unit = token_cue(c) == CUE_UNIT && token_cue(a) == CUE_VITAL;
        if (shape && !unit && (said || cue_near(n, i) == CUE_ID))
            return mark_run(n, i, m, TEXT_ID);
    }
    if (a->kind == TOKEN_NUMBER && b->kind == TOKEN_WORD && c->kind == TOKEN_NUMBER && token_len(a) >= 2 &&
        token_len(a) <= 4 && token_len(b) >= 2 && token_len(b) <= 3 && token_len(c) == 2 &&
        (b->shape == SHAPE_UPPER || cue_near(n, i) == CUE_ID) && n->profile == CASE_NORMAL &&
        !(b->flags & LEX_MEDICAL))
        return mark_run(n, i, m, TEXT_ID);
    return 0;
}

static size_t long_number(struct note *n, const struct run *run)
{
    size_t i = run->first[0];
    const struct token *t = &n->tokens[i];
    unsigned total = run->digits[run->groups - 1];
    enum text_cue cue = cue_near(n, i);
    enum text_label label = cue == CUE_NIR ? TEXT_NIR : cue == CUE_TEL ? TEXT_TEL : TEXT_ID;
    if (token_len(t) >= 8)
        return mark_run(n, i, i, label);
    if (cue == CUE_TEL && total >= 6 && total <= 14)
        return mark_run(n, i, run->first[run->groups - 1], TEXT_TEL);
    return 0;
}

/* A run of groups that no other detector claimed: eight digits tightly joined are never clinical. */
static size_t joined_number(struct note *n, const struct run *run)
{
    size_t g = 0;
    for (; g + 1 < run->groups; g++) {
        size_t next = run->first[g + 1];
        bool tight = n->tokens[next].gap == GAP_NONE && n->tokens[run->first[g] + 1].gap == GAP_NONE;
        bool even = token_len(&n->tokens[next]) == 2 && token_len(&n->tokens[run->first[0]]) == 2;
        if (token_sign(n, next - 1, ','))
            tight = false;
        if (!tight && !even)
            break;
    }
    if (run->digits[g] < 8)
        return 0;
    enum text_cue cue = cue_near(n, run->first[0]);
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

void detect_numbers(struct note *n)
{
    for (size_t i = 0; i < n->count;) {
        const struct token *t = &n->tokens[i];
        size_t done = 0;
        if (t->kind == TOKEN_WORD && token_len(t) != 2 && !token_is(n, i, "zero") && !token_is(n, i, "o") &&
            !token_is(n, i, "six") && !token_is(n, i, "sept")) {
            i++;
            continue;
        }
        if (t->label || t->locked) {
            i++;
            continue;
        }
        done = bracket_phone(n, i);
        if (!done)
            done = o_phone(n, i);
        if (!done)
            done = iban(n, i);
        if (!done)
            done = plate(n, i);
        if (!done)
            done = spelled_phone(n, i);
        if (!done && t->kind == TOKEN_NUMBER) {
            struct run run;
            char digits[24];
            read_run(n, i, &run);
            copy_digits(n, &run, digits);
            done = nir(n, &run, digits);
            if (!done)
                done = phone(n, &run, digits);
            if (!done)
                done = long_number(n, &run);
            if (!done && !is_date(n, &run))
                done = joined_number(n, &run);
        }
        i = done ? done : i + 1;
    }
}
