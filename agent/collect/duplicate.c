/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are not unique over the mapping's days: their rows are withheld, since nobody can say which is
 * meant. */
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/collect/repeats.h"
#include "agent/collect/span.h"
#include "agent/collect/window.h"
#include "agent/mapping/local_id.h"
#include "agent/text/words/siphash.h"
#include "contact/clock.h"

#define LOCAL_ID_MAX 4096 /* of a key of several columns */
#define FOUND_MAX 65536   /* with more, the columns named are no key, and nothing is read */

static void add_excluded(void *context, enum exclusion_kind kind, const uint8_t id[static TOKEN_SIZE])
{
    struct stream *stream = context;
    token_set_add(kind == EXCLUDED_TOO_LARGE ? &stream->too_large : &stream->excluded, id);
}

enum err_code exclusions_load(struct collect *c, struct stream *stream, struct err *err)
{
    token_set_free(&stream->excluded);
    token_set_free(&stream->too_large);
    exclusion_each(c->state, stream->name, add_excluded, stream);
    return state_failure(c->state, err);
}

/* Every row's key in canonical form, so that what the database takes for two ('7' and '007') is one here too.
 * Rows are read span by span, in no order: the database sorts nothing, and holds no snapshot for longer. */
struct key_scan {
    struct collect *c;
    struct stream *stream;
    struct buf id;
    int32_t days;                 /* that a span has */
    uint8_t keys[2][16];          /* of this search, so that what waits in a file says nothing without them */
    struct repeats *repeats;      /* hashes of the first reading */
    struct token_set found;       /* by it: hashes */
    struct token_set once, twice; /* of those found, what the second reading met: tokens */
};

/* The first reading asks of every row of history whether two are equal: a token of each would cost as much as
 * all else that a backfill does with it. */
static enum err_code meet(struct key_scan *scan, struct err *err)
{
    uint8_t token[TOKEN_SIZE];
    const uint64_t hash[2] = {siphash(scan->keys[0], scan->id.data, scan->id.len),
                              siphash(scan->keys[1], scan->id.data, scan->id.len)};
    _Static_assert(sizeof(hash) == TOKEN_SIZE, "a hash takes a token's place in sets");
    memcpy(token, hash, TOKEN_SIZE);
    if (scan->repeats)
        return repeats_add(scan->repeats, token, err);
    if (!token_set_has(&scan->found, token))
        return OK;
    pseudonym_event(scan->c->keys, scan->stream->name, (const char *)scan->id.data, scan->id.len, token);
    if (!token_set_add(&scan->once, token))
        token_set_add(&scan->twice, token);
    return OK;
}

static enum err_code read_span(struct key_scan *scan, int32_t from, int32_t below, uint64_t *ret_rows,
                               struct err *err)
{
    char first[DAY_TEXT], limit[DAY_TEXT];
    struct collect *c = scan->c;
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    span_bound(from, first);
    span_bound(below, limit);
    const char *const values[] = {first, limit};
    enum err_code code = source_query(c->source, scan->stream->select->keys, values, 2, &rows, err);
    if (code != OK)
        return code;
    while (code == OK && (code = source_next(rows, &cells, &count, err)) == OK && cells && !c->stopping) {
        ++*ret_rows;
        /* One too long has no token, and its row is withheld as one without a key. */
        if (row_id(cells, NULL, (unsigned)count, &scan->id) && scan->id.len <= CANONICAL_ID_MAX)
            code = meet(scan, err);
    }
    return source_end(rows, code, err);
}

/* All of the window, newest first, a day more at both ends: a row's day is the agent's to say. What lies
 * between two rows is read with them, so that spans leave nothing out. Of more rows at once PostgreSQL thinks
 * that walking through all of a joined table is cheaper than its index: 20,000 took it 1.3 s, 6,000 took 64
 * ms. */
static enum err_code read_keys(struct key_scan *scan, struct err *err)
{
    struct collect *c = scan->c;
    int32_t from = window_from(c) - 1, below = window_to(c) < DAY_FAR - 1 ? window_to(c) + 2 : DAY_FAR;
    /* Where each span walks through all of a table anyway, there are fewer. */
    uint64_t target = scan->stream->slow ? SLOW_ROWS : SPAN_ROWS;
    enum err_code code = OK;
    while (code == OK && below > from) {
        int32_t newest = DAY_NONE;
        uint64_t rows = 0;
        code = span_newest(c, scan->stream, from - 1, below - 2, false, &newest, err); /* of day < below */
        if (code != OK || newest == DAY_NONE)
            return code;
        int32_t first = newest - scan->days + 1 > from ? newest - scan->days + 1 : from;
        int64_t began = clock_monotonic_ms();
        code = read_span(scan, first, below, &rows, err);
        int32_t days = newest - first + 1;
        scan->days = span_size(scan->days, days, rows, target, clock_monotonic_ms() - began);
        below = first;
        if (code == OK)
            code = collect_breathe(c, err);
    }
    return code;
}

/* A row that moved to an older day meanwhile was met twice. What both readings found twice is no such row. */
static enum err_code read_twice(struct key_scan *scan, struct err *err)
{
    scan->repeats = repeats_new(scan->c->settings->collect_folder);
    enum err_code code = read_keys(scan, err);
    if (code == OK)
        code = repeats_find(scan->repeats, FOUND_MAX, &scan->found, err);
    if (code == OK && scan->found.count > FOUND_MAX)
        code = err_set(err, ERR_REJECTED, "stream %s: more than %d keys stand on several rows each",
                       scan->stream->name, FOUND_MAX);
    repeats_free(scan->repeats);
    scan->repeats = NULL;
    if (code == OK && scan->found.count > 0)
        code = read_keys(scan, err);
    return code;
}

static enum err_code keep_found(struct key_scan *scan, struct err *err)
{
    static const uint8_t nothing[TOKEN_SIZE];
    struct collect *c = scan->c;
    state_begin(c->state);
    exclusion_clear(c->state, scan->stream->name, EXCLUDED_DUPLICATE);
    /* What was too large is tried again: limits change. One that stands costs a day a 413 or two. */
    exclusion_clear(c->state, scan->stream->name, EXCLUDED_TOO_LARGE);
    day_grow(c->state, scan->stream->name);
    for (size_t i = 0; i < scan->twice.size; i++)
        if (memcmp(scan->twice.slots[i], nothing, TOKEN_SIZE) != 0)
            exclusion_add(c->state, scan->stream->name, EXCLUDED_DUPLICATE, scan->twice.slots[i]);
    return state_commit(c->state, err);
}

static enum err_code scan_keys(struct collect *c, struct stream *stream, struct err *err)
{
    struct key_scan scan = {
        .c = c, .stream = stream, .id = BUF_INIT(LOCAL_ID_MAX), .days = stream->span_days};
    random_bytes(scan.keys, sizeof(scan.keys));
    enum err_code code = read_twice(&scan, err);
    if (code == OK)
        code = keep_found(&scan, err);
    wipe(scan.keys, sizeof(scan.keys));
    buf_free(&scan.id);
    token_set_free(&scan.found);
    token_set_free(&scan.once);
    token_set_free(&scan.twice);
    return code;
}

enum err_code duplicate_scan(struct collect *c, struct stream *stream, struct err *err)
{
    if (c->leaving)
        return OK;
    enum err_code code = dayless_count(c, stream, err);
    if (code == OK)
        code = scan_keys(c, stream, err);
    if (code == OK)
        code = exclusions_load(c, stream, err);
    if (code == OK)
        stream->searched_ms = clock_monotonic_ms();
    return code;
}
