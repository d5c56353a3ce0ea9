/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/landing_index.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contact/mem.h"
#include "gateway/layout.h"

#define GRAIN_S 1

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

/* "12.cms" to 12; 0 for any other name. */
static uint64_t seq_of_name(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    if (digits == 0 || digits > 15 || name[0] == '0' || strcmp(name + digits, ".cms") != 0)
        return 0;
    return strtoull(name, NULL, 10);
}

static int compare_seqs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Sorted first: names come in any order, and ranges grow best at their end. */
static void read_series(struct landing_series *entry, DIR *dir)
{
    struct dirent *file;
    BUF_CLEANUP struct buf seqs = BUF_INIT((size_t)1 << 30);
    while ((file = readdir(dir)) != NULL) {
        uint64_t seq = seq_of_name(file->d_name);
        if (seq != 0)
            buf_append(&seqs, &seq, sizeof seq);
    }
    if (seqs.len > 0)
        qsort(seqs.data, seqs.len / sizeof(uint64_t), sizeof(uint64_t), compare_seqs);
    for (size_t at = 0; at < seqs.len; at += sizeof(uint64_t)) {
        uint64_t seq;
        memcpy(&seq, seqs.data + at, sizeof seq);
        ranges_add(&entry->held, seq, seq);
        if (!ranges_has(&entry->ever, seq)) {
            ranges_add(&entry->ever, seq, seq);
            entry->unsaved = true;
        }
    }
}

/* A change within the clock's grain of the last one would not be seen: so young a time is not kept. */
static bool changed(const struct landing_series *entry, int fd, struct timespec *ret_seen)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return true;
    bool same = now.st_mtim.tv_sec == entry->seen.tv_sec && now.st_mtim.tv_nsec == entry->seen.tv_nsec;
    if (time(NULL) - now.st_mtim.tv_sec > GRAIN_S)
        *ret_seen = now.st_mtim;
    return !same;
}

void landing_index_look(struct landing_series *entry, const char *folder, uint64_t done)
{
    struct timespec seen = {0};
    DIR *dir = opendir(folder);
    if (dir == NULL || changed(entry, dirfd(dir), &seen) || done < entry->done) {
        ranges_free(&entry->held);
        if (dir != NULL)
            read_series(entry, dir);
        entry->seen = seen;
    }
    if (dir != NULL)
        closedir(dir);
    ranges_add(&entry->held, 1, done);
    entry->done = done;
}

static int64_t read_place(const char *folder)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(32);
    if (buf_read_regular(&text, layout_path(path, folder, "order"), NULL) != OK)
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
    closedir(dir);
    landing_index_look(entry, folder, 0);
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
        code = registry_held_load(registry, entry->site, entry->series, &entry->ever, err);
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
        enum err_code code = registry_held_save(registry, entry->site, entry->series, &entry->ever, err);
        if (code != OK)
            return code;
        entry->unsaved = false;
    }
    return OK;
}
