/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/odbc_column.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/crypto.h"

#define SHORT_TEXT 64       /* longest text of a number, date or GUID */
#define SQL_SS_TIME2 (-154) /* SQL Server's, which <sqlext.h> does not know */
#define SQL_SS_TIMESTAMPOFFSET (-155)

static enum odbc_form form_of(const struct odbc_described *d)
{
    switch (d->sql_type) {
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
        return ODBC_INTEGER;
    case SQL_BIGINT: /* beyond what is signed: as digits */
        return d->is_unsigned ? ODBC_DECIMAL : ODBC_INTEGER;
    case SQL_BIT:
        return ODBC_BIT;
    case SQL_REAL:
        return ODBC_FLOAT;
    case SQL_FLOAT:
    case SQL_DOUBLE:
        return ODBC_DOUBLE;
    case SQL_NUMERIC:
    case SQL_DECIMAL:
        return ODBC_DECIMAL;
    case SQL_GUID:
        return ODBC_GUID;
    case SQL_TYPE_TIMESTAMP:
    case SQL_TIMESTAMP:
        return d->is_instant ? ODBC_INSTANT : ODBC_TIME;
    case SQL_TYPE_DATE:
    case SQL_TYPE_TIME:
    case SQL_DATE:
    case SQL_TIME:
    case SQL_SS_TIME2:
    case SQL_SS_TIMESTAMPOFFSET: /* its text carries the offset */
        return ODBC_TIME;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
        return ODBC_BINARY;
    case SQL_CHAR:
    case SQL_WCHAR:
        return ODBC_PADDED;
    default:
        return ODBC_TEXT;
    }
}

/* Bytes of what may come, or 0 when that is not known or too much to keep bound. */
static size_t bounded(SQLLEN octets, size_t per_octet)
{
    return octets > 0 && (size_t)octets * per_octet < ODBC_BOUND_MAX ? (size_t)octets * per_octet : 0;
}

static void plan_text(struct odbc_column *c, const struct odbc_described *d, enum odbc_text text)
{
    bool wide = text == ODBC_TEXT_UTF16;
    size_t known = bounded(d->octets, wide ? 2 : 1);
    c->c_type = wide ? SQL_C_WCHAR : SQL_C_CHAR;
    c->utf8 = text != ODBC_TEXT_BYTES;
    c->is_long = known == 0;
    c->size = (known == 0 ? ODBC_BOUND_MAX : known) + ODBC_ROOM;
}

void odbc_column_plan(struct odbc_column *c, const struct odbc_described *d, enum odbc_text text)
{
    *c = (struct odbc_column){.form = form_of(d), .longer = BUF_INIT(2 * ODBC_LONG_MAX)};
    switch (c->form) {
    case ODBC_INTEGER:
        c->c_type = SQL_C_SBIGINT;
        c->size = sizeof(int64_t);
        break;
    case ODBC_BIT:
        c->c_type = SQL_C_BIT;
        c->size = 1;
        break;
    case ODBC_FLOAT:
        c->c_type = SQL_C_FLOAT;
        c->size = sizeof(float);
        break;
    case ODBC_DOUBLE:
        c->c_type = SQL_C_DOUBLE;
        c->size = sizeof(double);
        break;
    case ODBC_DECIMAL: /* PostgreSQL's numeric has up to 147,455 digits */
        c->c_type = SQL_C_CHAR;
        c->size = ODBC_BOUND_MAX + ODBC_ROOM;
        c->is_long = true;
        break;
    case ODBC_TIME:
    case ODBC_INSTANT:
    case ODBC_GUID:
        c->c_type = SQL_C_CHAR;
        c->size = SHORT_TEXT + ODBC_ROOM;
        break;
    case ODBC_PADDED:
    case ODBC_TEXT:
        plan_text(c, d, text);
        break;
    case ODBC_BINARY:
        c->c_type = SQL_C_BINARY;
        c->is_long = bounded(d->octets, 1) == 0;
        c->size = (c->is_long ? ODBC_BOUND_MAX : (size_t)d->octets) + ODBC_ROOM;
        break;
    }
}

static void text_cell(struct cell *ret, const void *text, size_t len, bool utf8)
{
    *ret = (struct cell){.type = CELL_TEXT, .text = text, .len = len, .utf8 = utf8};
}

static double shortest(float value)
{
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    return strtod(text, NULL);
}

/* "37.50" is 37.5, "12.000" the integer 12; what is no plain number ("NaN") stays as it is. */
static void decimal_cell(struct cell *ret, char *text, size_t len)
{
    char *point = memchr(text, '.', len);
    size_t plain = strspn(text, "+-0123456789.");
    if (point != NULL && plain == len) {
        while (len > 0 && text[len - 1] == '0')
            len--;
        if (len > 0 && text[len - 1] == '.')
            len--;
    }
    text[len] = '\0';
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (len > 0 && *end == '\0' && errno == 0)
        *ret = (struct cell){.type = CELL_INTEGER, .integer = value};
    else
        text_cell(ret, text, len, true);
}

/* "2026-01-02 03:04:05.120" ends after the last digit that says something; an instant gets its offset. */
static void time_cell(struct cell *ret, char *text, size_t len, bool instant)
{
    char *point = memchr(text, '.', len);
    if (point != NULL && point[1 + strspn(point + 1, "0123456789")] == '\0') {
        while (text[len - 1] == '0')
            len--;
        if (text[len - 1] == '.')
            len--;
    }
    if (instant && len >= 19)
        len += (size_t)snprintf(text + len, ODBC_ROOM, "+00:00");
    text_cell(ret, text, len, true);
}

static void guid_cell(struct cell *ret, char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + 32) : text[i];
    text_cell(ret, text, len, true);
}

static void padded_cell(struct odbc_column *c, struct cell *ret, const void *text, size_t len)
{
    const char *bytes = text;
    while (c->form == ODBC_PADDED && len > 0 && bytes[len - 1] == ' ')
        len--;
    text_cell(ret, text, len, c->utf8);
}

/* A lone surrogate makes it unreadable. */
static void wide_cell(struct odbc_column *c, iconv_t utf16, unsigned char *data, size_t len, struct cell *ret)
{
    struct buf out = BUF_INIT(2 * ODBC_LONG_MAX);
    size_t room = len / 2 * 3 + 1;
    char *from = (char *)data, *to = (char *)buf_reserve(&out, room), *start = to;
    iconv(utf16, NULL, NULL, NULL, NULL);
    if (to == NULL || iconv(utf16, &from, &len, &to, &room) == (size_t)-1 || len > 0) {
        buf_free(&out);
        *ret = (struct cell){.type = CELL_UNREADABLE};
        return;
    }
    out.len = (size_t)(to - start);
    buf_free(&c->longer); /* data may have stood there */
    c->longer = out;
    padded_cell(c, ret, out.data, out.len);
}

void odbc_column_cell(struct odbc_column *c, iconv_t utf16, unsigned char *data, size_t len, struct cell *ret)
{
    float small;
    *ret = (struct cell){.type = CELL_NULL};
    switch (c->form) {
    case ODBC_INTEGER:
        ret->type = CELL_INTEGER;
        memcpy(&ret->integer, data, sizeof ret->integer);
        return;
    case ODBC_BIT:
        ret->type = CELL_INTEGER;
        ret->integer = *data != 0;
        return;
    case ODBC_FLOAT:
        memcpy(&small, data, sizeof small);
        ret->type = CELL_REAL;
        ret->real = shortest(small);
        return;
    case ODBC_DOUBLE:
        ret->type = CELL_REAL;
        memcpy(&ret->real, data, sizeof ret->real);
        return;
    case ODBC_BINARY:
        *ret = (struct cell){.type = CELL_BLOB, .text = (const char *)data, .len = len};
        return;
    case ODBC_PADDED:
    case ODBC_TEXT:
        if (c->c_type == SQL_C_WCHAR)
            wide_cell(c, utf16, data, len, ret);
        else
            padded_cell(c, ret, data, len);
        return;
    case ODBC_DECIMAL:
    case ODBC_TIME:
    case ODBC_INSTANT:
    case ODBC_GUID:
        break;
    }
    data[len] = '\0';
    if (c->form == ODBC_DECIMAL)
        decimal_cell(ret, (char *)data, len);
    else if (c->form == ODBC_GUID)
        guid_cell(ret, (char *)data, len);
    else
        time_cell(ret, (char *)data, len, c->form == ODBC_INSTANT);
}

void odbc_column_free(struct odbc_column *c)
{
    if (c->data != NULL)
        wipe(c->data, c->size);
    free(c->data);
    buf_free(&c->longer);
}
