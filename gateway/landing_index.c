/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/landing_index.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"
#include "gateway/layout.h"

void landing_index_free(struct landing_index *index)
{
    for (size_t i = 0; i < index->count; i++)
        ranges_free(&index->items[i].held);
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

/* "12.cms" to 12; 0 for any other name. */
static uint64_t seq_of_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    if (digits == 0 || digits > 15 || name[0] == '0' || strcmp(name + digits, ".cms") != 0)
        return 0;
    return strtoull(name, NULL, 10);
}

static void read_series(struct landing_series *entry, DIR *dir)
{
    struct dirent *file;
    while ((file = readdir(dir)) != NULL) {
        uint64_t seq = seq_of_name(file->d_name);
        if (seq != 0 && !ranges_has(&entry->held, seq)) {
            ranges_add(&entry->held, seq, seq);
            entry->unsaved = true;
        }
    }
}

static int64_t read_place(const char *folder)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(32);
    if (buf_read_file(&text, layout_path(path, folder, "order"), NULL) != OK)
        return 0;
    return strtoll(buf_text(&text), NULL, 10);
}

static enum err_code load_series(struct landing_index *index, const char *folder, const char *site,
                                 const char *series, struct registry *registry, struct err *err)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return OK; /* not a folder: nobody's business here */
    struct landing_series *entry = landing_index_get(index, site, series);
    read_series(entry, dir);
    closedir(dir);
    int64_t place = read_place(folder);
    entry->on_disk = place > 0;
    return place > 0 ? registry_series_learn(registry, site, series, place, err) : OK;
}

static enum err_code load_site(struct landing_index *index, const char *folder, const char *site,
                               struct registry *registry, struct err *err)
{
    DIR *dir = opendir(folder);
    enum err_code code = OK;
    struct dirent *entry;
    while (dir != NULL && code == OK && (entry = readdir(dir)) != NULL) {
        char path[PATH_ROOM];
        if (series_valid(entry->d_name))
            code = load_series(index, layout_path(path, folder, entry->d_name), site, entry->d_name, registry,
                               err);
    }
    if (dir != NULL)
        closedir(dir);
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
        code = registry_held_load(registry, entry->site, entry->series, &entry->held, err);
    }
    return code;
}

enum err_code landing_index_load(struct landing_index *index, const char *folder, struct registry *registry,
                                 struct err *err)
{
    enum err_code code = load_saved(index, registry, err);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return err_set(err, ERR_CONFIG, "cannot read the landing zone %s", folder);
    struct dirent *entry;
    while (code == OK && (entry = readdir(dir)) != NULL) {
        char path[PATH_ROOM];
        if (site_valid(entry->d_name))
            code = load_site(index, layout_path(path, folder, entry->d_name), entry->d_name, registry, err);
    }
    closedir(dir);
    return code;
}

enum err_code landing_index_save(struct landing_index *index, struct registry *registry, struct err *err)
{
    for (size_t i = 0; i < index->count; i++) {
        struct landing_series *entry = &index->items[i];
        if (!entry->unsaved)
            continue;
        enum err_code code = registry_held_save(registry, entry->site, entry->series, &entry->held, err);
        if (code != OK)
            return code;
        entry->unsaved = false;
    }
    return OK;
}
