/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/fold.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

/* U+00C0 to U+017F without accents; '*' stands for two letters, '+' for the sign it is. */
static const char latin[] = "aaaaaa*ceeeeiiiidnooooo+ouuuuy**aaaaaa*ceeeeiiiidnooooo+ouuuuy*y"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllllllll"
                            "nnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Letters of other scripts that look Latin, and their Latin twin: what a keyboard or a prankster mixes in. */
static const struct {
    uint16_t from;
    char to;
} twins[] = {
    {0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'}, {0x397, 'h'}, {0x399, 'i'}, {0x39A, 'k'},
    {0x39C, 'm'}, {0x39D, 'n'}, {0x39F, 'o'}, {0x3A1, 'p'}, {0x3A4, 't'}, {0x3A5, 'y'}, {0x3A7, 'x'},
    {0x3B1, 'a'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BD, 'v'}, {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C5, 'u'},
    {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'}, {0x412, 'b'}, {0x415, 'e'}, {0x417, 'z'},
    {0x41A, 'k'}, {0x41C, 'm'}, {0x41D, 'h'}, {0x41E, 'o'}, {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'},
    {0x423, 'y'}, {0x425, 'x'}, {0x430, 'a'}, {0x435, 'e'}, {0x43A, 'k'}, {0x43C, 'm'}, {0x43D, 'h'},
    {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'},
    {0x456, 'i'}, {0x458, 'j'}, {0x501, 'd'}, {0x51B, 'q'}, {0x51D, 'w'},
};

size_t fold_decode(const char *text, size_t len, uint32_t *ret)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t c = (uint8_t)text[0];
    size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (n == 1) {
        *ret = c;
        return 1;
    }
    if (c < 0xC2 || c > 0xF4 || n > len)
        return 0;
    uint32_t cp = c & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        uint8_t d = (uint8_t)text[i];
        if ((d & 0xC0) != 0x80)
            return 0;
        cp = cp << 6 | (d & 0x3Fu);
    }
    if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        return 0;
    *ret = cp;
    return n;
}

static bool invisible(uint32_t cp)
{
    return cp == 0xAD || cp == 0x34F || cp == 0x61C || cp == 0x180E || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) ||
           (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0xFEFF || (cp >= 0xE0000 && cp <= 0xE01EF);
}

static bool combining(uint32_t cp)
{
    return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x1AB0 && cp <= 0x1AFF) || (cp >= 0x20D0 && cp <= 0x20FF);
}

static const char *pair(uint32_t cp)
{
    switch (cp) {
    case 0xC6:
    case 0xE6:
        return "ae";
    case 0xDF:
        return "ss";
    case 0xDE:
    case 0xFE:
        return "th";
    case 0x152:
    case 0x153:
        return "oe";
    default:
        return "ij";
    }
}

static char sign(uint32_t cp)
{
    if (cp == 0xB0 || cp == 0xBA)
        return FOLD_DEGREE;
    if (cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F || cp == 0x3000)
        return ' ';
    if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
        return '-';
    if (cp == 0xB4 || cp == 0x2BC || (cp >= 0x2018 && cp <= 0x201B) || cp == 0x2032)
        return '\'';
    if (cp == 0xAB || cp == 0xBB || (cp >= 0x201C && cp <= 0x201F))
        return '"';
    if (cp == 0x2028 || cp == 0x2029 || cp == 0x85)
        return '\n';
    return FOLD_SYMBOL;
}

static char twin(uint32_t cp)
{
    for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
        if (twins[i].from == cp)
            return twins[i].to;
    return 0;
}

/* Letters and digits beyond Latin. A letter of a script without a twin becomes x: still a letter, never a
 * word. */
static char other(uint32_t cp)
{
    if (cp >= 0x1D400 && cp <= 0x1D6A3)
        return (char)('a' + (cp - 0x1D400) % 26);
    if (cp >= 0x1D7CE && cp <= 0x1D7FF)
        return (char)('0' + (cp - 0x1D7CE) % 10);
    if ((cp >= 0x660 && cp <= 0x669) || (cp >= 0x6F0 && cp <= 0x6F9))
        return (char)('0' + (cp & 15u));
    if (cp == 0x1D49 || cp == 0x2091)
        return 'e';
    if (cp == 0x2B3)
        return 'r';
    if ((cp >= 0x1E00 && cp <= 0x1EFF)) { /* Vietnamese and the like, in runs by base letter */
        static const struct {
            uint16_t last;
            char base;
        } runs[] = {{0x1E01, 'a'}, {0x1E07, 'b'}, {0x1E09, 'c'}, {0x1E13, 'd'}, {0x1E1D, 'e'}, {0x1E1F, 'f'},
                    {0x1E21, 'g'}, {0x1E2B, 'h'}, {0x1E2F, 'i'}, {0x1E35, 'k'}, {0x1E3D, 'l'}, {0x1E43, 'm'},
                    {0x1E4B, 'n'}, {0x1E53, 'o'}, {0x1E57, 'p'}, {0x1E5F, 'r'}, {0x1E69, 's'}, {0x1E71, 't'},
                    {0x1E7B, 'u'}, {0x1E7F, 'v'}, {0x1E89, 'w'}, {0x1E8D, 'x'}, {0x1E8F, 'y'}, {0x1E95, 'z'},
                    {0x1E9F, 's'}, {0x1EB7, 'a'}, {0x1EC7, 'e'}, {0x1ECB, 'i'}, {0x1EE3, 'o'}, {0x1EF1, 'u'},
                    {0x1EFF, 'y'}};
        for (size_t i = 0;; i++)
            if (cp <= runs[i].last)
                return runs[i].base;
    }
    if (cp >= 0xFF01 && cp <= 0xFF5E) {
        char c = (char)(cp - 0xFEE0);
        return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    char t = twin(cp);
    if (t)
        return t;
    if ((cp >= 0x180 && cp <= 0x2AF) || (cp >= 0x370 && cp <= 0x1DFF) || (cp >= 0x2C00 && cp <= 0x2DFF) ||
        (cp >= 0x3040 && cp <= 0xD7FF) || (cp >= 0xF900 && cp <= 0xFDFF) || (cp >= 0xFE70 && cp <= 0xFEFC) ||
        (cp >= 0x20000 && cp <= 0x3FFFF))
        return 'x';
    return 0;
}

static bool upper_case(uint32_t cp)
{
    if (cp >= 0xC0 && cp <= 0xDE)
        return cp != 0xD7;
    if (cp >= 0x100 && cp <= 0x17F) /* pairs, upper first, with two shifts of parity */
        return (cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E) ? cp % 2 == 1 : cp % 2 == 0;
    return (cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x400 && cp <= 0x42F) || (cp >= 0xFF21 && cp <= 0xFF3A) ||
           (cp >= 0x1E00 && cp <= 0x1EFF && cp % 2 == 0);
}

static void put(struct fold *f, char c, uint8_t traits, size_t origin)
{
    f->text[f->len] = c;
    f->traits[f->len] = traits;
    f->origin[f->len++] = (uint32_t)origin;
}

static void put_latin(struct fold *f, uint32_t cp, size_t origin)
{
    uint8_t traits = (uint8_t)(upper_case(cp) ? FOLD_UPPER | FOLD_ACCENT : FOLD_ACCENT);
    char c = latin[cp - 0xC0];
    if (c != '*') {
        put(f, c, traits, origin);
        return;
    }
    put(f, pair(cp)[0], traits, origin);
    put(f, pair(cp)[1], traits, origin);
}

static void put_wide(struct fold *f, uint32_t cp, size_t origin)
{
    if (cp >= 0xC0 && cp <= 0x17F && cp != 0xD7 && cp != 0xF7) {
        put_latin(f, cp, origin);
        return;
    }
    if (invisible(cp))
        return;
    if (combining(cp)) {
        if (f->len > 0)
            f->traits[f->len - 1] |= FOLD_ACCENT;
        return;
    }
    char c = other(cp);
    put(f, c ? c : sign(cp), upper_case(cp) ? FOLD_UPPER : 0, origin);
}

static bool reserve(struct fold *f, size_t len)
{
    size_t cap = 2 * len + FOLD_SLACK; /* at most two bytes for each of the original's */
    if (cap <= f->cap)
        return true;
    fold_free(f);
    f->text = malloc(cap);
    f->traits = malloc(cap);
    f->origin = malloc((cap + 1) * sizeof(*f->origin));
    f->cap = cap;
    return f->text && f->traits && f->origin;
}

static void put_ascii(struct fold *f, uint8_t c, size_t origin)
{
    uint8_t is_upper = (uint8_t)(c - 'A') < 26;
    if (c < ' ')
        c = c == '\n' || c == '\r' || c == '\f' || c == '\v' ? '\n' : c == '\t' ? ' ' : (uint8_t)FOLD_SYMBOL;
    put(f, (char)(c + is_upper * 32), is_upper, origin);
}

#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

/* Eight bytes at once: all are folded as if they were printable ASCII, those up to the first that is not are
 * kept. Returns how many they are. */
static size_t put_eight(struct fold *f, const char *text, size_t origin)
{
    uint64_t x;
    memcpy(&x, text, sizeof(x));
    x = le64toh(x);
    uint64_t not_plain = (x | (x - EACH(' '))) & EACH(0x80);
    uint64_t low = x & EACH(0x7F);
    uint64_t upper = (low + EACH(0x80 - 'A')) & ~(low + EACH(0x80 - 'Z' - 1)) & EACH(0x80);
    uint64_t folded = htole64(x + (upper >> 2)), traits = htole64(upper >> 7);
    memcpy(f->text + f->len, &folded, sizeof(folded));
    memcpy(f->traits + f->len, &traits, sizeof(traits));
    for (size_t i = 0; i < 8; i++)
        f->origin[f->len + i] = (uint32_t)(origin + i);
    size_t kept = not_plain ? (size_t)__builtin_ctzll(not_plain) / 8 : 8;
    f->len += kept;
    return kept;
}

bool fold_text(struct fold *f, const char *text, size_t len)
{
    if (len >= UINT32_MAX / 4 || !reserve(f, len))
        return false;
    f->len = 0;
    for (size_t i = 0; i < len;) {
        size_t plain = len - i >= 8 ? put_eight(f, text + i, i) : 0;
        i += plain;
        if (plain == 8)
            continue;
        if ((uint8_t)text[i] < 0x80) {
            put_ascii(f, (uint8_t)text[i], i);
            i++;
            continue;
        }
        uint32_t cp;
        size_t n = fold_decode(text + i, len - i, &cp);
        if (n == 0)
            return false;
        put_wide(f, cp, i);
        i += n;
    }
    f->origin[f->len] = (uint32_t)len;
    return true;
}

void fold_free(struct fold *f)
{
    if (f->text)
        OPENSSL_cleanse(f->text, f->cap);
    free(f->text);
    free(f->traits);
    free(f->origin);
    *f = (struct fold){0};
}
