/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/civil.h"
#include "contact/clock.h"
#include "contact/mem.h"
#include "contact/protocol.h"

#define LATE_S 3600
#define SUPERSEDED_S 86400 /* shown for so long */

static const char *const state_names[] = {
    [FLEET_SILENT] = "silent",     [FLEET_TROUBLE] = "trouble", [FLEET_LATE] = "late",
    [FLEET_EXPECTED] = "expected", [FLEET_WELL] = "well",       [FLEET_REVOKED] = "revoked",
};

const char *fleet_state_name(enum fleet_state state)
{
    return state_names[state];
}

void fleet_age(int64_t seconds, char ret[static 24])
{
    if (seconds < 0)
        snprintf(ret, 24, "-");
    else if (seconds < 120)
        snprintf(ret, 24, "%lld s", (long long)seconds);
    else if (seconds < 7200)
        snprintf(ret, 24, "%lld min", (long long)seconds / 60);
    else if (seconds < 2 * 86400)
        snprintf(ret, 24, "%lld h", (long long)seconds / 3600);
    else
        snprintf(ret, 24, "%lld d", (long long)seconds / 86400);
}

static int64_t number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static void text(const json_t *object, const char *name, char *ret, size_t size)
{
    const char *value = json_string_value(json_object_get(object, name));
    snprintf(ret, size, "%s", value != NULL ? value : "");
}

static int64_t at_least_0(int64_t value)
{
    return value < 0 ? 0 : value;
}

static void add_heartbeat(struct fleet_site *site, const json_t *heartbeat)
{
    site->queue_batches = number(heartbeat, "queue_batches");
    site->queue_oldest_s = number(heartbeat, "queue_oldest_s");
    site->parked = number(heartbeat, "parked");
    site->backfill_percent = number(heartbeat, "backfill_percent");
    site->disk_free_mb = number(heartbeat, "disk_free_mb");
    site->new_columns = number(heartbeat, "new_columns");
    site->approved = json_is_true(json_object_get(heartbeat, "approved"));
    site->paused = json_is_true(json_object_get(heartbeat, "paused"));
    site->receipt_overdue = number(heartbeat, "receipt_overdue") > 0;
    text(heartbeat, "version", site->version, sizeof site->version);
    text(heartbeat, "stopped", site->stopped, sizeof site->stopped);
    text(heartbeat, "text", site->text, sizeof site->text);
    if (strcmp(site->text, "ok") == 0 || strcmp(site->text, "none") == 0)
        site->text[0] = '\0';
    text(heartbeat, "collect_error", site->collect_error, sizeof site->collect_error);
}

static void add_feedback(struct fleet_site *site, const json_t *feedback)
{
    json_t *records = json_object_get(feedback, "records");
    for (void *at = json_object_iter(records); at != NULL; at = json_object_iter_next(records, at))
        site->records += json_integer_value(json_object_iter_value(at));
    site->rejected = at_least_0(number(feedback, "rejected"));
    site->refused = at_least_0(number(feedback, "refused"));
    site->incomplete = (int64_t)json_array_size(json_object_get(feedback, "incomplete"));
    text(feedback, "proved", site->proved, sizeof site->proved);
    text(feedback, "newest_day", site->newest_day, sizeof site->newest_day);
}

/* The loader compares what was stated; of a day that the site passes over that is nothing, or out of date. */
static void limit_proved(struct fleet_site *site, const json_t *heartbeat)
{
    char unread[DAY_TEXT];
    text(heartbeat, "unread_day", unread, sizeof unread);
    int32_t day = day_parse(unread, strlen(unread)), proved = day_parse(site->proved, strlen(site->proved));
    if (day != DAY_NONE && proved != DAY_NONE && proved >= day)
        day_format(day - 1, site->proved);
}

/* Does the site work with the root key that its records were made with so far? */
static void compare_keys(struct fleet_site *site, const json_t *heartbeat, const json_t *feedback)
{
    char ours[17], theirs[17];
    text(heartbeat, "root_check", theirs, sizeof theirs);
    text(feedback, "root_check", ours, sizeof ours);
    if (ours[0] == '\0' || theirs[0] == '\0' || strcmp(ours, theirs) == 0)
        return;
    bool later = number(heartbeat, "key_epoch") > number(feedback, "key_epoch");
    snprintf(site->key, sizeof site->key, "%s", later ? "new" : "other");
}

static bool in_trouble(const struct fleet_site *site)
{
    return site->stopped[0] != '\0' || site->text[0] != '\0' || site->collect_error[0] != '\0' ||
           site->parked > 0 || site->refused > 0 || site->rejected > 0 || site->incomplete > 0 ||
           site->receipt_overdue || site->certificate_s < 0 || site->superseded || site->key[0] != '\0';
}

static enum fleet_state judge(const struct fleet_site *site, bool revoked, int64_t silent_s)
{
    if (revoked)
        return FLEET_REVOKED;
    if (site->heard_s < 0)
        return FLEET_EXPECTED;
    if (site->heard_s > silent_s)
        return FLEET_SILENT;
    if (in_trouble(site))
        return FLEET_TROUBLE;
    return site->queue_oldest_s > LATE_S ? FLEET_LATE : FLEET_WELL;
}

struct reading {
    const struct gateway_settings *settings;
    struct registry *registry;
    struct feedback_cache *feedback;
    struct fleet *fleet;
    struct registry_site *known; /* owned */
    size_t known_count;
};

static void note_site(void *context, const struct registry_site *site)
{
    struct reading *reading = context;
    reading->known = mem_grow(reading->known, reading->known_count, sizeof *reading->known);
    reading->known[reading->known_count++] = *site;
}

/* What lies in the future was written while this clock was wrong: it says as little as what is old. */
static int64_t apart(int64_t now, int64_t then)
{
    return now > then ? now - then : then - now;
}

static enum err_code add_site(struct reading *reading, const struct registry_site *known, struct err *err)
{
    struct fleet *fleet = reading->fleet;
    BUF_CLEANUP struct buf heartbeat_text = BUF_INIT((size_t)2 * PROTOCOL_HEARTBEAT_MAX);
    int64_t at = 0;
    enum err_code code = registry_heartbeat_last(reading->registry, known->name, &at, &heartbeat_text, err);
    if (code != OK)
        return code;
    fleet->sites = mem_grow(fleet->sites, fleet->count, sizeof *fleet->sites);
    struct fleet_site *site = &fleet->sites[fleet->count++];
    snprintf(site->name, sizeof site->name, "%s", known->name);
    site->heard_s = at > 0 ? apart(fleet->now, at) : -1;
    site->certificate_s = known->certificate_expires > 0 ? known->certificate_expires - fleet->now : -1;
    site->superseded = apart(fleet->now, known->superseded) < SUPERSEDED_S;
    json_t *heartbeat = json_loadb(buf_text(&heartbeat_text), heartbeat_text.len, 0, NULL);
    add_heartbeat(site, heartbeat);
    compare_keys(site, heartbeat, feedback_get(reading->feedback, known->name));
    add_feedback(site, feedback_get(reading->feedback, known->name));
    limit_proved(site, heartbeat);
    json_decref(heartbeat);
    site->state = judge(site, known->revoked != 0, reading->settings->silent_ms / 1000);
    fleet->in_state[site->state]++;
    return OK;
}

static int worst_first(const void *a, const void *b)
{
    const struct fleet_site *one = a, *other = b;
    if (one->state != other->state)
        return one->state < other->state ? -1 : 1;
    return strcmp(one->name, other->name);
}

enum err_code fleet_read(const struct gateway_settings *settings, struct registry *registry,
                         struct feedback_cache *feedback, struct fleet **ret, struct err *err)
{
    struct fleet *fleet = mem_new(1, sizeof *fleet);
    struct reading reading = {
        .settings = settings, .registry = registry, .feedback = feedback, .fleet = fleet};
    fleet->now = clock_wall_s();
    fleet->running = running_read(settings);
    enum err_code code = registry_sites(registry, note_site, &reading, err);
    for (size_t i = 0; i < reading.known_count && code == OK; i++)
        code = add_site(&reading, &reading.known[i], err);
    free(reading.known);
    if (code != OK) {
        fleet_free(fleet);
        return code;
    }
    if (fleet->count > 0)
        qsort(fleet->sites, fleet->count, sizeof *fleet->sites, worst_first);
    *ret = fleet;
    return OK;
}

void fleet_free(struct fleet *fleet)
{
    if (fleet == NULL)
        return;
    free(fleet->sites);
    free(fleet);
}
