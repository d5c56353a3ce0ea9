/* SPDX-License-Identifier: Apache-2.0 */
/* The text forms of bytes: Crockford base32, hex, base64, and tokens made of them. */
#include "contact/crypto.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>

static const char base32_digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const char hex_digits[] = "0123456789abcdef";

/* Zero bits before the first byte, so that the last character ends with the last bit. */
static unsigned leading_zeros(size_t len)
{
    return (unsigned)((5 - len * 8 % 5) % 5);
}

void base32_encode(const uint8_t *data, size_t len, char *ret)
{
    unsigned bits = leading_zeros(len), held = 0;
    for (size_t i = 0; i < len; i++) {
        held = held << 8 | data[i];
        for (bits += 8; bits >= 5; bits -= 5)
            *ret++ = base32_digits[held >> (bits - 5) & 31];
        held &= (1U << bits) - 1;
    }
    *ret = '\0';
}

int base32_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'o')
        c = '0';
    if (c == 'i' || c == 'l')
        c = '1';
    const char *at = c == '\0' ? NULL : strchr(base32_digits, c);
    return at == NULL ? -1 : (int)(at - base32_digits);
}

bool base32_decode(const char *text, size_t text_len, uint8_t *ret, size_t ret_len)
{
    if (text_len != (ret_len * 8 + 4) / 5)
        return false;
    unsigned bits = 0, held = 0, zeros = leading_zeros(ret_len);
    for (size_t i = 0; i < text_len; i++) {
        int value = base32_value(text[i]);
        if (value < 0 || (i == 0 && value >> (5 - zeros) != 0))
            return false;
        held = held << 5 | (unsigned)value;
        bits += i == 0 ? 5 - zeros : 5;
        if (bits >= 8) {
            bits -= 8;
            *ret++ = (uint8_t)(held >> bits);
        }
        held &= (1U << bits) - 1;
    }
    return true;
}

void hex_encode(const uint8_t *data, size_t len, char *ret)
{
    for (size_t i = 0; i < len; i++) {
        *ret++ = hex_digits[data[i] >> 4];
        *ret++ = hex_digits[data[i] & 15];
    }
    *ret = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void hex_groups(const char *hex, char *ret)
{
    for (size_t i = 0; hex[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            *ret++ = ' ';
        *ret++ = hex[i];
    }
    *ret = '\0';
}

bool hex_decode(const char *text, size_t text_len, uint8_t *ret, size_t ret_len)
{
    if (text_len != ret_len * 2)
        return false;
    for (size_t i = 0; i < ret_len; i++) {
        int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool base64_decode(const char *text, size_t text_len, struct buf *ret)
{
    BUF_CLEANUP struct buf plain = BUF_INIT(text_len);
    for (size_t i = 0; i < text_len; i++)
        if (!isspace((unsigned char)text[i]))
            buf_putc(&plain, text[i]);
    size_t len = plain.len / 4 * 3;
    bool whole = buf_ok(&plain) && len > 0 && plain.len % 4 == 0;
    uint8_t *to = whole ? buf_reserve(ret, len) : NULL;
    if (to == NULL || EVP_DecodeBlock(to, plain.data, (int)plain.len) != (int)len)
        return false;
    ret->len += len - (plain.data[plain.len - 1] == '=') - (plain.data[plain.len - 2] == '=');
    return true;
}

void token_format(char letter, unsigned epoch, const uint8_t token[static TOKEN_SIZE],
                  char ret[static TOKEN_TEXT])
{
    char *at = ret;
    *at++ = letter;
    if (epoch >= 100)
        *at++ = (char)('0' + epoch / 100 % 10);
    if (epoch >= 10)
        *at++ = (char)('0' + epoch / 10 % 10);
    *at++ = (char)('0' + epoch % 10);
    *at++ = '.';
    base32_encode(token, TOKEN_SIZE, at);
}

bool token_parse(const char *text, size_t len, char *ret_letter, unsigned *ret_epoch,
                 uint8_t ret[static TOKEN_SIZE])
{
    const char *dot = len == 0 ? NULL : memchr(text, '.', len);
    if (dot == NULL || dot - text < 2 || dot - text > 4)
        return false;
    unsigned epoch = 0;
    for (const char *c = text + 1; c < dot; c++) {
        if (*c < '0' || *c > '9')
            return false;
        epoch = epoch * 10 + (unsigned)(*c - '0');
    }
    uint8_t token[TOKEN_SIZE];
    if (!base32_decode(dot + 1, len - (size_t)(dot + 1 - text), token, sizeof token))
        return false;
    /* Only the one form we write: no leading zeros, no capitals, no look-alikes. */
    char canonical[TOKEN_TEXT];
    token_format(text[0], epoch, token, canonical);
    if (epoch == 0 || strlen(canonical) != len || memcmp(canonical, text, len) != 0)
        return false;
    *ret_letter = text[0];
    *ret_epoch = epoch;
    memcpy(ret, token, TOKEN_SIZE);
    return true;
}
