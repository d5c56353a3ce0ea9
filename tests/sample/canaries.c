/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/canaries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct canaries {
    FILE *file;
    uint64_t *seen; /* open addressing; 0 is a free place */
    size_t places, used;
};

struct canaries *canaries_open(const char *path, bool append)
{
    struct canaries *list = calloc(1, sizeof(*list));
    if (list == NULL) {
        return NULL;
    }
    list->places = 1U << 16;
    list->seen = calloc(list->places, sizeof(*list->seen));
    list->file = fopen(path, append ? "a" : "w");
    if (list->seen == NULL || list->file == NULL) {
        if (list->file != NULL) {
            fclose(list->file);
        }
        free(list->seen);
        free(list);
        return NULL;
    }
    return list;
}

static uint64_t hash(const char *kind, const char *value)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (const char *c = kind; *c != '\0'; c++) {
        h = (h ^ (unsigned char)*c) * 0x100000001b3U;
    }
    h = (h ^ '\t') * 0x100000001b3U;
    for (const char *c = value; *c != '\0'; c++) {
        h = (h ^ (unsigned char)*c) * 0x100000001b3U;
    }
    h ^= h >> 29; /* FNV's low bits alone spread badly over short strings */
    return h == 0 ? 1 : h;
}

static bool place(uint64_t *seen, size_t places, uint64_t h)
{
    size_t at = (size_t)h & (places - 1);
    while (seen[at] != 0) {
        if (seen[at] == h) {
            return false;
        }
        at = (at + 1) & (places - 1);
    }
    seen[at] = h;
    return true;
}

static void grow(struct canaries *list)
{
    size_t places = list->places * 2;
    uint64_t *seen = calloc(places, sizeof(*seen));
    if (seen == NULL) {
        fputs("sample-dispatch: out of memory\n", stderr);
        exit(1);
    }
    for (size_t i = 0; i < list->places; i++) {
        if (list->seen[i] != 0) {
            place(seen, places, list->seen[i]);
        }
    }
    free(list->seen);
    list->seen = seen;
    list->places = places;
}

void canaries_add(struct canaries *list, const char *kind, const char *value)
{
    if (value[0] == '\0') {
        return;
    }
    if (list->used * 2 >= list->places) {
        grow(list);
    }
    if (place(list->seen, list->places, hash(kind, value))) {
        list->used++;
        fprintf(list->file, "%s\t%s\n", kind, value);
    }
}

void canaries_add_id(struct canaries *list, const char *kind, int64_t id)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, id);
    canaries_add(list, kind, text);
}

bool canaries_close(struct canaries *list)
{
    if (list == NULL) {
        return true;
    }
    bool good = ferror(list->file) == 0;
    good = fclose(list->file) == 0 && good;
    free(list->seen);
    free(list);
    return good;
}
