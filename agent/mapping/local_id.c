/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/mapping/local_id.h"

#include <math.h>
#include <string.h>

#include "contact/crypto.h"

#define GUID_LEN 36
#define EXACT_REAL 9007199254740992.0 /* 2^53 */

static void put_integer(struct buf *out, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_append(out, digits + at, sizeof digits - at);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Optional sign and digits only. */
static bool is_decimal(const char *text, size_t len)
{
    size_t at = len > 1 && (*text == '-' || *text == '+');
    for (; at < len; at++)
        if (!is_digit(text[at]))
            return false;
    return is_digit(text[len - 1]);
}

static void put_decimal(struct buf *out, const char *text, size_t len)
{
    bool negative = *text == '-';
    if (*text == '-' || *text == '+') {
        text++;
        len--;
    }
    for (; len > 1 && *text == '0'; len--)
        text++;
    if (negative && *text != '0')
        buf_putc(out, '-');
    buf_append(out, text, len);
}

static bool is_guid(const char *text, size_t len)
{
    if (len != GUID_LEN)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\0';
}

static void put_guid(struct buf *out, const char *text)
{
    for (size_t i = 0; i < GUID_LEN; i++)
        buf_putc(out, text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + 32) : text[i]);
}

static bool put_text(struct buf *out, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    for (; len > 0 && is_blank(*text); len--)
        text++;
    if (len == 0 || len > CANONICAL_ID_MAX || memchr(text, '\0', len) != NULL)
        return false;
    if (is_guid(text, len))
        put_guid(out, text);
    else if (*text == '{' && text[len - 1] == '}' && is_guid(text + 1, len - 2))
        put_guid(out, text + 1);
    else if (is_decimal(text, len))
        put_decimal(out, text, len);
    else
        buf_append(out, text, len);
    return true;
}

bool canonical_id(const struct cell *cell, struct buf *out)
{
    switch (cell->type) {
    case CELL_INTEGER:
        put_integer(out, cell->integer);
        return buf_ok(out);
    case CELL_REAL:
        if (!(fabs(cell->real) < EXACT_REAL) || cell->real != floor(cell->real))
            return false;
        put_integer(out, (int64_t)cell->real);
        return buf_ok(out);
    case CELL_TEXT:
        return put_text(out, cell->text, cell->len) && buf_ok(out);
    case CELL_BLOB:
        if (cell->len == 0 || cell->len > CANONICAL_ID_MAX / 2)
            return false;
        buf_hex(out, cell->text, cell->len);
        return buf_ok(out);
    case CELL_NULL:
    case CELL_UNREADABLE:
        break;
    }
    return false;
}

bool id_has_spellings(const char *id, size_t len)
{
    return len > 0 && !is_decimal(id, len) && !is_guid(id, len);
}

bool row_id(const struct cell *row, const unsigned *columns, unsigned count, struct buf *out)
{
    buf_clear(out);
    if (count == 1)
        return canonical_id(&row[columns == NULL ? 0 : columns[0]], out);
    for (unsigned i = 0; i < count; i++) {
        size_t start = out->len;
        uint8_t *prefix = buf_reserve(out, 4);
        if (prefix == NULL)
            return false;
        out->len += 4;
        if (!canonical_id(&row[columns == NULL ? i : columns[i]], out))
            return false;
        put_u32be(out->data + start, (uint32_t)(out->len - start - 4));
    }
    return count > 0;
}
