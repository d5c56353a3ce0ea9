/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/day_index.h"

#include <stdlib.h>

void day_index_free(struct day_index *index)
{
    free(index->slots);
    *index = (struct day_index){0};
}

/* The day's slot, or the free one where it would stand. */
static struct day_slot *slot_of(const struct day_index *index, unsigned stream, int32_t day)
{
    uint64_t hash = ((uint64_t)stream << 32 | (uint32_t)day) * 0x9e3779b97f4a7c15; /* 2^64 / golden ratio */
    size_t at = (size_t)(hash >> 20) & (index->room - 1);
    while (index->slots[at].place != 0 && (index->slots[at].day != day || index->slots[at].stream != stream))
        at = (at + 1) & (index->room - 1);
    return &index->slots[at];
}

bool day_index_find(const struct day_index *index, unsigned stream, int32_t day, size_t *ret_place)
{
    if (index->count == 0)
        return false;
    const struct day_slot *slot = slot_of(index, stream, day);
    if (slot->place == 0)
        return false;
    *ret_place = slot->place - 1;
    return true;
}

static bool grow(struct day_index *index)
{
    struct day_index larger = {.count = index->count, .room = index->room == 0 ? 64 : index->room * 2};
    larger.slots = calloc(larger.room, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < index->room; i++)
        if (index->slots[i].place != 0)
            *slot_of(&larger, index->slots[i].stream, index->slots[i].day) = index->slots[i];
    free(index->slots);
    *index = larger;
    return true;
}

bool day_index_add(struct day_index *index, unsigned stream, int32_t day, size_t place)
{
    if (2 * index->count >= index->room && !grow(index))
        return false;
    *slot_of(index, stream, day) = (struct day_slot){.stream = stream, .day = day, .place = place + 1};
    index->count++;
    return true;
}
