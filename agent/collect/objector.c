/* SPDX-License-Identifier: Apache-2.0 */
/* Persons who object: entered in the register when first met, erased at the centre ahead of everything else,
 * and never read again. An objection covers every id that was merged with the objector's, and every token
 * that their records may have been sent under. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/record_line.h"

#define ERASES_AT_ONCE 256

/* The person's canonical local id as the row has it, before merges. */
static void local_id(const struct stream *stream, const struct cell *row, char ret[static OBJECTION_ID_MAX])
{
    BUF_CLEANUP struct buf id = BUF_INIT(OBJECTION_ID_MAX);
    int column = stream->mapping->person_key;
    ret[0] = '\0';
    if (column >= 0 && canonical_id(&row[column], &id) && buf_ok(&id))
        snprintf(ret, OBJECTION_ID_MAX, "%s", buf_text(&id));
    buf_wipe(&id);
}

static void pend(struct collect *c, const uint8_t token[static TOKEN_SIZE], const char *id)
{
    for (unsigned i = 0; i < c->pending_count; i++)
        if (memcmp(c->pending[i].token, token, TOKEN_SIZE) == 0)
            return;
    struct objection *o = &c->pending[c->pending_count++];
    *o = (struct objection){.state = OBJECTION_NEW, .origin = "source", .since_s = clock_wall_s()};
    memcpy(o->token, token, TOKEN_SIZE);
    snprintf(o->id, sizeof(o->id), "%s", id);
}

void objector_met(struct collect *c, const struct stream *stream, const struct cell *row,
                  const struct row_key *key)
{
    if (!key->has_patient || token_set_has(&c->objectors, key->patient) ||
        c->pending_count == OBJECTORS_PENDING)
        return; /* no room: met again by the next sweep, and not sent meanwhile either */
    char id[OBJECTION_ID_MAX];
    local_id(stream, row, id);
    pend(c, key->patient, id);
    wipe(id, sizeof(id));
}

/* Days of the person's rows are sent whole: the centre has forgotten what they held of it. */
static enum err_code ask_days(struct collect *c, struct stream *stream, const char *id, struct err *err)
{
    if (!stream->select->person || stream->stopped[0] || !id[0])
        return OK;
    const char *const values[] = {id};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(c->source, stream->select->person, values, 1, &rows, err);
    if (code != OK)
        return code;
    state_begin(c->state);
    while ((code = source_next(rows, &cells, &count, err)) == OK && cells) {
        struct civil civil;
        struct day_entry entry;
        if (cells[0].type != CELL_TEXT || !civil_parse(cells[0].text, cells[0].len, &civil))
            continue;
        int32_t day = zone_day(c->zone, &civil);
        if (day >= window_from(c) && day <= window_to(c) && day_get(c->state, stream->name, day, &entry))
            day_ask(c->state, stream->name, day, NULL);
    }
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    code = code == OK ? ended : code;
    if (code == OK)
        return state_commit(c->state, err);
    state_rollback(c->state);
    return code;
}

struct group {
    struct collect *c;
    enum err_code code;
    struct err *err;
    const struct objection *like;
    bool any_new;
};

/* One id of the group: its token is erased, and its rows' days go again. */
static void add_member(void *context, const char *id)
{
    struct group *g = context;
    struct collect *c = g->c;
    struct objection member = *g->like;
    bool is_new = false;
    if (g->code != OK)
        return;
    member.request[0] = '\0';
    snprintf(member.id, sizeof(member.id), "%s", id);
    if (id[0])
        pseudonym_person(c->keys, id, strlen(id), member.token);
    if (!token_set_has(&c->objectors, member.token))
        g->code = objections_add(c->objections, &member, &is_new, g->err);
    for (unsigned i = 0; g->code == OK && is_new && i < c->stream_count; i++)
        g->code = ask_days(c, &c->streams[i], id, g->err);
    if (g->code == OK)
        token_set_add(&c->objectors, member.token);
    g->any_new = g->any_new || is_new;
    wipe(&member, sizeof(member));
}

/* Enters an objector with everybody merged with them. */
static enum err_code enter(struct collect *c, const struct objection *objection, bool *ret_new,
                           struct err *err)
{
    struct group g = {.c = c, .code = OK, .err = err, .like = objection};
    const char *root = objection->id[0] ? merges_find(c->merges, objection->id, strlen(objection->id)) : NULL;
    char stands_for[OBJECTION_ID_MAX];
    snprintf(stands_for, sizeof(stands_for), "%s", root && *root ? root : objection->id);
    add_member(&g, objection->id);
    if (strcmp(stands_for, objection->id) != 0)
        add_member(&g, stands_for);
    if (stands_for[0])
        merges_each(c->merges, stands_for, add_member, &g);
    wipe(stands_for, sizeof(stands_for));
    *ret_new = *ret_new || g.any_new;
    return g.code;
}

struct due {
    struct objection items[ERASES_AT_ONCE];
    size_t count;
};

static void collect_due(void *context, const struct objection *objection)
{
    struct due *due = context;
    if (objection->state == OBJECTION_NEW && due->count < ERASES_AT_ONCE)
        due->items[due->count++] = *objection;
}

/* Seals an erase for each that has none under way. Sent twice is harmless; not at all is not. */
static enum err_code send_erases(struct collect *c, bool *ret_more, struct err *err)
{
    static const struct draft_target target = {.stream = "erase", .lane = LANE_FRESH};
    struct due *due = calloc(1, sizeof(*due));
    if (!due)
        return err_set(err, ERR_INTERNAL, "no memory");
    enum err_code code = objections_each(c->objections, false, collect_due, due, err);
    *ret_more = due->count == ERASES_AT_ONCE;
    for (size_t i = 0; code == OK && i < due->count; i++) {
        uint64_t seq = 0;
        code = draft_room(c, &target, &seq, err);
        buf_clear(&c->line);
        record_line_erase(&c->line, c->site->epoch, due->items[i].token, due->items[i].request);
        if (code == OK)
            code = draft_line(c, &c->line, NULL, err);
    }
    if (code == OK)
        code = draft_commit(c, err);
    for (size_t i = 0; code == OK && i < due->count; i++) {
        due->items[i].state = OBJECTION_SENT;
        due->items[i].sent_s = clock_wall_s();
        code = objections_update(c->objections, &due->items[i], err);
    }
    if (code == OK && due->count > 0)
        log_info("%zu erasures asked of the centre", due->count);
    free(due);
    return code;
}

enum err_code objector_flush(struct collect *c, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    bool any = false, more = true;
    for (unsigned i = 0; code == OK && i < c->pending_count; i++)
        code = enter(c, &c->pending[i], &any, err);
    if (code != OK)
        return code;
    wipe(c->pending, sizeof(c->pending));
    c->pending_count = 0;
    while (code == OK && more)
        code = send_erases(c, &more, err);
    return code;
}

struct loading {
    struct collect *c;
    bool any_new;
    struct objection *items; /* those with an id */
    size_t count;
};

static void load_token(void *context, const struct objection *objection)
{
    struct loading *l = context;
    token_set_add(&l->c->objectors, objection->token);
    l->any_new = l->any_new || objection->state == OBJECTION_NEW;
}

static void load_id(void *context, const struct objection *objection)
{
    struct loading *l = context;
    if (!objection->id[0])
        return;
    struct objection *items = reallocarray(l->items, l->count + 1, sizeof(*items));
    if (!items)
        abort();
    l->items = items;
    l->items[l->count++] = *objection;
}

/* Who was merged with an objector since objects too. */
static enum err_code spread(struct collect *c, struct loading *l, struct err *err)
{
    bool any = false;
    enum err_code code = objections_each(c->objections, true, load_id, l, err);
    for (size_t i = 0; code == OK && i < l->count; i++)
        code = enter(c, &l->items[i], &any, err);
    if (l->items)
        wipe(l->items, l->count * sizeof(*l->items));
    free(l->items);
    if (code == OK)
        code = objector_flush(c, err);
    c->regroup = code != OK;
    return code;
}

enum err_code objector_load(struct collect *c, struct err *err)
{
    struct loading l = {.c = c};
    token_set_clear(&c->objectors);
    enum err_code code = objections_each(c->objections, false, load_token, &l, err);
    return code == OK && (c->regroup || l.any_new) ? spread(c, &l, err) : code;
}

/* Pends the persons that object and are not entered yet; *ret_full when there are more than may pend. */
static enum err_code scan_persons(struct collect *c, const char *sql, bool *ret_full, struct err *err)
{
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    BUF_CLEANUP struct buf id = BUF_INIT(OBJECTION_ID_MAX);
    *ret_full = false;
    enum err_code code = source_query(c->source, sql, NULL, 0, &rows, err);
    if (code != OK)
        return code;
    while (!*ret_full && (code = source_next(rows, &cells, &count, err)) == OK && cells) {
        uint8_t token[TOKEN_SIZE];
        buf_clear(&id);
        if (!canonical_id(&cells[0], &id) || !buf_ok(&id))
            continue;
        const char *root = merges_find(c->merges, buf_text(&id), id.len);
        const char *person = root && *root ? root : buf_text(&id);
        pseudonym_person(c->keys, person, strlen(person), token);
        if (!token_set_has(&c->objectors, token))
            pend(c, token, buf_text(&id));
        *ret_full = c->pending_count == OBJECTORS_PENDING;
    }
    enum err_code ended = source_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

enum err_code objector_scan(struct collect *c, struct err *err)
{
    char *sql = select_objectors(c->mapping, source_dialect(c->source));
    bool full = sql != NULL;
    enum err_code code = OK;
    while (code == OK && full) {
        code = scan_persons(c, sql, &full, err);
        if (code == OK)
            code = objector_flush(c, err);
    }
    free(sql);
    return code;
}
