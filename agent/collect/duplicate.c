/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are not unique over the mapping's days: their rows are withheld, since nobody can say which is
 * meant. */
#include <stdio.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "agent/record/key.h"

#define LOCAL_ID_MAX 4096 /* of a key of several columns */

static void add_excluded(void *context, enum exclusion_kind kind, const uint8_t id[static TOKEN_SIZE])
{
    (void)kind;
    token_set_add(context, id);
}

enum err_code exclusions_load(struct collect *c, struct stream *stream, struct err *err)
{
    token_set_free(&stream->excluded);
    exclusion_each(c->state, stream->name, add_excluded, &stream->excluded);
    return state_failure(c->state, err);
}

/* Rows of one first key cell come together; nearly always it is one row. */
struct key_scan {
    struct collect *c;
    const struct stream *stream;
    struct buf group;     /* the first cell's canonical id */
    struct buf id, first; /* this row's local id; that of the group's first row, until a second comes */
    struct token_set ids; /* of the group, once it has two rows */
    struct token_set found;
};

static void meet(struct key_scan *scan, const struct buf *id)
{
    uint8_t token[TOKEN_SIZE];
    pseudonym_event(scan->c->keys, scan->stream->name, (const char *)id->data, id->len, token);
    if (!token_set_add(&scan->ids, token))
        token_set_add(&scan->found, token);
}

static void scan_row(struct key_scan *scan, const struct cell *cells, size_t count)
{
    static const unsigned in_order[] = {0, 1, 2, 3, 4, 5, 6, 7};
    if (count > sizeof(in_order) / sizeof(in_order[0]) || !row_id(cells, in_order, 1, &scan->id))
        return;
    bool same = scan->group.len == scan->id.len && memcmp(scan->group.data, scan->id.data, scan->id.len) == 0;
    if (!same) {
        buf_clear(&scan->group);
        buf_append(&scan->group, scan->id.data, scan->id.len);
        token_set_clear(&scan->ids);
        buf_clear(&scan->first);
    }
    if (count > 1 && !row_id(cells, in_order, (unsigned)count, &scan->id))
        return;
    if (scan->first.len == 0 && scan->ids.count == 0) {
        buf_append(&scan->first, scan->id.data, scan->id.len);
        return;
    }
    if (scan->first.len > 0) {
        meet(scan, &scan->first);
        buf_clear(&scan->first);
    }
    meet(scan, &scan->id);
}

static enum err_code scan_part(struct key_scan *scan, const char *const *values, size_t value_count,
                               struct err *err)
{
    struct collect *c = scan->c;
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(c->source, scan->stream->select->keys, values, value_count, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells && !c->stopping)
        scan_row(scan, cells, count);
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

static enum err_code scan_rows(struct key_scan *scan, struct err *err)
{
    char from[DAY_TEXT], to[DAY_TEXT], part[12];
    struct collect *c = scan->c;
    int parts = source_dialect(c->source)->key_parts;
    enum err_code code = OK;
    day_format(window_from(c), from);
    day_format(window_to(c) == DAY_FAR ? DAY_FAR : window_to(c) + 1, to);
    const char *const values[] = {from, to, part};
    for (int i = 0; code == OK && !c->stopping && i < (parts > 0 ? parts : 1); i++) {
        snprintf(part, sizeof(part), "%d", i);
        code = scan_part(scan, values, parts > 0 ? 3 : 2, err);
    }
    return code == OK && c->stopping ? err_set(err, ERR_RETRY, "stopped") : code;
}

static enum err_code keep_found(struct key_scan *scan, struct err *err)
{
    static const uint8_t nothing[TOKEN_SIZE];
    struct collect *c = scan->c;
    state_begin(c->state);
    exclusion_clear(c->state, scan->stream->name, EXCLUDED_DUPLICATE);
    for (size_t i = 0; i < scan->found.size; i++)
        if (memcmp(scan->found.slots[i], nothing, TOKEN_SIZE) != 0)
            exclusion_add(c->state, scan->stream->name, EXCLUDED_DUPLICATE, scan->found.slots[i]);
    return state_commit(c->state, err);
}

static enum err_code scan_keys(struct collect *c, struct stream *stream, struct err *err)
{
    struct key_scan scan = {.c = c,
                            .stream = stream,
                            .group = BUF_INIT(CANONICAL_ID_MAX),
                            .id = BUF_INIT(LOCAL_ID_MAX),
                            .first = BUF_INIT(LOCAL_ID_MAX)};
    enum err_code code = scan_rows(&scan, err);
    if (code == OK)
        code = keep_found(&scan, err);
    buf_free(&scan.group);
    buf_free(&scan.id);
    buf_free(&scan.first);
    token_set_free(&scan.ids);
    token_set_free(&scan.found);
    return code;
}

/* Rows without a day or before the window: counted, not read. */
static enum err_code count_outside(struct collect *c, struct stream *stream, struct err *err)
{
    char from[DAY_TEXT], name[64];
    day_format(window_from(c), from);
    const char *const values[] = {from};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    int64_t outside = 0;
    enum err_code code = source_query(c->source, stream->select->outside, values, 1, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    if (code == OK && cells && cells[0].type == CELL_INTEGER)
        outside = cells[0].integer;
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    code = code == OK ? ended : code;
    if (code != OK)
        return code;
    snprintf(name, sizeof(name), "outside.%s", stream->name);
    if (state_get_int(c->state, name, -1) == outside)
        return state_failure(c->state, err);
    state_begin(c->state);
    state_put_int(c->state, name, outside);
    return state_commit(c->state, err);
}

enum err_code duplicate_scan(struct collect *c, struct stream *stream, struct err *err)
{
    enum err_code code = scan_keys(c, stream, err);
    if (code == OK)
        code = exclusions_load(c, stream, err);
    return code == OK ? count_outside(c, stream, err) : code;
}
