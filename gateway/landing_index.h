/* SPDX-License-Identifier: Apache-2.0 */
/* Which batches are in the landing zone, and which ever were. */
#ifndef GATEWAY_LANDING_INDEX_H
#define GATEWAY_LANDING_INDEX_H

#include <time.h>

#include "gateway/registry.h"

struct landing_series {
    char site[SITE_TEXT], series[SERIES_TEXT];
    struct ranges held;   /* on disk, or done by the loader; as of the last look */
    struct ranges ever;   /* accepted once */
    bool unsaved;         /* ever */
    uint64_t done;        /* what held counts as done */
    struct timespec seen; /* the folder's time of change at the last look; 0: look again */
    bool on_disk;         /* its folder and order file are there */
};

struct landing_index {
    struct landing_series *items; /* owned */
    size_t count;
};

void landing_index_free(struct landing_index *index);
/* The series' entry, made when absent. Borrowed until the next call. */
struct landing_series *landing_index_get(struct landing_index *index, const char *site, const char *series);
/* Looks at the series' folder again when something came, went or was done since. A file that was lost before
 * it was loaded is then held no more, and asked for again. */
void landing_index_look(struct landing_series *entry, const char *landing, uint64_t done);
/* NULL when absent. */
struct landing_series *landing_index_find(struct landing_index *index, const char *site, const char *series);
/* Fills it from the registry and from the files of the landing zone; tells the registry the order files'
 * places. */
MUST_CHECK enum err_code landing_index_load(struct landing_index *index, const char *landing,
                                            struct registry *registry, struct err *err);
MUST_CHECK enum err_code landing_index_save(struct landing_index *index, struct registry *registry,
                                            struct err *err);

#endif
