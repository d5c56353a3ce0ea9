/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/batch.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: largest window, gzip framing */
#define MANIFEST_MAX 4096     /* bytes of its line */
#define OUTPUT_STEP (16 * 1024)

struct batch_writer {
    z_stream deflate;
    struct sha256_stream *hash;
    struct buf gzip; /* the second member so far */
    uint64_t records;
    int level;
};

struct batch_writer *batch_writer_new(int level)
{
    struct batch_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->level = level;
    w->gzip = BUF_INIT(BATCH_MAX_BYTES);
    w->hash = sha256_stream_new();
    if (w->hash == NULL ||
        deflateInit2(&w->deflate, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        sha256_stream_free(w->hash);
        free(w);
        return NULL;
    }
    return w;
}

void batch_writer_free(struct batch_writer *w)
{
    if (w == NULL)
        return;
    deflateEnd(&w->deflate);
    sha256_stream_free(w->hash);
    buf_free(&w->gzip);
    free(w);
}

void batch_writer_begin(struct batch_writer *w)
{
    deflateReset(&w->deflate);
    sha256_stream_reset(w->hash);
    buf_clear(&w->gzip);
    w->records = 0;
}

/* Runs deflate until it has taken all input (or, with Z_FINISH, given all output). */
static enum err_code pump(z_stream *z, int flush, struct buf *out, struct err *err)
{
    int result;
    do {
        uint8_t *room = buf_reserve(out, OUTPUT_STEP);
        if (room == NULL)
            return err_set(err, ERR_REJECTED, "too-large");
        z->next_out = room;
        z->avail_out = OUTPUT_STEP;
        result = deflate(z, flush);
        out->len += OUTPUT_STEP - z->avail_out;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return err_set(err, ERR_INTERNAL, "deflate failed (%d)", result);
    } while (flush == Z_FINISH ? result != Z_STREAM_END : z->avail_out == 0);
    return OK;
}

enum err_code batch_writer_add(struct batch_writer *w, const char *line, size_t len, struct err *err)
{
    if (len == 0 || len > BATCH_MAX_INFLATED || line[len - 1] != '\n')
        return err_set(err, ERR_INTERNAL, "a batch line must end in a newline");
    sha256_stream_add(w->hash, line, len);
    w->records++;
    w->deflate.next_in = (z_const Bytef *)line;
    w->deflate.avail_in = (uInt)len;
    return pump(&w->deflate, Z_NO_FLUSH, &w->gzip, err);
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
    z.next_in = line.data;
    z.avail_in = (uInt)line.len;
    enum err_code code = pump(&z, Z_FINISH, out, err);
    deflateEnd(&z);
    return code;
}

enum err_code batch_writer_end(struct batch_writer *w, struct manifest *manifest, struct buf *out,
                               struct err *err)
{
    w->deflate.next_in = Z_NULL;
    w->deflate.avail_in = 0;
    enum err_code code = pump(&w->deflate, Z_FINISH, &w->gzip, err);
    if (code != OK)
        return code;
    manifest->records = w->records;
    sha256_stream_end(w->hash, manifest->body);
    code = gzip_manifest(manifest, out, err);
    if (code != OK)
        return code;
    buf_append(out, w->gzip.data, w->gzip.len);
    return buf_ok(out) ? OK : err_set(err, ERR_REJECTED, "too-large");
}

/* Inflates one gzip member from z's input, appended to out. */
static enum err_code inflate_member(z_stream *z, struct buf *out, size_t cap, struct err *err)
{
    for (;;) {
        size_t left = cap - out->len;
        size_t step = left < 256 * 1024 ? left + 1 : 256 * 1024; /* one more than allowed shows an excess */
        uint8_t *room = buf_reserve(out, step);
        if (room == NULL)
            return err_set(err, ERR_REJECTED, "too-large");
        z->next_out = room;
        z->avail_out = (uInt)step;
        int result = inflate(z, Z_NO_FLUSH);
        out->len += step - z->avail_out;
        if (out->len > cap)
            return err_set(err, ERR_REJECTED, "too-large");
        if (result == Z_STREAM_END)
            return OK;
        if (result != Z_OK || (z->avail_in == 0 && z->avail_out != 0))
            return err_set(err, ERR_REJECTED, "gzip");
    }
}

/* ret_split is where the second member's bytes begin. */
static enum err_code inflate_two(const void *data, size_t len, struct buf *out, size_t *ret_split,
                                 struct err *err)
{
    z_stream z = {.next_in = (z_const Bytef *)data, .avail_in = (uInt)len};
    if (len > UINT32_MAX)
        return err_set(err, ERR_REJECTED, "too-large");
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return err_set(err, ERR_INTERNAL, "no memory to inflate");
    enum err_code code = inflate_member(&z, out, MANIFEST_MAX, err);
    *ret_split = out->len;
    if (code == OK && inflateReset(&z) != Z_OK)
        code = err_set(err, ERR_REJECTED, "gzip");
    if (code == OK)
        code = inflate_member(&z, out, BATCH_MAX_INFLATED, err);
    if (code == OK && z.avail_in != 0) /* a third member, or padding */
        code = err_set(err, ERR_REJECTED, "gzip");
    inflateEnd(&z);
    return code;
}

static uint64_t count_lines(const char *text, size_t len)
{
    uint64_t lines = 0;
    const char *end = text + len;
    for (const char *p = text; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    return lines;
}

enum err_code batch_read(const void *data, size_t len, struct buf *inflated, struct manifest *ret,
                         const char **ret_lines, size_t *ret_lines_len, struct err *err)
{
    struct manifest manifest;
    uint8_t hash[SHA256_SIZE];
    size_t split = 0;
    buf_clear(inflated);
    enum err_code code = inflate_two(data, len, inflated, &split, err);
    if (code != OK)
        return code;
    const char *text = buf_text(inflated);
    if (split < 2 || text[split - 1] != '\n' || !manifest_read(text, split - 1, &manifest))
        return err_set(err, ERR_REJECTED, "manifest");
    const char *lines = text + split;
    size_t lines_len = inflated->len - split;
    sha256(lines, lines_len, hash);
    if (memcmp(hash, manifest.body, sizeof hash) != 0)
        return err_set(err, ERR_REJECTED, "body-hash");
    if (count_lines(lines, lines_len) != manifest.records || (lines_len > 0 && lines[lines_len - 1] != '\n'))
        return err_set(err, ERR_REJECTED, "records");
    *ret = manifest;
    *ret_lines = lines;
    *ret_lines_len = lines_len;
    return OK;
}
