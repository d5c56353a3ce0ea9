/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/ranges.h"

#include <stdlib.h>
#include <string.h>

void ranges_free(struct ranges *r)
{
    free(r->items);
    *r = (struct ranges){0};
}

/* The first range that ends at or after number - 1, so that it holds or touches number; count when none. */
static size_t find(const struct ranges *r, uint64_t number)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->items[middle].last + 1 < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(struct ranges *r)
{
    if (r->count < r->room)
        return true;
    size_t room = r->room == 0 ? 8 : r->room * 2;
    struct range *items = reallocarray(r->items, room, sizeof *items);
    if (items == NULL) {
        r->failed = true;
        return false;
    }
    r->items = items;
    r->room = room;
    return true;
}

void ranges_add(struct ranges *r, uint64_t first, uint64_t last)
{
    if (first == 0 || last < first || last == UINT64_MAX)
        return;
    size_t at = find(r, first), after = at;
    while (after < r->count && r->items[after].first <= last + 1) {
        if (r->items[after].first < first)
            first = r->items[after].first;
        if (r->items[after].last > last)
            last = r->items[after].last;
        after++;
    }
    if (after == at) {
        if (!make_room(r))
            return;
        memmove(&r->items[at + 1], &r->items[at], (r->count - at) * sizeof *r->items);
        r->count++;
    } else {
        memmove(&r->items[at + 1], &r->items[after], (r->count - after) * sizeof *r->items);
        r->count -= after - at - 1;
    }
    r->items[at] = (struct range){first, last};
}

struct range ranges_around(const struct ranges *r, uint64_t number)
{
    for (size_t i = find(r, number); i < r->count && r->items[i].first <= number; i++)
        if (number <= r->items[i].last)
            return r->items[i];
    return (struct range){0};
}

bool ranges_has(const struct ranges *r, uint64_t number)
{
    return ranges_around(r, number).first != 0;
}

uint64_t ranges_contiguous(const struct ranges *r)
{
    return r->count > 0 && r->items[0].first == 1 ? r->items[0].last : 0;
}

uint64_t ranges_highest(const struct ranges *r)
{
    return r->count > 0 ? r->items[r->count - 1].last : 0;
}

size_t ranges_gaps(const struct ranges *r, uint64_t after, struct range *ret, size_t max)
{
    size_t count = 0;
    uint64_t next = after + 1; /* the lowest number not yet accounted for */
    for (size_t i = 0; i < r->count && count < max; i++) {
        if (r->items[i].last < next)
            continue;
        if (r->items[i].first > next)
            ret[count++] = (struct range){next, r->items[i].first - 1};
        next = r->items[i].last + 1;
    }
    return count;
}
