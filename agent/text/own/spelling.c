/* SPDX-License-Identifier: Apache-2.0 */
/* How far two words are apart, by their letters and by their sound. */
#include "agent/text/own/own.h"

#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The two words and how far their beginnings are apart: row i is for i letters of a. Three rows are kept. */
struct comparison {
    const char *a, *b;
    size_t a_len, b_len;
    uint8_t rows[3][OWN_LETTERS + 1];
};

/* Fills row i; returns the least distance in it. */
static unsigned fill_row(struct comparison *c, size_t i)
{
    uint8_t *row = c->rows[i % 3];
    const uint8_t *up = c->rows[(i + 2) % 3], *two = c->rows[(i + 1) % 3];
    unsigned best = row[0] = (uint8_t)i;
    for (size_t j = 1; j <= c->b_len; j++) {
        unsigned changed = c->a[i - 1] != c->b[j - 1];
        unsigned d = least(up[j - 1] + changed, least(up[j], row[j - 1]) + 1u);
        if (i > 1 && j > 1 && c->a[i - 1] == c->b[j - 2] && c->a[i - 2] == c->b[j - 1])
            d = least(d, two[j - 2] + 1u);
        row[j] = (uint8_t)d;
        best = least(best, d);
    }
    return best;
}

/* Takes off what both words begin and end with: it does not part them. */
static void strip(struct comparison *c)
{
    while (c->a_len > 0 && c->b_len > 0 && c->a[0] == c->b[0]) {
        c->a++;
        c->b++;
        c->a_len--;
        c->b_len--;
    }
    while (c->a_len > 0 && c->b_len > 0 && c->a[c->a_len - 1] == c->b[c->b_len - 1]) {
        c->a_len--;
        c->b_len--;
    }
}

unsigned own_distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit)
{
    size_t gap = a_len > b_len ? a_len - b_len : b_len - a_len;
    if (gap > limit || a_len >= OWN_LETTERS || b_len >= OWN_LETTERS)
        return limit + 1;
    struct comparison c;
    c.a = a;
    c.b = b;
    c.a_len = a_len;
    c.b_len = b_len;
    strip(&c);
    if (limit <= 1 && (c.a_len > 2 * limit || c.b_len > 2 * limit))
        return limit + 1; /* one difference leaves a letter, or two that are swapped */
    for (size_t j = 0; j <= c.b_len; j++)
        c.rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= c.a_len; i++)
        if (fill_row(&c, i) > limit)
            return limit + 1;
    return c.rows[c.a_len % 3][c.b_len];
}

/* The spellings that begin with each letter, longest first, and what is heard; a letter without any is heard
 * as written. */
struct spelling {
    const char *letters, *sound;
};
#define SPELLINGS(...) ((const struct spelling[]){__VA_ARGS__, {NULL, NULL}})
static const struct spelling *const spellings[26] = {
    ['a' - 'a'] = SPELLINGS({"ault", "o"}, {"aux", "o"}, {"ain", "5"}, {"aim", "5"}, {"au", "o"}, {"ai", "e"},
                            {"ay", "e"}, {"an", "1"}, {"am", "1"}),
    ['c' - 'a'] = SPELLINGS({"ch", "S"}, {"ck", "k"}, {"c", "k"}),
    ['e' - 'a'] = SPELLINGS({"eault", "o"}, {"eaux", "o"}, {"eau", "o"}, {"ein", "5"}, {"ei", "e"},
                            {"ey", "e"}, {"en", "1"}, {"em", "1"}),
    ['g' - 'a'] = SPELLINGS({"gu", "g"}),
    ['h' - 'a'] = SPELLINGS({"h", ""}),
    ['i' - 'a'] = SPELLINGS({"in", "5"}, {"im", "5"}),
    ['o' - 'a'] = SPELLINGS({"ou", "u"}, {"oo", "u"}),
    ['p' - 'a'] = SPELLINGS({"ph", "f"}),
    ['q' - 'a'] = SPELLINGS({"qu", "k"}, {"q", "k"}),
    ['s' - 'a'] = SPELLINGS({"sch", "S"}, {"sh", "S"}),
    ['t' - 'a'] = SPELLINGS({"tch", "S"}, {"th", "t"}),
    ['w' - 'a'] = SPELLINGS({"w", "v"}),
    ['x' - 'a'] = SPELLINGS({"x", "ks"}),
    ['y' - 'a'] = SPELLINGS({"yn", "5"}, {"ym", "5"}, {"y", "i"}),
    ['z' - 'a'] = SPELLINGS({"z", "s"}),
};

static bool silent_end(char c)
{
    return c == 'e' || c == 's' || c == 't' || c == 'd' || c == 'x' || c == 'z';
}

/* Whether s begins with letters; their length, 0 when not. */
static size_t begins(const char *s, size_t len, const char *letters)
{
    size_t i = 0;
    while (i < len && letters[i] && s[i] == letters[i])
        i++;
    return letters[i] ? 0 : i;
}

static bool soft_c(const char *s, size_t len)
{
    return s[0] == 'c' && len > 1 && (s[1] == 'e' || s[1] == 'i' || s[1] == 'y');
}

/* What is heard where s begins; the letters that say it are counted in ret_taken. */
static const char *heard(const char *s, size_t len, size_t *ret_taken)
{
    *ret_taken = 1;
    if (soft_c(s, len))
        return "s";
    for (const struct spelling *r = spellings[s[0] - 'a']; r && r->letters; r++) {
        size_t taken = begins(s, len, r->letters);
        if (taken) {
            *ret_taken = taken;
            return r->sound;
        }
    }
    return NULL;
}

/* Final letters that are not heard are left out, while three remain. */
static size_t heard_length(const char *word, size_t len)
{
    while (len > 3 && silent_end(word[len - 1]))
        len--;
    return len;
}

char own_first_sound(const char *word, size_t len)
{
    size_t taken;
    len = heard_length(word, len);
    for (size_t i = 0; i < len; i += taken) {
        const char *sound = heard(word + i, len - i, &taken);
        if (!sound || *sound)
            return sound ? *sound : word[i];
    }
    return '\0';
}

size_t own_sound(const char *word, size_t len, char out[static OWN_LETTERS])
{
    size_t n = 0, taken;
    len = heard_length(word, len);
    for (size_t i = 0; i < len && n + 2 < OWN_LETTERS; i += taken) {
        const char letter[2] = {word[i], '\0'}, *sound = heard(word + i, len - i, &taken);
        for (sound = sound ? sound : letter; *sound; sound++)
            if (n == 0 || out[n - 1] != *sound)
                out[n++] = *sound;
    }
    out[n] = '\0';
    return n;
}
