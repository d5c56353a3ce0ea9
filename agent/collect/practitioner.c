/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/practitioner.h"

#include <stdio.h>
#include <string.h>

#include "agent/collect/objector_days.h"
#include "agent/collect/spelling.h"
#include "agent/record/key.h"
#include "contact/mem.h"

#define IDS_MAX ((size_t)64 << 10) /* bytes of spellings of one id */

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

static enum err_code find_spellings(struct collect *c, const char *id, struct buf *ids, struct err *err)
{
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < c->stream_count; i++) {
        const struct stream *s = &c->streams[i];
        const struct spelling spelling = {.mapping = c->mapping,
                                          .source = c->source,
                                          .sql = s->select->practitioner,
                                          .each = add_spelling,
                                          .context = ids};
        if (spelling.sql && !s->stopped[0])
            code = spelling_rows(&spelling, id, err);
    }
    if (code == OK && !buf_ok(ids))
        return err_set(err, ERR_INTERNAL, "too many spellings of one practitioner's id");
    return code;
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

enum err_code practitioner_spread(struct collect *c, struct err *err)
{
    struct objection_list list = {.wanted = spreads};
    BUF_CLEANUP struct buf ids = BUF_INIT(IDS_MAX);
    enum err_code code = objector_list(c, &list, err);
    for (size_t i = 0; code == OK && i < list.count; i++) {
        const char *id = list.items[i].id;
        buf_clear(&ids);
        if (!id_has_spellings(id, strlen(id)))
            continue;
        code = find_spellings(c, id, &ids, err);
        if (code == OK && ids.len > 0)
            code = enter_spellings(c, &list.items[i], &ids, err);
    }
    objector_list_free(&list);
    buf_wipe(&ids);
    return code;
}
