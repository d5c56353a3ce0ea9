/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/words/lexicon.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "CTXLEX4"
#define MAX_SLOTS (1u << 24)
#define SEED 0xCBF29CE484222325u
#define BASE 0x9FB21C651E98DF25u
#define NEAR_MAX 20u /* letters */
#define FILTERS 4u

/* What follows it: the kinds, u32 each; of each slot a print, u32; of each slot the number of its kind, u16;
 * zeros up to the next u64; the weights. A free slot has print 0 and the first kind, which has no flags. */
struct header {
    char magic[8];
    uint64_t check; /* of what follows */
    uint32_t slots, kinds, weights;
    struct weight bias;
};

/* A slot of the weights; free when its print is 0. */
struct feature_weight {
    uint32_t print;
    struct weight weight;
};

/* A set of entries that may say that one is in it wrongly, never that it is not. */
struct filter {
    uint64_t *bits;
    uint32_t mask; /* of the upper half of a hash, to a bit */
};

struct lexicon {
    struct filter filters[FILTERS];
    const struct header *header; /* the mapping */
    const uint32_t *flags;       /* of each kind */
    const uint32_t *prints;      /* of each slot: apart, since a search reads many for one kind */
    const uint16_t *kinds;
    const struct feature_weight *weights;
    size_t size; /* bytes mapped */
};

static uint64_t finish(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    return h ^ h >> 33;
}

/* A polynomial of the letters, so that lexicon_near knows a changed word's hash from the word's. */
uint64_t lexicon_hash(const char *word, size_t len)
{
    uint64_t h = SEED;
    for (size_t i = 0; i < len; i++)
        h = h * BASE + (uint8_t)word[i];
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
    return OK;
}

static uint64_t check_of(const struct lexicon *l)
{
    const uint64_t *word = &l->header->check + 1;
    const uint64_t *end =
        (const uint64_t *)((const char *)l->header + l->size / sizeof(*word) * sizeof(*word));
    uint64_t check = 0xCBF29CE484222325u;
    while (word < end)
        check = (check ^ *word++) * 0x100000001B3u;
    return check;
}

/* A search ends at a free slot. */
static bool has_free_slots(const struct lexicon *l)
{
    size_t word = 0, weight = 0;
    while (word < l->header->slots && l->prints[word] != 0)
        word++;
    while (weight < l->header->weights && l->weights[weight].print != 0)
        weight++;
    return word < l->header->slots && weight < l->header->weights;
}

static enum err_code check_file(struct lexicon *l, const char *path, struct err *err)
{
    const struct header *h = l->header;
    size_t body = 0;
    if (h && memcmp(h->magic, MAGIC, sizeof(h->magic)) == 0 && h->slots <= MAX_SLOTS &&
        h->kinds <= UINT16_MAX && h->weights <= MAX_SLOTS && h->weights > 0)
        body =
            (h->kinds * sizeof(*l->flags) + h->slots * (sizeof(*l->prints) + sizeof(*l->kinds)) + 7) / 8 * 8;
    if (body == 0 || h->slots == 0 || l->size != sizeof(*h) + body + h->weights * sizeof(*l->weights))
        return err_set(err, ERR_CONFIG, "the word file %s is of another version", path);
    l->flags = (const uint32_t *)(h + 1);
    l->prints = l->flags + h->kinds;
    l->kinds = (const uint16_t *)(l->prints + h->slots);
    l->weights = (const struct feature_weight *)((const char *)(h + 1) + body);
    if (check_of(l) != h->check || !has_free_slots(l))
        return err_set(err, ERR_CORRUPT, "the word file %s is damaged", path);
    return OK;
}

/* What lexicon_near is asked for, and the size of the set that answers first: most guesses at a word are
 * none, and a small set stays in the processor's cache where the table does not. */
static const struct {
    uint32_t flags, log2;
} filtered[FILTERS] = {{LEX_GIVEN, 18}, {LEX_DRUG, 18}, {LEX_TOWN, 19}, {UINT32_MAX, 22}};

static bool make_filters(struct lexicon *l)
{
    for (size_t f = 0; f < FILTERS; f++) {
        l->filters[f].mask = (1u << filtered[f].log2) - 1u;
        l->filters[f].bits = calloc((size_t)1 << (filtered[f].log2 - 6), sizeof(uint64_t));
        if (!l->filters[f].bits)
            return false;
        for (size_t i = 0; i < l->header->slots; i++) {
            uint32_t bit = l->prints[i] & l->filters[f].mask;
            if (l->flags[l->kinds[i]] & filtered[f].flags)
                l->filters[f].bits[bit / 64] |= (uint64_t)1 << bit % 64;
        }
    }
    return true;
}

enum err_code lexicon_open(struct lexicon **ret, const char *path, struct err *err)
{
    struct lexicon *l = calloc(1, sizeof(*l));
    if (!l)
        return err_set(err, ERR_INTERNAL, "no memory for the word file");
    enum err_code rc = map_file(l, path, err);
    if (rc == OK)
        rc = check_file(l, path, err);
    if (rc == OK && (!l->prints || !make_filters(l))) /* a checked file has prints */
        rc = err_set(err, ERR_INTERNAL, "no memory for the word file");
    if (rc != OK) {
        lexicon_close(l);
        return rc;
    }
    *ret = l;
    return OK;
}

void lexicon_close(struct lexicon *l)
{
    if (!l)
        return;
    if (l->header)
        munmap((void *)(uintptr_t)l->header, l->size);
    for (size_t f = 0; f < FILTERS; f++)
        free(l->filters[f].bits);
    free(l);
}

/* The upper half of a hash, or 1 for 0, which marks a slot that is free. */
static uint32_t print_of(uint64_t hash)
{
    uint32_t print = (uint32_t)(hash >> 32);
    return print ? print : 1;
}

/* Where a search begins: the lower half of a hash, as a fraction of all slots. */
static uint32_t slot_of(uint64_t hash, uint32_t slots)
{
    return (uint32_t)((hash & UINT32_MAX) * slots >> 32);
}

void lexicon_expect(const struct lexicon *l, uint64_t hash)
{
    uint32_t i = slot_of(hash, l->header->slots);
    __builtin_prefetch(&l->prints[i]);
    __builtin_prefetch(&l->kinds[i]);
}

uint32_t lexicon_find(const struct lexicon *l, uint64_t hash)
{
    uint32_t print = print_of(hash), slots = l->header->slots, i = slot_of(hash, slots);
    while (l->prints[i] != print && l->prints[i] != 0)
        i = i + 1 < slots ? i + 1 : 0;
    return l->prints[i] ? l->flags[l->kinds[i]] : 0;
}

struct weight lexicon_weigh(const struct lexicon *l, uint64_t feature)
{
    uint32_t print = print_of(feature), slots = l->header->weights, i = slot_of(feature, slots);
    while (l->weights[i].print != print && l->weights[i].print != 0)
        i = i + 1 < slots ? i + 1 : 0;
    return l->weights[i].print ? l->weights[i].weight : (struct weight){0};
}

struct weight lexicon_bias(const struct lexicon *l)
{
    return l->header->bias;
}

/* A search for entries with some flags near a word. Hashes are polynomials here, not finished. */
struct search {
    const struct lexicon *lexicon;
    const struct filter *filter;
    uint32_t flags;
};

static bool known(const struct search *s, uint64_t polynomial)
{
    uint64_t hash = finish(polynomial);
    uint32_t bit = print_of(hash) & s->filter->mask;
    return s->filter->bits[bit / 64] >> bit % 64 & 1u && lexicon_find(s->lexicon, hash) & s->flags;
}

/* Any letter at a place of this power, in a word whose other letters make the rest. */
static bool known_letter(const struct search *s, uint64_t rest, uint64_t power)
{
    uint64_t h = rest + 'a' * power;
    for (unsigned letter = 0; letter < 26; letter++, h += power)
        if (known(s, h))
            return true;
    return false;
}

bool lexicon_near(const struct lexicon *l, const char *word, size_t len, uint32_t flags)
{
    if (len < 5 || len > NEAR_MAX)
        return false;
    struct search s = {.lexicon = l, .flags = flags};
    for (size_t f = 0; !s.filter; f++)
        if (!(flags & ~filtered[f].flags))
            s.filter = &l->filters[f];
    uint64_t power[NEAR_MAX + 2] = {1}, before = SEED, after = 0; /* after: the letters from i on */
    for (size_t i = 0; i <= len; i++)
        power[i + 1] = power[i] * BASE;
    for (size_t i = 0; i < len; i++)
        after += (uint8_t)word[i] * power[len - 1 - i];
    for (size_t i = 0; i < len; i++) {
        size_t left = len - i;
        uint64_t c = (uint8_t)word[i], next = i + 1 < len ? (uint8_t)word[i + 1] : c;
        if (known_letter(&s, before * power[left + 1] + after, power[left]))
            return true; /* a letter missing */
        uint64_t shorter = after - c * power[left - 1];
        if (known_letter(&s, before * power[left] + shorter, power[left - 1]))
            return true; /* a letter changed */
        if (known(&s, before * power[left - 1] + shorter))
            return true; /* a letter too many */
        uint64_t swapped = (next - c) * power[left - 1] + (left > 1 ? (c - next) * power[left - 2] : 0);
        if (known(&s, before * power[left] + after + swapped))
            return true; /* two swapped */
        before = before * BASE + c;
        after = shorter;
    }
    return known_letter(&s, before * BASE, 1);
}

uint64_t lexicon_version(const struct lexicon *l)
{
    return l->header->check;
}
