/* SPDX-License-Identifier: Apache-2.0 */
/* How far two words are apart, by their letters and by their sound. */
#include "agent/text/own.h"

#include <string.h>

unsigned own_distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit)
{
    size_t gap = a_len > b_len ? a_len - b_len : b_len - a_len;
    if (gap > limit || a_len >= OWN_LETTERS || b_len >= OWN_LETTERS)
        return limit + 1;
    uint8_t rows[3][OWN_LETTERS + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a_len; i++) {
        uint8_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        uint8_t best = row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned cost = a[i - 1] != b[j - 1];
            unsigned least = up[j - 1] + cost;
            if (up[j] + 1u < least)
                least = up[j] + 1u;
            if (row[j - 1] + 1u < least)
                least = row[j - 1] + 1u;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + 1u < least)
                least = two[j - 2] + 1u;
            row[j] = (uint8_t)least;
            if (row[j] < best)
                best = row[j];
        }
        if (best > limit)
            return limit + 1;
    }
    return rows[a_len % 3][b_len];
}

/* Longest first at each place. */
static const struct {
    const char *letters, *sound;
} sounds[] = {
    {"eaux", "o"}, {"eault", "o"}, {"ault", "o"}, {"aux", "o"}, {"eau", "o"}, {"sch", "S"}, {"tch", "S"},
    {"ein", "5"},  {"ain", "5"},   {"aim", "5"},  {"yn", "5"},  {"ym", "5"},  {"au", "o"},  {"ph", "f"},
    {"ch", "S"},   {"sh", "S"},    {"qu", "k"},   {"ck", "k"},  {"gu", "g"},  {"ai", "e"},  {"ei", "e"},
    {"ay", "e"},   {"ey", "e"},    {"ou", "u"},   {"oo", "u"},  {"an", "1"},  {"en", "1"},  {"am", "1"},
    {"em", "1"},   {"in", "5"},    {"im", "5"},   {"th", "t"},  {"y", "i"},   {"w", "v"},   {"z", "s"},
    {"c", "k"},    {"q", "k"},     {"x", "ks"},   {"h", ""},
};

static bool silent_end(char c)
{
    return c == 'e' || c == 's' || c == 't' || c == 'd' || c == 'x' || c == 'z';
}

size_t own_sound(const char *word, size_t len, char out[static OWN_LETTERS])
{
    size_t n = 0;
    while (len > 3 && silent_end(word[len - 1]))
        len--;
    for (size_t i = 0; i < len && n + 2 < OWN_LETTERS;) {
        size_t k = 0, rules = sizeof(sounds) / sizeof(sounds[0]), taken = 1;
        const char *sound = NULL;
        if (word[i] == 'c' && i + 1 < len && strchr("eiy", word[i + 1]))
            sound = "s";
        for (; !sound && k < rules; k++) {
            if (sounds[k].letters[0] != word[i])
                continue;
            size_t size = strlen(sounds[k].letters);
            if (i + size <= len && memcmp(word + i, sounds[k].letters, size) == 0) {
                sound = sounds[k].sound;
                taken = size;
            }
        }
        if (sound) {
            for (; *sound; sound++)
                if (n == 0 || out[n - 1] != *sound)
                    out[n++] = *sound;
        } else if (n == 0 || out[n - 1] != word[i]) {
            out[n++] = word[i];
        }
        i += taken;
    }
    out[n] = '\0';
    return n;
}
