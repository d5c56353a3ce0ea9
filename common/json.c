/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void element(struct json *j)
{
    if (j->comma)
        buf_putc(j->out, ',');
    j->comma = true;
}

static void open_with(struct json *j, char c)
{
    element(j);
    buf_putc(j->out, c);
    j->comma = false;
}

static void close_with(struct json *j, char c)
{
    buf_putc(j->out, c);
    j->comma = true;
}

void json_begin_object(struct json *j)
{
    open_with(j, '{');
}

void json_end_object(struct json *j)
{
    close_with(j, '}');
}

void json_begin_array(struct json *j)
{
    open_with(j, '[');
}

void json_end_array(struct json *j)
{
    close_with(j, ']');
}

static void escape(struct buf *out, unsigned char c)
{
    static const char short_names[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof short_names; i += 2) {
        if ((unsigned char)short_names[i] == c) {
            buf_append(out, (char[]){'\\', short_names[i + 1]}, 2);
            return;
        }
    }
    buf_printf(out, "\\u%04x", c);
}

/* What must be escaped within a string. */
static bool is_special(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

/* Is one of these eight bytes special? Each is compared within its own byte of the word; 0x80 says yes. */
static bool any_special(const char *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t x;
    memcpy(&x, eight, sizeof x);
    uint64_t quote = x ^ (ones * '"'), backslash = x ^ (ones * '\\');
    return (((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & tops;
}

/* From the first character that must be escaped on. */
static void quoted_rest(struct buf *out, const char *text, size_t len)
{
    size_t start = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!is_special(c))
            continue;
        buf_append(out, text + start, i - start);
        escape(out, c);
        start = i + 1;
    }
    buf_append(out, text + start, len - start);
}

/* after: what follows the closing quote, or '\0'. Nearly no text has a character to escape, so that it is
 * copied as it is looked through; a record is a hundred such. */
static void quoted(struct buf *out, const char *text, size_t len, char after)
{
    uint8_t *room = buf_reserve(out, len + 3), *to = room;
    if (room == NULL)
        return;
    *to++ = '"';
    size_t i = 0;
    for (; i + 8 <= len && !any_special(text + i); i += 8, to += 8)
        memcpy(to, text + i, 8);
    for (; i < len && !is_special((unsigned char)text[i]); i++)
        *to++ = (uint8_t)text[i];
    out->len += i + 1;
    if (i < len) {
        quoted_rest(out, text + i, len - i);
        to = buf_reserve(out, 2);
        if (to == NULL)
            return;
    }
    *to++ = '"';
    if (after != '\0')
        *to++ = (uint8_t)after;
    *to = '\0';
    out->len += after != '\0' ? 2 : 1;
}

void json_key(struct json *j, const char *key)
{
    element(j);
    quoted(j->out, key, strlen(key), ':');
    j->comma = false;
}

void json_text_n(struct json *j, const char *text, size_t len)
{
    element(j);
    quoted(j->out, text, len, '\0');
}

void json_name(struct json *j, const char *name)
{
    size_t len = strlen(name);
    uint8_t *to = buf_reserve(j->out, len + 4);
    if (to == NULL)
        return;
    *to = ',';
    to += j->comma;
    *to++ = '"';
    memcpy(to, name, len + 1);
    to += len;
    *to++ = '"';
    *to++ = ':';
    *to = '\0';
    j->out->len += len + 3 + j->comma;
    j->comma = false;
}

void json_text(struct json *j, const char *text)
{
    if (text == NULL)
        json_put_null(j);
    else
        json_text_n(j, text, strlen(text));
}

/* The digits of a number, written backwards from end; by hand, since printf's cost would show in a backfill.
 */
static char *digits_before(char *end, uint64_t value, unsigned least)
{
    for (; value > 0 || least > 0; value /= 10) {
        *--end = (char)('0' + value % 10);
        least -= least > 0;
    }
    return end;
}

static void put_number(struct json *j, int64_t value, unsigned decimals)
{
    char text[40];
    char *end = text + sizeof text, *start = end;
    uint64_t unit = 1, magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    if (decimals > 0) {
        start = digits_before(start, magnitude % unit, decimals);
        *--start = '.';
    }
    start = digits_before(start, magnitude / unit, 1);
    if (value < 0)
        *--start = '-';
    element(j);
    buf_append(j->out, start, (size_t)(end - start));
}

void json_int(struct json *j, int64_t value)
{
    put_number(j, value, 0);
}

void json_decimal(struct json *j, int64_t value, unsigned decimals)
{
    put_number(j, value, decimals);
}

void json_bool(struct json *j, bool value)
{
    element(j);
    buf_puts(j->out, value ? "true" : "false");
}

void json_put_null(struct json *j)
{
    element(j);
    buf_puts(j->out, "null");
}

void json_hex(struct json *j, const void *data, size_t len)
{
    element(j);
    buf_putc(j->out, '"');
    buf_hex(j->out, data, len);
    buf_putc(j->out, '"');
}

void json_kv_string(struct json *j, const char *key, const char *text)
{
    json_key(j, key);
    json_text(j, text);
}

void json_kv_int(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

void json_kv_bool(struct json *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}
