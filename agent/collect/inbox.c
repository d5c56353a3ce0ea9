/* SPDX-License-Identifier: Apache-2.0 */
/* What comes back through the spool: batches in trouble, requests, watermarks, refusals, receipts,
 * recipients. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/bar.h"
#include "agent/collect/internal.h"
#include "agent/collect/receipt.h"
#include "agent/collect/series.h"
#include "agent/collect/window.h"
#include "contact/clock.h"
#include "contact/log.h"

#define ROUND 64 /* troubles or requests taken at once */
#define FACT_MAX (512 * 1024)

struct trouble {
    uint64_t seq;
    enum lane lane;
    enum batch_state state;
    bool is_void;
};

struct troubles {
    struct trouble items[ROUND];
    size_t count;
    bool conflict;
};

static void on_trouble(void *context, const struct spool_batch *batch)
{
    struct troubles *t = context;
    if (batch->state == BATCH_CONFLICT) {
        t->conflict = true;
    } else if (t->count < ROUND) {
        t->items[t->count].seq = batch->seq;
        t->items[t->count].is_void = batch->is_void;
        t->items[t->count].lane = batch->lane;
        t->items[t->count++].state = batch->state;
    }
}

/* A record that is too large alone is not sent until all of history is swept: the first 413 may be of a limit
 * that is wrong for an hour; an erase that did not go goes again. */
static enum err_code lose_batch(struct collect *c, uint64_t seq, bool smaller, struct err *err)
{
    char stream[33] = "";
    uint64_t records = 0;
    uint8_t only[TOKEN_SIZE];
    bool known = batch_get(c->state, seq, stream, sizeof(stream), &records, only);
    bool alone = smaller && known && records == 1 && batch_smallest(c->state, seq);
    /* Before the batch is forgotten: nothing would say then that it is to be done. Twice does no harm. */
    enum err_code code = strcmp(stream, "erase") == 0 ? objections_again(c->objections, err) : OK;
    if (code != OK)
        return code;
    state_begin(c->state);
    if (alone)
        exclusion_add(c->state, stream, EXCLUDED_TOO_LARGE, only);
    batch_lost(c->state, seq, smaller);
    code = state_commit(c->state, err);
    for (unsigned i = 0; code == OK && alone && i < c->stream_count; i++)
        if (strcmp(c->streams[i].name, stream) == 0)
            token_set_add(&c->streams[i].too_large, only);
    return code;
}

#define VOIDS_AGAIN_MS (INT64_C(10) * 60 * 1000) /* what is refused whatever it holds is not sent faster */

/* The first void since voids_ms begins the wait; those above it follow, each once, until it is over. */
static void note_void(struct collect *c, uint64_t seq)
{
    if (c->voids_upto == 0) {
        c->voids_ms = clock_monotonic_ms();
        log_warning("the empty batch %" PRIu64 " was refused too: it is made anew", seq);
    }
    c->voids_upto = seq;
}

static enum err_code replace_trouble(struct collect *c, const struct trouble *t, struct buf *sealed,
                                     struct err *err)
{
    enum err_code code = OK;
    if (t->is_void) { /* its days went again when it took the place of what they were in */
        note_void(c, t->seq);
    } else {
        log_warning("batch %" PRIu64 " was refused for good: an empty one takes its place, its days go again",
                    t->seq);
        code = lose_batch(c, t->seq, t->state == BATCH_TOO_LARGE, err);
    }
    buf_clear(sealed);
    if (code == OK)
        code = draft_void(c, t->seq, t->lane, sealed, err);
    if (code == OK)
        code = spool_replace_by_void(c->spool, t->seq, sealed->data, sealed->len, err);
    return code;
}

static enum err_code take_troubles(struct collect *c, struct err *err)
{
    struct troubles t = {.count = 0};
    if (clock_monotonic_ms() - c->voids_ms >= VOIDS_AGAIN_MS)
        c->voids_upto = 0;
    enum err_code code = spool_troubles(c->spool, c->voids_upto, on_trouble, &t, err);
    if (code == OK && t.conflict) {
        bool begun = false;
        code = series_again(c, "the centre holds other batches of this series", &begun, err);
        if (code != OK || begun)
            return code;
    }
    BUF_CLEANUP struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    for (size_t i = 0; code == OK && i < t.count; i++)
        code = replace_trouble(c, &t.items[i], &sealed, err);
    return code;
}

struct requests {
    struct spool_request items[ROUND];
    size_t count;
};

static void on_request(void *context, const struct spool_request *request)
{
    struct requests *r = context;
    if (r->count < ROUND)
        r->items[r->count++] = *request;
}

#define ASKED_DAYS_MAX (21 * 366) /* of one request: more than a model retains */

static bool has_stream(const struct collect *c, const char *name)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (strcmp(c->streams[i].name, name) == 0)
            return true;
    return false;
}

static enum err_code take_requests(struct collect *c, struct err *err)
{
    struct requests r = {.count = 0};
    enum err_code code = spool_requests(c->spool, on_request, &r, err);
    for (size_t i = 0; code == OK && i < r.count; i++) {
        const struct spool_request *q = &r.items[i];
        int32_t from = q->from > window_from(c) ? q->from : window_from(c);
        int32_t to = q->to < window_end(c) ? q->to : window_end(c);
        /* A bound by the request alone: today is not known before the source was looked at, and a request cut
         * to nothing by it would be taken and never answered. */
        if (to > from + ASKED_DAYS_MAX)
            to = from + ASKED_DAYS_MAX;
        state_begin(c->state);
        for (int32_t day = from; has_stream(c, q->stream) && day <= to; day++)
            day_ask(c->state, q->stream, day, q->id);
        code = state_commit(c->state, err);
        if (code == OK)
            code = spool_request_taken(c->spool, q->id, err);
    }
    return code;
}

static uint64_t fact_number(struct collect *c, const char *name)
{
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    return spool_fact_get(c->spool, name, &text, NULL) == OK ? strtoull(buf_text(&text), NULL, 10) : 0;
}

/* "97:signature,99:gzip": each once, while its batch is still noted. */
static enum err_code take_refused(struct collect *c, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(FACT_MAX);
    enum err_code code = spool_fact_get(c->spool, "send.refused", &text, err);
    for (const char *at = buf_text(&text); code == OK && *at;) {
        char stream[33];
        uint8_t only[TOKEN_SIZE];
        uint64_t records, seq = strtoull(at, NULL, 10);
        if (seq > 0 && batch_get(c->state, seq, stream, sizeof(stream), &records, only)) {
            log_warning("batch %" PRIu64 " was refused by the loader: its days go again", seq);
            code = lose_batch(c, seq, false, err);
            bar_note(c, at + strcspn(at, ":,") + 1);
        }
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return code;
}

static enum err_code take_loaded(struct collect *c, uint64_t loaded, struct err *err)
{
    if (loaded > c->last_seq || loaded <= (uint64_t)state_get_int(c->state, "loaded", 0))
        return state_failure(c->state, err);
    state_begin(c->state);
    batch_loaded(c->state, loaded);
    state_put_int(c->state, "loaded", (int64_t)loaded);
    return state_commit(c->state, err);
}

static enum err_code take_recipients(struct collect *c, struct err *err)
{
    BUF_CLEANUP struct buf pem = BUF_INIT(FACT_MAX);
    struct err why;
    bool changed = false;
    enum err_code code = spool_fact_get(c->spool, "send.recipients", &pem, err);
    if (code != OK || pem.len == 0)
        return code;
    uint8_t digest[SHA256_SIZE];
    char now[2 * SHA256_SIZE + 1], before[2 * SHA256_SIZE + 1];
    sha256(pem.data, pem.len, digest);
    hex_encode(digest, sizeof(digest), now);
    if (state_get(c->state, "recipients", before, sizeof(before)) && strcmp(now, before) == 0)
        return OK;
    code = site_recipients(c->settings->collect_folder, buf_text(&pem), &changed, &why);
    if (code != OK)
        log_err("recipients", &why);
    if (changed) {
        struct cms_sealer *sealer = NULL;
        code = site_sealer(c->settings->collect_folder, &sealer, err);
        if (code != OK)
            return code;
        cms_sealer_free(c->sealer);
        c->sealer = sealer;
        log_info("batches are sealed to the warehouse's newer certificate");
    }
    state_begin(c->state); /* looked at once, believed or not */
    state_put(c->state, "recipients", now);
    return state_commit(c->state, err);
}

enum err_code inbox_read(struct collect *c, struct err *err)
{
    bool begun = false;
    if (c->judging)
        return OK;
    enum err_code code = draft_commit(c, err);
    if (code == OK && spool_replaced(c->spool))
        code = series_new(c, err);
    if (code == OK && fact_number(c, "send.ahead") > c->last_seq)
        code = series_again(c, "the centre is ahead of this series", &begun, err);
    if (code == OK && c->blocked != OK)
        code = series_drain(c, err);
    if (code == OK)
        code = take_troubles(c, err);
    /* send writes what was refused before the watermark over it; read the other way round, none slips
     * through. */
    uint64_t loaded = code == OK ? fact_number(c, "send.loaded") : 0;
    if (code == OK)
        code = take_refused(c, err);
    if (code == OK)
        code = take_loaded(c, loaded, err);
    if (code == OK)
        code = take_requests(c, err);
    if (code == OK)
        code = receipts_take(c, err);
    if (code == OK)
        code = take_recipients(c, err);
    return code;
}
