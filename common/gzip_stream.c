/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gzip_stream.h"

#include <stdlib.h>
#include <zlib.h>
#if CONTACT_ISAL
#include <isa-l/igzip_lib.h>
#endif

#define GZIP_WINDOW (15 + 16) /* zlib: largest window, gzip framing */
#define OUTPUT_STEP (16 * 1024)

struct gzip_stream {
    z_stream zlib;
#if CONTACT_ISAL
    struct isal_zstream *fast; /* NULL: zlib's turn */
    uint8_t work[ISAL_DEF_LVL1_DEFAULT];
#endif
};

#if CONTACT_ISAL
static bool fast_new(struct gzip_stream *s)
{
    s->fast = malloc(sizeof *s->fast);
    if (s->fast == NULL)
        return false;
    isal_deflate_init(s->fast);
    s->fast->level = 1;
    s->fast->level_buf = s->work;
    s->fast->level_buf_size = sizeof s->work;
    return true;
}

static enum err_code fast_pump(struct isal_zstream *z, const void *data, size_t len, bool end,
                               struct buf *out, struct err *err)
{
    z->next_in = (uint8_t *)(uintptr_t)data;
    z->avail_in = (uint32_t)len;
    z->end_of_stream = end;
    do {
        uint8_t *room = buf_reserve(out, OUTPUT_STEP);
        if (room == NULL)
            return err_refuse(err, "too-large");
        z->next_out = room;
        z->avail_out = OUTPUT_STEP;
        int result = isal_deflate(z);
        out->len += OUTPUT_STEP - z->avail_out;
        if (result != COMP_OK)
            return err_set(err, ERR_INTERNAL, "deflate failed (%d)", result);
    } while (end ? z->internal_state.state != ZSTATE_END : z->avail_out == 0);
    return OK;
}
#endif

struct gzip_stream *gzip_stream_new(int level)
{
    struct gzip_stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
#if CONTACT_ISAL
    if (level == 1 && fast_new(s))
        return s;
#endif
    if (deflateInit2(&s->zlib, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(s);
        return NULL;
    }
    return s;
}

void gzip_stream_free(struct gzip_stream *s)
{
    if (s == NULL)
        return;
#if CONTACT_ISAL
    free(s->fast);
#endif
    deflateEnd(&s->zlib);
    free(s);
}

void gzip_stream_begin(struct gzip_stream *s)
{
#if CONTACT_ISAL
    if (s->fast != NULL) {
        isal_deflate_reset(s->fast);
        s->fast->gzip_flag = IGZIP_GZIP; /* the last one changed it when its header was written */
        return;
    }
#endif
    deflateReset(&s->zlib);
}

/* Runs deflate until it has taken all input (or, at the end, given all output). */
static enum err_code pump(struct gzip_stream *s, const void *data, size_t len, bool end, struct buf *out,
                          struct err *err)
{
#if CONTACT_ISAL
    if (s->fast != NULL)
        return fast_pump(s->fast, data, len, end, out, err);
#endif
    z_stream *z = &s->zlib;
    int result;
    z->next_in = (z_const Bytef *)data;
    z->avail_in = (uInt)len;
    do {
        uint8_t *room = buf_reserve(out, OUTPUT_STEP);
        if (room == NULL)
            return err_refuse(err, "too-large");
        z->next_out = room;
        z->avail_out = OUTPUT_STEP;
        result = deflate(z, end ? Z_FINISH : Z_NO_FLUSH);
        out->len += OUTPUT_STEP - z->avail_out;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return err_set(err, ERR_INTERNAL, "deflate failed (%d)", result);
    } while (end ? result != Z_STREAM_END : z->avail_out == 0);
    return OK;
}

enum err_code gzip_stream_add(struct gzip_stream *s, const void *data, size_t len, struct buf *out,
                              struct err *err)
{
    if (len > UINT32_MAX)
        return err_refuse(err, "too-large");
    return pump(s, data, len, false, out, err);
}

enum err_code gzip_stream_end(struct gzip_stream *s, struct buf *out, struct err *err)
{
    return pump(s, NULL, 0, true, out, err);
}
