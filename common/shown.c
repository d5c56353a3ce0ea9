/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/shown.h"

#include <string.h>

/* By its first byte; 1 for what begins no character of several. */
static size_t length_of(unsigned char first)
{
    return first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
}

size_t shown_character(const char *text, size_t len, uint32_t *ret_code)
{
    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned char first = (unsigned char)text[0];
    size_t bytes = length_of(first);
    uint32_t code = first & first_bits[bytes];
    *ret_code = first;
    if (bytes == 1 || bytes > len)
        return 1;
    for (size_t i = 1; i < bytes; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 1;
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    *ret_code = code;
    return bytes;
}

bool shown_controls(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void shown_text(char *text)
{
    size_t left = strlen(text);
    char *to = text;
    while (left > 0) {
        uint32_t code;
        size_t bytes = shown_character(text, left, &code);
        if (shown_controls(code)) {
            *to++ = ' ';
        } else {
            memmove(to, text, bytes);
            to += bytes;
        }
        text += bytes;
        left -= bytes;
    }
    *to = '\0';
}

void shown_json(const char *json, FILE *out)
{
    size_t left = strlen(json), bytes;
    for (; left > 0; json += bytes, left -= bytes) {
        uint32_t code;
        bytes = shown_character(json, left, &code);
        if (code != '\n' && shown_controls(code))
            fprintf(out, "\\u%04x", (unsigned)code);
        else
            fwrite(json, 1, bytes, out);
    }
}
