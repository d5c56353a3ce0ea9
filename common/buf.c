/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/buf.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/crypto.h"

void buf_free(struct buf *b)
{
    if (b->data != NULL)
        OPENSSL_cleanse(b->data, b->cap);
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

void buf_wipe(struct buf *b)
{
    if (b->data != NULL)
        OPENSSL_cleanse(b->data, b->cap);
    buf_clear(b);
}

/* A new block rather than realloc(): the old one is wiped before it goes back to the heap. */
static bool grow(struct buf *b, size_t need)
{
    size_t cap = b->cap < 64 ? 64 : b->cap;
    while (cap < need)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    uint8_t *data = malloc(cap);
    if (data == NULL)
        return false;
    if (b->data != NULL) {
        memcpy(data, b->data, b->len);
        OPENSSL_cleanse(b->data, b->cap);
        free(b->data);
    }
    b->data = data;
    b->cap = cap;
    return true;
}

uint8_t *buf_reserve(struct buf *b, size_t extra)
{
    if (!b->failed && extra < b->cap - b->len) /* nearly always; cap is never above max + 1 */
        return b->data + b->len;
    if (b->failed)
        return NULL;
    if (extra > b->max - b->len || b->max == SIZE_MAX) {
        b->failed = true;
        return NULL;
    }
    size_t need = b->len + extra + 1;
    if (need > b->cap && !grow(b, need)) {
        b->failed = true;
        return NULL;
    }
    return b->data + b->len;
}

void buf_append(struct buf *b, const void *data, size_t len)
{
    uint8_t *to = buf_reserve(b, len);
    if (to == NULL)
        return;
    if (len > 0)
        memcpy(to, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *text)
{
    buf_append(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
    if (b->failed || b->len + 1 >= b->cap) {
        buf_append(b, &c, 1);
        return;
    }
    b->data[b->len++] = (uint8_t)c; /* the common case, a few instructions: JSON is mostly such */
    b->data[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char small[256];
    int len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0) {
        b->failed = true;
    } else if ((size_t)len < sizeof small) {
        buf_append(b, small, (size_t)len);
    } else {
        uint8_t *to = buf_reserve(b, (size_t)len);
        if (to != NULL) {
            vsnprintf((char *)to, (size_t)len + 1, format, again);
            b->len += (size_t)len;
        }
    }
    va_end(again);
}

void buf_hex(struct buf *b, const void *data, size_t len)
{
    uint8_t *to = buf_reserve(b, len * 2);
    if (to == NULL)
        return;
    hex_encode(data, len, (char *)to);
    b->len += len * 2;
}

void buf_base64(struct buf *b, const void *data, size_t len)
{
    uint8_t *to = buf_reserve(b, (len + 2) / 3 * 4);
    if (to != NULL)
        b->len += (size_t)EVP_EncodeBlock(to, data, (int)len);
}

void buf_html(struct buf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            buf_puts(b, "&lt;");
            break;
        case '>':
            buf_puts(b, "&gt;");
            break;
        case '&':
            buf_puts(b, "&amp;");
            break;
        case '"':
            buf_puts(b, "&quot;");
            break;
        default:
            buf_putc(b, *text);
        }
    }
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

const char *buf_text(struct buf *b)
{
    return b->data == NULL ? "" : (const char *)b->data;
}
