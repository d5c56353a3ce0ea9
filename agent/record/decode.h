/* SPDX-License-Identifier: Apache-2.0 */
/* Text of the source as UTF-8. An encoding is what the mapping says, never guessed. */
#ifndef AGENT_RECORD_DECODE_H
#define AGENT_RECORD_DECODE_H

#include "agent/mapping/mapping.h"
#include "contact/cell.h"

struct decoder;
struct decoder *decoder_new(void);
void decoder_free(struct decoder *decoder);
/* Appends the text as UTF-8. False, and nothing appended, when it is not text in that encoding. */
bool decode_text(struct decoder *decoder, enum text_encoding encoding, const char *text, size_t len,
                 struct buf *out);
/* Appends a UTF-8 text as that encoding has it. False, and nothing appended, when it cannot. */
bool encode_text(enum text_encoding encoding, const char *text, size_t len, struct buf *out);
/* Whether the bytes are most likely a Latin text as UTF-16, of either order, with a byte order mark or
 * without: every other byte of it is zero, mostly. */
bool is_utf16(const char *text, size_t len);
/* Appends such a text as UTF-8. False, and nothing appended, when it is malformed. */
bool decode_utf16(struct decoder *decoder, const char *text, size_t len, struct buf *out);
/* Only bytes 0x01 to 0x7f: the same in every encoding we read. */
bool is_ascii(const char *text, size_t len);

/* Leaves blanks and NULs out that stand around a text, in any encoding of ours; false when nothing is left.
 */
bool trim(const char **text, size_t *len);
/* Likewise of a UTF-8 text, the no-break blank (U+00A0) among them: what is pasted from a web page or a word
 * processor ends in it. */
bool trim_decoded(const char **text, size_t *len);

/* The encoding of a cell's text: the mapping's, unless the source has converted it. */
static inline enum text_encoding cell_encoding(const struct cell *cell, enum text_encoding mapped)
{
    return cell->utf8 ? ENCODING_UTF8 : mapped;
}

#endif
