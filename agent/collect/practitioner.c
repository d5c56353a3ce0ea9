/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/practitioner.h"

#include <stdio.h>
#include <string.h>

#include "agent/collect/objector_days.h"
#include "agent/mapping/local_id.h"
#include "agent/collect/spelling.h"
#include "contact/clock.h"
#include "contact/log.h"
#include "contact/mem.h"

#define IDS_MAX ((size_t)64 << 10) /* bytes of spellings of one id */
#define AGAIN_MS INT64_C(600000)   /* after a search that could not look into all streams */

static bool spreads(const struct objection *objection)
{
    return objection->scope == SCOPE_PRACTITIONER && objection->cause[0] == '\0' &&
           objection_in_force(objection);
}

/* Appends it with its NUL, once. */
static void add_spelling(void *context, const char *found, const struct cell *cells, size_t count)
{
    struct buf *ids = context;
    size_t size = strlen(found) + 1;
    (void)cells;
    (void)count;
    for (size_t at = 0; at < ids->len; at += strlen((const char *)ids->data + at) + 1)
        if (strcmp((const char *)ids->data + at, found) == 0)
            return;
    buf_append(ids, found, size);
}

/* A stream that cannot be looked into now keeps nobody else's objection from being heard, nor any row from
 * being read: *ret_all is false then. */
static void find_spellings(struct collect *c, const char *id, struct buf *ids, bool *ret_all)
{
    for (unsigned i = 0; i < c->stream_count; i++) {
        const struct stream *s = &c->streams[i];
        const struct spelling spelling = {.mapping = c->mapping,
                                          .source = c->source,
                                          .sql = s->select->practitioner,
                                          .each = add_spelling,
                                          .context = ids};
        if (spelling.sql && !s->stopped[0])
            *ret_all = spelling_rows(&spelling, id, NULL) == OK && *ret_all;
    }
    *ret_all = *ret_all && buf_ok(ids);
}

static enum err_code enter_spelling(struct collect *c, const struct objection *own, const char *id,
                                    struct err *err)
{
    enum objection_result result;
    struct objection other = *own;
    memcpy(other.cause, own->request, sizeof(other.cause));
    snprintf(other.id, sizeof(other.id), "%s", id);
    pseudonym_practitioner_always(c->keys, id, strlen(id), other.token);
    enum err_code code = OK;
    if (memcmp(other.token, own->token, TOKEN_SIZE) != 0)
        code = objections_enter(c->objections, &other, &result, err);
    if (code == OK)
        token_set_add(&c->practitioners, other.token);
    wipe(&other, sizeof(other));
    return code;
}

static enum err_code enter_spellings(struct collect *c, const struct objection *own, const struct buf *ids,
                                     struct err *err)
{
    enum err_code code = objections_begin(c->objections, err);
    if (code != OK)
        return code;
    const char *texts = (const char *)ids->data;
    for (size_t at = 0; code == OK && at < ids->len; at += strlen(texts + at) + 1)
        code = enter_spelling(c, own, texts + at, err);
    return objections_end(c->objections, code, err);
}

static enum err_code search(struct collect *c, bool *ret_all, struct err *err)
{
    struct objection_list list = {.wanted = spreads};
    BUF_CLEANUP struct buf ids = BUF_INIT(IDS_MAX);
    enum err_code code = objector_list(c, &list, err);
    for (size_t i = 0; code == OK && i < list.count; i++) {
        const char *id = list.items[i].id;
        buf_clear(&ids);
        if (!id_has_spellings(id, strlen(id)))
            continue;
        find_spellings(c, id, &ids, ret_all);
        if (ids.len > 0)
            code = enter_spellings(c, &list.items[i], &ids, err);
    }
    objector_list_free(&list);
    buf_wipe(&ids);
    return code;
}

/* Facts: which entries all streams were searched for, and when. */
#define SEARCHED "practitioners"
#define SEARCHED_S "practitioners_s"

static bool due(struct collect *c, int64_t entries)
{
    if (entries == 0 || clock_monotonic_ms() < c->next_search_ms)
        return false;
    int64_t searched_s = state_get_int(c->state, SEARCHED_S, 0);
    return state_get_int(c->state, SEARCHED, 0) != entries || searched_s < last_night(c) ||
           searched_s > clock_wall_s();
}

enum err_code practitioner_search(struct collect *c, uint64_t entries, struct err *err)
{
    bool all = true;
    if (!due(c, (int64_t)entries))
        return state_failure(c->state, err);
    enum err_code code = search(c, &all, err);
    if (code != OK)
        return code;
    c->next_search_ms = all ? 0 : clock_monotonic_ms() + AGAIN_MS;
    if (!all) {
        log_warning("not all streams could be searched for other spellings of a practitioner who objects: "
                    "they are searched again in ten minutes");
        return OK;
    }
    state_begin(c->state);
    state_put_int(c->state, SEARCHED, (int64_t)entries);
    state_put_int(c->state, SEARCHED_S, clock_wall_s());
    return state_commit(c->state, err);
}

void practitioner_forget_search(struct state *state)
{
    state_put(state, SEARCHED_S, NULL);
}
