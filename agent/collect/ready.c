/* SPDX-License-Identifier: Apache-2.0 */
/* What a round needs before it reads: the source open, its columns there, today, merges, objectors. */
#include <stdlib.h>
#include <string.h>

#include "agent/collect/day_column.h"
#include "agent/collect/internal.h"
#include "agent/collect/objector.h"
#include "agent/collect/texts.h"
#include "agent/collect/window.h"
#include "agent/settings_source.h"
#include "contact/clock.h"
#include "contact/log.h"

void ready_close(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++) {
        select_free(c->streams[i].select);
        c->streams[i].select = NULL;
    }
    merges_free(c->merges);
    c->merges = NULL;
    source_close(c->source);
    c->source = NULL;
}

static enum err_code open_source(struct collect *c, struct err *err)
{
    struct source_options options = settings_source(c->settings);
    options.stop = &c->stopping;
    enum err_code code = source_open(&options, &c->source, err);
    c->away = code == OK ? 0 : c->away + 1;
    if (code != OK)
        return code;
    c->next_search_ms = 0; /* what failed by the connection may go now */
    for (unsigned i = 0; i < c->stream_count; i++) {
        struct stream *s = &c->streams[i];
        s->select = select_open(c->source, c->mapping, s->mapping);
        if (!s->select->range || !s->select->open || !s->select->newest)
            return err_set(err, ERR_CONFIG, "the mapping of stream %s makes too long a statement", s->name);
    }
    return OK;
}

/* Without an index by day every hot sweep would walk the whole table, in the way of those who work on it. */
static void find_slow(struct collect *c)
{
    static const char *const values[] = {"2020-01-01", "2020-01-02"};
    bool all = true;
    for (unsigned i = 0; i < c->stream_count; i++) {
        struct stream *s = &c->streams[i];
        struct source_plan plan = {.full_scan = false};
        bool before = s->slow;
        if (s->stopped[0])
            continue;
        /* A table that is locked, or not ours to read, says nothing of the others; its own sweep will tell.
         */
        if (source_explain(c->source, s->select->range, values, 2, &plan, NULL) != OK) {
            all = false;
            continue;
        }
        s->slow = plan.full_scan && plan.rows > SLOW_ROWS;
        if (s->slow && !before)
            log_warning(
                "stream %s: reading a day walks through all of a large table; it is read at night only",
                s->name);
    }
    c->explained_s = all ? clock_wall_s() : 0; /* else asked again by the next round */
}

/* At each connection, and once a night: indexes are made and dropped, tables grow. */
static bool explain_due(const struct collect *c, bool opened)
{
    return opened || c->explained_s < last_night(c);
}

bool ready_reads_persons(const struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].mapping->has_person && !c->streams[i].stopped[0])
            return true;
    return false;
}

static enum err_code load_merges(struct collect *c, struct err *err)
{
    struct merges *merges = NULL;
    const struct mapping *mapping = ready_reads_persons(c) ? c->mapping : NULL;
    enum err_code code = merges_load(mapping, c->source, &merges, err);
    if (code != OK)
        return code;
    bool changed = !merges_equal(c->merges, merges);
    c->regroup = c->regroup || changed;
    merges_free(c->merges);
    c->merges = merges;
    return changed ? labels_merged(c, err) : OK;
}

enum err_code ready_source(struct collect *c, struct err *err)
{
    bool opened = c->source == NULL;
    enum err_code code = opened ? open_source(c, err) : OK;
    int64_t began = clock_monotonic_ms();
    if (code == OK)
        code = fit_check(c, err);
    if (code == OK)
        code = load_merges(c, err);
    if (code == OK)
        code = window_today(c, err);
    c->ready_took_ms = clock_monotonic_ms() - began;
    if (code == OK && explain_due(c, opened))
        find_slow(c);
    if (code == OK)
        code = objector_load(c, err);
    if (code == OK)
        code = texts_ready(c, err);
    if (code != OK)
        ready_close(c);
    return code;
}
