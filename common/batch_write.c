/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a batch. */
#include <stdlib.h>
#include <zlib.h>

#include "common/gzip_stream.h"
#include "contact/batch.h"

#define MANIFEST_MAX 4096 /* bytes of its line */
/* Lines are hashed and compressed by so many bytes: each call costs as much as hundreds of them. */
#define LINES_HELD (32 * 1024)

struct batch_writer {
    struct gzip_stream *stream;
    struct sha256_stream *hash;
    struct buf lines; /* not compressed yet */
    struct buf gzip;  /* the second member so far */
    uint64_t records;
};

struct batch_writer *batch_writer_new(int level)
{
    struct batch_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->lines = BUF_INIT(2 * LINES_HELD);
    w->gzip = BUF_INIT(BATCH_MAX_BYTES);
    w->hash = sha256_stream_new();
    w->stream = gzip_stream_new(level);
    if (w->hash == NULL || w->stream == NULL) {
        batch_writer_free(w);
        return NULL;
    }
    return w;
}

void batch_writer_free(struct batch_writer *w)
{
    if (w == NULL)
        return;
    gzip_stream_free(w->stream);
    sha256_stream_free(w->hash);
    buf_free(&w->lines);
    buf_free(&w->gzip);
    free(w);
}

void batch_writer_begin(struct batch_writer *w)
{
    gzip_stream_begin(w->stream);
    sha256_stream_reset(w->hash);
    buf_clear(&w->lines);
    buf_clear(&w->gzip);
    w->records = 0;
}

static enum err_code compress_lines(struct batch_writer *w, const void *data, size_t len, struct err *err)
{
    if (len == 0)
        return OK;
    sha256_stream_add(w->hash, data, len);
    return gzip_stream_add(w->stream, data, len, &w->gzip, err);
}

static enum err_code compress_held(struct batch_writer *w, struct err *err)
{
    enum err_code code = compress_lines(w, w->lines.data, w->lines.len, err);
    buf_clear(&w->lines);
    return code;
}

enum err_code batch_writer_add(struct batch_writer *w, const char *line, size_t len, struct err *err)
{
    if (len == 0 || len > BATCH_MAX_INFLATED || line[len - 1] != '\n')
        return err_set(err, ERR_INTERNAL, "a batch line must end in a newline");
    enum err_code code = w->lines.len + len > LINES_HELD ? compress_held(w, err) : OK;
    if (code != OK)
        return code;
    w->records++;
    if (len > LINES_HELD)
        return compress_lines(w, line, len, err);
    buf_append(&w->lines, line, len);
    return buf_ok(&w->lines) ? OK : err_set(err, ERR_INTERNAL, "no memory for a batch");
}

uint64_t batch_writer_records(const struct batch_writer *w)
{
    return w->records;
}

size_t batch_writer_bytes(const struct batch_writer *w)
{
    return w->gzip.len;
}

static enum err_code gzip_manifest(const struct manifest *manifest, struct buf *out, struct err *err)
{
    BUF_CLEANUP struct buf line = BUF_INIT(MANIFEST_MAX);
    manifest_write(manifest, &line);
    if (!buf_ok(&line))
        return err_set(err, ERR_INTERNAL, "manifest too long");
    z_stream z = {0};
    /* 9 bits of window and little memory: the line is some 400 bytes. */
    if (deflateInit2(&z, 6, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY) != Z_OK)
        return err_set(err, ERR_INTERNAL, "no memory to compress");
    size_t most = deflateBound(&z, (uLong)line.len);
    uint8_t *room = buf_reserve(out, most);
    z.next_in = line.data;
    z.avail_in = (uInt)line.len;
    z.next_out = room;
    z.avail_out = (uInt)most;
    bool done = room != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->len += done ? most - z.avail_out : 0;
    deflateEnd(&z);
    return done ? OK : err_refuse(err, "too-large");
}

enum err_code batch_writer_end(struct batch_writer *w, struct manifest *manifest, struct buf *out,
                               struct err *err)
{
    enum err_code code = compress_held(w, err);
    if (code == OK)
        code = gzip_stream_end(w->stream, &w->gzip, err);
    if (code != OK)
        return code;
    manifest->records = w->records;
    sha256_stream_end(w->hash, manifest->body);
    code = gzip_manifest(manifest, out, err);
    if (code != OK)
        return code;
    buf_append(out, w->gzip.data, w->gzip.len);
    return buf_ok(out) ? OK : err_refuse(err, "too-large");
}
