/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/person.h"

#include <stdlib.h>
#include <string.h>

#include "agent/collect/day_column.h"
#include "agent/collect/spelling.h"
#include "agent/record/key.h"
#include "contact/language.h"

#define IDS_MAX ((size_t)1 << 20)
#define LINE_MAX_BYTES ((size_t)4 << 20)

static void add_id(void *context, const char *id)
{
    buf_append(context, id, strlen(id) + 1);
}

void person_spell(const struct settings *settings, char id[static OBJECTION_ID_MAX])
{
    struct stage stage = {0};
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct err err;
    if (!id_has_spellings(id, strlen(id)))
        return;
    enum err_code code = stage_open_rows(&stage, settings, &problems, &err);
    if (code == OK)
        code = spelling_find(stage.mapping, stage.source, id, &err);
    (void)code; /* collect looks again when the database answers */
    stage_close(&stage);
}

enum err_code person_withdraw(const struct settings *settings, const struct register_wish *wish,
                              char id[static OBJECTION_ID_MAX], enum objection_result *ret, struct err *err)
{
    enum err_code code = register_withdraw(settings, wish, ret, err);
    if (code != OK || *ret != OBJECTION_ABSENT || wish->scope != SCOPE_PATIENT)
        return code;
    person_spell(settings, id);
    return register_withdraw(settings, wish, ret, err);
}

enum err_code person_ids(const struct stage *s, enum objection_scope scope, const char *typed,
                         struct buf *ret, struct err *err)
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
    return buf_ok(ret) ? OK : err_set(err, ERR_INTERNAL, "too many records were merged with this one");
}

static void note_day(struct stage *s, const struct cell *cell, struct person_stream *ret)
{
    bool readable;
    int32_t day = row_day(s->zone, cell, &readable);
    if (!readable)
        return;
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
                                  enum objection_scope scope, const struct buf *group, struct person *ret,
                                  struct err *err)
{
    struct select *select = select_open(s->source, s->mapping, stream);
    const char *sql = scope == SCOPE_PRACTITIONER ? select->practitioner : select->person;
    struct person_stream found = {.name = stream->model->name, .first = DAY_NONE, .last = DAY_NONE};
    enum err_code code = OK;
    const char *ids = (const char *)group->data;
    for (size_t at = 0; sql != NULL && code == OK && at < group->len; at += strlen(ids + at) + 1)
        code = count_rows(s, sql, ids + at, &found, err);
    if (sql != NULL && code == OK && ret->stream_count < STATUS_STREAMS)
        ret->streams[ret->stream_count++] = found;
    select_free(select);
    return code;
}

/* ---- records ---- */

struct showing {
    struct stage *stage;
    struct state *state;
    unsigned index; /* the model's, of the stream */
    person_record_each *each;
    void *context;
    struct buf line;
};

/* What was sent of it, by what is kept on site: each record of the last weeks, of older ones their day. */
static enum person_sent how_sent(const struct showing *w, const struct person_record *record)
{
    struct seen seen;
    struct day_entry day;
    if (!record->built)
        return PERSON_KEPT;
    if (seen_get(w->state, record->stream, record->key.id, &seen) && seen.sent)
        return memcmp(seen.fp, record->fp, SHORT_SIZE) == 0 ? PERSON_SENT : PERSON_DIFFERS;
    bool known = day_get(w->state, record->stream, record->key.day, &day) && day.sent.count > 0;
    return known ? PERSON_OLD : PERSON_WAITS;
}

static void show_row(struct showing *w, const struct cell *cells, size_t count)
{
    struct stage *s = w->stage;
    struct person_record record = {.stream = s->mapping->streams[w->index]->model->name};
    uint64_t withheld[WITHHELD_KINDS] = {0};
    buf_wipe(&w->line);
    record_key(s->maker, w->index, cells, count, &record.key);
    if (record.key.fate == ROW_RECORD)
        record.built =
            record_build(s->maker, w->index, cells, count, &record.key, &w->line, record.fp, withheld);
    if (record.key.fate == ROW_RECORD && !record.built)
        record.key.why = WITHHELD_GUARD;
    record.line = buf_text(&w->line);
    record.sent = how_sent(w, &record);
    w->each(w->context, &record);
}

static enum err_code show_rows(struct showing *w, const char *sql, const char *id, struct err *err)
{
    const char *const values[] = {id};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(w->stage->source, sql, values, 1, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells != NULL)
        show_row(w, cells, count);
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

static enum err_code show_stream(struct showing *w, const struct buf *group, struct err *err)
{
    struct stage *s = w->stage;
    struct select *select = select_open(s->source, s->mapping, s->mapping->streams[w->index]);
    enum err_code code = OK;
    const char *ids = (const char *)group->data;
    for (size_t at = 0; select->person_rows != NULL && code == OK && at < group->len;
         at += strlen(ids + at) + 1)
        code = show_rows(w, select->person_rows, ids + at, err);
    select_free(select);
    return code;
}

static void take_tokens(const struct stage *s, const struct buf *group, struct person_tokens *ret)
{
    const char *ids = (const char *)group->data;
    ret->count = 0;
    for (size_t at = 0; at < group->len && ret->count < PERSON_TOKENS; at += strlen(ids + at) + 1)
        pseudonym_person(s->keys, ids + at, strlen(ids + at), ret->items[ret->count++]);
}

enum err_code person_records(struct stage *s, struct state *state, const char *id, struct person_tokens *ret,
                             person_record_each *each, void *context, struct err *err)
{
    struct buf group = BUF_INIT(IDS_MAX);
    struct showing w = {
        .stage = s, .state = state, .each = each, .context = context, .line = BUF_INIT(LINE_MAX_BYTES)};
    enum err_code code = person_ids(s, SCOPE_PATIENT, id, &group, err);
    if (code == OK)
        take_tokens(s, &group, ret);
    for (; code == OK && w.index < s->mapping->stream_count; w.index++)
        if (s->mapping->streams[w.index] != NULL)
            code = show_stream(&w, &group, err);
    if (code == OK)
        code = state_failure(state, err);
    buf_wipe(&w.line);
    buf_free(&w.line);
    buf_free(&group);
    return code;
}

/* ---- counts ---- */

enum err_code person_count(struct stage *s, enum objection_scope scope, const char *id, struct person *ret,
                           struct err *err)
{
    struct buf group = BUF_INIT(IDS_MAX);
    *ret = (struct person){.merged = 0};
    enum err_code code = person_ids(s, scope, id, &group, err);
    for (unsigned i = 0; code == OK && i < s->mapping->stream_count; i++)
        if (s->mapping->streams[i] != NULL)
            code = count_stream(s, s->mapping->streams[i], scope, &group, ret, err);
    const char *ids = (const char *)group.data;
    for (size_t at = 0; at < group.len; at += strlen(ids + at) + 1)
        ret->merged += at > 0;
    buf_free(&group);
    return code;
}

const char *person_standing(const struct objection *o)
{
    bool final = objection_in_force(o) && o->withdrawn_s != 0;
    if (!objection_in_force(o))
        return N_("withdrawn");
    switch (o->state) {
    case OBJECTION_NEW:
        return N_("erasure to be sent");
    case OBJECTION_SENT:
        return final ? N_("erasure sent, withdrawn too late") : N_("erasure sent");
    case OBJECTION_RECEIVED:
        return final ? N_("erased, withdrawn too late") : N_("erased");
    case OBJECTION_HELD:
        break;
    }
    return o->scope == SCOPE_PATIENT ? N_("frozen") : N_("token taken out");
}
