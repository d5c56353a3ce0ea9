/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/words/gazetteer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <contact/buf.h>
#include "agent/text/fold.h"
#include "agent/text/words/siphash.h"

#define MAGIC "CTXGAZ1"
#define MAX_ENTRIES (8u * 1024u * 1024u)
#define MAX_FILE ((size_t)MAX_ENTRIES * 9u + 64u)

struct gazetteer {
    uint64_t *prints; /* open addressing, 0 is empty */
    uint8_t *kinds;
    size_t slots, count;
    int64_t learnt_at;
    struct fold fold;
    uint8_t key[GAZETTEER_KEY];
};

struct file_header {
    char magic[8];
    uint64_t count;
    int64_t learnt_at;
    uint64_t check; /* keyed, of prints then kinds: another key's file is refused */
};

struct gazetteer *gazetteer_new(const uint8_t key[static GAZETTEER_KEY])
{
    struct gazetteer *g = calloc(1, sizeof(*g));
    if (!g)
        return NULL;
    memcpy(g->key, key, sizeof(g->key));
    g->slots = 1024;
    g->prints = calloc(g->slots, sizeof(*g->prints));
    g->kinds = calloc(g->slots, sizeof(*g->kinds));
    if (!g->prints || !g->kinds) {
        gazetteer_free(g);
        return NULL;
    }
    return g;
}

void gazetteer_free(struct gazetteer *g)
{
    if (!g)
        return;
    fold_free(&g->fold);
    free(g->prints);
    free(g->kinds);
    explicit_bzero(g, sizeof(*g));
    free(g);
}

static size_t slot_of(const struct gazetteer *g, uint64_t print)
{
    size_t i = (size_t)print & (g->slots - 1);
    while (g->prints[i] && g->prints[i] != print)
        i = (i + 1) & (g->slots - 1);
    return i;
}

static bool grow(struct gazetteer *g)
{
    struct gazetteer old = *g;
    if (old.slots >= MAX_ENTRIES * 2)
        return false;
    g->slots *= 2;
    g->prints = calloc(g->slots, sizeof(*g->prints));
    g->kinds = calloc(g->slots, sizeof(*g->kinds));
    if (!g->prints || !g->kinds) {
        free(g->prints);
        free(g->kinds);
        *g = old;
        return false;
    }
    for (size_t i = 0; i < old.slots; i++) {
        if (!old.prints[i])
            continue;
        size_t k = slot_of(g, old.prints[i]);
        g->prints[k] = old.prints[i];
        g->kinds[k] = old.kinds[i];
    }
    free(old.prints);
    free(old.kinds);
    return true;
}

static bool insert(struct gazetteer *g, uint64_t print, uint8_t kinds)
{
    if (2 * g->count >= g->slots && !grow(g))
        return false;
    size_t i = slot_of(g, print);
    g->count += g->prints[i] == 0;
    g->prints[i] = print;
    g->kinds[i] |= kinds;
    return true;
}

static uint64_t print_of(const struct gazetteer *g, const char *word, size_t len)
{
    uint64_t print = siphash(g->key, word, len);
    return print ? print : 1;
}

int gazetteer_learn(struct gazetteer *g, unsigned kind, const char *value, size_t len)
{
    if (len > 512 || !fold_text(&g->fold, value, len))
        return true; /* unreadable values teach nothing */
    const char *s = g->fold.text;
    for (size_t i = 0; i < g->fold.len; i++) {
        size_t start = i;
        while (i < g->fold.len && s[i] >= 'a' && s[i] <= 'z')
            i++;
        if (i - start >= 2 && !insert(g, print_of(g, s + start, i - start), (uint8_t)kind))
            return false;
    }
    return true;
}

void gazetteer_expect(const struct gazetteer *g, const char *word, size_t len)
{
    size_t i = (size_t)print_of(g, word, len) & (g->slots - 1);
    __builtin_prefetch(&g->prints[i]);
    __builtin_prefetch(&g->kinds[i]);
}

uint8_t gazetteer_find(const struct gazetteer *g, const char *word, size_t len)
{
    if (len < 2)
        return 0;
    size_t i = slot_of(g, print_of(g, word, len));
    return g->prints[i] ? g->kinds[i] : 0;
}

size_t gazetteer_count(const struct gazetteer *g)
{
    return g->count;
}

int64_t gazetteer_learnt_at(const struct gazetteer *g)
{
    return g->learnt_at;
}

void gazetteer_finish(struct gazetteer *g, int64_t now)
{
    g->learnt_at = now;
}

enum err_code gazetteer_save(const struct gazetteer *g, const char *path, struct err *err)
{
    BUF_CLEANUP struct buf b = BUF_INIT(MAX_FILE);
    struct file_header h = {.magic = MAGIC, .count = g->count, .learnt_at = g->learnt_at};
    buf_append(&b, &h, sizeof(h));
    for (size_t i = 0; i < g->slots; i++)
        if (g->prints[i])
            buf_append(&b, &g->prints[i], sizeof(g->prints[i]));
    for (size_t i = 0; i < g->slots; i++)
        if (g->prints[i])
            buf_append(&b, &g->kinds[i], 1);
    if (!buf_ok(&b))
        return err_set(err, ERR_INTERNAL, "no memory for the gazetteer");
    h.check = siphash(g->key, b.data + sizeof(h), b.len - sizeof(h)) ^ (uint64_t)h.learnt_at;
    memcpy(b.data, &h, sizeof(h));
    return buf_write_file(&b, path, 0600, err);
}

enum err_code gazetteer_load(struct gazetteer *g, const char *path, struct err *err)
{
    BUF_CLEANUP struct buf b = BUF_INIT(MAX_FILE);
    enum err_code rc = buf_read_file(&b, path, err);
    if (rc != OK)
        return rc;
    struct file_header h;
    if (b.len < sizeof(h))
        return err_set(err, ERR_CORRUPT, "the gazetteer file is cut short");
    memcpy(&h, b.data, sizeof(h));
    const uint8_t *body = b.data + sizeof(h);
    size_t size = b.len - sizeof(h);
    if (memcmp(h.magic, MAGIC, sizeof(h.magic)) != 0 || h.count > MAX_ENTRIES || size != 9 * h.count ||
        h.check != (siphash(g->key, body, size) ^ (uint64_t)h.learnt_at))
        return err_set(err, ERR_CORRUPT, "the gazetteer file is damaged or of another key");
    for (size_t i = 0; i < h.count; i++) {
        uint64_t print;
        memcpy(&print, body + 8 * i, sizeof(print));
        if (print && !insert(g, print, body[8 * h.count + i]))
            return err_set(err, ERR_INTERNAL, "no memory for the gazetteer");
    }
    g->learnt_at = h.learnt_at;
    return OK;
}
