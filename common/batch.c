/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a batch: the loader's, which trusts nothing of it. */
#include "contact/batch.h"

#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: largest window, gzip framing */
#define MANIFEST_MAX 4096     /* bytes of its line */

/* Inflates one gzip member from z's input, appended to out. */
static enum err_code inflate_member(z_stream *z, struct buf *out, size_t cap, struct err *err)
{
    for (;;) {
        size_t left = cap - out->len;
        size_t step = left < 256 * 1024 ? left + 1 : 256 * 1024; /* one more than allowed shows an excess */
        uint8_t *room = buf_reserve(out, step);
        if (room == NULL)
            return err_refuse(err, "too-large");
        z->next_out = room;
        z->avail_out = (uInt)step;
        int result = inflate(z, Z_NO_FLUSH);
        out->len += step - z->avail_out;
        if (out->len > cap)
            return err_refuse(err, "too-large");
        if (result == Z_STREAM_END)
            return OK;
        if (result != Z_OK || (z->avail_in == 0 && z->avail_out != 0))
            return err_refuse(err, "gzip");
    }
}

/* ret_split is where the second member's bytes begin. */
static enum err_code inflate_two(const void *data, size_t len, struct buf *out, size_t *ret_split,
                                 struct err *err)
{
    z_stream z = {.next_in = (z_const Bytef *)data, .avail_in = (uInt)len};
    if (len > UINT32_MAX)
        return err_refuse(err, "too-large");
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return err_set(err, ERR_INTERNAL, "no memory to inflate");
    enum err_code code = inflate_member(&z, out, MANIFEST_MAX, err);
    *ret_split = out->len;
    if (code == OK && inflateReset(&z) != Z_OK)
        code = err_refuse(err, "gzip");
    if (code == OK)
        code = inflate_member(&z, out, BATCH_MAX_INFLATED, err);
    if (code == OK && z.avail_in != 0) /* a third member, or padding */
        code = err_refuse(err, "gzip");
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
        return err_refuse(err, "manifest");
    const char *lines = text + split;
    size_t lines_len = inflated->len - split;
    sha256(lines, lines_len, hash);
    if (memcmp(hash, manifest.body, sizeof hash) != 0)
        return err_refuse(err, "body-hash");
    if (count_lines(lines, lines_len) != manifest.records || (lines_len > 0 && lines[lines_len - 1] != '\n'))
        return err_refuse(err, "records");
    *ret = manifest;
    *ret_lines = lines;
    *ret_lines_len = lines_len;
    return OK;
}
