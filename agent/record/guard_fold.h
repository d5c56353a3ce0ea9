/* SPDX-License-Identifier: Apache-2.0 */
/* Text as the guard compares it: letters and digits alone, lower case, without accents. */
#ifndef AGENT_RECORD_GUARD_FOLD_H
#define AGENT_RECORD_GUARD_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An ASCII character folded; 0 for a sign. */
extern const uint8_t fold_ascii[128];
bool fold_wide(uint8_t c, const char **at, const char *end, uint8_t **to);

/* One character from *at on, which moves past it; appended at *to, which has room for the bytes read.
 * Accents, written as such or by combining marks, are dropped; letters beyond Latin stay as their bytes. True
 * when it is a sign or a blank, which ends a word and appends nothing. */
static inline bool fold_one(const char **at, const char *end, uint8_t **to)
{
    uint8_t c = (uint8_t) * (*at)++;
    if (c >= 0x80)
        return fold_wide(c, at, end, to);
    **to = fold_ascii[c];
    *to += fold_ascii[c] != 0;
    return fold_ascii[c] == 0;
}

/* Appends all of it; starts, as large, tells where a word starts. Returns the length. */
size_t fold(const char *text, size_t len, uint8_t *to, bool *starts);

/* The characters of a folded text as a set: what lacks one of them does not contain it. */
#define FOLD_DIGITS (UINT64_C(0x3ff) << 26)
static inline uint64_t fold_bit(uint8_t c)
{
    if (c >= 'a')
        return c <= 'z' ? UINT64_C(1) << (c - 'a') : UINT64_C(1) << 36;
    return UINT64_C(1) << (26 + (c - '0'));
}
uint64_t fold_set(const uint8_t *folded, size_t len);

#endif
