/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/repeats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/mem.h"

#define HEAPS 256 /* by the last byte; the first ones are the hash of a set */
#define BLOCK_TOKENS 127
#define NAME "/keys.tmp"

/* Tokens of one heap. Those in the file are full, and each says where the heap goes on. */
struct block {
    uint64_t before; /* the place of the block written before, counted from 1; 0: none */
    uint8_t tokens[BLOCK_TOKENS][TOKEN_SIZE];
};

struct repeats {
    const char *folder;
    int fd; /* -1: all are in memory */
    uint64_t written;
    unsigned counts[HEAPS];
    struct block heaps[HEAPS];
};

struct repeats *repeats_new(const char *folder)
{
    struct repeats *r = mem_new(1, sizeof(*r));
    r->folder = folder;
    r->fd = -1;
    return r;
}

void repeats_free(struct repeats *r)
{
    if (r && r->fd >= 0)
        close(r->fd);
    free(r);
}

static enum err_code failed(struct err *err)
{
    enum err_code code = errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_CONFIG;
    return err_set(err, code, "the file that the search for equal keys needs: %s", strerror(errno));
}

/* Nobody else finds the file, and one that a crash left between the two calls is taken again. */
static enum err_code open_file(struct repeats *r, struct err *err)
{
    char path[512];
    if ((size_t)snprintf(path, sizeof(path), "%s" NAME, r->folder) >= sizeof(path))
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    r->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (r->fd < 0 || unlink(path) != 0)
        return failed(err);
    return OK;
}

static enum err_code write_block(struct repeats *r, struct block *block, struct err *err)
{
    enum err_code code = r->fd < 0 ? open_file(r, err) : OK;
    if (code != OK)
        return code;
    ssize_t put = pwrite(r->fd, block, sizeof(*block), (off_t)(r->written * sizeof(*block)));
    if (put != (ssize_t)sizeof(*block)) {
        if (put >= 0)
            errno = ENOSPC;
        return failed(err);
    }
    block->before = ++r->written;
    return OK;
}

enum err_code repeats_add(struct repeats *r, const uint8_t id[static TOKEN_SIZE], struct err *err)
{
    unsigned heap = id[TOKEN_SIZE - 1];
    memcpy(r->heaps[heap].tokens[r->counts[heap]++], id, TOKEN_SIZE);
    if (r->counts[heap] < BLOCK_TOKENS)
        return OK;
    r->counts[heap] = 0;
    return write_block(r, &r->heaps[heap], err);
}

static void meet(const struct block *block, unsigned count, struct token_set *seen, struct token_set *ret)
{
    for (unsigned i = 0; i < count; i++)
        if (!token_set_add(seen, block->tokens[i]))
            token_set_add(ret, block->tokens[i]);
}

enum err_code repeats_find(struct repeats *r, size_t max, struct token_set *ret, struct err *err)
{
    struct token_set seen = {.slots = NULL};
    enum err_code code = OK;
    for (unsigned heap = 0; heap < HEAPS && code == OK && ret->count <= max; heap++) {
        struct block block = {.before = r->heaps[heap].before};
        token_set_clear(&seen);
        meet(&r->heaps[heap], r->counts[heap], &seen, ret);
        while (block.before > 0 && code == OK && ret->count <= max) {
            off_t at = (off_t)((block.before - 1) * sizeof(block));
            if (pread(r->fd, &block, sizeof(block), at) == (ssize_t)sizeof(block))
                meet(&block, BLOCK_TOKENS, &seen, ret);
            else
                code = failed(err);
        }
    }
    token_set_free(&seen);
    return code;
}
