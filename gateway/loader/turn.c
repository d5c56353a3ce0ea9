/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/turn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "gateway/layout.h"
#include "gateway/landing_zone.h"

#define TURN_MS 2000 /* a turn takes no further batch after so long */
#define LOST_MAX 256 /* gaps noted as lost in one turn */

struct turn {
    struct turn_context *context;
    struct site *site;
    struct seals seals;
    X509 *offered;
    int64_t end_ms;
    struct turn_result *result;
};

/* Sites keep the order in which the intake first accepted their series. */
static enum err_code number_series(struct turn *t, const struct zone_names *names, struct err *err)
{
    enum err_code code = OK;
    struct series *series;
    for (size_t i = 0; code == OK && i < names->count; i++)
        if (site_find_series(t->site, names->items[i]) == NULL)
            code = site_add_series(t->site, names->items[i], &series, err);
    return code;
}

static enum err_code refuse(struct turn *t, struct series *series, uint64_t first, uint64_t last,
                            const char *code, struct err *err)
{
    if (first == last)
        log_warning("%s: batch %llu of series %s refused: %s", t->site->name, (unsigned long long)first,
                    series->name, code);
    else
        log_warning("%s: batches %llu to %llu of series %s refused: %s", t->site->name,
                    (unsigned long long)first, (unsigned long long)last, series->name, code);
    t->result->refused++;
    return apply_refusal(t->site, series, first, last, code, err);
}

/* A file that went since it was listed is no file; one that may not be read now is an operator's matter. What
 * cannot be read for good (the intake writes none larger than its limit) comes again when it is refused. */
static enum err_code read_sealed(const char *path, struct buf *der, bool *ret_gone, const char **ret_reason,
                                 struct err *err)
{
    enum err_code code = buf_read_regular(der, path, err);
    *ret_gone = false;
    *ret_reason = NULL;
    if (code == OK)
        return OK;
    if (access(path, R_OK) != 0) {
        *ret_gone = errno == ENOENT;
        return *ret_gone ? OK : code;
    }
    *ret_reason = "unreadable";
    return OK;
}

static enum err_code take_sealed(struct turn *t, struct series *series, uint64_t seq, const struct buf *der,
                                 struct err *err)
{
    const struct opening opening = {.keys = t->site->keys,
                                    .seals = &t->seals,
                                    .offered = t->offered,
                                    .site = t->site->name,
                                    .series = series->name,
                                    .seq = seq};
    struct opened *opened = &t->context->opened;
    enum err_code code = open_batch(&opening, der->data, der->len, opened, err);
    if (code == OK)
        code = apply_batch(t->context->applier, t->site, series, opened, err);
    if (code == ERR_REJECTED && err->refusal != NULL)
        return refuse(t, series, seq, seq, err->refusal, err);
    if (code == OK) {
        t->result->loaded++;
        t->result->records += opened->manifest.records;
    }
    return code;
}

static enum err_code load_batch(struct turn *t, struct series *series, uint64_t seq, struct err *err)
{
    char name[SITE_TEXT + SERIES_TEXT + 32], path[PATH_ROOM];
    BUF_CLEANUP struct buf der = BUF_INIT(BATCH_MAX_BYTES + 1);
    const char *reason;
    bool gone;
    snprintf(name, sizeof name, "%s/%s/%llu.cms", t->site->name, series->name, (unsigned long long)seq);
    layout_path(path, t->context->settings->landing_folder, name);
    enum err_code code = read_sealed(path, &der, &gone, &reason, err);
    if (code != OK || gone)
        return code;
    return reason != NULL ? refuse(t, series, seq, seq, reason, err) : take_sealed(t, series, seq, &der, err);
}

/* No further batch: what waits for an operator does not count, or it alone would be tried for ever. */
static bool enough(const struct turn *t, bool first)
{
    return t->result->loaded + t->result->refused >= t->context->limit ||
           (!first && clock_monotonic_ms() > t->end_ms);
}

static enum err_code load_series(struct turn *t, struct series *series, struct err *err)
{
    const char *landing = t->context->settings->landing_folder;
    struct zone_seqs seqs;
    struct timespec seen = series->seen;
    if (!zone_changed(landing, t->site->name, series->name, &seen)) /* a week's files, each few seconds */
        return OK;
    series->seen = (struct timespec){0};
    enum err_code code = zone_batches(landing, t->site->name, series->name, &series->done, &seqs, err);
    size_t i = 0;
    for (; code == OK && i < seqs.count; i++) {
        if (enough(t, i == 0)) {
            t->result->more = true;
            break;
        }
        code = load_batch(t, series, seqs.items[i], err);
        /* Its certificate waits for an operator, and so does the rest of the series. */
        if (code == ERR_AUTH) {
            code = OK;
            break;
        }
        memcpy(t->result->series, series->name, sizeof t->result->series);
        t->result->seq = seqs.items[i];
    }
    if (code == OK && i == seqs.count)
        series->seen = seen;
    zone_seqs_free(&seqs);
    return code;
}

/* What is missing below a seq will never come: it is lost, and what waited for it goes on. Only below the
 * highest that came: nothing can wait for more. */
static enum err_code lose_below(struct turn *t, struct series *series, uint64_t below, struct err *err)
{
    struct range gaps[LOST_MAX];
    RANGES_CLEANUP struct ranges known = {0};
    struct zone_seqs there = {0};
    const struct ranges none = {0};
    enum err_code code =
        zone_batches(t->context->settings->landing_folder, t->site->name, series->name, &none, &there, err);
    for (size_t i = 0; i < series->done.count; i++)
        ranges_add(&known, series->done.items[i].first, series->done.items[i].last);
    for (size_t i = 0; i < there.count; i++)
        ranges_add(&known, there.items[i], there.items[i]);
    zone_seqs_free(&there);
    if (code == OK && known.failed)
        code = err_set(err, ERR_INTERNAL, "no memory for the list of batches");
    size_t count = ranges_gaps(&known, 0, gaps, LOST_MAX);
    for (size_t i = 0; code == OK && i < count && gaps[i].first < below; i++) {
        uint64_t last = gaps[i].last < below ? gaps[i].last : below - 1;
        code = refuse(t, series, gaps[i].first, last, SITE_LOST, err);
    }
    return code;
}

/* Of the series that sends: what is missing below the lowest seq that the site still holds (DESIGN 6.6). Of
 * those that it left behind: all that is missing, since the intake takes no more of them. */
static enum err_code note_lost(struct turn *t, const struct zone_names *names, struct err *err)
{
    struct zone_heartbeat heartbeat;
    enum err_code code = OK;
    if (t->result->more || !zone_heartbeat(t->context->settings->landing_folder, t->site->name, &heartbeat) ||
        site_find_series(t->site, heartbeat.series) == NULL)
        return OK;
    for (size_t i = 0; code == OK && i < names->count; i++) {
        struct series *series = site_find_series(t->site, names->items[i]);
        bool sends = strcmp(series->name, heartbeat.series) == 0;
        uint64_t below = sends ? heartbeat.lowest : ranges_highest(&series->done);
        if (ranges_contiguous(&series->done) + 1 < below)
            code = lose_below(t, series, below, err);
        if (sends)
            break;
    }
    return code;
}

static enum err_code take(struct turn *t, struct err *err)
{
    struct zone_names names = {0};
    enum err_code code = zone_series(t->context->settings->landing_folder, t->site->name, &names, err);
    if (code == OK)
        code = number_series(t, &names, err);
    for (size_t i = 0; code == OK && i < names.count; i++)
        code = load_series(t, site_find_series(t->site, names.items[i]), err);
    if (code == OK)
        code = note_lost(t, &names, err);
    zone_names_free(&names);
    return code;
}

static X509 *read_offered(const struct gateway_settings *settings, const char *site)
{
    char name[SITE_TEXT + sizeof ".pem"], path[PATH_ROOM];
    X509 *certificate = NULL;
    snprintf(name, sizeof name, "%s.pem", site);
    if (pem_read_certificate(layout_path(path, settings->offered_folder, name), &certificate, NULL) != OK)
        return NULL;
    return certificate;
}

static enum err_code transaction(struct turn *t, struct err *err)
{
    struct store *store = t->site->store;
    enum err_code code = store_begin(store, err);
    if (code != OK)
        return code;
    code = take(t, err);
    if (code == OK)
        code = days_write(&t->site->days, err);
    if (code == OK)
        code = store_commit(store, err);
    store_rollback(store);
    days_forget(&t->site->days);
    return code;
}

enum err_code turn_take(struct turn_context *context, struct site *site, struct turn_result *ret,
                        struct err *err)
{
    struct turn t = {
        .context = context, .site = site, .end_ms = clock_monotonic_ms() + TURN_MS, .result = ret};
    *ret = (struct turn_result){0};
    seals_read(context->settings->loader_folder, site->name, &t.seals);
    if (t.seals.count == 0)
        return OK;
    t.offered = read_offered(context->settings, site->name);
    enum err_code code = transaction(&t, err);
    X509_free(t.offered);
    seals_free(&t.seals);
    return code;
}

enum err_code turn_refuse(struct turn_context *context, struct site *site, const struct turn_result *taken,
                          const char *reason, struct err *err)
{
    struct turn_result result = {0};
    struct turn t = {.context = context, .site = site, .result = &result};
    struct zone_names names = {0};
    enum err_code code = store_begin(site->store, err);
    if (code == OK)
        code = zone_series(context->settings->landing_folder, site->name, &names, err);
    if (code == OK)
        code = number_series(&t, &names, err);
    struct series *series = code == OK ? site_find_series(site, taken->series) : NULL;
    if (series != NULL) /* else its folder went meanwhile */
        code = refuse(&t, series, taken->seq, taken->seq, reason, err);
    if (code == OK)
        code = days_write(&site->days, err);
    if (code == OK)
        code = store_commit(site->store, err);
    store_rollback(site->store);
    days_forget(&site->days);
    zone_names_free(&names);
    return code;
}
