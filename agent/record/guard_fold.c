/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/guard_fold.h"

/* U+00C0 to U+017F without their marks; ? is ae, @ is oe, * nothing. */
static const char LATIN[] = "aaaaaa?ceeeeiiiidnooooo*ouuuuytsaaaaaa?ceeeeiiiidnooooo*ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooo@@rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static bool fold_latin(unsigned code, uint8_t **to)
{
    char c = LATIN[code - 0xc0];
    if (c == '*')
        return true;
    if (c == '?' || c == '@') {
        *(*to)++ = c == '?' ? 'a' : 'o';
        c = 'e';
    }
    *(*to)++ = (uint8_t)c;
    if (code == 0xdf)
        *(*to)++ = 's';
    return false;
}

/* clang-format off */
const uint8_t fold_ascii[128] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
    ['8'] = '8', ['9'] = '9',
    ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x',
    ['Y'] = 'y', ['Z'] = 'z',
    ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
    ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p',
    ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
    ['y'] = 'y', ['z'] = 'z',
};
/* clang-format on */

/* Beyond ASCII. Signs are U+0080 to U+00BF and U+2000 to U+206F. */
bool fold_wide(uint8_t c, const char **at, const char *end, uint8_t **to)
{
    uint8_t next = *at < end ? (uint8_t) * *at : 0;
    if (c >= 0xc3 && c <= 0xc5 && next >= 0x80) {
        ++*at;
        return fold_latin((unsigned)(c & 0x1f) << 6 | (next & 0x3f), to);
    }
    if (c == 0xc2 || (c == 0xe2 && (next == 0x80 || next == 0x81))) {
        const char *after = *at + (c == 0xc2 ? 1 : 2);
        *at = after < end ? after : end;
        return true;
    }
    if (c == 0xcc || c == 0xcd) /* combining marks */
        *at += next >= 0x80;
    else
        *(*to)++ = c;
    return false;
}

size_t fold(const char *text, size_t len, uint8_t *to, bool *starts)
{
    const uint8_t *begin = to;
    bool apart = true;
    for (const char *at = text, *end = text + len; at < end;) {
        uint8_t *before = to;
        bool sign = fold_one(&at, end, &to);
        for (uint8_t *c = before; c < to; c++)
            starts[c - begin] = apart && c == before;
        apart = sign || (apart && to == before);
    }
    return (size_t)(to - begin);
}

uint64_t fold_set(const uint8_t *folded, size_t len)
{
    uint64_t set = 0;
    for (size_t i = 0; i < len; i++)
        set |= fold_bit(folded[i]);
    return set;
}
