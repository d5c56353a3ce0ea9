/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/feedback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contact/batch.h"
#include "contact/mem.h"
#include "gateway/layout.h"

#define FEEDBACK_MAX (16 * 1024 * 1024)

struct cached {
    char site[SITE_TEXT];
    struct stat seen;
    json_t *content; /* owned; NULL: unreadable */
};

struct feedback_cache {
    const char *folder;
    struct cached *items; /* owned */
    size_t count;
};

struct feedback_cache *feedback_cache_new(const char *folder)
{
    struct feedback_cache *cache = mem_new(1, sizeof *cache);
    cache->folder = folder;
    return cache;
}

void feedback_cache_free(struct feedback_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->count; i++)
        json_decref(cache->items[i].content);
    free(cache->items);
    free(cache);
}

static struct cached *entry_of(struct feedback_cache *cache, const char *site)
{
    for (size_t i = 0; i < cache->count; i++)
        if (strcmp(cache->items[i].site, site) == 0)
            return &cache->items[i];
    cache->items = mem_grow(cache->items, cache->count, sizeof *cache->items);
    struct cached *added = &cache->items[cache->count++];
    snprintf(added->site, sizeof added->site, "%s", site);
    return added;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static json_t *read_feedback(const char *path)
{
    BUF_CLEANUP struct buf text = BUF_INIT(FEEDBACK_MAX);
    if (buf_read_regular(&text, path, NULL) != OK)
        return NULL;
    json_t *content = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(content))
        return content;
    json_decref(content);
    return NULL;
}

const json_t *feedback_get(struct feedback_cache *cache, const char *site)
{
    char path[PATH_ROOM], name[SITE_TEXT + 5];
    snprintf(name, sizeof name, "%s.json", site);
    layout_path(path, cache->folder, name);
    struct cached *entry = entry_of(cache, site);
    struct stat now = {0};
    if (stat(path, &now) == 0 && same_file(&now, &entry->seen))
        return entry->content;
    json_decref(entry->content);
    entry->content = now.st_ino != 0 ? read_feedback(path) : NULL;
    entry->seen = now;
    return entry->content;
}

static const json_t *member(const json_t *feedback, const char *series, const char *name)
{
    return json_object_get(json_object_get(json_object_get(feedback, "series"), series), name);
}

static uint64_t seq_of(const json_t *value)
{
    json_int_t seq = json_integer_value(value);
    return seq > 0 ? (uint64_t)seq : 0;
}

uint64_t feedback_loaded(const json_t *feedback, const char *series)
{
    return seq_of(member(feedback, series, "loaded"));
}

uint64_t feedback_done(const json_t *feedback, const char *series)
{
    uint64_t done = seq_of(member(feedback, series, "done")), loaded = feedback_loaded(feedback, series);
    return done > loaded ? done : loaded;
}

const json_t *feedback_refused(const json_t *feedback, const char *series)
{
    const json_t *refused = member(feedback, series, "refused");
    return json_is_array(refused) ? refused : NULL;
}
