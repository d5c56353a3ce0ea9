/* SPDX-License-Identifier: Apache-2.0 */
/* One gzip member (RFC 1952), compressed as it comes. */
#ifndef COMMON_GZIP_STREAM_H
#define COMMON_GZIP_STREAM_H

#include "contact/buf.h"
#include "contact/err.h"

struct gzip_stream;
/* level: 1 fast to 9 small. Level 1 is ISA-L's where the build found that library: five times as fast as
 * zlib's, and a little smaller. NULL without memory. */
struct gzip_stream *gzip_stream_new(int level);
void gzip_stream_free(struct gzip_stream *s);
void gzip_stream_begin(struct gzip_stream *s);
/* Appends to out what is ready. ERR_REJECTED "too-large" when out is full. */
MUST_CHECK enum err_code gzip_stream_add(struct gzip_stream *s, const void *data, size_t len, struct buf *out,
                                         struct err *err);
MUST_CHECK enum err_code gzip_stream_end(struct gzip_stream *s, struct buf *out, struct err *err);

#endif
