/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping a draft: batches, and everything that changes with them, in one transaction of state.db. */
#include <stdio.h>
#include <string.h>

#include "agent/collect/draft_internal.h"
#include "agent/collect/series.h"
#include "agent/collect/texts.h"
#include "agent/collect/window.h"
#include "contact/clock.h"

static void keep_sealed(struct collect *c, const struct sealed *s)
{
    const struct outbox_batch batch = {.seq = s->seq, .lane = s->lane};
    outbox_put(c->state, &batch, s->der.data, s->der.len);
    batch_note(c->state, s->seq, s->stream, s->records, s->alone ? s->only : NULL);
    struct ledger_line line = {.left_on = local_day(c),
                               .batches = 1,
                               .records = s->records - s->ends,
                               .ends = s->ends,
                               .bytes = s->der.len};
    snprintf(line.stream, sizeof(line.stream), "%s", s->stream);
    uint8_t digest[SHA256_SIZE];
    sha256(s->der.data, s->der.len, digest);
    memcpy(line.digest, digest, SHORT_SIZE);
    ledger_add(c->state, &line);
}

/* The days that single records change, held until the day changes: a hot sweep reads in the order of days. */
struct day_cache {
    struct collect *c;
    const char *stream;
    struct day_entry entry;
    bool loaded;
};

static void cache_flush(struct day_cache *cache)
{
    if (cache->loaded)
        day_put(cache->c->state, cache->stream, &cache->entry);
    cache->loaded = false;
}

static struct day_entry *cache_day(struct day_cache *cache, const char *stream, int32_t day)
{
    if (!cache->loaded || cache->stream != stream || cache->entry.day != day) {
        cache_flush(cache);
        day_get(cache->c->state, stream, day, &cache->entry);
        cache->stream = stream;
        cache->loaded = true;
    }
    return &cache->entry;
}

/* A record that stood elsewhere, or was another: its day no longer holds that. A day that a record left, or
 * on which it is withheld now, is sent whole, as if the record had vanished: by the time a put is loaded
 * another batch may have brought it back. Marked here, with what was read, since a sweep may end before it
 * compares days. */
static void take_away(struct day_cache *cache, const char *stream, const struct seen *old,
                      const struct seen *now, uint64_t seq)
{
    struct day_entry *entry = cache_day(cache, stream, old->day);
    tally_sub(&entry->raw, old->raw);
    if (old->sent)
        tally_sub(&entry->sent, old->fp);
    entry->last_seq = seq;
    if ((old->day != now->day || (old->sent && !now->sent)) && entry->work == DAY_CLEAN)
        entry->work = DAY_ASKED;
}

static void keep_seen(struct day_cache *cache, const struct change *change)
{
    struct state *state = cache->c->state;
    const struct seen *row = &change->seen;
    struct seen old;
    bool alone = change->kind == CHANGE_ALONE;
    if (seen_get(state, change->stream, row->id, &old) && (alone || old.day != row->day))
        take_away(cache, change->stream, &old, row, change->seq);
    if (alone) {
        struct day_entry *entry = cache_day(cache, change->stream, row->day);
        tally_add(&entry->raw, row->raw);
        if (row->sent)
            tally_add(&entry->sent, row->fp);
        entry->last_seq = change->seq;
    }
    seen_put(state, change->stream, row);
}

static void keep_later(struct day_cache *cache, const struct change *change)
{
    struct day_entry *entry = cache_day(cache, change->stream, change->seen.day);
    if (entry->redo == 0)
        entry->redo = texts_later(cache->c, 0);
}

static void keep_held(struct day_cache *cache, const char *stream, const struct day_entry *held)
{
    struct day_entry *entry = cache_day(cache, stream, held->day);
    entry->held = true;
    entry->held_raw = held->held_raw;
    entry->work = DAY_CLEAN;
    entry->redo = held->redo;
    memcpy(entry->gone, held->gone, sizeof(entry->gone));
}

static void keep_changes(struct collect *c)
{
    struct draft *d = c->draft;
    struct day_cache cache = {.c = c};
    for (size_t i = 0; i < d->change_count; i++) {
        const struct change *change = &d->changes[i];
        switch (change->kind) {
        case CHANGE_SEEN:
        case CHANGE_ALONE:
            keep_seen(&cache, change);
            break;
        case CHANGE_LATER:
            keep_later(&cache, change);
            break;
        case CHANGE_FORGET:
            seen_delete_day(c->state, change->stream, change->seen.day);
            break;
        case CHANGE_HOLD:
            keep_held(&cache, change->stream, &d->days[change->day]);
            break;
        case CHANGE_CODE:
            labels_keep_seen(c, change->seen.id, change->seen.raw);
            break;
        case CHANGE_LABEL:
            label_mark(c->state, change->seen.id, LABEL_SENT, change->seen.raw);
            break;
        case CHANGE_DAY:
            cache_flush(&cache);
            day_put(c->state, change->stream, &d->days[change->day]);
            break;
        }
    }
    cache_flush(&cache);
}

static void keep_withheld(struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        for (int kind = 0; kind < WITHHELD_KINDS; kind++) {
            char name[80];
            snprintf(name, sizeof(name), "%s %s", c->streams[i].name, withheld_name((enum withheld)kind));
            state_count(c->state, "withheld", name, c->draft->withheld[i][kind]);
        }
}

enum err_code draft_keep(struct collect *c, struct err *err)
{
    struct draft *d = c->draft;
    state_begin(c->state);
    if (c->handed_over > 0)
        outbox_remove(c->state, c->handed_over);
    for (size_t i = 0; i < d->sealed_count; i++)
        keep_sealed(c, &d->sealed[i]);
    for (size_t i = 0; i < d->touched_count; i++)
        batch_note_day(c->state, d->touched[i].seq, d->touched[i].stream, d->touched[i].day,
                       d->touched[i].first);
    keep_changes(c);
    for (size_t i = 0; i < d->fact_count; i++)
        state_put(c->state, d->facts[i].name, d->facts[i].value[0] ? d->facts[i].value : NULL);
    if (d->any_withheld)
        keep_withheld(c);
    if (d->sealed_count > 0)
        state_put_int(c->state, "last_seq", (int64_t)(c->last_seq + d->sealed_count));
    enum err_code code = state_commit(c->state, err);
    if (code == OK)
        c->handed_over = 0;
    if (code == OK && c->after_keep)
        c->after_keep(c->between_context);
    return code;
}

static enum err_code put_sealed(struct collect *c, struct err *err)
{
    const struct draft *d = c->draft;
    enum err_code code = spool_put_begin(c->spool, err);
    if (code != OK)
        return code;
    for (size_t i = 0; code == OK && i < d->sealed_count; i++) {
        const struct sealed *s = &d->sealed[i];
        code = spool_put(c->spool, s->seq, s->lane, false, s->der.data, s->der.len,
                         c->settings->spool_limit_bytes, err);
    }
    return spool_put_end(c->spool, code, err);
}

enum err_code draft_hand_over(struct collect *c, struct err *err)
{
    const struct draft *d = c->draft;
    if (c->blocked != OK) /* older ones wait in the outbox, and go first */
        return series_drain(c, err);
    if (d->sealed_count == 0)
        return OK;
    enum err_code code = put_sealed(c, err);
    c->blocked = code; /* whatever it is: what is put after them would have them leave the outbox too */
    if (code == OK)
        c->handed_over = d->sealed[d->sealed_count - 1].seq; /* leaves the outbox with the next transaction */
    if (code == ERR_FULL || code == ERR_RETRY) /* from the outbox, one by one, as far as there is room */
        return OK;
    return code;
}
