/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "contact/civil.h"
#include "contact/mem.h"

#define SMALLEST 256
#define KEPT 16384 /* slots of a cleared set: a span is some thousand rows */

static const uint8_t nothing[TOKEN_SIZE];

static size_t hash(const uint8_t id[static TOKEN_SIZE])
{
    uint64_t h;
    memcpy(&h, id, sizeof(h));
    return (size_t)h;
}

void token_set_free(struct token_set *set)
{
    free(set->slots);
    *set = (struct token_set){.slots = NULL};
}

void token_set_clear(struct token_set *set)
{
    if (set->size > KEPT) {
        token_set_free(set);
        return;
    }
    if (set->count > 0)
        memset(set->slots, 0, set->size * TOKEN_SIZE);
    set->count = 0;
}

/* The slot that holds id, or the free one where it belongs. */
static size_t slot_of(const struct token_set *set, const uint8_t id[static TOKEN_SIZE])
{
    size_t at = hash(id) & (set->size - 1);
    while (memcmp(set->slots[at], nothing, TOKEN_SIZE) != 0 && memcmp(set->slots[at], id, TOKEN_SIZE) != 0)
        at = (at + 1) & (set->size - 1);
    return at;
}

bool token_set_has(const struct token_set *set, const uint8_t id[static TOKEN_SIZE])
{
    return set->count > 0 && memcmp(set->slots[slot_of(set, id)], id, TOKEN_SIZE) == 0;
}

static void grow(struct token_set *set)
{
    struct token_set larger = {.size = set->size ? set->size * 2 : SMALLEST, .count = set->count};
    larger.slots = mem_new(larger.size, TOKEN_SIZE);
    for (size_t i = 0; i < set->size; i++)
        if (memcmp(set->slots[i], nothing, TOKEN_SIZE) != 0)
            memcpy(larger.slots[slot_of(&larger, set->slots[i])], set->slots[i], TOKEN_SIZE);
    free(set->slots);
    *set = larger;
}

bool token_set_add(struct token_set *set, const uint8_t id[static TOKEN_SIZE])
{
    if (set->count * 4 >= set->size * 3)
        grow(set);
    size_t at = slot_of(set, id);
    if (memcmp(set->slots[at], id, TOKEN_SIZE) == 0)
        return false;
    memcpy(set->slots[at], id, TOKEN_SIZE);
    set->count++;
    return true;
}

void hot_map_free(struct hot_map *map)
{
    free(map->slots);
    *map = (struct hot_map){.slots = NULL};
}

void hot_map_reset(struct hot_map *map, size_t expected)
{
    size_t size = SMALLEST;
    while (size * 3 < expected * 4 + 4)
        size *= 2;
    if (size != map->size) {
        hot_map_free(map);
        map->slots = mem_new(size, sizeof(*map->slots));
        map->size = size;
    }
    for (size_t i = 0; i < map->size; i++)
        map->slots[i].day = DAY_NONE;
    map->count = 0;
}

void hot_map_add(struct hot_map *map, const struct hot_record *record)
{
    if ((map->count + 1) * 4 > map->size * 3)
        abort();
    size_t at = hash(record->id) & (map->size - 1);
    while (map->slots[at].day != DAY_NONE)
        at = (at + 1) & (map->size - 1);
    map->slots[at] = *record;
    map->count++;
}

struct hot_record *hot_map_find(const struct hot_map *map, const uint8_t id[static TOKEN_SIZE])
{
    if (map->count == 0)
        return NULL;
    for (size_t at = hash(id) & (map->size - 1); map->slots[at].day != DAY_NONE;
         at = (at + 1) & (map->size - 1))
        if (memcmp(map->slots[at].id, id, TOKEN_SIZE) == 0)
            return &map->slots[at];
    return NULL;
}
