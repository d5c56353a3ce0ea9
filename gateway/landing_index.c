/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/landing_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"
#include "gateway/landing_zone.h"

void landing_index_free(struct landing_index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        ranges_free(&index->items[i].held);
        ranges_free(&index->items[i].ever);
    }
    free(index->items);
    *index = (struct landing_index){0};
}

struct landing_series *landing_index_find(struct landing_index *index, const char *site, const char *series)
{
    for (size_t i = 0; i < index->count; i++)
        if (strcmp(index->items[i].series, series) == 0 && strcmp(index->items[i].site, site) == 0)
            return &index->items[i];
    return NULL;
}

struct landing_series *landing_index_get(struct landing_index *index, const char *site, const char *series)
{
    struct landing_series *found = landing_index_find(index, site, series);
    if (found != NULL)
        return found;
    index->items = mem_grow(index->items, index->count, sizeof *index->items);
    struct landing_series *added = &index->items[index->count++];
    snprintf(added->site, sizeof added->site, "%s", site);
    snprintf(added->series, sizeof added->series, "%s", series);
    return added;
}

static void read_series(struct landing_series *entry, const char *landing)
{
    const struct ranges none = {0};
    struct zone_seqs seqs;
    ranges_free(&entry->held);
    if (zone_batches(landing, entry->site, entry->series, &none, &seqs, NULL) != OK)
        entry->seen = (struct timespec){0};
    for (size_t i = 0; i < seqs.count; i++) {
        uint64_t seq = seqs.items[i];
        ranges_add(&entry->held, seq, seq);
        if (!ranges_has(&entry->ever, seq)) {
            ranges_add(&entry->ever, seq, seq);
            entry->unsaved = true;
        }
    }
    zone_seqs_free(&seqs);
}

void landing_index_look(struct landing_series *entry, const char *landing, uint64_t done)
{
    if (zone_changed(landing, entry->site, entry->series, &entry->seen) || done < entry->done)
        read_series(entry, landing);
    ranges_add(&entry->held, 1, done);
    entry->done = done;
}

static enum err_code load_series(struct landing_index *index, const char *landing, const char *site,
                                 const char *series, struct registry *registry, struct err *err)
{
    struct landing_series *entry = landing_index_get(index, site, series);
    landing_index_look(entry, landing, 0);
    int64_t place = zone_place(landing, site, series);
    entry->on_disk = place > 0;
    return place > 0 ? registry_series_learn(registry, site, series, place, err) : OK;
}

static enum err_code load_site(struct landing_index *index, const char *landing, const char *site,
                               struct registry *registry, struct err *err)
{
    struct zone_names series;
    enum err_code code = OK;
    if (zone_series(landing, site, &series, NULL) != OK)
        return OK; /* not a folder: nobody's business here */
    for (size_t i = 0; i < series.count && code == OK; i++)
        code = load_series(index, landing, site, series.items[i], registry, err);
    zone_names_free(&series);
    return code;
}

static void note_series(void *context, const char *site, const char *series)
{
    landing_index_get(context, site, series);
}

static enum err_code load_saved(struct landing_index *index, struct registry *registry, struct err *err)
{
    enum err_code code = registry_series_each(registry, note_series, index, err);
    for (size_t i = 0; i < index->count && code == OK; i++) {
        struct landing_series *entry = &index->items[i];
        code = registry_held_load(registry, entry->site, entry->series, &entry->ever, err);
    }
    return code;
}

enum err_code landing_index_load(struct landing_index *index, const char *landing, struct registry *registry,
                                 struct err *err)
{
    struct zone_names sites = {0};
    enum err_code code = load_saved(index, registry, err);
    if (code == OK)
        code = zone_sites(landing, &sites, err);
    for (size_t i = 0; i < sites.count && code == OK; i++)
        code = load_site(index, landing, sites.items[i], registry, err);
    zone_names_free(&sites);
    return code;
}

enum err_code landing_index_save(struct landing_index *index, struct registry *registry, struct err *err)
{
    for (size_t i = 0; i < index->count; i++) {
        struct landing_series *entry = &index->items[i];
        if (!entry->unsaved)
            continue;
        enum err_code code = registry_held_save(registry, entry->site, entry->series, &entry->ever, err);
        if (code != OK)
            return code;
        entry->unsaved = false;
    }
    return OK;
}
