/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/state/internal.h"

#define STATE_APPLICATION_ID 0x43745374 /* "CtSt" */

static enum err_code open_file(struct state *state, struct err *err)
{
    const struct db_options options = {.mode = 0600, .create = true, .application_id = STATE_APPLICATION_ID};
    enum err_code code = db_open(state->path, &options, &state->db, err);
    if (code == OK)
        code = db_check(state->db, err);
    if (code == OK)
        code = db_migrate(state->db, state_schema, state_schema_count, err);
    if (code != OK) {
        db_close(state->db);
        state->db = NULL;
    }
    return code;
}

/* Renames the file and what belongs to it, so that somebody may look at it later. */
static enum err_code set_aside(const struct state *state, struct err *err)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char from[sizeof(state->path) + 8], to[sizeof(state->path) + 40];
    for (unsigned number = 1; number < 1000; number++) {
        snprintf(to, sizeof(to), "%s.damaged-%u", state->path, number);
        if (access(to, F_OK) == 0)
            continue;
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            snprintf(from, sizeof(from), "%s%s", state->path, parts[i]);
            snprintf(to, sizeof(to), "%s.damaged-%u%s", state->path, number, parts[i]);
            if (rename(from, to) != 0 && errno != ENOENT)
                return err_set(err, ERR_CONFIG, "state.db: cannot be set aside");
        }
        return OK;
    }
    return err_set(err, ERR_CONFIG, "state.db: too many damaged copies beside it");
}

enum err_code state_open(const char *folder, struct state **ret, bool *ret_fresh, bool *ret_damaged,
                         struct err *err)
{
    struct state *state = calloc(1, sizeof(*state));
    if (!state)
        return err_set(err, ERR_INTERNAL, "state: no memory");
    bool damaged = false;
    enum err_code code = OK;
    if (snprintf(state->path, sizeof(state->path), "%s/state.db", folder) >= (int)sizeof(state->path))
        code = err_set(err, ERR_CONFIG, "state: the folder's name is too long");
    bool fresh = access(state->path, F_OK) != 0;
    if (code == OK)
        code = open_file(state, err);
    if (code == ERR_CORRUPT) {
        damaged = fresh = true;
        code = set_aside(state, err);
        if (code == OK)
            code = open_file(state, err);
    }
    if (code != OK) {
        state_close(state);
        return code;
    }
    *ret = state;
    *ret_fresh = fresh;
    *ret_damaged = damaged;
    return OK;
}

enum err_code state_attach(const char *folder, struct state **ret, struct err *err)
{
    const struct db_options options = {.mode = 0600, .application_id = STATE_APPLICATION_ID};
    struct state *state = calloc(1, sizeof(*state));
    if (!state)
        return err_set(err, ERR_INTERNAL, "state: no memory");
    enum err_code code = OK;
    if (snprintf(state->path, sizeof(state->path), "%s/state.db", folder) >= (int)sizeof(state->path))
        code = err_set(err, ERR_CONFIG, "state: the folder's name is too long");
    if (code == OK)
        code = db_open(state->path, &options, &state->db, err);
    if (code == OK)
        code = db_migrate(state->db, state_schema, state_schema_count, err);
    if (code == ERR_CORRUPT && err != NULL)
        err_hint(err, "nothing to do: collect sets it aside when it starts, and compares all history anew");
    if (code != OK) {
        state_close(state);
        return code;
    }
    *ret = state;
    return OK;
}

enum err_code state_check(struct state *state, struct err *err)
{
    return db_check(state->db, err);
}

void state_close(struct state *state)
{
    if (!state)
        return;
    db_close(state->db);
    free(state);
}

struct sqlite3 *state_handle(struct state *state)
{
    return state->db;
}

void state_begin(struct state *state)
{
    state_run(state, state_sql(state, "BEGIN IMMEDIATE", ""));
}

enum err_code state_commit(struct state *state, struct err *err)
{
    state_run(state, state_sql(state, "COMMIT", ""));
    enum err_code code = state_failure(state, err);
    if (code != OK)
        db_rollback(state->db);
    return code;
}

void state_rollback(struct state *state)
{
    db_rollback(state->db);
    state->failure.code = OK;
}

enum err_code state_failure(struct state *state, struct err *err)
{
    enum err_code code = state->failure.code;
    if (code != OK && err)
        *err = state->failure;
    state->failure.code = OK;
    return code;
}

sqlite3_stmt *state_sql(struct state *state, const char *sql, const char *format, ...)
{
    if (state->failure.code != OK)
        return NULL;
    sqlite3_stmt *s;
    if (db_kept(state->db, &state->statements, sql, &s, &state->failure) != OK)
        return NULL;
    va_list values;
    va_start(values, format);
    for (int place = 1; format[place - 1]; place++) {
        switch (format[place - 1]) {
        case 'i':
            sqlite3_bind_int64(s, place, va_arg(values, int64_t));
            break;
        case 'u':
            sqlite3_bind_int64(s, place, (int64_t)va_arg(values, uint64_t));
            break;
        case 't':
            sqlite3_bind_text(s, place, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
            break;
        case 'b': {
            const void *data = va_arg(values, const void *);
            sqlite3_bind_blob(s, place, data, SHORT_SIZE, SQLITE_TRANSIENT);
            break;
        }
        case 'B': {
            const void *data = va_arg(values, const void *);
            sqlite3_bind_blob64(s, place, data, va_arg(values, size_t), SQLITE_TRANSIENT);
            break;
        }
        }
    }
    va_end(values);
    return s;
}

bool state_step(struct state *state, sqlite3_stmt *statement)
{
    if (!statement)
        return false;
    bool row = false;
    if (state->failure.code == OK && db_step(statement, &row, &state->failure) != OK)
        row = false;
    if (!row)
        sqlite3_reset(statement);
    return row;
}

void state_run(struct state *state, sqlite3_stmt *statement)
{
    while (state_step(state, statement))
        ;
}

bool state_blob(sqlite3_stmt *statement, int column, void *ret, size_t size)
{
    const void *data = sqlite3_column_blob(statement, column);
    if (!data || (size_t)sqlite3_column_bytes(statement, column) != size)
        return false;
    memcpy(ret, data, size);
    return true;
}

void state_tally(sqlite3_stmt *statement, int column, struct tally *ret)
{
    *ret = (struct tally){.count = (uint64_t)sqlite3_column_int64(statement, column)};
    state_blob(statement, column + 1, ret->sum, SHORT_SIZE);
}

void state_text(sqlite3_stmt *statement, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(ret, size, "%s", text ? text : "");
}
