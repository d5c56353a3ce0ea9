/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/fold.h"

#include <stdlib.h>
#include <string.h>

#include "agent/text/wrapping.h"

/* U+00C0 to U+017F without accents; '*' stands for two letters, '+' for the sign it is. */
static const char latin[] = "aaaaaa*ceeeeiiiidnooooo+ouuuuy**aaaaaa*ceeeeiiiidnooooo+ouuuuy*y"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllllllll"
                            "nnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Letters of other scripts that look Latin, and their Latin twin: what a keyboard or a prankster mixes in;
 * and those of medicine by their name: βHCG, γGT. */
static const struct {
    uint16_t from;
    char to;
} twins[] = {
    {0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'}, {0x397, 'h'}, {0x399, 'i'}, {0x39A, 'k'},
    {0x39C, 'm'}, {0x39D, 'n'}, {0x39F, 'o'}, {0x3A1, 'p'}, {0x3A4, 't'}, {0x3A5, 'y'}, {0x3A7, 'x'},
    {0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B3, 'g'}, {0x3B4, 'd'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BD, 'v'},
    {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C5, 'u'}, {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'},
    {0x412, 'b'}, {0x415, 'e'}, {0x417, 'z'}, {0x41A, 'k'}, {0x41C, 'm'}, {0x41D, 'h'}, {0x41E, 'o'},
    {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'}, {0x423, 'y'}, {0x425, 'x'}, {0x430, 'a'}, {0x435, 'e'},
    {0x43A, 'k'}, {0x43C, 'm'}, {0x43D, 'h'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'},
    {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x501, 'd'}, {0x51B, 'q'},
    {0x51D, 'w'},
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

/* Code points in a row that are all read as one character. */
struct range {
    uint32_t first, last;
    char to;
};

static char in_ranges(const struct range *ranges, size_t count, uint32_t cp)
{
    for (size_t i = 0; i < count; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return ranges[i].to;
    return 0;
}
#define IN_RANGES(ranges, cp) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), cp)

static char sign(uint32_t cp)
{
    static const struct range signs[] = {
        {0x85, 0x85, '\n'},     {0xA0, 0xA0, ' '},         {0xAB, 0xAB, '"'},      {0xB0, 0xB0, FOLD_DEGREE},
        {0xB4, 0xB4, '\''},     {0xBA, 0xBA, FOLD_DEGREE}, {0xBB, 0xBB, '"'},      {0x2BC, 0x2BC, '\''},
        {0x2000, 0x200A, ' '},  {0x2010, 0x2015, '-'},     {0x2018, 0x201B, '\''}, {0x201C, 0x201F, '"'},
        {0x2028, 0x2029, '\n'}, {0x202F, 0x202F, ' '},     {0x2032, 0x2032, '\''}, {0x205F, 0x205F, ' '},
        {0x2212, 0x2212, '-'},  {0x3000, 0x3000, ' '}};
    char c = IN_RANGES(signs, cp);
    return c ? c : FOLD_SYMBOL;
}

static char twin(uint32_t cp)
{
    for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
        if (twins[i].from == cp)
            return twins[i].to;
    return 0;
}

/* Latin letters and digits in another dress: mathematical, full width, Arabic digits. */
static char dressed(uint32_t cp)
{
    if (cp >= 0x1D400 && cp <= 0x1D6A3)
        return (char)('a' + (cp - 0x1D400) % 26);
    if (cp >= 0x1D7CE && cp <= 0x1D7FF)
        return (char)('0' + (cp - 0x1D7CE) % 10);
    if ((cp >= 0x660 && cp <= 0x669) || (cp >= 0x6F0 && cp <= 0x6F9))
        return (char)('0' + (cp & 15u));
    if (cp < 0xFF01 || cp > 0xFF5E)
        return 0;
    char c = (char)(cp - 0xFEE0);
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Raised letters, then Vietnamese and the like by their base letter. */
static const struct range accented[] = {
    {0x2B3, 0x2B3, 'r'},   {0x1D49, 0x1D49, 'e'}, {0x2091, 0x2091, 'e'}, {0x1E00, 0x1E01, 'a'},
    {0x1E02, 0x1E07, 'b'}, {0x1E08, 0x1E09, 'c'}, {0x1E0A, 0x1E13, 'd'}, {0x1E14, 0x1E1D, 'e'},
    {0x1E1E, 0x1E1F, 'f'}, {0x1E20, 0x1E21, 'g'}, {0x1E22, 0x1E2B, 'h'}, {0x1E2C, 0x1E2F, 'i'},
    {0x1E30, 0x1E35, 'k'}, {0x1E36, 0x1E3D, 'l'}, {0x1E3E, 0x1E43, 'm'}, {0x1E44, 0x1E4B, 'n'},
    {0x1E4C, 0x1E53, 'o'}, {0x1E54, 0x1E57, 'p'}, {0x1E58, 0x1E5F, 'r'}, {0x1E60, 0x1E69, 's'},
    {0x1E6A, 0x1E71, 't'}, {0x1E72, 0x1E7B, 'u'}, {0x1E7C, 0x1E7F, 'v'}, {0x1E80, 0x1E89, 'w'},
    {0x1E8A, 0x1E8D, 'x'}, {0x1E8E, 0x1E8F, 'y'}, {0x1E90, 0x1E95, 'z'}, {0x1E96, 0x1E9F, 's'},
    {0x1EA0, 0x1EB7, 'a'}, {0x1EB8, 0x1EC7, 'e'}, {0x1EC8, 0x1ECB, 'i'}, {0x1ECC, 0x1EE3, 'o'},
    {0x1EE4, 0x1EF1, 'u'}, {0x1EF2, 0x1EFF, 'y'}};

/* Letters without a twin become x: still a letter, never a word. */
static const struct range foreign[] = {{0x180, 0x2AF, 'x'},    {0x370, 0x1DFF, 'x'},  {0x2C00, 0x2DFF, 'x'},
                                       {0x3040, 0xD7FF, 'x'},  {0xF900, 0xFDFF, 'x'}, {0xFE70, 0xFEFC, 'x'},
                                       {0x20000, 0x3FFFF, 'x'}};

/* Letters and digits beyond Latin, signs: what they are read as. */
static char other(uint32_t cp)
{
    char c = IN_RANGES(accented, cp);
    if (!c)
        c = dressed(cp);
    if (!c)
        c = twin(cp);
    if (!c)
        c = IN_RANGES(foreign, cp);
    return c ? c : sign(cp);
}

static bool upper_case(uint32_t cp)
{
    static const struct range all[] = {
        {0xC0, 0xD6, 1}, {0xD8, 0xDE, 1}, {0x391, 0x3A9, 1}, {0x400, 0x42F, 1}, {0xFF21, 0xFF3A, 1}};
    static const struct range odd[] = {{0x139, 0x148, 1}, {0x179, 0x17E, 1}}; /* pairs, upper first */
    static const struct range even[] = {
        {0x100, 0x138, 1}, {0x149, 0x178, 1}, {0x17F, 0x17F, 1}, {0x1E00, 0x1EFF, 1}};
    if (cp % 2 == 1)
        return IN_RANGES(odd, cp) || IN_RANGES(all, cp);
    return IN_RANGES(even, cp) || IN_RANGES(all, cp);
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
    put(f, other(cp), upper_case(cp) ? FOLD_UPPER : 0, origin);
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

/* What a text holds that lost its characters on the way: the sign that stands for any, controls that no
 * keyboard makes. */
static bool lost(uint32_t cp)
{
    return cp == 0xFFFD || (cp >= 0x80 && cp <= 0x9F && cp != 0x85);
}

/* "r‚sum‚": a DOS code page that was read as Windows'. These signs stand between no letters otherwise. */
static bool of_dos(const struct fold *f, uint32_t cp, const char *after, size_t len)
{
    bool shown = cp == 0x201A || cp == 0x2C6 || cp == 0x2021;
    return shown && f->len > 0 && f->text[f->len - 1] >= 'a' && f->text[f->len - 1] <= 'z' && len > 0 &&
           (uint8_t)((after[0] | 0x20) - 'a') < 26;
}

/* The character beyond ASCII at i: its bytes, 0 when it cannot be read. */
static size_t put_beyond(struct fold *f, const char *text, size_t len, size_t i)
{
    uint32_t cp;
    size_t more, n = fold_decode(text + i, len - i, &cp);
    if (n == 0)
        return 0;
    cp = wrapping_mend(cp, text + i + n, len - i - n, &more);
    n += more;
    if (lost(cp) || of_dos(f, cp, text + i + n, len - i - n))
        return 0;
    put_wide(f, cp, i);
    return n;
}

static void put_unwrapped(struct fold *f, struct unwrapped u, size_t origin)
{
    if (u.cp >= 0x80)
        put_wide(f, u.cp, origin);
    else if (u.accent)
        put(f, (char)(u.cp | 0x20), u.cp <= 'Z' ? FOLD_UPPER | FOLD_ACCENT : FOLD_ACCENT, origin);
    else
        put_ascii(f, (uint8_t)u.cp, origin);
}

/* The character at i that stands there in another wrapping, or was lost; none (.len 0) when it is as it is.
 */
static struct unwrapped unwrap(const char *text, size_t len, size_t i, bool wrapped, bool lossy)
{
    struct unwrapped u = {.len = 0};
    if (wrapped)
        u = wrapping_read(text + i, len - i);
    return u.len == 0 && lossy ? wrapping_lost(text, len, i) : u;
}

bool fold_text(struct fold *f, const char *text, size_t len)
{
    if (len >= UINT32_MAX / 4 || !reserve(f, len) || wrapping_opaque(text, len))
        return false;
    bool wrapped = wrapping_in(text, len), lossy = wrapping_lossy(text, len);
    f->len = 0;
    f->lossy = lossy;
    for (size_t i = 0; i < len;) {
        size_t n = !wrapped && !lossy && len - i >= 8 ? put_eight(f, text + i, i) : 0;
        if ((i += n) == len || n == 8)
            continue;
        struct unwrapped u = unwrap(text, len, i, wrapped, lossy);
        if (u.len > 0) {
            put_unwrapped(f, u, i);
            n = u.len;
        } else if ((uint8_t)text[i] < 0x80) {
            put_ascii(f, (uint8_t)text[i], i);
            n = 1;
        } else if ((n = put_beyond(f, text, len, i)) == 0) {
            return false;
        }
        i += n;
    }
    f->origin[f->len] = (uint32_t)len;
    return true;
}

void fold_free(struct fold *f)
{
    if (f->text)
        explicit_bzero(f->text, f->cap);
    free(f->text);
    free(f->traits);
    free(f->origin);
    *f = (struct fold){0};
}
