/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/replace.h"

#include <stdlib.h>
#include <string.h>
#include <contact/civil.h>

#define DAYS_TOLD 31
#define MONTHS_TOLD 24

static bool grow(struct removals *r)
{
    if (r->count < r->cap)
        return true;
    size_t cap = r->cap ? 2 * r->cap : 64;
    struct removal *grown = realloc(r->list, cap * sizeof(*grown));
    if (!grown)
        return false;
    r->list = grown;
    r->cap = cap;
    return true;
}

bool removals_collect(struct removals *r, const struct note *n)
{
    r->count = 0;
    for (size_t i = note_next(n, START_MARKED, 0), last; i < n->count;
         i = note_next(n, START_MARKED, last + 1)) {
        const struct token *t = &n->tokens[last = i];
        if (!t->label)
            continue;
        while (last + 1 < n->count && n->tokens[last + 1].label == t->label && !n->tokens[last + 1].head)
            last++;
        if (!grow(r))
            return false;
        uint8_t role = 0;
        for (size_t k = i; k <= last; k++)
            role = n->tokens[k].role > role ? n->tokens[k].role : role;
        r->list[r->count++] =
            (struct removal){.bytes = {n->fold.origin[t->start], n->fold.origin[n->tokens[last].end]},
                             .from = i,
                             .to = last,
                             .label = t->label,
                             .source = t->source,
                             .role = role};
    }
    return true;
}

bool removals_add(struct removals *r, struct guard_range range)
{
    if (!grow(r))
        return false;
    size_t at = r->count;
    while (at > 0 && r->list[at - 1].bytes.start > range.start)
        at--;
    memmove(r->list + at + 1, r->list + at, (r->count - at) * sizeof(*r->list));
    r->list[at] =
        (struct removal){.bytes = range, .from = 1, .to = 0, .label = TEXT_ID, .source = TEXT_BY_GUARD};
    r->count++;
    return true;
}

void numbered_wipe(struct numbered *s)
{
    explicit_bzero(s->seen, s->count * sizeof(s->seen[0]));
    s->count = 0;
    memset(s->last, 0, sizeof(s->last));
}

static uint64_t key_of(const struct note *n, const struct removal *r)
{
    uint64_t key = 0;
    for (size_t i = r->from; i <= r->to && r->from <= r->to; i++) {
        const struct token *t = &n->tokens[i];
        if (t->kind != TOKEN_SIGN)
            key = lexicon_join(key, lexicon_hash(token_text(n, t), token_len(t)));
    }
    return key;
}

static unsigned number_of(struct numbered *s, uint64_t key, uint8_t label)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->seen[i].key == key && s->seen[i].label == label)
            return s->seen[i].number;
    if (s->count == NUMBERED_MAX)
        return 0;
    s->seen[s->count].key = key;
    s->seen[s->count].label = label;
    return s->seen[s->count++].number = ++s->last[label];
}

static int month_of(const struct note *n, size_t i)
{
    static const char *const starts[] = {"jan",  "f",  "mar", "av", "mai", "juin",
                                         "juil", "ao", "s",   "o",  "n",   "d"};
    const struct token *t = &n->tokens[i];
    if (t->kind != TOKEN_WORD || token_cue(t) != CUE_MONTH)
        return 0;
    for (int m = 0; m < 12; m++)
        if (token_len(t) >= strlen(starts[m]) && memcmp(token_text(n, t), starts[m], strlen(starts[m])) == 0)
            return m + 1;
    return 0;
}

static int full_year(long v, size_t digits, int now)
{
    if (digits > 2)
        return (int)v;
    return (int)v + (v > now % 100 + 1 ? 1900 : 2000);
}

/* What a date is written with: up to three numbers, perhaps a month's name. */
struct date_parts {
    long value[3];
    size_t digits[3], count;
    int month;
    bool month_first;
};

static struct date_parts parts_of(const struct note *n, const struct removal *r)
{
    struct date_parts p = {.month_first = month_of(n, r->from) != 0};
    for (size_t i = r->from; i <= r->to; i++) {
        if (n->tokens[i].kind == TOKEN_NUMBER && p.count < 3) {
            p.value[p.count] = token_value(n, i);
            p.digits[p.count++] = token_len(&n->tokens[i]);
        } else if (!p.month) {
            p.month = month_of(n, i);
        }
    }
    return p;
}

struct date {
    int year, month, day; /* 0 for what was not said */
};

/* "3 janvier 2025", "mai 23" */
static struct date worded_date(const struct date_parts *p, int now)
{
    struct date d = {.month = p->month};
    size_t at = 0;
    if (p->count > 0 && p->digits[0] <= 2 && p->value[0] <= 31 && (p->count > 1 || !p->month_first))
        d.day = (int)p->value[at++];
    if (at < p->count)
        d.year = full_year(p->value[at], p->digits[at], now);
    return d;
}

static struct date numeric_date(const struct date_parts *p, int now)
{
    int a = (int)p->value[0], b = (int)p->value[1], c = (int)p->value[2];
    if (p->count == 3 && p->digits[0] == 4)
        return (struct date){a, b, c};
    if (p->count == 3)
        return (struct date){full_year(c, p->digits[2], now), b, a};
    if (p->count == 2 && p->digits[1] == 4)
        return (struct date){b, a, 0};
    return p->count == 2 ? (struct date){0, b, a} : (struct date){0};
}

/* The date as the writer meant it. */
static struct date read_date(const struct note *n, const struct removal *r, int now)
{
    struct date_parts p = parts_of(n, r);
    return p.month ? worded_date(&p, now) : numeric_date(&p, now);
}

static void put_number(struct buf *out, unsigned value)
{
    char digits[10];
    size_t at = sizeof(digits);
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    buf_append(out, digits + at, sizeof(digits) - at);
}

/* "<DATE:J-3>" */
static void put_offset(struct buf *out, const char *unit, int offset)
{
    buf_puts(out, "<DATE:");
    buf_puts(out, unit);
    buf_putc(out, offset < 0 ? '-' : '+');
    put_number(out, (unsigned)(offset < 0 ? -offset : offset));
    buf_putc(out, '>');
}

/* Days up to 31 around the call, then months up to 24, then years: what research needs, not the date. */
static void write_distance(struct buf *out, const struct note *n, struct date d, struct date call)
{
    if (d.year == 0) /* without a year: the nearest past one, or some weeks ahead */
        d.year = d.month > call.month + 2 ? call.year - 1 : call.year;
    int months = (d.year - call.year) * 12 + d.month - call.month;
    bool whole = d.day && day_valid(d.year, d.month, d.day);
    int days = whole ? (int)(day_from_civil(d.year, d.month, d.day) - n->day) : 0;
    if (whole && days == 0)
        buf_puts(out, "<DATE:J>");
    else if (whole && days >= -DAYS_TOLD && days <= DAYS_TOLD)
        put_offset(out, "J", days);
    else if (months >= -MONTHS_TOLD && months <= MONTHS_TOLD)
        put_offset(out, "M", months);
    else
        put_offset(out, "A", d.year - call.year);
}

static void write_date(struct buf *out, const struct note *n, const struct removal *r)
{
    struct date call = {0}, d = {0};
    if (n->day != DAY_NONE && r->from <= r->to) {
        day_to_civil(n->day, &call.year, &call.month, &call.day);
        d = read_date(n, r, call.year);
    }
    if (d.month >= 1 && d.month <= 12)
        write_distance(out, n, d, call);
    else
        buf_puts(out, "<DATE>");
}

static void write_placeholder(struct buf *out, const struct note *n, const struct removal *r,
                              struct numbered *numbered)
{
    static const char *const roles[TEXT_ROLES] = {"", ":PATIENT", ":APPELANT", ":MEDECIN"};
    if (r->label == TEXT_DATE) {
        write_date(out, n, r);
        return;
    }
    bool name = r->label == TEXT_NOM || r->label == TEXT_PRENOM;
    unsigned number = name ? number_of(numbered, key_of(n, r), r->label) : 0;
    buf_putc(out, '<');
    buf_puts(out, text_label_name((enum text_label)r->label));
    if (number) {
        buf_putc(out, '_');
        put_number(out, number);
    }
    if (number || r->label == TEXT_TEL)
        buf_puts(out, roles[r->role]);
    buf_putc(out, '>');
}

void replace_write(struct buf *out, const struct note *n, const struct removals *removals,
                   struct numbered *numbered)
{
    size_t at = 0;
    for (size_t i = 0; i < removals->count; i++) {
        const struct removal *r = &removals->list[i];
        if (r->bytes.end <= at)
            continue; /* inside one that the guard widened */
        if (r->bytes.start > at)
            buf_append(out, n->text + at, r->bytes.start - at);
        write_placeholder(out, n, r, numbered);
        at = r->bytes.end;
    }
    size_t end = n->fold.origin[n->fold.len];
    buf_append(out, n->text + at, end - at);
}
