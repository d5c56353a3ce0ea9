/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/guard.h"

#include <string.h>
#include <openssl/crypto.h>

#define TOKEN_MAX 64u
#define LEAST_LETTERS 4u
#define LEAST_DIGITS 5u
#define RUN_DIGITS 8u
#define VALUES 96u

/* A value to look for: letters or digits, plainly spelt. */
struct value {
    char text[40];
    size_t len;
    bool digits, phone, word;
};

struct look {
    const struct lexicon *lexicon;
    struct value values[VALUES];
    size_t count;
    struct guard_range *hits;
    size_t hit_count, max;
    char before[2][TOKEN_MAX]; /* the two tokens before this one */
};

/* One character of UTF-8 as plain letters: "é" is e, "œ" is oe. Its length; out is empty for what is neither
 * letter nor digit. */
static size_t plain(const unsigned char *p, size_t left, char out[static 3])
{
    out[0] = out[1] = out[2] = '\0';
    if (p[0] < 0x80) {
        if ((p[0] >= '0' && p[0] <= '9') || (p[0] >= 'a' && p[0] <= 'z'))
            out[0] = (char)p[0];
        else if (p[0] >= 'A' && p[0] <= 'Z')
            out[0] = (char)(p[0] | 0x20);
        return 1;
    }
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (n > left)
        return left;
    if (p[0] == 0xC3) {
        static const char upper[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts";
        char c = upper[(p[1] & 0x3F) & 0x1F];
        if (c != ' ')
            out[0] = c;
        if ((p[1] & 0x1F) == 6)
            out[1] = 'e';
        if (p[1] == 0x9F)
            out[0] = out[1] = 's';
        if (p[1] == 0xBF)
            out[0] = 'y';
    } else if (p[0] == 0xC5 && (p[1] == 0x92 || p[1] == 0x93)) {
        out[0] = 'o';
        out[1] = 'e';
    }
    return n;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool blank(const char *text, size_t i)
{
    unsigned char c = (unsigned char)text[i];
    return c <= ' ' || (c == 0xC2 && (unsigned char)text[i + 1] == 0xA0);
}

static void add_value(struct look *l, const char *text, size_t len, bool digits, bool phone)
{
    if (len < (digits ? LEAST_DIGITS : LEAST_LETTERS) || len >= sizeof(l->values[0].text) ||
        l->count == VALUES)
        return;
    struct value *v = &l->values[l->count++];
    memcpy(v->text, text, len);
    v->text[len] = '\0';
    v->len = len;
    v->digits = digits;
    v->phone = phone;
    v->word = !digits &&
              lexicon_find(l->lexicon, lexicon_hash(text, len)) &
                  (LEX_FRENCH | LEX_FUNCTION | LEX_MEDICAL | LEX_PLAIN | LEX_TOWN | LEX_EPONYM | 0x1F0000u);
}

static void add_parts(struct look *l, const struct text_identifier *id)
{
    char word[40];
    size_t n = 0;
    bool phone = id->kind == TEXT_IS_PHONE;
    if (id->kind == TEXT_IS_BIRTH_DATE || id->kind == TEXT_IS_CALLER)
        return;
    for (size_t i = 0; i <= id->len;) {
        char c[3] = "";
        size_t step = i < id->len ? plain((const unsigned char *)id->value + i, id->len - i, c) : 1;
        bool ends = c[0] == '\0' && !(phone && i < id->len);
        if (ends) {
            bool digits = n > 0 && is_digit(word[0]);
            if (digits && phone && n > 9) {
                memmove(word, word + n - 9, 9);
                n = 9;
            }
            if (id->kind != TEXT_IS_ADDRESS || !digits)
                add_value(l, word, n, digits, phone);
            n = 0;
        }
        for (size_t k = 0; c[k] && n < sizeof(word) - 1; k++)
            word[n++] = c[k];
        i += step;
    }
    OPENSSL_cleanse(word, sizeof(word));
}

static void hit(struct look *l, size_t start, size_t end)
{
    if (l->hit_count > 0 && l->hit_count <= l->max && l->hits[l->hit_count - 1].end >= start) {
        l->hits[l->hit_count - 1].end = end;
        return;
    }
    if (l->hit_count < l->max)
        l->hits[l->hit_count] = (struct guard_range){start, end};
    l->hit_count++;
}

static bool among(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

static bool addressed(const struct look *l)
{
    static const char *const cues[] = {"m",      "mr",      "mme",   "monsieur", "madame", "mlle",
                                       "dr",     "docteur", "chez",  "famille",  "nom",    "appelle",
                                       "prenom", "signe",   "ville", "commune",  NULL};
    return among(l->before[0], cues);
}

/* "signe de Murphy", "maladie de Gilbert": medicine, not the person. */
static bool medical(const struct look *l)
{
    static const char *const links[] = {"de", "du", "d", "et", NULL};
    static const char *const heads[] = {
        "signe",          "maladie", "syndrome", "score", "manoeuvre", "test", "critere", "criteres",
        "classification", "echelle", "stade",    "point", "sd",        "sdr",  "type",    NULL};
    return (among(l->before[0], links) && among(l->before[1], heads)) || among(l->before[0], heads);
}

static bool value_in(const struct look *l, const char *word, size_t len)
{
    uint32_t flags = lexicon_find(l->lexicon, lexicon_hash(word, len));
    for (size_t i = 0; i < l->count; i++) {
        const struct value *v = &l->values[i];
        if (v->digits || v->len > len)
            continue;
        bool whole = v->len == len && memcmp(v->text, word, len) == 0;
        if (whole && (v->word ? addressed(l) : !medical(l)))
            return true;
        if (!whole && !v->word &&
            !(flags & (LEX_FRENCH | LEX_MEDICAL | LEX_DRUG | LEX_NEUTRAL | LEX_EPONYM)) &&
            memmem(word, len, v->text, v->len))
            return true;
    }
    return false;
}

static void remember(struct look *l, const char *word, size_t len)
{
    memcpy(l->before[1], l->before[0], TOKEN_MAX);
    size_t n = len < TOKEN_MAX - 1 ? len : TOKEN_MAX - 1;
    memcpy(l->before[0], word, n);
    l->before[0][n] = '\0';
}

/* The words of one run of kept bytes, each between signs. */
static void check_words(struct look *l, const char *text, size_t start, size_t end)
{
    char word[TOKEN_MAX];
    size_t n = 0, from = start;
    for (size_t i = start; i <= end;) {
        char c[3] = "";
        size_t step = i < end ? plain((const unsigned char *)text + i, end - i, c) : 1;
        bool joins = i < end && c[0] && !is_digit(c[0]);
        if (!joins && n > 0) {
            if (n >= LEAST_LETTERS && value_in(l, word, n < TOKEN_MAX ? n : TOKEN_MAX))
                hit(l, from, i);
            remember(l, word, n < TOKEN_MAX ? n : TOKEN_MAX);
            n = 0;
        }
        if (joins) {
            if (n == 0)
                from = i;
            for (size_t k = 0; c[k]; k++)
                if (n < TOKEN_MAX)
                    word[n++] = c[k];
        }
        i += step;
    }
}

static bool number_in(const struct look *l, const char *digits, size_t len)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct value *v = &l->values[i];
        if (!v->digits)
            continue;
        if (len >= v->len && memmem(digits, len, v->text, v->len))
            return true;
        for (size_t k = 0; v->phone && k + 6 <= v->len; k++)
            if (len >= 6 && memmem(digits, len, v->text + k, 6))
                return true;
    }
    return false;
}

/* Digits with at most one light sign between them, and a lone '@'. */
static void check_digits(struct look *l, const char *text, size_t start, size_t end)
{
    char digits[TOKEN_MAX];
    size_t n = 0, from = start, last = start, solid = 0;
    for (size_t i = start; i <= end; i++) {
        bool digit = i < end && is_digit(text[i]);
        bool joint =
            i < end && n > 0 && i == last && i + 1 < end && strchr(" .-/_", text[i]) && is_digit(text[i + 1]);
        if (digit) {
            if (n == 0)
                from = i;
            solid = i > start && n > 0 && is_digit(text[i - 1]) ? solid + 1 : 1;
            if (n < TOKEN_MAX)
                digits[n++] = text[i];
            last = i + 1;
            if (solid == RUN_DIGITS) /* whatever it is, it is not clinical */
                while (i + 1 < end && is_digit(text[i + 1]))
                    last = ++i + 1;
        }
        if (!digit && !joint && n > 0) {
            if (solid >= RUN_DIGITS || number_in(l, digits, n))
                hit(l, from, last);
            n = solid = 0;
        }
        if (i < end && text[i] == '@') {
            size_t a = i, b = i + 1;
            while (a > start && !blank(text, a - 1))
                a--;
            while (b < end && !blank(text, b))
                b++;
            hit(l, a, b);
        }
    }
}

static int by_start(const struct guard_range *a, const struct guard_range *b)
{
    return a->start < b->start ? -1 : a->start > b->start;
}

static void sort_hits(struct guard_range *hits, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && by_start(&hits[k], &hits[k - 1]) < 0; k--) {
            struct guard_range swap = hits[k];
            hits[k] = hits[k - 1];
            hits[k - 1] = swap;
        }
}

size_t guard_check(const struct lexicon *lexicon, const char *text, size_t len,
                   const struct guard_range *removed, size_t removed_count,
                   const struct text_identifier *identifiers, size_t identifier_count,
                   struct guard_range *ret_hits, size_t max)
{
    struct look l = {.lexicon = lexicon, .hits = ret_hits, .max = max};
    for (size_t i = 0; i < identifier_count; i++)
        add_parts(&l, &identifiers[i]);
    size_t at = 0;
    for (size_t i = 0; i <= removed_count && l.hit_count <= max; i++) {
        size_t end = i < removed_count ? removed[i].start : len;
        if (at < end) {
            check_words(&l, text, at, end);
            check_digits(&l, text, at, end);
        }
        if (i < removed_count)
            at = removed[i].end;
    }
    size_t count = l.hit_count > max ? max + 1 : l.hit_count;
    sort_hits(ret_hits, count > max ? max : count);
    OPENSSL_cleanse(&l, sizeof(l));
    return count;
}
