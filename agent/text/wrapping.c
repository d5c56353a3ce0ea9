/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/wrapping.h"

#include <ctype.h>
#include <string.h>

#include "agent/text/fold.h"

#define ENTITY_MAX 10u /* letters between & and ; */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* count hexadecimal digits; -1 when others stand there */
static int32_t hex(const char *text, size_t len, size_t count)
{
    int32_t value = 0;
    if (len < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* What stands for two letters, a blank or a sign; letters with accents are told by their accent's name. */
static uint32_t named(const char *name, size_t len)
{
    static const struct {
        char name[8];
        uint32_t cp;
    } all[] = {
        {"nbsp", 0xA0},    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},        {"quot", '"'},
        {"apos", '\''},    {"rsquo", 0x2019},  {"lsquo", 0x2018}, {"ldquo", 0x201C},  {"rdquo", 0x201D},
        {"laquo", 0xAB},   {"raquo", 0xBB},    {"deg", 0xB0},     {"ordm", 0xBA},     {"oelig", 0x153},
        {"OElig", 0x152},  {"aelig", 0xE6},    {"AElig", 0xC6},   {"szlig", 0xDF},    {"ndash", 0x2013},
        {"mdash", 0x2014}, {"hellip", 0x2026}, {"euro", 0x20AC},  {"shy", 0xAD},      {"middot", 0xB7},
        {"bull", 0x2022},  {"ensp", 0x2002},   {"emsp", 0x2003},  {"thinsp", 0x2009}, {"sect", 0xA7}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (strlen(all[i].name) == len && memcmp(all[i].name, name, len) == 0)
            return all[i].cp;
    return 0;
}

static bool accent_named(const char *name, size_t len)
{
    static const char *const accents[] = {"acute", "grave", "circ",  "uml",  "cedil",
                                          "tilde", "ring",  "slash", "caron"};
    for (size_t i = 0; i < sizeof(accents) / sizeof(accents[0]); i++)
        if (strlen(accents[i]) == len && memcmp(accents[i], name, len) == 0)
            return true;
    return false;
}

/* "#233", "#xE9": 0 for none */
static uint32_t numbered(const char *text, size_t len)
{
    bool in_hex = len > 1 && (text[1] | 0x20) == 'x';
    size_t from = in_hex ? 2 : 1;
    uint32_t value = 0;
    if (from == len)
        return 0;
    for (size_t i = from; i < len; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0 || (!in_hex && digit > 9))
            return 0;
        value = value * (in_hex ? 16 : 10) + (uint32_t)digit;
        if (value > 0x10FFFF)
            return 0;
    }
    return value;
}

static struct unwrapped entity(const char *text, size_t len)
{
    const char *name = text + 1;
    size_t most = len - 1 < ENTITY_MAX + 1 ? len - 1 : ENTITY_MAX + 1;
    const char *end = memchr(name, ';', most);
    if (!end || end == name)
        return (struct unwrapped){.len = 0};
    size_t count = (size_t)(end - name);
    struct unwrapped u = {.len = count + 2};
    if (*name == '#')
        u.cp = numbered(name, count);
    else if (isalpha((unsigned char)*name) && accent_named(name + 1, count - 1)) {
        u.cp = (unsigned char)*name;
        u.accent = true;
    } else
        u.cp = named(name, count);
    return u.cp ? u : (struct unwrapped){.len = 0};
}

/* "\u00e9", "\'e9" */
static struct unwrapped escaped(const char *text, size_t len)
{
    bool byte = len > 1 && text[1] == '\'';
    if (len < 2 || (text[1] != 'u' && !byte))
        return (struct unwrapped){.len = 0};
    size_t digits = byte ? 2 : 4;
    int32_t value = hex(text + 2, len - 2, digits);
    if (value <= 0)
        return (struct unwrapped){.len = 0};
    return (struct unwrapped){.cp = (uint32_t)value, .len = 2 + digits};
}

/* "=C3=A9", "%C3%A9": two bytes of UTF-8, which is what letters of French take. */
static struct unwrapped by_bytes(const char *text, size_t len)
{
    if (len < 6 || text[3] != text[0])
        return (struct unwrapped){.len = 0};
    int32_t lead = hex(text + 1, 2, 2), next = hex(text + 4, 2, 2);
    if (lead < 0xC2 || lead > 0xDF || next < 0x80 || next > 0xBF)
        return (struct unwrapped){.len = 0};
    return (struct unwrapped){.cp = (uint32_t)((lead & 0x1F) << 6 | (next & 0x3F)), .len = 6};
}

struct unwrapped wrapping_read(const char *text, size_t len)
{
    switch (text[0]) {
    case '&':
        return entity(text, len);
    case '\\':
        return escaped(text, len);
    case '=':
    case '%':
        return by_bytes(text, len);
    default:
        return (struct unwrapped){.len = 0};
    }
}

bool wrapping_in(const char *text, size_t len)
{
    static const char signs[] = {'&', '\\', '=', '%'};
    for (size_t s = 0; s < sizeof(signs); s++)
        for (size_t at = 0; at < len;) {
            const char *sign = memchr(text + at, signs[s], len - at);
            if (!sign)
                break;
            at = (size_t)(sign - text);
            if (wrapping_read(sign, len - at).len > 0)
                return true;
            at++;
        }
    return false;
}

/* The byte for which a character stands that CP1252, Latin-1 or Latin-9 shows; 0 for none of 0x80 to 0xBF. */
static uint32_t byte_of(uint32_t cp)
{
    static const uint16_t cp1252[32] = {0x20AC, 0,      0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                        0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17D,  0,
                                        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                        0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0,      0x17E,  0x178};
    if (cp >= 0x80 && cp <= 0xBF)
        return cp;
    for (uint32_t i = 0; i < 32; i++)
        if (cp1252[i] == cp)
            return 0x80 + i;
    return 0;
}

/* The second byte of a letter. What Latin-9 and CP1252 show for different bytes stands for the likelier
 * letter of French: è, ô, ü, not Ú, Î, Ì. */
static uint32_t byte_of_letter(uint32_t cp)
{
    return cp == 0x161 ? 0xA8 : cp == 0x17D ? 0xB4 : cp == 0x152 ? 0xBC : byte_of(cp);
}

/* Only the sequences that letters and signs of French give: others may be meant as they stand. */
uint32_t wrapping_mend(uint32_t cp, const char *text, size_t len, size_t *ret_len)
{
    uint32_t second, third;
    *ret_len = 0;
    if ((cp != 0xC2 && cp != 0xC3 && cp != 0xC5 && cp != 0xE2) || len == 0)
        return cp;
    size_t n = fold_decode(text, len, &second);
    uint32_t byte = n == 0 ? 0 : cp == 0xC3 ? byte_of_letter(second) : byte_of(second);
    if (!byte)
        return cp;
    if (cp != 0xE2) {
        *ret_len = n;
        return (cp & 0x1F) << 6 | (byte & 0x3F);
    }
    size_t m = byte == 0x80 && n < len ? fold_decode(text + n, len - n, &third) : 0;
    byte = m ? byte_of(third) : 0;
    if (!byte)
        return cp;
    *ret_len = n + m;
    return 0x2000 | (byte & 0x3F);
}

static bool lower_at(const char *text, size_t len, size_t i)
{
    return i < len && text[i] >= 'a' && text[i] <= 'z';
}

static bool upper_at(const char *text, size_t len, size_t i)
{
    return i < len && text[i] >= 'A' && text[i] <= 'Z';
}

static size_t question_marks(const char *text, size_t len, size_t i)
{
    size_t count = 0;
    while (count < 2 && i + count < len && text[i + count] == '?')
        count++;
    return count;
}

/* Letters of one case, or a capital that begins a word and what follows it: "B?nard", not "OK?merci". */
static bool same_word(const char *text, size_t len, size_t before, size_t after)
{
    if (lower_at(text, len, after))
        return lower_at(text, len, before) ||
               (upper_at(text, len, before) && (before == 0 || !upper_at(text, len, before - 1)));
    return upper_at(text, len, before) && upper_at(text, len, after);
}

static bool digit_at(const char *text, size_t len, size_t i)
{
    return i < len && text[i] >= '0' && text[i] <= '9';
}

bool wrapping_lossy(const char *text, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        const char *sign = memchr(text + i, '?', len - i);
        if (!sign)
            return false;
        i = (size_t)(sign - text);
        size_t after = i + question_marks(text, len, i);
        if (same_word(text, len, i - 1, after) || (digit_at(text, len, i - 1) && digit_at(text, len, after)))
            return true;
    }
    return false;
}

struct unwrapped wrapping_lost(const char *text, size_t len, size_t i)
{
    size_t n = question_marks(text, len, i);
    if (n > 0 && i > 0 && digit_at(text, len, i - 1) && digit_at(text, len, i + n))
        return (struct unwrapped){.cp = ' ', .len = n};
    bool upper = upper_at(text, len, i + n);
    bool before = i > 0 && (lower_at(text, len, i - 1) || upper_at(text, len, i - 1));
    bool after = upper || lower_at(text, len, i + n);
    upper = after ? upper : i > 1 && upper_at(text, len, i - 2);
    if (n == 0 || (!before && !after))
        return (struct unwrapped){.len = 0};
    return (struct unwrapped){.cp = upper ? 'E' : 'e', .accent = true, .len = n};
}

bool wrapping_opaque(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len && isspace((unsigned char)text[i]))
        i++;
    return len - i >= 5 && memcmp(text + i, "{\\rtf", 5) == 0;
}
