/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are not unique over the mapping's days: their rows are withheld, since nobody can say which is
 * meant. */
#include <stdio.h>

#include "agent/collect/internal.h"
#include "agent/record/key.h"

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

static bool key_token(struct collect *c, const struct stream *stream, const struct cell *cells, size_t count,
                      struct buf *id, uint8_t ret[static TOKEN_SIZE])
{
    static const unsigned in_order[] = {0, 1, 2, 3, 4, 5, 6, 7};
    buf_wipe(id);
    if (count > sizeof(in_order) / sizeof(in_order[0]) || !row_id(cells, in_order, (unsigned)count, id) ||
        !buf_ok(id))
        return false;
    pseudonym_event(c->keys, stream->name, buf_text(id), id->len, ret);
    return true;
}

static enum err_code scan_keys(struct collect *c, struct stream *stream, struct err *err)
{
    char from[DAY_TEXT], to[DAY_TEXT];
    day_format(window_from(c), from);
    day_format(window_to(c) == DAY_FAR ? DAY_FAR : window_to(c) + 1, to);
    const char *const values[] = {from, to};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    BUF_CLEANUP struct buf id = BUF_INIT(4096);
    enum err_code code = source_query(c->source, stream->select->duplicates, values, 2, &rows, err);
    if (code != OK)
        return code;
    state_begin(c->state);
    exclusion_clear(c->state, stream->name, EXCLUDED_DUPLICATE);
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells) {
        uint8_t token[TOKEN_SIZE];
        if (key_token(c, stream, cells, count, &id, token))
            exclusion_add(c->state, stream->name, EXCLUDED_DUPLICATE, token);
    }
    buf_wipe(&id);
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    code = code == OK ? ended : code;
    if (code == OK)
        return state_commit(c->state, err);
    state_rollback(c->state);
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
