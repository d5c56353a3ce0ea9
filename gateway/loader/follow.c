/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/follow.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "contact/mem.h"
#include "contact/notify.h"
#include "gateway/layout.h"
#include "gateway/loader/feedback_write.h"
#include "gateway/loader/tidy.h"
#include "gateway/loader/turn.h"
#include "gateway/landing_zone.h"

#define TURN_BATCHES 64 /* loaded in one transaction: keys are random, so that commits are dear */
#define TIDY_S 3600
#define TELL_MS 60000

/* When a site's trouble was last told. It outlives struct site, which goes with each error. */
struct told {
    char site[SITE_TEXT];
    int64_t at_ms;
};

struct follower {
    const struct gateway_settings *settings;
    struct loader_keys *keys;
    struct model *model;
    struct store *store; /* NULL: to be opened */
    struct site **sites; /* owned */
    size_t site_count;
    struct turn_context turns;
    int inotify;
    int watches; /* the highest descriptor of a watch so far */
    int64_t tidied_s;
    struct told *told; /* owned */
    size_t told_count;
};

static volatile sig_atomic_t stopping;

void follower_stop(void)
{
    stopping = 1;
}

bool follower_stopped(void)
{
    return stopping != 0;
}

static enum err_code read_model(const struct gateway_settings *settings, struct model **ret, struct err *err)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    char path[PATH_ROOM];
    *ret = model_load(layout_path(path, settings->model_folder, "contact-1.yaml"), &problems);
    return *ret != NULL ? OK : problems_result(&problems, err);
}

static enum err_code open_store(struct follower *f, struct err *err)
{
    const struct gateway_settings *s = f->settings;
    enum err_code code = s->store_kind == STORE_POSTGRESQL
                             ? store_open_postgres(s->store_conninfo, f->model, &f->store, err)
                             : store_open_sqlite(s->store_path, f->model, &f->store, err);
    if (code != OK)
        return code;
    code = tidy_check_key(f->store, f->keys, err);
    if (code != OK) {
        store_close(f->store);
        f->store = NULL;
    }
    return code;
}

/* Lets the warehouse go, with all that was read of it. */
static void close_store(struct follower *f)
{
    for (size_t i = 0; i < f->site_count; i++)
        site_state_free(f->sites[i]);
    free(f->sites);
    f->sites = NULL;
    f->site_count = 0;
    store_close(f->store);
    f->store = NULL;
}

enum err_code follower_open(const struct gateway_settings *settings, struct follower **ret, struct err *err)
{
    struct follower *f = mem_new(1, sizeof *f);
    f->settings = settings;
    f->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    f->turns = (struct turn_context){.settings = settings, .limit = TURN_BATCHES};
    opened_init(&f->turns.opened);
    enum err_code code = loader_keys_read(settings->loader_folder, &f->keys, err);
    if (code == OK)
        code = read_model(settings, &f->model, err);
    if (code == OK && (f->turns.applier = applier_new(f->model)) == NULL)
        code = err_set(err, ERR_INTERNAL, "no memory for the loader");
    if (code == OK)
        code = open_store(f, err);
    if (code == ERR_RETRY) /* a database that is not up yet: each drain tries again */
        code = OK;
    if (code != OK) {
        follower_close(f);
        return code;
    }
    *ret = f;
    return OK;
}

void follower_close(struct follower *f)
{
    if (f == NULL)
        return;
    close_store(f);
    applier_free(f->turns.applier);
    opened_free(&f->turns.opened);
    model_free(f->model);
    loader_keys_free(f->keys);
    free(f->told);
    if (f->inotify >= 0)
        close(f->inotify);
    free(f);
}

static enum err_code find_site(struct follower *f, const char *name, struct site **ret, struct err *err)
{
    for (size_t i = 0; i < f->site_count; i++) {
        if (strcmp(f->sites[i]->name, name) == 0) {
            *ret = f->sites[i];
            return OK;
        }
    }
    struct site *site;
    enum err_code code = site_open(name, f->store, f->keys, &site, err);
    if (code != OK)
        return code;
    f->sites = mem_grow(f->sites, f->site_count, sizeof(struct site *));
    f->sites[f->site_count++] = site;
    *ret = site;
    return OK;
}

/* After a rollback: what is in memory of the site is not what the warehouse holds. */
static void forget_site(struct follower *f, const char *name)
{
    for (size_t i = 0; i < f->site_count; i++) {
        if (strcmp(f->sites[i]->name, name) == 0) {
            site_state_free(f->sites[i]);
            f->sites[i] = f->sites[--f->site_count];
            return;
        }
    }
}

static enum err_code take_turn(struct follower *f, const char *name, struct site **ret,
                               struct turn_result *ret_result, struct err *err)
{
    *ret_result = (struct turn_result){0};
    notify_alive(); /* a turn is a few seconds at most, however much there is to load */
    enum err_code code = find_site(f, name, ret, err);
    if (code != OK)
        return code;
    code = turn_take(&f->turns, *ret, ret_result, err);
    if (code != OK)
        forget_site(f, name);
    else if (ret_result->loaded + ret_result->refused > 0)
        log_info("%s: %u batches loaded, %llu lines, %u refused", name, ret_result->loaded,
                 (unsigned long long)ret_result->records, ret_result->refused);
    return code;
}

/* A value that this database does not take: its batch is found by loading what the turn held one at a time,
 * and refused. */
static enum err_code refuse_store(struct follower *f, const char *name, struct err *err)
{
    struct site *site;
    struct turn_result result = {.more = true};
    enum err_code code = OK;
    f->turns.limit = 1;
    for (int i = 0; code == OK && result.more && i < TURN_BATCHES && !follower_stopped(); i++)
        code = take_turn(f, name, &site, &result, err);
    f->turns.limit = TURN_BATCHES;
    if (code != ERR_REJECTED || result.seq == 0)
        return code;
    code = find_site(f, name, &site, err);
    if (code != OK)
        return code;
    code = turn_refuse(&f->turns, site, &result, "store", err);
    if (code != OK)
        forget_site(f, name);
    return code;
}

static enum err_code site_turn(struct follower *f, const char *name, bool *ret_more, struct err *err)
{
    struct site *site;
    struct turn_result result;
    enum err_code code = take_turn(f, name, &site, &result, err);
    if (code == ERR_REJECTED) {
        code = refuse_store(f, name, err);
        *ret_more |= code == OK; /* the next turn tells the site, and loads what is left */
        return code;
    }
    if (code != OK)
        return code;
    *ret_more |= result.more;
    if (!site->changed && !site->untold)
        return OK;
    code = feedback_write(site, f->settings->landing_folder, f->settings->feedback_folder, err);
    site->changed = code != OK;
    return code;
}

/* One site's trouble is not the others'. Told at most once a minute for each. */
static void tell_trouble(struct follower *f, const char *name, const struct err *err)
{
    int64_t now_ms = clock_monotonic_ms();
    size_t at = 0;
    while (at < f->told_count && strcmp(f->told[at].site, name) != 0)
        at++;
    if (at == f->told_count) {
        f->told = mem_grow(f->told, f->told_count, sizeof *f->told);
        snprintf(f->told[f->told_count++].site, SITE_TEXT, "%s", name);
    } else if (now_ms - f->told[at].at_ms < TELL_MS) {
        return;
    }
    f->told[at].at_ms = now_ms;
    log_err(name, err);
}

/* An error of the warehouse as a whole, or of every site, ends the pass. */
static enum err_code pass(struct follower *f, bool *ret_more, struct err *err)
{
    struct zone_names names;
    size_t troubled = 0;
    *ret_more = false;
    enum err_code code = zone_sites(f->settings->landing_folder, &names, err), trouble = OK;
    for (size_t i = 0; code == OK && i < names.count && !follower_stopped(); i++) {
        code = site_turn(f, names.items[i], ret_more, err);
        if (code == OK || code == ERR_RETRY || code == ERR_FULL)
            continue;
        tell_trouble(f, names.items[i], err);
        trouble = code;
        code = OK;
        troubled++;
    }
    if (code == OK && troubled > 0 && troubled == names.count)
        code = trouble;
    zone_names_free(&names);
    return code;
}

static enum err_code tidy_when_due(struct follower *f, struct err *err)
{
    int64_t now = clock_wall_s();
    enum err_code code = OK;
    if (f->tidied_s != 0 && now >= f->tidied_s && now - f->tidied_s < TIDY_S)
        return OK;
    for (size_t i = 0; code == OK && i < f->site_count; i++)
        code = tidy_site(f->sites[i], f->settings->landing_folder, now, err);
    f->tidied_s = code == OK ? now : f->tidied_s;
    return code;
}

enum err_code follower_drain(struct follower *f, struct err *err)
{
    enum err_code code = f->store == NULL ? open_store(f, err) : OK;
    bool more = true;
    while (code == OK && more && !follower_stopped())
        code = pass(f, &more, err);
    if (code == OK)
        code = tidy_when_due(f, err);
    if (code != OK)
        close_store(f);
    return code;
}

/* Asking again for a folder that is watched already changes nothing. */
static bool watch_folder(struct follower *f, const char *folder)
{
    int watch = inotify_add_watch(f->inotify, folder, IN_CREATE | IN_MOVED_TO);
    bool first = watch > f->watches;
    if (first)
        f->watches = watch;
    return first;
}

/* Watches the zone, its sites and their series. Whether one of them is watched for the first time: what came
 * into it since it was looked at has woken nobody. */
static bool watch(struct follower *f)
{
    char site[PATH_ROOM], series[PATH_ROOM];
    struct zone_names sites, names;
    bool first = watch_folder(f, f->settings->landing_folder);
    if (zone_sites(f->settings->landing_folder, &sites, NULL) != OK)
        return first;
    for (size_t i = 0; i < sites.count; i++) {
        layout_path(site, f->settings->landing_folder, sites.items[i]);
        first |= watch_folder(f, site);
        if (zone_series(f->settings->landing_folder, sites.items[i], &names, NULL) != OK)
            continue;
        for (size_t k = 0; k < names.count; k++)
            first |= watch_folder(f, layout_path(series, site, names.items[k]));
        zone_names_free(&names);
    }
    zone_names_free(&sites);
    return first;
}

void follower_wait(struct follower *f, int timeout_ms, const sigset_t *mask)
{
    char events[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    struct pollfd fd = {.fd = f->inotify, .events = POLLIN};
    struct timespec timeout = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
    if (watch(f))
        return;
    if (ppoll(&fd, f->inotify >= 0 ? 1 : 0, &timeout, mask) <= 0)
        return;
    while (read(f->inotify, events, sizeof events) > 0)
        continue; /* that something came is all that counts */
}
