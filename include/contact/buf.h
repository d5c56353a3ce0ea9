/* SPDX-License-Identifier: Apache-2.0 */
/* A growable run of bytes that must be given a maximum.
 *
 * Appending past the maximum, or without memory, marks the buffer failed and changes nothing more: a
 * writer appends in a straight line and asks buf_ok() once at the end. */
#ifndef CONTACT_BUF_H
#define CONTACT_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/err.h"

struct buf {
    uint8_t *data; /* owned; NUL-terminated after any append, the NUL not counted in len */
    size_t len;
    size_t cap;
    size_t max; /* bytes */
    bool failed;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})
#define BUF_CLEANUP __attribute__((cleanup(buf_free)))

void buf_free(struct buf *b);  /* wipes, frees and empties; legal on an empty one */
void buf_clear(struct buf *b); /* length 0, failure forgotten, memory kept; does not wipe */
void buf_wipe(struct buf *b);  /* as buf_clear, but overwrites what was there (identifiers, secrets) */
void buf_append(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) PRINTF(2, 3);
void buf_hex(struct buf *b, const void *data, size_t len);    /* lower case */
void buf_base64(struct buf *b, const void *data, size_t len); /* padded, in one line */
void buf_html(struct buf *b, const char *text); /* escaped for an element or a quoted attribute */
/* Makes room for extra bytes after len; NULL when failed. The caller writes there and raises len. */
uint8_t *buf_reserve(struct buf *b, size_t extra);
MUST_CHECK bool buf_ok(const struct buf *b);
const char *buf_text(struct buf *b); /* the bytes as a C string, "" when empty */
/* Reads a whole file of at most b->max bytes, appended. ERR_CONFIG when missing or too large. */
MUST_CHECK enum err_code buf_read_file(struct buf *b, const char *path, struct err *err);
/* Where another program writes: only a regular file, no link, and no FIFO that would be waited for. */
MUST_CHECK enum err_code buf_read_regular(struct buf *b, const char *path, struct err *err);
int open_regular(
    const char *path); /* to read, close-on-exec; -1 with errno, EINVAL when it is no regular file */
/* Writes atomically: temporary file in the same folder, fsync, rename, fsync of the folder. */
MUST_CHECK enum err_code buf_write_file(const struct buf *b, const char *path, unsigned mode,
                                        struct err *err);

#endif
