/* SPDX-License-Identifier: Apache-2.0 */
/* What the heartbeat carries of collect: counts and codes, written into the spool when they change. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/approval.h"
#include "agent/collect/bar.h"
#include "agent/collect/columns.h"
#include "agent/collect/internal.h"
#include "agent/collect/texts.h"
#include "agent/collect/window.h"
#include "contact/clock.h"

#define RECEIPT_DAYS 7

/* Each write is a transaction of the spool: what was written stays known. */
static void put(struct collect *c, const char *name, const char *value)
{
    struct fact_cache *cache = &c->facts;
    size_t at = 0;
    while (at < cache->count && strcmp(cache->items[at].name, name) != 0)
        at++;
    if (at < cache->count && strcmp(cache->items[at].value, value) == 0)
        return;
    if (spool_fact_put(c->spool, name, value, NULL) != OK || at == FACTS_CACHED)
        return;
    snprintf(cache->items[at].name, sizeof(cache->items[at].name), "%s", name);
    snprintf(cache->items[at].value, sizeof(cache->items[at].value), "%s", value);
    if (at == cache->count)
        cache->count++;
}

static void put_number(struct collect *c, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, value);
    put(c, name, text);
}

static void put_stream(struct collect *c, const struct stream *s)
{
    char name[80];
    int64_t now = clock_wall_s();
    if (s->swept_s > 0) {
        snprintf(name, sizeof(name), "collect.sweep_s_%s", s->name);
        put_number(c, name,
                   s->swept_s / 30 * 30); /* ages travel in buckets: two writes a minute are enough */
    }
    snprintf(name, sizeof(name), "collect.row_age_%s", s->name);
    int32_t newest = day_newest(c->state, s->name, c->today);
    int64_t row_s = s->row_s;
    if (row_s == 0 && newest != DAY_NONE)
        row_s = now - (int64_t)(c->today - newest) * 86400 - 43200;
    put(c, name, spool_fact_age(row_s, now));
}

struct reasons {
    struct {
        char name[48];
        uint64_t count;
    } items[WITHHELD_KINDS];
    size_t count;
};

/* "call unknown_code": summed over the streams. */
static void add_reason(void *context, const char *name, uint64_t count)
{
    struct reasons *r = context;
    const char *reason = strchr(name, ' ');
    size_t at = 0;
    if (!reason)
        return;
    while (at < r->count && strcmp(r->items[at].name, reason + 1) != 0)
        at++;
    if (at == WITHHELD_KINDS)
        return;
    if (at == r->count)
        snprintf(r->items[r->count++].name, sizeof(r->items[0].name), "%s", reason + 1);
    r->items[at].count += count;
}

static void put_withheld(struct collect *c)
{
    struct reasons r = {.count = 0};
    state_counts(c->state, "withheld", add_reason, &r);
    for (size_t i = 0; i < r.count; i++) {
        char name[80];
        snprintf(name, sizeof(name), "collect.withheld_%s", r.items[i].name);
        put_number(c, name, (int64_t)r.items[i].count);
    }
}

static void count_overdue(void *context, const struct objection *objection)
{
    int64_t *overdue = context;
    if (objection->state == OBJECTION_SENT && objection->sent_s + RECEIPT_DAYS * 86400 < clock_wall_s())
        ++*overdue;
}

static void put_stopped(struct collect *c)
{
    BUF_CLEANUP struct buf text = BUF_INIT(1024);
    struct stop stop;
    for (unsigned i = 0; i < c->stream_count; i++) {
        const struct stream *s = &c->streams[i];
        if (s->stopped[0])
            buf_printf(&text, "%s%s:%s", text.len ? "," : "", s->name, s->stopped);
        else if (stop_get(c->state, s->name, &stop))
            buf_printf(&text, "%s%s:deletions", text.len ? "," : "", s->name);
        else if (day_next_passed(c->state, s->name, INT32_MIN) != DAY_NONE)
            buf_printf(&text, "%s%s:unread_days", text.len ? "," : "", s->name);
    }
    put(c, "collect.stopped", buf_text(&text));
}

/* The oldest day that is passed over: nothing from there on is proved, whatever was stated of it before. */
static void put_unread(struct collect *c)
{
    char text[DAY_TEXT] = "";
    int32_t oldest = DAY_NONE;
    for (unsigned i = 0; i < c->stream_count; i++) {
        int32_t day = day_next_passed(c->state, c->streams[i].name, INT32_MIN);
        if (day != DAY_NONE && (oldest == DAY_NONE || day < oldest))
            oldest = day;
    }
    if (oldest != DAY_NONE)
        day_format(oldest, text);
    put(c, "collect.unread_day", text);
}

/* Has this process no network but its own loopback? In the units PrivateNetwork makes it so, under `run` an
 * empty namespace. Read and not remembered: what counts is how things are. */
static bool isolated(void)
{
    char line[256], name[32];
    bool alone = true;
    FILE *file = fopen("/proc/self/net/dev", "re");
    if (!file)
        return false;
    for (int number = 0; fgets(line, sizeof(line), file); number++)
        if (number > 1 && sscanf(line, " %31[^:]:", name) == 1 && strcmp(name, "lo") != 0)
            alone = false; /* the first two lines are headings */
    fclose(file);
    return alone;
}

/* First 8 bytes of the hash of the settings in force: the centre sees that they changed, and not what they
 * are. */
static void put_config_hash(struct collect *c)
{
    uint8_t hash[SHA256_SIZE];
    char text[17], *settings = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&settings, &len);
    if (!file)
        return;
    config_print(settings_table, c->settings, NULL, file);
    fclose(file);
    sha256(settings, len, hash);
    free(settings);
    hex_encode(hash, 8, text);
    put(c, "collect.config_hash", text);
}

void facts_write(struct collect *c, enum err_code last)
{
    char hash[2 * SHORT_SIZE + 1];
    uint8_t check[8];
    bool outdated = false;
    int64_t overdue = 0;
    if (!c->spool)
        return;
    if (spool_series(c->spool) && strcmp(c->facts.series, spool_series(c->spool)) != 0) {
        c->facts.count = 0; /* a new spool knows none of them */
        snprintf(c->facts.series, sizeof(c->facts.series), "%s", spool_series(c->spool));
    }
    put(c, "collect.model", c->model->name);
    put_number(c, "collect.key_epoch", c->site->epoch);
    pseudonym_root_check(c->keys, check);
    hex_encode(check, sizeof(check), hash);
    put(c, "collect.root_check", hash);
    hex_encode(c->mapping->hash, SHORT_SIZE, hash);
    put(c, "collect.mapping_hash", hash);
    put_config_hash(c);
    put(c, "collect.isolated", isolated() ? "1" : "0");
    bool approved = collect_approved(c, &outdated);
    put(c, "collect.approved", approved ? "1" : "0");
    put_number(c, "collect.settled", state_get_int(c->state, "loaded", 0));
    put_number(c, "collect.paused", state_get_int(c->state, "paused", 0));
    put(c, "collect.error", last == OK || !approved ? "" : err_name(last)); /* it waits, and says so above */
    put(c, "collect.barred", bar_holds(c) ? c->barred : "");
    /* With a hold the day is the centre's, whose clock send compares ours with. */
    bool believed = c->mapping->hold_days > 0 || calendar_day(c) == local_day(c) || c->today == 0;
    put(c, "collect.clock", believed ? "ok" : "wrong");
    put_number(c, "collect.progress_ms", clock_monotonic_ms());
    put_number(c, "collect.backfill_percent", backfill_percent(c->state, c->streams, c->stream_count));
    put(c, "collect.text", c->cleaner ? texts_code(c) : "none");
    put_number(c, "collect.new_columns", columns_since_approval(c->state, NULL, 0));
    put_stopped(c);
    put_unread(c);
    put_withheld(c);
    for (unsigned i = 0; i < c->stream_count; i++)
        put_stream(c, &c->streams[i]);
    if (objections_each(c->objections, false, count_overdue, &overdue, NULL) == OK)
        put_number(c, "collect.receipt_overdue", overdue);
    state_rollback(c->state); /* forgets a failure: these are read again soon */
}
