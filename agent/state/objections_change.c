/* SPDX-License-Identifier: Apache-2.0 */
/* How the register changes: each time in one transaction, since a command writes beside a running daemon. */
#include <stdio.h>
#include <string.h>

#include "agent/state/objections_internal.h"
#include "contact/clock.h"

enum err_code objections_prepare_changes(struct objections *o, struct err *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } statements[] = {
        {&o->find, "SELECT state, request, cause, withdrawn_s, scope, sent_s FROM objection WHERE token = ?"},
        {&o->put,
         "INSERT INTO objection (token, state, request, origin, actor, since_s, sent_s, received_s, deleted,"
         "  id, scope, cause, withdrawn_s, days_due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, ?7, ?8, ?9, 0, "
         "1)"
         " ON CONFLICT (token) DO UPDATE SET state = ?2, origin = ?4, actor = ?5, since_s = ?6, cause = ?9,"
         "  withdrawn_s = 0, days_due = days_due + 1"},
        {&o->withdraw,
         "UPDATE objection SET withdrawn_s = ?2, days_due = days_due + 1 WHERE token = ?1 OR cause = ?3"},
        {&o->asked, "UPDATE objection SET days_due = 0 WHERE token = ? AND days_due = ?"},
        {&o->again, "UPDATE objection SET state = 0 WHERE state = 1"},
        {&o->note, "INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?)"},
        {&o->history, "SELECT at_s, token, what, origin, actor FROM event ORDER BY number"},
    };
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < sizeof(statements) / sizeof(statements[0]); i++)
        code = db_prepare(o->db, statements[i].sql, statements[i].statement, err);
    return code;
}

enum err_code objections_find(struct objections *o, const uint8_t token[static TOKEN_SIZE], bool *ret_found,
                              struct objection *ret, struct err *err)
{
    *ret = (struct objection){.state = OBJECTION_NEW};
    sqlite3_bind_blob(o->find, 1, token, TOKEN_SIZE, SQLITE_STATIC);
    enum err_code code = db_step(o->find, ret_found, err);
    if (code == OK && *ret_found) {
        memcpy(ret->token, token, TOKEN_SIZE);
        ret->state = (enum objection_state)sqlite3_column_int(o->find, 0);
        objection_text(o->find, 1, ret->request, sizeof(ret->request));
        objection_text(o->find, 2, ret->cause, sizeof(ret->cause));
        ret->withdrawn_s = sqlite3_column_int64(o->find, 3);
        ret->scope = (enum objection_scope)sqlite3_column_int(o->find, 4);
        ret->sent_s = sqlite3_column_int64(o->find, 5);
    }
    sqlite3_reset(o->find);
    sqlite3_clear_bindings(o->find);
    return code;
}

static enum err_code put(struct objections *o, const struct objection *objection, struct err *err)
{
    uint8_t sealed[SEALED_ID_MAX];
    size_t len = objection_seal_id(o, objection, sealed);
    sqlite3_bind_blob(o->put, 1, objection->token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(o->put, 2, (int)objection->state);
    sqlite3_bind_text(o->put, 3, objection->request, -1, SQLITE_STATIC);
    sqlite3_bind_text(o->put, 4, objection->origin, -1, SQLITE_STATIC);
    sqlite3_bind_text(o->put, 5, objection->actor, -1, SQLITE_STATIC);
    sqlite3_bind_int64(o->put, 6, objection->since_s);
    sqlite3_bind_blob(o->put, 7, sealed, (int)len, SQLITE_STATIC);
    sqlite3_bind_int(o->put, 8, (int)objection->scope);
    sqlite3_bind_text(o->put, 9, objection->cause, -1, SQLITE_STATIC);
    enum err_code code = db_run(o->put, err);
    sqlite3_clear_bindings(o->put);
    return code;
}

static enum err_code note(struct objections *o, const struct objection *objection, const char *what,
                          struct err *err)
{
    sqlite3_bind_int64(o->note, 1, clock_wall_s());
    sqlite3_bind_blob(o->note, 2, objection->token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_text(o->note, 3, what, -1, SQLITE_STATIC);
    sqlite3_bind_text(o->note, 4, objection->origin, -1, SQLITE_STATIC);
    sqlite3_bind_text(o->note, 5, objection->actor, -1, SQLITE_STATIC);
    enum err_code code = db_run(o->note, err);
    sqlite3_clear_bindings(o->note);
    return code;
}

/* Does the wish say more than the entry that is there? *wish takes over what must stay of it. */
static bool adds(const struct objection *there, struct objection *wish)
{
    memcpy(wish->request, there->request, sizeof(wish->request));
    if (!objection_in_force(there))
        return true;
    if (there->state == OBJECTION_HELD && wish->state == OBJECTION_NEW)
        return true;
    wish->state = there->state;
    return wish->cause[0] == '\0' && (there->cause[0] != '\0' || there->withdrawn_s != 0);
}

static void new_request(struct objection *objection)
{
    uint8_t random[8];
    random_bytes(random, sizeof(random));
    memcpy(objection->request, "e-", 2);
    hex_encode(random, sizeof(random), objection->request + 2);
}

static enum err_code enter(struct objections *o, struct objection *wish, enum objection_result *ret,
                           struct err *err)
{
    struct objection there;
    bool found = false;
    const char *what = wish->state == OBJECTION_HELD && wish->scope == SCOPE_PATIENT ? "freeze" : "objection";
    enum err_code code = objections_find(o, wish->token, &found, &there, err);
    if (code != OK)
        return code;
    if (found && !adds(&there, wish)) {
        *ret = OBJECTION_ALREADY;
        return OK;
    }
    if (!found)
        new_request(wish);
    *ret = OBJECTION_DONE;
    code = put(o, wish, err);
    return code == OK && wish->cause[0] == '\0' ? note(o, wish, what, err) : code;
}

enum err_code objections_begin(struct objections *o, struct err *err)
{
    return db_exec(o->db, "BEGIN IMMEDIATE", err);
}

enum err_code objections_end(struct objections *o, enum err_code code, struct err *err)
{
    if (code == OK)
        code = db_exec(o->db, "COMMIT", err);
    if (code != OK)
        db_rollback(o->db);
    return code;
}

enum err_code objections_enter(struct objections *o, struct objection *objection, enum objection_result *ret,
                               struct err *err)
{
    if (!sqlite3_get_autocommit(o->db))
        return enter(o, objection, ret, err);
    enum err_code code = objections_begin(o, err);
    return code == OK ? objections_end(o, enter(o, objection, ret, err), err) : code;
}

static enum err_code withdraw(struct objections *o, struct objection *there, const char *actor,
                              struct err *err)
{
    sqlite3_bind_blob(o->withdraw, 1, there->token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(o->withdraw, 2, clock_wall_s());
    sqlite3_bind_text(o->withdraw, 3, there->request, -1, SQLITE_STATIC);
    enum err_code code = db_run(o->withdraw, err);
    sqlite3_clear_bindings(o->withdraw);
    snprintf(there->actor, sizeof(there->actor), "%s", actor);
    snprintf(there->origin, sizeof(there->origin), "operator");
    return code == OK ? note(o, there, "withdrawal", err) : code;
}

enum err_code objections_withdraw(struct objections *o, const uint8_t token[static TOKEN_SIZE], bool frozen,
                                  const char *actor, enum objection_result *ret, struct err *err)
{
    struct objection there;
    bool found = false;
    enum err_code code = objections_begin(o, err);
    if (code != OK)
        return code;
    code = objections_find(o, token, &found, &there, err);
    bool is_frozen = there.state == OBJECTION_HELD && there.scope == SCOPE_PATIENT;
    if (!found || there.withdrawn_s != 0 || is_frozen != frozen)
        *ret = OBJECTION_ABSENT;
    else if (there.cause[0] != '\0')
        *ret = OBJECTION_MERGED;
    else {
        *ret =
            there.state == OBJECTION_NEW || there.state == OBJECTION_HELD ? OBJECTION_DONE : OBJECTION_FINAL;
        code = code == OK ? withdraw(o, &there, actor, err) : code;
    }
    return objections_end(o, code, err);
}

enum err_code objections_asked(struct objections *o, const struct objection *objection, struct err *err)
{
    sqlite3_bind_blob(o->asked, 1, objection->token, TOKEN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(o->asked, 2, objection->days_due);
    enum err_code code = db_run(o->asked, err);
    sqlite3_clear_bindings(o->asked);
    return code;
}

enum err_code objections_again(struct objections *o, struct err *err)
{
    return db_run(o->again, err);
}

enum err_code objections_history(struct objections *o,
                                 void (*each)(void *context, const struct objection_event *event),
                                 void *context, struct err *err)
{
    bool row = false;
    enum err_code code;
    while ((code = db_step(o->history, &row, err)) == OK && row) {
        struct objection_event event = {.at_s = sqlite3_column_int64(o->history, 0)};
        const void *token = sqlite3_column_blob(o->history, 1);
        if (token && sqlite3_column_bytes(o->history, 1) == TOKEN_SIZE)
            memcpy(event.token, token, TOKEN_SIZE);
        objection_text(o->history, 2, event.what, sizeof(event.what));
        objection_text(o->history, 3, event.origin, sizeof(event.origin));
        objection_text(o->history, 4, event.actor, sizeof(event.actor));
        each(context, &event);
    }
    sqlite3_reset(o->history);
    return code;
}
