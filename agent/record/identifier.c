/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/identifier.h"

#include <string.h>

#include "agent/mapping/local_id.h"

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

/* Bytes of no text: an encrypted name, a picture, a key. */
static bool is_binary(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == 0x7f || (c < ' ' && (c < '\t' || c > '\r')))
            return true;
    }
    return false;
}

static enum identifier_state read_utf16(struct decoder *decoder, const struct cell *cell, struct buf *out)
{
    size_t before = out->len;
    if (cell->len > 2 * IDENTIFIER_BYTES_MAX || !decode_utf16(decoder, cell->text, cell->len, out))
        return IDENTIFIER_UNREADABLE;
    return out->len > before ? IDENTIFIER_READ : IDENTIFIER_ABSENT;
}

static enum identifier_state read_text(struct decoder *decoder, enum text_encoding encoding,
                                       const struct cell *cell, struct buf *out)
{
    const char *text = cell->text;
    size_t len = cell->len;
    if (!trim(&text, &len))
        return IDENTIFIER_ABSENT;
    if (is_utf16(cell->text, cell->len))
        return read_utf16(decoder, cell, out);
    if (len > IDENTIFIER_BYTES_MAX || (cell->type == CELL_BLOB && is_binary(text, len)) ||
        !append_text(decoder, cell_encoding(cell, encoding), text, len, out))
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
        return canonical_id(cell, out) ? IDENTIFIER_READ : IDENTIFIER_ABSENT;
    case CELL_TEXT:
    case CELL_BLOB:
        return read_text(decoder, encoding, cell, out);
    case CELL_UNREADABLE:
        return IDENTIFIER_UNREADABLE;
    }
    return IDENTIFIER_ABSENT;
}
