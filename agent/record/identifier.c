/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/identifier.h"

#include <string.h>

#include "agent/record/key.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* A NUL between two words is a blank: the words after it are the row's too. */
static bool append_text(struct decoder *decoder, enum text_encoding encoding, const char *text, size_t len,
                        struct buf *out)
{
    for (;;) {
        const char *nul = memchr(text, '\0', len);
        size_t piece = nul == NULL ? len : (size_t)(nul - text);
        if (!decode_text(decoder, encoding, text, piece, out) &&
            !decode_text(decoder, ENCODING_LATIN1, text, piece, out))
            return false;
        if (nul == NULL)
            return buf_ok(out);
        buf_putc(out, ' ');
        text += piece + 1;
        len -= piece + 1;
    }
}

static enum identifier_state read_text(struct decoder *decoder, enum text_encoding encoding, const char *text,
                                       size_t len, struct buf *out)
{
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    for (; len > 0 && is_blank(*text); len--)
        text++;
    if (len == 0)
        return IDENTIFIER_ABSENT;
    if (len > IDENTIFIER_BYTES_MAX || !append_text(decoder, encoding, text, len, out))
        return IDENTIFIER_UNREADABLE;
    return IDENTIFIER_READ;
}

enum identifier_state identifier_append(struct decoder *decoder, enum text_encoding encoding,
                                        const struct cell *cell, struct buf *out)
{
    switch (cell->type) {
    case CELL_NULL:
        break;
    case CELL_INTEGER:
    case CELL_REAL:
    case CELL_BLOB:
        return canonical_id(cell, out) ? IDENTIFIER_READ : IDENTIFIER_ABSENT;
    case CELL_TEXT:
        return read_text(decoder, encoding, cell->text, cell->len, out);
    case CELL_UNREADABLE:
        return IDENTIFIER_UNREADABLE;
    }
    return IDENTIFIER_ABSENT;
}
