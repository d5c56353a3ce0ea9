/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/objections.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/state/objections_internal.h"

#define OBJECTIONS_APPLICATION_ID 0x43744f62 /* "CtOb" */

static const char *const schema[] = {
    "CREATE TABLE objection (token BLOB PRIMARY KEY, state INTEGER NOT NULL, request TEXT NOT NULL UNIQUE,"
    "  origin TEXT NOT NULL, actor TEXT NOT NULL, since_s INTEGER NOT NULL, sent_s INTEGER NOT NULL,"
    "  received_s INTEGER NOT NULL, deleted INTEGER NOT NULL, id BLOB) STRICT;",

    "ALTER TABLE objection ADD COLUMN scope INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE objection ADD COLUMN cause TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE objection ADD COLUMN withdrawn_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE objection ADD COLUMN days_due INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE event (number INTEGER PRIMARY KEY, at_s INTEGER NOT NULL, token BLOB NOT NULL,"
    "  what TEXT NOT NULL, origin TEXT NOT NULL, actor TEXT NOT NULL) STRICT;",
};

static enum err_code prepare(struct objections *o, struct err *err)
{
    enum err_code code =
        db_prepare(o->db,
                   "UPDATE objection SET state = ?2, sent_s = ?3, received_s = ?4, deleted = ?5"
                   " WHERE token = ?1",
                   &o->update, err);
    if (code == OK)
        code = db_prepare(
            o->db,
            "SELECT token, state, request, origin, actor, since_s, sent_s, received_s, deleted, id,"
            " scope, cause, withdrawn_s, days_due FROM objection ORDER BY since_s, token",
            &o->each, err);
    return code == OK ? objections_prepare_changes(o, err) : code;
}

void objections_derive(const uint8_t root[static 32], uint8_t ret[static REGISTER_KEY])
{
    static const char salt[] = "contact-edge/v1", info[] = "objections";
    hkdf_sha256(root, 32, salt, sizeof(salt) - 1, info, sizeof(info) - 1, ret, REGISTER_KEY);
}

enum err_code objections_open(const char *folder, const uint8_t root[static 32], struct objections **ret,
                              struct err *err)
{
    char path[4096];
    if (snprintf(path, sizeof(path), "%s/objections.db", folder) >= (int)sizeof(path))
        return err_set(err, ERR_CONFIG, "objections: the folder's name is too long");
    struct objections *o = calloc(1, sizeof(*o));
    if (!o)
        return err_set(err, ERR_INTERNAL, "objections: no memory");
    objections_derive(root, o->key);
    const struct db_options options = {
        .mode = 0600, .create = true, .application_id = OBJECTIONS_APPLICATION_ID};
    enum err_code code = db_open(path, &options, &o->db, err);
    if (code == OK)
        code = db_check(o->db, err);
    if (code == OK)
        code = db_migrate(o->db, schema, sizeof(schema) / sizeof(schema[0]), err);
    if (code == OK)
        code = prepare(o, err);
    if (code != OK) {
        if (code == ERR_CORRUPT)
            err_hint(
                err,
                "nothing is read without the register of objections: restore objections.db from a "
                "backup; without one,"
                " move it away and type contact-agent approve, which pauses; enter again what was entered "
                "here, then resume");
        objections_close(o);
        return code;
    }
    *ret = o;
    return OK;
}

void objections_close(struct objections *o)
{
    if (!o)
        return;
    db_close(o->db);
    wipe(o->key, sizeof(o->key));
    free(o);
}

/* nonce || AES-256-GCM(id) || tag, bound to its token so that two entries cannot be exchanged. */
size_t objection_seal_id(const struct objections *o, const struct objection *objection,
                         uint8_t ret[static SEALED_ID_MAX])
{
    int len = 0, id_len = (int)strlen(objection->id);
    random_bytes(ret, NONCE);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, o->key, ret) == 1 &&
              EVP_EncryptUpdate(ctx, NULL, &len, objection->token, TOKEN_SIZE) == 1 &&
              EVP_EncryptUpdate(ctx, ret + NONCE, &len, (const uint8_t *)objection->id, id_len) == 1 &&
              EVP_EncryptFinal_ex(ctx, ret + NONCE + id_len, &len) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, ret + NONCE + id_len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!ok)
        abort();
    return NONCE + (size_t)id_len + TAG;
}

bool objection_open_id(const uint8_t key[static REGISTER_KEY], const uint8_t *data, size_t size,
                       struct objection *objection)
{
    objection->id[0] = '\0';
    if (!data || size <= NONCE + TAG || size >= SEALED_ID_MAX)
        return false;
    int len = 0, id_len = (int)(size - NONCE - TAG);
    uint8_t tag[TAG];
    memcpy(tag, data + size - TAG, TAG);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, data) == 1 &&
              EVP_DecryptUpdate(ctx, NULL, &len, objection->token, TOKEN_SIZE) == 1 &&
              EVP_DecryptUpdate(ctx, (uint8_t *)objection->id, &len, data + NONCE, id_len) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
              EVP_DecryptFinal_ex(ctx, (uint8_t *)objection->id + len, &len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    objection->id[ok ? id_len : 0] = '\0';
    return ok;
}

enum err_code objections_update(struct objections *o, const struct objection *objection, struct err *err)
{
    sqlite3_bind_blob(o->update, 1, objection->token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(o->update, 2, (int)objection->state);
    sqlite3_bind_int64(o->update, 3, objection->sent_s);
    sqlite3_bind_int64(o->update, 4, objection->received_s);
    sqlite3_bind_int64(o->update, 5, objection->deleted);
    enum err_code code = db_run(o->update, err);
    sqlite3_clear_bindings(o->update);
    return code;
}

void objection_text(sqlite3_stmt *s, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    snprintf(ret, size, "%s", text ? text : "");
}

static bool read_entry(const struct objections *o, bool with_id, struct objection *ret)
{
    sqlite3_stmt *s = o->each;
    const void *token = sqlite3_column_blob(s, 0);
    if (!token || sqlite3_column_bytes(s, 0) != TOKEN_SIZE)
        return false;
    *ret = (struct objection){
        .state = (enum objection_state)sqlite3_column_int(s, 1),
        .since_s = sqlite3_column_int64(s, 5),
        .sent_s = sqlite3_column_int64(s, 6),
        .received_s = sqlite3_column_int64(s, 7),
        .deleted = sqlite3_column_int64(s, 8),
        .scope = (enum objection_scope)sqlite3_column_int(s, 10),
        .withdrawn_s = sqlite3_column_int64(s, 12),
        .days_due = sqlite3_column_int64(s, 13),
    };
    memcpy(ret->token, token, TOKEN_SIZE);
    objection_text(s, 2, ret->request, sizeof(ret->request));
    objection_text(s, 3, ret->origin, sizeof(ret->origin));
    objection_text(s, 4, ret->actor, sizeof(ret->actor));
    objection_text(s, 11, ret->cause, sizeof(ret->cause));
    if (with_id)
        (void)objection_open_id(o->key, sqlite3_column_blob(s, 9), (size_t)sqlite3_column_bytes(s, 9), ret);
    return true;
}

enum err_code objections_each(struct objections *o, bool with_ids,
                              void (*each)(void *context, const struct objection *objection), void *context,
                              struct err *err)
{
    bool row = false;
    enum err_code code;
    while ((code = db_step(o->each, &row, err)) == OK && row) {
        struct objection found;
        if (!read_entry(o, with_ids, &found)) {
            code = err_set(err, ERR_CORRUPT, "objections: an entry without its token");
            break;
        }
        each(context, &found);
        wipe(&found, sizeof(found));
    }
    sqlite3_reset(o->each);
    return code;
}

bool objection_in_force(const struct objection *objection)
{
    bool erased = objection->state == OBJECTION_SENT || objection->state == OBJECTION_RECEIVED;
    return erased || objection->withdrawn_s == 0;
}
