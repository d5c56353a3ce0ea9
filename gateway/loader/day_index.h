/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a stream's day in a list by its number. A batch may name as many days as it has lines. */
#ifndef GATEWAY_LOADER_DAY_INDEX_H
#define GATEWAY_LOADER_DAY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct day_slot {
    unsigned stream;
    int32_t day;
    size_t place; /* in the list, plus 1; 0: free */
};

struct day_index {
    struct day_slot *slots; /* owned; open addressing */
    size_t count, room;     /* room is a power of two */
};

void day_index_free(struct day_index *index); /* and empties it */
bool day_index_find(const struct day_index *index, unsigned stream, int32_t day, size_t *ret_place);
/* A day that is not there yet. False without memory. */
bool day_index_add(struct day_index *index, unsigned stream, int32_t day, size_t place);

#endif
