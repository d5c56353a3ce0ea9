/* SPDX-License-Identifier: Apache-2.0 */
/* A text made comparable: lower case, no accents, no invisible characters, look-alike letters and digits made
 * Latin; each byte remembers where it came from. */
#ifndef AGENT_TEXT_FOLD_H
#define AGENT_TEXT_FOLD_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FOLD_DEGREE '\002' /* ° and º */
#define FOLD_SYMBOL '\001' /* any other sign */
#define FOLD_UPPER 1u
#define FOLD_ACCENT 2u

#define FOLD_SLACK 16u /* so many bytes after the last may be read, whatever they are */

struct fold {
    char *text;       /* a-z, 0-9, ASCII signs, ' ', '\n', and the two marks above; not NUL-terminated */
    uint8_t *traits;  /* FOLD_UPPER, FOLD_ACCENT of each byte */
    uint32_t *origin; /* byte offset in the original of each byte, and one more: the end */
    size_t len;
    size_t cap;
    bool lossy; /* a ? of the original is read as a letter (wrapping_lost) */
};

/* Folds UTF-8. False when it is not UTF-8 or there is no memory: the text must then be withheld. The buffers
 * are reused from call to call; fold_free wipes them. */
bool fold_text(struct fold *fold, const char *text, size_t len);
void fold_free(struct fold *fold);

/* Up to eight bytes of text or traits, as they lie in memory; zero where fewer are left. */
static inline uint64_t fold_eight(const void *from, size_t left)
{
    uint64_t x;
    memcpy(&x, from, sizeof(x));
    return left < 8 ? x & htole64(((uint64_t)1 << 8 * left) - 1) : x;
}

/* One code point from UTF-8: its length, 0 when malformed (overlong, surrogate, truncated). */
size_t fold_decode(const char *text, size_t len, uint32_t *ret);

#endif
