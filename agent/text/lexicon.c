/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/lexicon.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "CTXLEX1"
#define MAX_LOG2 24u

struct header {
    char magic[8];
    uint32_t log2;
    uint32_t entries;
    uint64_t check;
};

struct lexicon {
    const struct header *header; /* the mapping */
    const uint64_t *slots;
    size_t size; /* bytes mapped */
    uint64_t mask;
};

static uint64_t finish(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    return h ^ h >> 33;
}

static uint64_t step(uint64_t h, char c)
{
    return (h ^ (uint8_t)c) * 0x100000001B3u;
}

uint64_t lexicon_hash(const char *word, size_t len)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)word[i]) * 0x100000001B3u;
    return finish(h);
}

static enum err_code map_file(struct lexicon *l, const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(struct header)) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_CONFIG, "the word file %s cannot be read", path);
    }
    l->size = (size_t)st.st_size;
    void *map = mmap(NULL, l->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        return err_set(err, ERR_INTERNAL, "the word file %s cannot be mapped", path);
    l->header = map;
    l->slots = (const uint64_t *)(l->header + 1);
    return OK;
}

static enum err_code check_file(const struct lexicon *l, const char *path, struct err *err)
{
    const struct header *h = l->header;
    if (h == NULL || memcmp(h->magic, MAGIC, sizeof(h->magic)) != 0 || h->log2 > MAX_LOG2 ||
        l->size != sizeof(*h) + (sizeof(uint64_t) << h->log2))
        return err_set(err, ERR_CONFIG, "the word file %s is of another version", path);
    uint64_t check = 0xCBF29CE484222325u;
    for (size_t i = 0; i < (size_t)1 << h->log2; i++)
        check = (check ^ l->slots[i]) * 0x100000001B3u;
    if (check != h->check)
        return err_set(err, ERR_CORRUPT, "the word file %s is damaged", path);
    return OK;
}

enum err_code lexicon_open(struct lexicon **ret, const char *path, struct err *err)
{
    struct lexicon *l = calloc(1, sizeof(*l));
    if (!l)
        return err_set(err, ERR_INTERNAL, "no memory for the word file");
    enum err_code rc = map_file(l, path, err);
    if (rc == OK)
        rc = check_file(l, path, err);
    if (rc != OK || l->header == NULL) {
        lexicon_close(l);
        return rc;
    }
    l->mask = ((uint64_t)1 << l->header->log2) - 1;
    *ret = l;
    return OK;
}

void lexicon_close(struct lexicon *l)
{
    if (!l)
        return;
    if (l->header)
        munmap((void *)(uintptr_t)l->header, l->size);
    free(l);
}

uint32_t lexicon_find(const struct lexicon *l, uint64_t hash)
{
    uint32_t print = (uint32_t)(hash >> 32);
    for (uint64_t i = hash & l->mask;; i = (i + 1) & l->mask) {
        uint64_t slot = l->slots[i];
        if (slot == 0)
            return 0;
        if ((uint32_t)(slot >> 32) == print)
            return (uint32_t)slot;
    }
}

/* Whether the word that begins with a hash state and ends with s is an entry with one of these flags. */
static bool ends_known(const struct lexicon *l, uint64_t h, const char *s, size_t len, uint32_t flags)
{
    for (size_t i = 0; i < len; i++)
        h = step(h, s[i]);
    return (lexicon_find(l, finish(h)) & flags) != 0;
}

bool lexicon_near(const struct lexicon *l, const char *s, size_t len, uint32_t flags)
{
    if (len < 5 || len > 20)
        return false;
    uint64_t before = 0xCBF29CE484222325u; /* of the letters before i */
    for (size_t i = 0; i <= len; i++) {
        for (int letter = 'a'; letter <= 'z'; letter++) {
            char c = (char)letter;
            uint64_t with = step(before, c);
            if (ends_known(l, with, s + i, len - i, flags))
                return true; /* a letter missing */
            if (i < len && ends_known(l, with, s + i + 1, len - i - 1, flags))
                return true; /* a letter changed */
        }
        if (i == len)
            break;
        if (ends_known(l, before, s + i + 1, len - i - 1, flags))
            return true; /* a letter too many */
        if (i + 1 < len && ends_known(l, step(step(before, s[i + 1]), s[i]), s + i + 2, len - i - 2, flags))
            return true; /* two swapped */
        before = step(before, s[i]);
    }
    return false;
}

uint64_t lexicon_version(const struct lexicon *l)
{
    return l->header->check;
}
