/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask.h"
#include "agent/collect/day_column.h"
#include "agent/mapping/local_id.h"
#include "agent/record/record.h"
#include "agent/collect/spelling.h"
#include "contact/language.h"
#include "contact/mem.h"

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
    bool found;
    if (!id_has_spellings(id, strlen(id)))
        return;
    enum err_code code = stage_open_rows(&stage, settings, &problems, &err);
    if (code == OK)
        code = spelling_find(stage.mapping, stage.source, id, &found, &err);
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

struct counting {
    struct stage *stage;
    struct person_stream *found;
};

static void count_row(void *context, const char *id, const struct cell *cells, size_t count)
{
    struct counting *counting = context;
    struct person_stream *found = counting->found;
    bool readable;
    int32_t day = row_day(counting->stage->zone, &cells[1], &readable);
    (void)id;
    (void)count;
    found->rows++;
    if (!readable)
        return;
    if (found->first == DAY_NONE || day < found->first)
        found->first = day;
    if (day > found->last)
        found->last = day;
}

static enum err_code count_stream(struct stage *s, const struct mapping_stream *stream,
                                  enum objection_scope scope, const char *typed, const struct buf *group,
                                  struct person *ret, struct err *err)
{
    struct select *select = select_open(s->source, s->mapping, stream);
    const char *sql = scope == SCOPE_PRACTITIONER ? select->practitioner : select->person;
    struct person_stream found = {.first = DAY_NONE, .last = DAY_NONE};
    snprintf(found.name, sizeof found.name, "%s", stream->model->name);
    struct counting counting = {s, &found};
    const struct spelling spelling = {.mapping = s->mapping,
                                      .source = s->source,
                                      .sql = sql,
                                      .typed = typed,
                                      .each = count_row,
                                      .context = &counting};
    enum err_code code = OK;
    const char *ids = (const char *)group->data;
    for (size_t at = 0; sql != NULL && code == OK && at < group->len; at += strlen(ids + at) + 1)
        code = spelling_rows(&spelling, ids + at, err);
    ret->rows += found.rows;
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

static void show_row(void *context, const char *id, const struct cell *cells, size_t count)
{
    struct showing *w = context;
    (void)id;
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

static enum err_code show_stream(struct showing *w, const char *typed, const struct buf *group,
                                 struct err *err)
{
    struct stage *s = w->stage;
    const struct mapping_stream *stream = s->mapping->streams[w->index];
    struct select *select = select_open(s->source, s->mapping, stream);
    const struct spelling spelling = {.mapping = s->mapping,
                                      .source = s->source,
                                      .sql = select->person_rows,
                                      .id_column = stream->has_person ? (unsigned)stream->person_key : 0,
                                      .typed = typed,
                                      .each = show_row,
                                      .context = w};
    enum err_code code = OK;
    const char *ids = (const char *)group->data;
    for (size_t at = 0; select->person_rows != NULL && code == OK && at < group->len;
         at += strlen(ids + at) + 1)
        code = spelling_rows(&spelling, ids + at, err);
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
            code = show_stream(&w, id, &group, err);
    if (code == OK)
        code = state_failure(state, err);
    buf_wipe(&w.line);
    buf_free(&w.line);
    buf_free(&group);
    return code;
}

/* ---- counts ---- */

static enum err_code find_known(struct stage *s, const char *id, struct person *ret, struct err *err)
{
    char spelled[OBJECTION_ID_MAX];
    snprintf(spelled, sizeof spelled, "%s", id);
    enum err_code code = spelling_find(s->mapping, s->source, spelled, &ret->known, err);
    wipe(spelled, sizeof spelled);
    return code;
}

enum err_code person_count(struct stage *s, enum objection_scope scope, const char *id, struct person *ret,
                           struct err *err)
{
    struct buf group = BUF_INIT(IDS_MAX);
    *ret = (struct person){.merged = 0};
    enum err_code code = person_ids(s, scope, id, &group, err);
    if (code == OK && scope == SCOPE_PATIENT)
        code = find_known(s, buf_text(&group), ret, err);
    if (code == OK && scope == SCOPE_PATIENT && !ret->known)
        code = find_known(s, id, ret, err);
    for (unsigned i = 0; code == OK && i < s->mapping->stream_count; i++)
        if (s->mapping->streams[i] != NULL)
            code = count_stream(s, s->mapping->streams[i], scope, id, &group, ret, err);
    const char *ids = (const char *)group.data;
    for (size_t at = 0; at < group.len; at += strlen(ids + at) + 1)
        ret->merged += at > 0;
    buf_free(&group);
    return code;
}

enum person_found person_look(const struct settings *settings, enum objection_scope scope, const char *id,
                              struct person *ret, struct err *err)
{
    struct stage stage = {0};
    PROBLEMS_CLEANUP struct problems problems = {0};
    enum err_code code = stage_open_rows(&stage, settings, &problems, err);
    if (code == OK)
        code = person_count(&stage, scope, id, ret, err);
    stage_close(&stage);
    return code != OK ? PERSON_AWAY : ret->rows > 0 || ret->known ? PERSON_FOUND : PERSON_UNKNOWN;
}

bool person_enter_unknown(bool allowed, bool sure)
{
    if (allowed)
        return true;
    if (!sure && ask_possible())
        return ask_yes(_("No row has this id. Enter it all the same? (yes/no)"));
    fputs(_("No row has this id, so that nobody was entered. For one who has no row yet: --unknown\n"),
          stderr);
    return false;
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
