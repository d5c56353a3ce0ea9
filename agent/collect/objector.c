/* SPDX-License-Identifier: Apache-2.0 */
/* Persons who object: entered in the register when first met or by a person on site, erased at the centre
 * ahead of everything else, and never read again. An objection covers every id that was merged with the
 * objector's, and every token that their records may have been sent under. Who is frozen is read as little,
 * and not erased for good. */
#include "agent/collect/objector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/objector_days.h"
#include "agent/collect/practitioner.h"
#include "agent/collect/spelling.h"
#include "agent/collect/witness.h"
#include "agent/mapping/local_id.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/mem.h"
#include "contact/record_line.h"

#define ERASES_AT_ONCE 256
#define MANY 20    /* so many new ones are never asked about */
#define MANY_OF 10 /* nor a tenth of all persons */
#define MANY_STOP "objections"
#define ACCEPTED_S (2 * INT64_C(86400))

/* The person's canonical local id, before merges. */
static void local_id(const struct stream *stream, const struct cell *row, char ret[static OBJECTION_ID_MAX])
{
    BUF_CLEANUP struct buf id = BUF_INIT(OBJECTION_ID_MAX);
    const struct mapping_stream *mapping = stream->mapping;
    ret[0] = '\0';
    if (mapping->person_key >= 0 && canonical_id(person_cell(mapping, row), &id) && buf_ok(&id))
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

static void forget_pending(struct collect *c)
{
    wipe(c->pending, c->pending_count * sizeof(*c->pending));
    c->pending_count = 0;
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

struct group {
    struct collect *c;
    enum err_code code;
    struct err *err;
    struct objection own; /* the entry that the others follow from */
    bool any_new;
};

static void add(struct group *g, struct objection *objection)
{
    enum objection_result result = OBJECTION_ALREADY;
    g->code = objections_enter(g->c->objections, objection, &result, g->err);
    if (g->code == OK)
        token_set_add(&g->c->objectors, objection->token);
    g->any_new = g->any_new || result == OBJECTION_DONE;
}

/* One id of the group: its token is erased, and its rows' days go again. */
static void add_member(void *context, const char *id)
{
    struct group *g = context;
    if (g->code != OK)
        return;
    struct objection member = g->own;
    member.state = g->own.state == OBJECTION_HELD ? OBJECTION_HELD : OBJECTION_NEW;
    memcpy(member.cause, g->own.request, sizeof(member.cause));
    snprintf(member.id, sizeof(member.id), "%s", id);
    pseudonym_person(g->c->keys, id, strlen(id), member.token);
    if (memcmp(member.token, g->own.token, TOKEN_SIZE) != 0)
        add(g, &member);
    wipe(&member, sizeof(member));
}

/* Enters an objector, unless it was read from the register, and everybody merged with them. */
static enum err_code enter(struct collect *c, const struct objection *objection, bool *ret_new,
                           struct err *err)
{
    struct group g = {.c = c, .code = OK, .err = err, .own = *objection};
    const char *id = g.own.id;
    const char *root = id[0] ? merges_find(c->merges, id, strlen(id)) : NULL;
    char stands_for[OBJECTION_ID_MAX];
    snprintf(stands_for, sizeof(stands_for), "%s", root && *root ? root : id);
    if (!g.own.request[0]) {
        if (id[0])
            pseudonym_person(c->keys, id, strlen(id), g.own.token);
        add(&g, &g.own);
    }
    if (stands_for[0]) {
        add_member(&g, stands_for);
        merges_each(c->merges, stands_for, add_member, &g);
    }
    wipe(stands_for, sizeof(stands_for));
    wipe(&g.own, sizeof(g.own));
    *ret_new = *ret_new || g.any_new;
    return g.code;
}

/* How many would be erased because of others: ids merged with an objector's, who are not entered yet. */
struct followers {
    struct collect *c;
    int64_t count;
};

static void count_follower(void *context, const char *id)
{
    struct followers *f = context;
    uint8_t token[TOKEN_SIZE];
    pseudonym_person(f->c->keys, id, strlen(id), token);
    f->count += !token_set_has(&f->c->objectors, token);
}

static int64_t followers_of(struct collect *c, const struct objection *items, size_t count)
{
    struct followers f = {.c = c};
    for (size_t i = 0; i < count; i++) {
        const char *id = items[i].id;
        const char *root = id[0] ? merges_find(c->merges, id, strlen(id)) : NULL;
        if (id[0])
            merges_each(c->merges, root && *root ? root : id, count_follower, &f);
    }
    return f.count;
}

/* All of them are kept at once. When that fails their tokens stay in c->objectors until it is loaded again,
 * at the next round: they are not read, and met again. */
static enum err_code enter_all(struct collect *c, const struct objection *items, size_t count, bool *ret_any,
                               struct err *err)
{
    enum err_code code = objections_begin(c->objections, err);
    if (code != OK)
        return code;
    for (size_t i = 0; code == OK && i < count; i++)
        code = enter(c, &items[i], ret_any, err);
    return objections_end(c->objections, code, err);
}

struct due {
    struct objection items[ERASES_AT_ONCE];
    size_t count;
};

static void collect_due(void *context, const struct objection *objection)
{
    struct due *due = context;
    if (objection->state == OBJECTION_NEW && objection_in_force(objection) && due->count < ERASES_AT_ONCE)
        due->items[due->count++] = *objection;
}

/* Whoever is erased is none of the patients that had a code. */
static enum err_code forget_codes(struct collect *c, const struct due *due, struct err *err)
{
    state_begin(c->state);
    for (size_t i = 0; i < due->count; i++)
        labels_forget(c, due->items[i].token);
    return state_commit(c->state, err);
}

static enum err_code keep_sent(struct collect *c, struct due *due, struct err *err)
{
    enum err_code code = objections_begin(c->objections, err);
    if (code != OK)
        return code;
    for (size_t i = 0; code == OK && i < due->count; i++) {
        due->items[i].state = OBJECTION_SENT;
        due->items[i].sent_s = clock_wall_s();
        code = objections_update(c->objections, &due->items[i], err);
    }
    return objections_end(c->objections, code, err);
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
    if (code == OK && due->count > 0)
        code = forget_codes(c, due, err);
    if (code == OK && due->count > 0)
        code = keep_sent(c, due, err);
    if (code == OK && due->count > 0)
        log_info("%zu erasures asked of the centre", due->count);
    free(due);
    return code;
}

/* Pends the persons that object and are not entered yet; *ret_full when there are more than may pend. With
 * ret_count, counts them instead. */
static enum err_code scan_persons(struct collect *c, const char *sql, bool *ret_full, int64_t *ret_count,
                                  struct err *err)
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
        if (!record_objects(c->maker, select_objecting(c->mapping), &cells[1]) ||
            !canonical_id(&cells[0], &id) || !buf_ok(&id))
            continue;
        const char *root = merges_find(c->merges, buf_text(&id), id.len);
        const char *person = root && *root ? root : buf_text(&id);
        pseudonym_person(c->keys, person, strlen(person), token);
        if (token_set_has(&c->objectors, token))
            continue;
        if (ret_count)
            ++*ret_count;
        else
            pend(c, token, buf_text(&id));
        *ret_full = !ret_count && c->pending_count == OBJECTORS_PENDING;
    }
    return source_end(rows, code, err);
}

/* A person said lately that so many are meant to object. What was said at a clock that was ahead counts no
 * more. */
static bool accepted(struct collect *c)
{
    char value[128];
    if (!state_get(c->state, "deletions." MANY_STOP, value, sizeof(value)))
        return false;
    int64_t age = clock_wall_s() - strtoll(value, NULL, 10);
    return age >= 0 && age < ACCEPTED_S;
}

/* Nobody is erased until a person says so. */
static enum err_code hold_all(struct collect *c, int64_t objecting, int64_t persons, struct err *err)
{
    struct stop stop = {.stream = MANY_STOP,
                        .sweep = SWEEP_COLD,
                        .at_s = clock_wall_s(),
                        .records = (uint64_t)persons,
                        .vanished = (uint64_t)objecting};
    forget_pending(c);
    state_begin(c->state);
    stop_put(c->state, &stop);
    return state_commit(c->state, err);
}

/* An erasure cannot be undone. A column whose meaning was turned round, or that an upgrade filled, would have
 * all history erased: so many at once are entered once a person says so, and their rows are not read until
 * then. */
static enum err_code check_many(struct collect *c, struct err *err)
{
    struct stop standing;
    int64_t objecting = 0, persons = 0;
    bool full, asked = stop_get(c->state, MANY_STOP, &standing);
    if (c->pending_count <= (asked ? 0 : MANY) || accepted(c))
        return state_failure(c->state, err);
    char *sql = select_objectors(c->mapping, source_dialect(c->source));
    enum err_code code = sql ? scan_persons(c, sql, &full, &objecting, err) : OK;
    free(sql);
    if (code == OK)
        code = witness_persons(c, &persons, err);
    if (code != OK || objecting * MANY_OF <= persons)
        return code;
    code = hold_all(c, objecting, persons, err);
    if (code != OK)
        return code;
    err_set(err, ERR_CONFIG, "more than a tenth of all patients object all at once: nobody is erased yet");
    return err_hint(
        err, "is the mapping's objection column right? If they do object: contact-agent deletions accept");
}

/* A table of merges that an upgrade filled would have everybody be one person, who objects when one of them
 * does. */
static enum err_code check_followers(struct collect *c, const struct objection *items, size_t count,
                                     struct err *err)
{
    int64_t persons = 0, followers = followers_of(c, items, count);
    if (followers <= MANY || accepted(c))
        return state_failure(c->state, err);
    enum err_code code = witness_persons(c, &persons, err);
    if (code != OK || followers * MANY_OF <= persons)
        return code;
    code = hold_all(c, followers, persons, err);
    if (code != OK)
        return code;
    err_set(err, ERR_CONFIG,
            "more than a tenth of all patients are merged with one who objects: nobody is erased yet");
    return err_hint(
        err, "is the table of merges right? If they are the same persons: contact-agent deletions accept");
}

enum err_code objector_flush(struct collect *c, struct err *err)
{
    enum err_code code = draft_commit(c, err);
    bool any = false, more = true;
    if (code == OK)
        code = check_many(c, err);
    if (code == OK && c->pending_count > 0)
        code = check_followers(c, c->pending, c->pending_count, err);
    if (code == OK && c->pending_count > 0)
        code = enter_all(c, c->pending, c->pending_count, &any, err);
    if (code != OK)
        return code;
    forget_pending(c);
    while (code == OK && more)
        code = send_erases(c, &more, err);
    return code == OK && any ? objector_ask_due(c, err) : code;
}

struct loading {
    struct collect *c;
    bool any_new, any_due;
    uint64_t typed, practitioners; /* sum_typed(): of all, and of practitioners alone */
};

static bool was_typed(const struct objection *objection)
{
    return objection->cause[0] == '\0' && strcmp(objection->origin, "source") != 0;
}

/* Which entries were typed, as one number: one that came in the middle of a round was not spread by it,
 * although its own erase may have left and its days may have been asked for. */
static uint64_t sum_typed(uint64_t sum, const struct objection *objection)
{
    uint64_t token;
    memcpy(&token, objection->token, sizeof token);
    return sum + token + (objection->state == OBJECTION_HELD);
}

static void load_token(void *context, const struct objection *objection)
{
    struct loading *l = context;
    bool in_force = objection_in_force(objection);
    if (in_force && objection->scope == SCOPE_PRACTITIONER)
        token_set_add(&l->c->practitioners, objection->token);
    else if (in_force)
        token_set_add(&l->c->objectors, objection->token);
    l->any_new = l->any_new || (in_force && objection->state == OBJECTION_NEW);
    l->any_due = l->any_due || objection->days_due != 0;
    if (in_force && was_typed(objection))
        l->typed = sum_typed(l->typed, objection);
    if (in_force && was_typed(objection) && objection->scope == SCOPE_PRACTITIONER)
        l->practitioners = sum_typed(l->practitioners, objection);
}

static bool spreads(const struct objection *objection)
{
    return objection->scope == SCOPE_PATIENT && objection->cause[0] == '\0' && objection_in_force(objection);
}

/* An id that a person typed while the database was away, as the table of persons spells it: rows are sent
 * under that one. Later, while no row of a person is read. */
static enum err_code spell(struct collect *c, struct objection_list *list, bool *ret_later, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < list->count; i++) {
        struct objection *o = &list->items[i];
        bool found;
        if (!was_typed(o) || !id_has_spellings(o->id, strlen(o->id)))
            continue;
        *ret_later = !ready_reads_persons(c);
        if (!*ret_later)
            code = spelling_find(c->mapping, c->source, o->id, &found, err);
    }
    return code;
}

/* Who was merged with an objector since objects too. */
static enum err_code spread(struct collect *c, uint64_t typed, struct err *err)
{
    bool any = false, later = false;
    struct objection_list list = {.wanted = spreads};
    enum err_code code = objector_list(c, &list, err);
    if (code == OK)
        code = spell(c, &list, &later, err);
    if (code == OK && list.count > 0)
        code = check_followers(c, list.items, list.count, err);
    if (code == OK && list.count > 0)
        code = enter_all(c, list.items, list.count, &any, err);
    objector_list_free(&list);
    if (code == OK)
        code = objector_flush(c, err);
    if (code == OK)
        code = objector_ask_due(c, err);
    c->regroup = code != OK || later;
    c->spread_typed = typed;
    return code;
}

enum err_code objector_load(struct collect *c, struct err *err)
{
    struct loading l = {.c = c};
    token_set_clear(&c->objectors);
    token_set_clear(&c->practitioners);
    enum err_code code = objections_each(c->objections, false, load_token, &l, err);
    if (code == OK && (c->regroup || l.any_new || l.any_due || l.typed != c->spread_typed))
        code = spread(c, l.typed, err);
    return code == OK ? practitioner_search(c, l.practitioners, err) : code;
}

enum err_code objector_scan(struct collect *c, struct err *err)
{
    char *sql = select_objectors(c->mapping, source_dialect(c->source));
    bool full = sql != NULL;
    enum err_code code = OK;
    while (code == OK && full) {
        code = scan_persons(c, sql, &full, NULL, err);
        if (code == OK)
            code = objector_flush(c, err);
    }
    free(sql);
    struct stop stop;
    if (code != OK || !stop_get(c->state, MANY_STOP, &stop))
        return code == OK ? state_failure(c->state, err) : code;
    state_begin(c->state);
    stop_clear(c->state, MANY_STOP); /* there are fewer again, or they were accepted */
    return state_commit(c->state, err);
}
