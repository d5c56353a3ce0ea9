/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/decode.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"

#define NO_CONVERTER ((iconv_t)(intptr_t)-1)

static const char *const NAMES[] = {[ENCODING_UTF8] = NULL,
                                    [ENCODING_CP1252] = "CP1252",
                                    [ENCODING_LATIN1] = "ISO-8859-1",
                                    [ENCODING_LATIN9] = "ISO-8859-15"};
#define ENCODINGS (sizeof NAMES / sizeof *NAMES)

enum byte_order { BIG_ENDIAN_UTF16, LITTLE_ENDIAN_UTF16, NOT_UTF16 };

struct decoder {
    iconv_t converters[ENCODINGS];
    iconv_t utf16[NOT_UTF16];
};

struct decoder *decoder_new(void)
{
    struct decoder *decoder = mem_new(1, sizeof *decoder);
    for (size_t i = 0; i < ENCODINGS; i++)
        decoder->converters[i] = NAMES[i] == NULL ? NO_CONVERTER : iconv_open("UTF-8", NAMES[i]);
    decoder->utf16[BIG_ENDIAN_UTF16] = iconv_open("UTF-8", "UTF-16BE");
    decoder->utf16[LITTLE_ENDIAN_UTF16] = iconv_open("UTF-8", "UTF-16LE");
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    for (size_t i = 0; i < ENCODINGS; i++)
        if (decoder->converters[i] != NO_CONVERTER)
            iconv_close(decoder->converters[i]);
    for (size_t i = 0; i < NOT_UTF16; i++)
        if (decoder->utf16[i] != NO_CONVERTER)
            iconv_close(decoder->utf16[i]);
    free(decoder);
}

bool is_ascii(const char *text, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t x;
        memcpy(&x, text + i, sizeof x);
        if (((x - ones) | x) & tops) /* of a NUL, and of a byte from 0x80 on */
            return false;
    }
    for (; i < len; i++)
        if (text[i] == '\0' || (unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* How long the sequence that begins with this byte is; 0 when none begins with it, NUL included. */
static size_t sequence_length(unsigned char first)
{
    if (first == 0 || first > 0xf4 || (first >= 0x80 && first < 0xc2))
        return 0;
    if (first < 0x80)
        return 1;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* What the second byte may be, so that nothing is overlong, a surrogate or past U+10FFFF (RFC 3629). */
static bool second_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second <= 0x9f;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second <= 0x8f;
    default:
        return true;
    }
}

/* Length of the well-formed sequence at the start, 0 when there is none. */
static size_t sequence(const unsigned char *at, size_t left)
{
    size_t len = sequence_length(*at);
    if (len > left || (len > 1 && !second_fits(*at, at[1])))
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

static bool is_utf8(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t step = sequence((const unsigned char *)text + at, len - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

/* What is written takes at most room bytes. */
static bool convert(iconv_t converter, const char *text, size_t len, size_t room, struct buf *out)
{
    char *from = (char *)(uintptr_t)text;
    if (converter == NO_CONVERTER)
        return false;
    char *to = (char *)buf_reserve(out, room);
    if (to == NULL)
        return false;
    char *end = to;
    iconv(converter, NULL, NULL, NULL, NULL);
    bool whole = iconv(converter, &from, &len, &end, &room) != (size_t)-1 && len == 0;
    if (whole)
        out->len += (size_t)(end - to);
    out->data[out->len] = '\0';
    return whole;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

bool trim(const char **text, size_t *len)
{
    while (*len > 0 && is_blank((*text)[*len - 1]))
        --*len;
    for (; *len > 0 && is_blank(**text); --*len)
        ++*text;
    return *len > 0;
}

#define NO_BREAK "\u00a0"
#define NO_BREAK_LEN (sizeof NO_BREAK - 1)

bool trim_decoded(const char **text, size_t *len)
{
    for (size_t before = *len + 1; trim(text, len) && *len < before;) {
        before = *len;
        if (*len >= NO_BREAK_LEN && memcmp(*text + *len - NO_BREAK_LEN, NO_BREAK, NO_BREAK_LEN) == 0)
            *len -= NO_BREAK_LEN;
        if (*len >= NO_BREAK_LEN && memcmp(*text, NO_BREAK, NO_BREAK_LEN) == 0) {
            *text += NO_BREAK_LEN;
            *len -= NO_BREAK_LEN;
        }
    }
    return *len > 0;
}

bool decode_text(struct decoder *decoder, enum text_encoding encoding, const char *text, size_t len,
                 struct buf *out)
{
    if (is_ascii(text, len) || (encoding == ENCODING_UTF8 && is_utf8(text, len))) {
        buf_append(out, text, len);
        return buf_ok(out);
    }
    return encoding != ENCODING_UTF8 && memchr(text, '\0', len) == NULL &&
           convert(decoder->converters[encoding], text, len, 3 * len, out);
}

bool encode_text(enum text_encoding encoding, const char *text, size_t len, struct buf *out)
{
    if (NAMES[encoding] == NULL)
        return false;
    iconv_t converter = iconv_open(NAMES[encoding], "UTF-8");
    bool good = convert(converter, text, len, len, out);
    if (converter != NO_CONVERTER)
        iconv_close(converter);
    return good;
}

/* By which byte of its units is zero: of most of them, and never the other one. Zero units at the end are
 * filling. */
static enum byte_order utf16_order(const char *text, size_t *len)
{
    size_t zeros[NOT_UTF16] = {0, 0};
    if (*len % 2 != 0)
        return NOT_UTF16;
    while (*len > 0 && text[*len - 1] == '\0' && text[*len - 2] == '\0')
        *len -= 2;
    for (size_t i = 0; i < *len; i++)
        zeros[i % 2] += text[i] == '\0';
    if (4 * zeros[0] > *len && zeros[1] == 0)
        return BIG_ENDIAN_UTF16;
    return 4 * zeros[1] > *len && zeros[0] == 0 ? LITTLE_ENDIAN_UTF16 : NOT_UTF16;
}

bool is_utf16(const char *text, size_t len)
{
    return utf16_order(text, &len) != NOT_UTF16;
}

bool decode_utf16(struct decoder *decoder, const char *text, size_t len, struct buf *out)
{
    enum byte_order order = utf16_order(text, &len);
    if (order == NOT_UTF16)
        return false;
    if (memcmp(text, order == BIG_ENDIAN_UTF16 ? "\xfe\xff" : "\xff\xfe", 2) == 0) {
        text += 2;
        len -= 2;
    }
    return convert(decoder->utf16[order], text, len, 2 * len, out); /* two bytes become at most three */
}
