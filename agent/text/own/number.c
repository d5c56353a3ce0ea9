/* SPDX-License-Identifier: Apache-2.0 */
/* The row's numbers: phones, codes, postcodes, birth dates, made ready and found in any grouping. */
#include "agent/text/own/own.h"

#include <string.h>

#define LEAST_MIXED 4u   /* digits and letters of a code */
#define LEAST_WRAPPED 8u /* digits of a number that may go on in the next line */

static bool letter(char c)
{
    return (uint8_t)(c - 'a') < 26;
}
static bool digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

static void add_number(struct own *o, const char *digits, size_t len, enum text_label label,
                       enum text_role role)
{
    if (len == 0 || len >= sizeof(o->numbers[0]))
        return;
    for (size_t i = 0; i < o->number_count; i++)
        if (strlen(o->numbers[i]) == len && memcmp(o->numbers[i], digits, len) == 0)
            return;
    if (o->number_count == OWN_NUMBERS) {
        o->overflow = true;
        return;
    }
    memcpy(o->numbers[o->number_count], digits, len);
    o->numbers[o->number_count][len] = '\0';
    o->number_labels[o->number_count] = (uint8_t)label;
    o->number_roles[o->number_count++] = (uint8_t)role;
}

/* The digits of a value, one number after the other: those that may still be one. */
struct digits {
    char text[24];
    size_t len;  /* more than there is room for: no number */
    size_t part; /* since the last sign that parts numbers, or blank */
};

static void add_digit(struct digits *d, char c)
{
    if (d->len < sizeof(d->text))
        d->text[d->len] = c;
    d->len++;
    d->part++;
}

static void add_phone(struct own *o, struct digits *d, enum text_role role)
{
    if (d->len > 9 && d->len < sizeof(d->text))
        add_number(o, d->text + d->len - 9, 9, TEXT_TEL, role); /* without 0, 33 or 0033 */
    else if (d->len >= 4 && d->len <= 9)
        add_number(o, d->text, d->len, TEXT_TEL, role);
    *d = (struct digits){.len = 0};
}

/* A French phone in full, after which another one may follow. */
static bool whole_phone(const struct digits *d)
{
    bool abroad = d->len == 11 && memcmp(d->text, "33", 2) == 0;
    return abroad || (d->len == 10 && d->text[0] == '0' && d->text[1] != '0') ||
           (d->len == 13 && memcmp(d->text, "0033", 4) == 0);
}

/* Whether a number ends with this sign: "0612345678 / 4571", not "06/12/34/56/78". */
static bool ends_phone(const struct digits *d, char sign)
{
    if (letter(sign) || whole_phone(d))
        return true;
    return strchr("/;,|+\n", sign) && d->part >= 4;
}

static void add_phones(struct own *o, const struct fold *f, enum text_role role)
{
    struct digits d = {.len = 0};
    for (size_t i = 0; i < f->len; i++) {
        if (digit(f->text[i]))
            add_digit(&d, f->text[i]);
        else if (ends_phone(&d, f->text[i]))
            add_phone(o, &d, role);
        else if (strchr("/;,|+\n", f->text[i]))
            d.part = 0;
    }
    add_phone(o, &d, role);
    explicit_bzero(&d, sizeof(d));
}

/* From their first digit on the codes that hold letters too: "19A44", "B2047K" as 2047K. */
static void add_mixed(struct own *o, const struct fold *f, const struct text_identifier *id)
{
    for (size_t i = 0; i < f->len;) {
        if (!digit(f->text[i])) {
            i++;
            continue;
        }
        size_t start = i;
        bool mixed = false;
        for (; i < f->len && (digit(f->text[i]) || letter(f->text[i])); i++)
            mixed |= letter(f->text[i]);
        if (mixed && i - start >= LEAST_MIXED)
            add_number(o, f->text + start, i - start, own_label(id->kind), id->role);
    }
}

/* A field of several codes: each of its numbers; and all digits as one, however they are set apart. */
static void add_digits(struct own *o, const struct fold *f, const struct text_identifier *id)
{
    struct digits all = {.len = 0};
    enum text_label label = own_label(id->kind);
    size_t least = id->kind == TEXT_IS_CODE ? 4 : 5;
    if (id->kind == TEXT_IS_CODE)
        add_mixed(o, f, id); /* before their digits alone */
    for (size_t i = 0; i < f->len;) {
        size_t start = i;
        for (; i < f->len && digit(f->text[i]); i++)
            add_digit(&all, f->text[i]);
        if (i - start >= least)
            add_number(o, f->text + start, i - start, label, id->role);
        i += i == start;
    }
    if (all.len >= 4 && all.len < sizeof(all.text))
        add_number(o, all.text, all.len, label, id->role);
    explicit_bzero(&all, sizeof(all));
}

static size_t digits_of(const struct fold *f, char out[static 24])
{
    size_t n = 0;
    for (size_t i = 0; i < f->len && n < 23; i++)
        if (digit(f->text[i]))
            out[n++] = f->text[i];
    out[n] = '\0';
    return n;
}

static unsigned number(const char *s, size_t len)
{
    unsigned v = 0;
    for (size_t i = 0; i < len; i++)
        v = v * 10 + (unsigned)(s[i] - '0');
    return v;
}

static void add_birth(struct own *o, const struct fold *f, enum text_role role)
{
    char d[24];
    size_t n = digits_of(f, d);
    if (n < 8)
        return;
    if (o->birth_count == OWN_BIRTHS) {
        o->overflow = true;
        return;
    }
    bool iso = f->len >= 5 && digit(f->text[2]) && digit(f->text[3]);
    struct own_date *b = &o->births[o->birth_count];
    b->role = (uint8_t)role;
    b->year = (uint16_t)number(iso ? d : d + 4, 4);
    b->month = (uint8_t)number(iso ? d + 4 : d + 2, 2);
    b->day = (uint8_t)number(iso ? d + 6 : d, 2);
    o->birth_count++;
}

void own_add_numbers(struct own *o, const struct fold *f, const struct text_identifier *id)
{
    if (id->kind == TEXT_IS_BIRTH_DATE)
        add_birth(o, f, id->role);
    else if (id->kind == TEXT_IS_PHONE)
        add_phones(o, f, id->role);
    else
        add_digits(o, f, id);
}

static bool year_is(const struct note *n, size_t i, const struct own_date *d)
{
    long v = token_value(n, i);
    return v == d->year || (token_len(token_at(n, i)) == 2 && v == d->year % 100);
}

/* Day, month and year in one number: 12031956, 19560312, 120356. */
static bool birth_number(long value, size_t digits, const struct own_date *d)
{
    long day = d->day, month = d->month, year = d->year;
    if (digits == 8)
        return value == day * 1000000 + month * 10000 + year || value == year * 10000 + month * 100 + day;
    return digits == 6 && value == day * 10000 + month * 100 + year % 100;
}

/* The next number after i over a sign or two, "/", "/'"; SIZE_MAX when none stands there. */
static size_t next_part(const struct note *n, size_t i)
{
    size_t k = i + 1;
    while (k < n->count && k < i + 3 && n->tokens[k].kind == TOKEN_SIGN)
        k++;
    return token_at(n, k)->kind == TOKEN_NUMBER ? k : SIZE_MAX;
}

/* "12/03/1956", "1956-03-12", "12 03 1956", "12/03/'56", in three numbers of which the first is at i. */
static size_t birth_in_parts(const struct note *n, size_t i, long first, const struct own_date *d)
{
    size_t second = next_part(n, i), third = second == SIZE_MAX ? SIZE_MAX : next_part(n, second);
    if (third == SIZE_MAX || token_value(n, second) != d->month)
        return SIZE_MAX;
    bool day_first = first == d->day && year_is(n, third, d);
    bool year_first = first == d->year && token_value(n, third) == d->day;
    return day_first || year_first ? third : SIZE_MAX;
}

/* The last token of the birth date that begins at i with this number, SIZE_MAX when none does. */
static size_t birth_end(const struct note *n, size_t i, long first, const struct own_date *d)
{
    if (birth_number(first, token_len(&n->tokens[i]), d))
        return i;
    if (first != d->day && first != d->year)
        return SIZE_MAX;
    size_t last = birth_in_parts(n, i, first, d);
    if (last != SIZE_MAX || first != d->day || n->tokens[i].label != TEXT_DATE)
        return last;
    for (size_t m = i + 1; m < i + 6 && token_at(n, m)->label == TEXT_DATE; m++) /* "12 mars 1956" */
        if (year_is(n, m, d))
            return m;
    return SIZE_MAX;
}

static void mark_births(const struct own *o, struct note *n, size_t i)
{
    long first = o->birth_count ? token_value(n, i) : -1;
    for (size_t k = 0; first >= 0 && k < o->birth_count; k++) {
        size_t last = birth_end(n, i, first, &o->births[k]);
        if (last == SIZE_MAX)
            continue;
        for (size_t m = i; m <= last; m++) {
            note_label(n, m, TEXT_DATE_NAISSANCE, TEXT_BY_OWN, m == i);
            n->tokens[m].role = o->births[k].role;
        }
        if (last + 1 < n->count && n->tokens[last + 1].label)
            n->tokens[last + 1].head = 1;
        return;
    }
}

/* Whether t begins with the zero of a national number that the row's number of len digits leaves out. */
static bool national_zero(const struct note *n, const struct token *t, size_t len)
{
    return *token_text(n, t) == '0' && (token_len(t) == len + 1 || (len == 9 && token_len(t) <= 2));
}

/* How much of what is left of a number the token spells; 0 when it is something else. */
static size_t spells(const struct note *n, const struct token *t, const char *left, size_t zero)
{
    size_t size = token_len(t) - zero;
    bool kind = t->kind == (letter(*left) ? TOKEN_WORD : TOKEN_NUMBER);
    return kind && size <= strlen(left) && memcmp(token_text(n, t) + zero, left, size) == 0 ? size : 0;
}

/* The last token of the number `want`, written from i on with or without separators, perhaps with the zero of
 * a national number in front; SIZE_MAX when it is not there. */
static size_t number_end(const struct note *n, size_t i, const char *want)
{
    size_t len = strlen(want), got = 0;
    for (size_t m = i; m < n->count && m < i + 24; m++) {
        const struct token *t = &n->tokens[m];
        if (t->kind == TOKEN_SIGN)
            continue;
        if (m > i && t->gap == GAP_LINE && len < LEAST_WRAPPED)
            break;
        bool zero = got == 0 && national_zero(n, t, len), only_zero = zero && token_len(t) == 1;
        size_t more = only_zero ? 0 : spells(n, t, want + got, zero);
        if (more == 0 && !only_zero)
            break;
        got += more;
        if (got == len)
            return m;
    }
    return SIZE_MAX;
}

/* Whether what is marked from..last is all of its span: "13150" is not in "PV-13150-077". */
static bool whole_span(const struct note *n, size_t from, size_t last)
{
    const struct token *after = token_at(n, last + 1);
    return n->tokens[from].head && (!after->label || after->head || after->label != n->tokens[last].label);
}

static void mark_number(const struct own *o, struct note *n, size_t i)
{
    char first = *token_text(n, &n->tokens[i]);
    for (size_t k = 0; k < o->number_count; k++) {
        if (first != '0' && first != o->numbers[k][0])
            continue;
        size_t last = number_end(n, i, o->numbers[k]);
        if (last == SIZE_MAX)
            continue;
        bool whole = whole_span(n, i, last);
        for (size_t m = i; m <= last; m++) {
            struct token *t = &n->tokens[m];
            t->locked = 0;
            t->role = o->number_roles[k];
            if (!t->label || (t->label == TEXT_ID && whole))
                note_label(n, m, o->number_labels[k], TEXT_BY_OWN,
                           m == i || n->tokens[m - 1].label != o->number_labels[k]);
        }
        return;
    }
}

void own_mark_numbers(const struct own *o, struct note *n)
{
    for (size_t i = note_next(n, START_NUMBER, 0); i < n->count; i = note_next(n, START_NUMBER, i + 1)) {
        if (n->tokens[i].kind != TOKEN_NUMBER)
            continue;
        mark_births(o, n, i);
        mark_number(o, n, i);
    }
}
