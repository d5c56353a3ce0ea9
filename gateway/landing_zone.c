/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/landing_zone.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contact/mem.h"
#include "gateway/layout.h"

#define GRAIN_S 1 /* two changes within it may bear the same time */

void zone_names_free(struct zone_names *names)
{
    free(names->items);
    *names = (struct zone_names){0};
}

void zone_seqs_free(struct zone_seqs *seqs)
{
    free(seqs->items);
    *seqs = (struct zone_seqs){0};
}

static enum err_code list(const char *folder, bool (*valid)(const char *), struct zone_names *ret,
                          struct err *err)
{
    const struct dirent *entry;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return err_set(err, ERR_CONFIG, "cannot read %s: %s", folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL) {
        if (!valid(entry->d_name) || strlen(entry->d_name) >= SITE_TEXT)
            continue;
        ret->items = mem_grow(ret->items, ret->count, sizeof *ret->items);
        snprintf(ret->items[ret->count++], SITE_TEXT, "%.*s", SITE_TEXT - 1, entry->d_name);
    }
    closedir(dir);
    return OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

enum err_code zone_sites(const char *landing, struct zone_names *ret, struct err *err)
{
    *ret = (struct zone_names){0};
    enum err_code code = list(landing, site_valid, ret, err);
    if (ret->count > 0)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_names);
    return code;
}

int64_t zone_place(const char *landing, const char *site, const char *series)
{
    char name[2 * SITE_TEXT + sizeof "/order"], path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    snprintf(name, sizeof name, "%s/%s/order", site, series);
    if (buf_read_regular(&text, layout_path(path, landing, name), NULL) != OK)
        return 0;
    int64_t place = strtoll(buf_text(&text), NULL, 10);
    return place > 0 ? place : 0;
}

/* A series whose place cannot be read comes last. */
static int64_t order_of(const char *landing, const char *site, const char *series)
{
    int64_t place = zone_place(landing, site, series);
    return place > 0 ? place : INT64_MAX;
}

enum err_code zone_series(const char *landing, const char *site, struct zone_names *ret, struct err *err)
{
    char folder[PATH_ROOM];
    *ret = (struct zone_names){0};
    layout_path(folder, landing, site);
    enum err_code code = list(folder, series_valid, ret, err);
    int64_t *orders = mem_new(ret->count + 1, sizeof *orders);
    for (size_t i = 0; i < ret->count; i++)
        orders[i] = order_of(landing, site, ret->items[i]);
    for (size_t i = 1; i < ret->count; i++) { /* few, and mostly sorted */
        for (size_t k = i; k > 0 && orders[k - 1] > orders[k]; k--) {
            char name[SITE_TEXT];
            int64_t order = orders[k];
            memcpy(name, ret->items[k], SITE_TEXT);
            memcpy(ret->items[k], ret->items[k - 1], SITE_TEXT);
            memcpy(ret->items[k - 1], name, SITE_TEXT);
            orders[k] = orders[k - 1];
            orders[k - 1] = order;
        }
    }
    free(orders);
    return code;
}

/* "12.cms", without leading zeros: 0 for anything else. */
static uint64_t seq_of(const char *name)
{
    char *end;
    if (name[0] < '1' || name[0] > '9')
        return 0;
    errno = 0;
    uint64_t seq = strtoull(name, &end, 10);
    return errno == 0 && seq <= INT64_MAX && strcmp(end, ".cms") == 0 ? seq : 0;
}

static int compare_seqs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

enum err_code zone_batches(const char *landing, const char *site, const char *series,
                           const struct ranges *done, struct zone_seqs *ret, struct err *err)
{
    char name[2 * SITE_TEXT], folder[PATH_ROOM];
    const struct dirent *entry;
    *ret = (struct zone_seqs){0};
    snprintf(name, sizeof name, "%s/%s", site, series);
    DIR *dir = opendir(layout_path(folder, landing, name));
    if (dir == NULL && errno == ENOENT)
        return OK;
    if (dir == NULL)
        return err_set(err, ERR_CONFIG, "cannot read %s: %s", folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL) {
        uint64_t seq = seq_of(entry->d_name);
        if (seq == 0 || ranges_has(done, seq))
            continue;
        if (ret->count == ret->room) {
            ret->room = ret->room == 0 ? 256 : 2 * ret->room;
            ret->items = reallocarray(ret->items, ret->room, sizeof *ret->items);
            if (ret->items == NULL)
                abort();
        }
        ret->items[ret->count++] = seq;
    }
    closedir(dir);
    if (ret->count > 0)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_seqs);
    return OK;
}

bool zone_changed(const char *landing, const char *site, const char *series, struct timespec *seen)
{
    char name[2 * SITE_TEXT], path[PATH_ROOM];
    struct stat now;
    snprintf(name, sizeof name, "%s/%s", site, series);
    if (stat(layout_path(path, landing, name), &now) != 0) {
        *seen = (struct timespec){0};
        return true;
    }
    bool same = now.st_mtim.tv_sec == seen->tv_sec && now.st_mtim.tv_nsec == seen->tv_nsec;
    *seen = time(NULL) - now.st_mtim.tv_sec > GRAIN_S ? now.st_mtim : (struct timespec){0};
    return !same;
}

bool zone_heartbeat(const char *landing, const char *site, struct zone_heartbeat *ret)
{
    char name[SITE_TEXT + sizeof "/heartbeat.json"], path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(65536);
    snprintf(name, sizeof name, "%s/heartbeat.json", site);
    if (buf_read_regular(&text, layout_path(path, landing, name), NULL) != OK)
        return false;
    json_t *root = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    const char *series = json_string_value(json_object_get(root, "series"));
    json_int_t lowest = json_integer_value(json_object_get(root, "lowest_held"));
    json_int_t highest = json_integer_value(json_object_get(root, "seq"));
    json_int_t settled = json_integer_value(json_object_get(root, "settled"));
    if (lowest == 0 &&
        highest < INT64_MAX) /* nothing is held: all that was ever queued has come, or will not */
        lowest = highest + 1;
    bool good = series != NULL && series_valid(series) && lowest > 0;
    if (good) {
        memcpy(ret->series, series, SERIES_TEXT);
        ret->lowest = (uint64_t)lowest;
        ret->settled = settled > 0 ? (uint64_t)settled : 0;
    }
    json_decref(root);
    return good;
}
