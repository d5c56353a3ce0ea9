/* SPDX-License-Identifier: Apache-2.0 */
/* The register under another root key. */
#include <stdlib.h>
#include <string.h>

#include "agent/state/objections_internal.h"
#include "contact/mem.h"

/* An entry that was written under the former key. */
struct foreign {
    uint8_t token[TOKEN_SIZE]; /* as it stands there */
    struct objection now;
};

struct foreign_list {
    struct foreign *items;
    size_t count;
};

static void foreign_free(struct foreign_list *list)
{
    if (list->items)
        wipe(list->items, list->count * sizeof(*list->items));
    free(list->items);
}

static enum err_code refuse(struct err *err)
{
    err_set(err, ERR_CONFIG, "the register of objections was written under another root key");
    return err_hint(err,
                    "restore the key that belongs to it (contact-agent key restore), or the register that "
                    "belongs to the key");
}

/* Of each entry with an id: written under the present key it stays, under the former it is listed. An entry
 * without one came from the source, and is met there again. */
static enum err_code find_foreign(struct objections *o, const uint8_t *former, struct foreign_list *list,
                                  struct err *err)
{
    bool row = false;
    enum err_code code;
    while ((code = db_step(o->each, &row, err)) == OK && row) {
        struct foreign found = {.now = {.state = OBJECTION_NEW}};
        const void *token = sqlite3_column_blob(o->each, 0), *data = sqlite3_column_blob(o->each, 9);
        size_t size = (size_t)sqlite3_column_bytes(o->each, 9);
        if (sqlite3_column_bytes(o->each, 0) != TOKEN_SIZE || size <= NONCE + TAG)
            continue;
        memcpy(found.token, token, TOKEN_SIZE);
        memcpy(found.now.token, token, TOKEN_SIZE);
        found.now.scope = (enum objection_scope)sqlite3_column_int(o->each, 10);
        if (objection_open_id(o->key, data, size, &found.now))
            continue;
        if (!former || !objection_open_id(former, data, size, &found.now)) {
            code = refuse(err);
            break;
        }
        list->items = mem_grow(list->items, list->count, sizeof(*list->items));
        list->items[list->count++] = found;
        wipe(&found, sizeof(found));
    }
    sqlite3_reset(o->each);
    return code;
}

/* Its erase goes again under the new token. One that was withdrawn too late stays in force, and needs none:
 * nothing of the person is at the centre under that token. */
static const char entry_sql[] =
    "UPDATE OR REPLACE objection SET token = ?1, id = ?3, sent_s = 0, received_s = 0, deleted = 0,"
    " state = CASE WHEN state IN (1, 2) THEN CASE WHEN withdrawn_s = 0 THEN 0 ELSE 2 END ELSE state END"
    " WHERE token = ?2";
static const char event_sql[] = "UPDATE event SET token = ?1 WHERE token = ?2";

static enum err_code run(sqlite3_stmt *statement, const struct foreign *f, const uint8_t *sealed, size_t len,
                         struct err *err)
{
    sqlite3_bind_blob(statement, 1, f->now.token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, f->token, TOKEN_SIZE, SQLITE_STATIC);
    if (sealed)
        sqlite3_bind_blob(statement, 3, sealed, (int)len, SQLITE_STATIC);
    enum err_code code = db_run(statement, err);
    sqlite3_clear_bindings(statement);
    return code;
}

static enum err_code rewrite(struct objections *o, struct foreign_list *list, objections_token *token_of,
                             void *context, struct err *err)
{
    sqlite3_stmt *entry = NULL, *event = NULL;
    enum err_code code = db_prepare(o->db, entry_sql, &entry, err);
    if (code == OK)
        code = db_prepare(o->db, event_sql, &event, err);
    if (code == OK)
        code = db_exec(o->db, "BEGIN IMMEDIATE", err);
    for (size_t i = 0; code == OK && i < list->count; i++) {
        struct foreign *f = &list->items[i];
        uint8_t sealed[SEALED_ID_MAX];
        token_of(context, &f->now, f->now.token);
        code = run(entry, f, sealed, objection_seal_id(o, &f->now, sealed), err);
        if (code == OK)
            code = run(event, f, NULL, 0, err);
    }
    if (code == OK)
        code = db_exec(o->db, "COMMIT", err);
    db_rollback(o->db);
    sqlite3_finalize(entry);
    sqlite3_finalize(event);
    return code;
}

enum err_code objections_settle(struct objections *o, const uint8_t *former_root, objections_token *token_of,
                                void *context, struct err *err)
{
    uint8_t former[REGISTER_KEY];
    struct foreign_list list = {.count = 0};
    if (former_root)
        objections_derive(former_root, former);
    enum err_code code = find_foreign(o, former_root ? former : NULL, &list, err);
    wipe(former, sizeof(former));
    if (code == OK && list.count > 0)
        code = rewrite(o, &list, token_of, context, err);
    foreign_free(&list);
    return code;
}
