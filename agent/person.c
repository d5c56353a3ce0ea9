/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/person.h"

#include <string.h>

#include "agent/collect/select.h"

/* Every id of a merge group, one after the other, first the one that stands for all. */
struct group {
    struct buf ids; /* each with its NUL */
};

static void add_id(void *context, const char *id)
{
    struct group *group = context;
    buf_append(&group->ids, id, strlen(id) + 1);
}

static enum err_code find_group(const struct stage *s, enum objection_scope scope, const char *typed,
                                struct group *ret, struct err *err)
{
    const struct cell cell = {.type = CELL_TEXT, .text = typed, .len = strlen(typed)};
    struct buf id BUF_CLEANUP = BUF_INIT(OBJECTION_ID_MAX);
    if (!canonical_id(&cell, &id) || !buf_ok(&id))
        return err_set(err, ERR_REJECTED, "this is no local id");
    const char *root = scope == SCOPE_PATIENT ? merges_find(s->merges, buf_text(&id), id.len) : NULL;
    const char *first = root != NULL && *root != '\0' ? root : buf_text(&id);
    add_id(ret, first);
    if (scope == SCOPE_PATIENT)
        merges_each(s->merges, first, add_id, ret);
    buf_wipe(&id);
    return buf_ok(&ret->ids) ? OK : err_set(err, ERR_INTERNAL, "too many records were merged with this one");
}

static void note_day(struct stage *s, const struct cell *cell, struct person_stream *ret)
{
    struct civil civil;
    if (cell->type != CELL_TEXT || !civil_parse(cell->text, cell->len, &civil))
        return;
    int32_t day = zone_day(s->zone, &civil);
    if (ret->first == DAY_NONE || day < ret->first)
        ret->first = day;
    if (day > ret->last)
        ret->last = day;
}

static enum err_code count_rows(struct stage *s, const char *sql, const char *id, struct person_stream *ret,
                                struct err *err)
{
    const char *const values[] = {id};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(s->source, sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells != NULL) {
        ret->rows++;
        note_day(s, &cells[0], ret);
    }
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

static enum err_code count_stream(struct stage *s, const struct mapping_stream *stream,
                                  enum objection_scope scope, const struct group *group, struct person *ret,
                                  struct err *err)
{
    struct select *select = select_new(s->mapping, stream, source_dialect(s->source));
    const char *sql = scope == SCOPE_PRACTITIONER ? select->practitioner : select->person;
    struct person_stream found = {.name = stream->model->name, .first = DAY_NONE, .last = DAY_NONE};
    enum err_code code = OK;
    const char *ids = (const char *)group->ids.data;
    for (size_t at = 0; sql != NULL && code == OK && at < group->ids.len; at += strlen(ids + at) + 1)
        code = count_rows(s, sql, ids + at, &found, err);
    if (sql != NULL && code == OK && ret->stream_count < STATUS_STREAMS)
        ret->streams[ret->stream_count++] = found;
    select_free(select);
    return code;
}

enum err_code person_count(struct stage *s, enum objection_scope scope, const char *id, struct person *ret,
                           struct err *err)
{
    struct group group = {.ids = BUF_INIT(1 << 20)};
    *ret = (struct person){.merged = 0};
    enum err_code code = find_group(s, scope, id, &group, err);
    for (unsigned i = 0; code == OK && i < s->mapping->stream_count; i++)
        if (s->mapping->streams[i] != NULL)
            code = count_stream(s, s->mapping->streams[i], scope, &group, ret, err);
    const char *ids = (const char *)group.ids.data;
    for (size_t at = 0; at < group.ids.len; at += strlen(ids + at) + 1)
        ret->merged += at > 0;
    buf_wipe(&group.ids);
    buf_free(&group.ids);
    return code;
}
