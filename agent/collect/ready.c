/* SPDX-License-Identifier: Apache-2.0 */
/* What a round needs before it reads: the source open, its columns there, today, merges, objectors. */
#include <stdlib.h>
#include <string.h>

#include "agent/collect/day_column.h"
#include "agent/collect/internal.h"
#include "agent/settings_source.h"
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
    const struct source_options options = settings_source(c->settings);
    enum err_code code = source_open(&options, &c->source, err);
    c->away = code == OK ? 0 : c->away + 1;
    if (code != OK)
        return code;
    for (unsigned i = 0; i < c->stream_count; i++) {
        struct stream *s = &c->streams[i];
        s->select = select_open(c->source, c->mapping, s->mapping);
        if (!s->select->range || !s->select->open || !s->select->newest)
            return err_set(err, ERR_CONFIG, "the mapping of stream %s makes too long a statement", s->name);
    }
    return OK;
}

/* Without an index by day every hot sweep would walk the whole table, in the way of those who work on it. */
static enum err_code find_slow(struct collect *c, struct err *err)
{
    static const char *const values[] = {"2020-01-01", "2020-01-02"};
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < c->stream_count; i++) {
        struct stream *s = &c->streams[i];
        struct source_plan plan = {.full_scan = false};
        bool before = s->slow;
        if (s->stopped[0])
            continue;
        code = source_explain(c->source, s->select->range, values, 2, &plan, err);
        s->slow = plan.full_scan && plan.rows > SLOW_ROWS;
        if (s->slow && !before)
            log_warning(
                "stream %s: reading a day walks through all of a large table; it is read at night only",
                s->name);
    }
    return code;
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
    c->regroup = c->regroup || !merges_equal(c->merges, merges);
    merges_free(c->merges);
    c->merges = merges;
    return OK;
}

enum err_code ready_source(struct collect *c, struct err *err)
{
    bool opened = c->source == NULL;
    enum err_code code = opened ? open_source(c, err) : OK;
    if (code == OK)
        code = fit_check(c, err);
    if (code == OK && opened)
        code = find_slow(c, err);
    if (code == OK)
        code = load_merges(c, err);
    if (code == OK)
        code = window_today(c, err);
    if (code == OK)
        code = objector_load(c, err);
    if (code == OK)
        code = texts_ready(c, err);
    if (code != OK)
        ready_close(c);
    return code;
}
