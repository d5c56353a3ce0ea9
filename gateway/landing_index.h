/* SPDX-License-Identifier: Apache-2.0 */
/* Which batches are, or were, in the landing zone. */
#ifndef GATEWAY_LANDING_INDEX_H
#define GATEWAY_LANDING_INDEX_H

#include "gateway/registry.h"

struct landing_series {
    char site[SITE_TEXT], series[SERIES_TEXT];
    struct ranges held;
    bool unsaved;
    bool on_disk; /* its folder and order file are there */
};

struct landing_index {
    struct landing_series *items; /* owned */
    size_t count;
};

void landing_index_free(struct landing_index *index);
/* The series' entry, made when absent. Borrowed until the next call. */
struct landing_series *landing_index_get(struct landing_index *index, const char *site, const char *series);
/* NULL when absent. */
struct landing_series *landing_index_find(struct landing_index *index, const char *site, const char *series);
/* Fills it from the registry and from the files of the folder; tells the registry the order files' places. */
MUST_CHECK enum err_code landing_index_load(struct landing_index *index, const char *folder,
                                            struct registry *registry, struct err *err);
MUST_CHECK enum err_code landing_index_save(struct landing_index *index, struct registry *registry,
                                            struct err *err);

#endif
