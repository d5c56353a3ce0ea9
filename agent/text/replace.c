/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/replace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
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
    for (size_t i = 0; i < n->count;) {
        const struct token *t = &n->tokens[i];
        if (!t->label) {
            i++;
            continue;
        }
        size_t last = i;
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
        i = last + 1;
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
    OPENSSL_cleanse(s->seen, s->count * sizeof(s->seen[0]));
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

/* The date as the writer meant it; 0 for what was not said. */
static void read_date(const struct note *n, const struct removal *r, int now, int ret[static 3])
{
    long v[3] = {0};
    size_t digits[3] = {0}, count = 0;
    int month = 0;
    for (size_t i = r->from; i <= r->to; i++) {
        if (n->tokens[i].kind == TOKEN_NUMBER && count < 3) {
            v[count] = token_value(n, i);
            digits[count++] = token_len(&n->tokens[i]);
        } else if (!month) {
            month = month_of(n, i);
        }
    }
    ret[0] = ret[1] = ret[2] = 0;
    if (month) {
        size_t at = 0;
        if (count > 0 && digits[0] <= 2 && v[0] <= 31 && (count > 1 || !month_of(n, r->from)))
            ret[2] = (int)v[at++];
        ret[1] = month;
        if (at < count)
            ret[0] = full_year(v[at], digits[at], now);
    } else if (count == 3) {
        bool iso = digits[0] == 4;
        ret[0] = iso ? (int)v[0] : full_year(v[2], digits[2], now);
        ret[1] = (int)v[1];
        ret[2] = (int)(iso ? v[2] : v[0]);
    } else if (count == 2 && digits[1] == 4) {
        ret[0] = (int)v[1];
        ret[1] = (int)v[0];
    } else if (count == 2) {
        ret[1] = (int)v[1];
        ret[2] = (int)v[0];
    }
}

/* Days up to 31 around the call, then months up to 24, then years: what research needs, not the date. */
static void write_date(struct buf *out, const struct note *n, const struct removal *r)
{
    int year, month, day, d[3];
    if (n->day == DAY_NONE || r->from > r->to) {
        buf_puts(out, "<DATE>");
        return;
    }
    day_to_civil(n->day, &year, &month, &day);
    read_date(n, r, year, d);
    if (d[1] < 1 || d[1] > 12) {
        buf_puts(out, "<DATE>");
        return;
    }
    if (d[0] == 0) { /* without a year: the nearest past one, or some weeks ahead */
        d[0] = year;
        if (d[1] > month + 2)
            d[0]--;
    }
    int months = (d[0] - year) * 12 + d[1] - month;
    if (d[2] && day_valid(d[0], d[1], d[2])) {
        int days = (int)(day_from_civil(d[0], d[1], d[2]) - n->day);
        if (days >= -DAYS_TOLD && days <= DAYS_TOLD) {
            buf_printf(out, days == 0 ? "<DATE:J>" : "<DATE:J%+d>", days);
            return;
        }
    }
    if (months >= -MONTHS_TOLD && months <= MONTHS_TOLD)
        buf_printf(out, "<DATE:M%+d>", months);
    else
        buf_printf(out, "<DATE:A%+d>", d[0] - year);
}

static void write_placeholder(struct buf *out, const struct note *n, const struct removal *r,
                              struct numbered *numbered)
{
    static const char *const roles[TEXT_ROLES] = {"", ":PATIENT", ":APPELANT", ":MEDECIN"};
    if (r->label == TEXT_DATE) {
        write_date(out, n, r);
        return;
    }
    const char *name = text_label_name((enum text_label)r->label);
    unsigned number =
        r->label == TEXT_NOM || r->label == TEXT_PRENOM ? number_of(numbered, key_of(n, r), r->label) : 0;
    if (number)
        buf_printf(out, "<%s_%u%s>", name, number, roles[r->role]);
    else
        buf_printf(out, "<%s%s>", name, r->label == TEXT_TEL ? roles[r->role] : "");
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
