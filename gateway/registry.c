/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/language.h"
#include "gateway/registry_internal.h"

#define APPLICATION_ID 0x43475752 /* CGWR */

static const char *const migrations[] = {
    "CREATE TABLE site (name TEXT PRIMARY KEY, added INTEGER NOT NULL, approved INTEGER NOT NULL DEFAULT 0,"
    " revoked INTEGER NOT NULL DEFAULT 0, code_digest BLOB, code_expires INTEGER NOT NULL DEFAULT 0,"
    " code_key BLOB) STRICT, WITHOUT ROWID;"
    "CREATE TABLE key (digest BLOB PRIMARY KEY, site TEXT NOT NULL REFERENCES site, added INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, state INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX key_site ON key (site);"
    "CREATE TABLE series (site TEXT NOT NULL, series TEXT NOT NULL, place INTEGER NOT NULL,"
    " PRIMARY KEY (site, series), UNIQUE (site, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE held (site TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (site, series, first)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE heartbeat (site TEXT NOT NULL, hour INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT "
    "NULL,"
    " PRIMARY KEY (site, hour)) STRICT, WITHOUT ROWID;",
    ("ALTER TABLE series ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;"
     "ALTER TABLE site ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;"),
    /* A site revoked before revoking ended its keys. */
    "UPDATE key SET state = 2 WHERE site IN (SELECT name FROM site WHERE revoked != 0);",
};

#define SITE_COLUMNS                                                                                         \
    "SELECT name, added, approved, revoked, code_expires,"                                                   \
    " code_key IS NOT NULL AND code_key NOT IN (SELECT digest FROM key WHERE state != 2),"                   \
    " coalesce((SELECT max(added) FROM key WHERE site = name AND state != 2), 0),"                           \
    " coalesce((SELECT max(expires) FROM key WHERE site = name AND state != 2), 0), superseded FROM site "

static const char *const statements[STATEMENT_COUNT] = {
    [SITE_INSERT] =
        "INSERT OR IGNORE INTO site (code_digest, code_expires, name, added) VALUES (?1, ?2, ?3, ?4)",
    [SITE_CODE] =
        "UPDATE site SET code_digest = ?1, code_expires = ?2, code_key = NULL, approved = 0, revoked = 0"
        " WHERE name = ?3",
    [SITE_GET] = SITE_COLUMNS "WHERE name = ?1",
    [SITE_LIST] = SITE_COLUMNS "ORDER BY name",
    [SITE_APPROVE] = "UPDATE site SET approved = ?2 WHERE name = ?1",
    [SITE_REVOKE] = "UPDATE site SET revoked = ?2, code_digest = NULL, code_expires = 0 WHERE name = ?1",
    [SITE_KEYS_END] = "UPDATE key SET state = 2 WHERE site = ?1",
    [CODE_GET] =
        "SELECT code_digest, code_expires, code_key FROM site WHERE name = ?1 AND code_digest IS NOT NULL",
    [CODE_BIND] = "UPDATE site SET code_key = ?2 WHERE name = ?1",
    [KEY_PUT] = "INSERT INTO key (digest, site, added, expires, state) VALUES (?1, ?2, ?3, ?4, iif(?5, 0, 1))"
                " ON CONFLICT (digest) DO UPDATE SET expires = excluded.expires, added = excluded.added,"
                " state = iif(?5 AND state = 2, 0, state) WHERE site = excluded.site",
    [KEY_GET] = "SELECT key.site, key.state, site.revoked FROM key JOIN site ON site.name = key.site"
                " WHERE key.digest = ?1",
    [KEY_RETIRE] = "UPDATE key SET state = 2 WHERE site = ?1 AND digest != ?2 AND state != 2",
    [KEY_ACTIVATE] = "UPDATE key SET state = 1 WHERE site = ?1 AND digest = ?2",
    [SITE_SUPERSEDED] =
        "UPDATE site SET superseded = ?2 WHERE name = ?1 AND superseded NOT BETWEEN ?2 - 60 AND ?2",
    [SERIES_GET] = "SELECT place, (SELECT max(place) FROM series WHERE site = ?1) FROM series"
                   " WHERE site = ?1 AND series = ?2",
    [SERIES_NEXT] = "SELECT coalesce(max(place), 0) + 1, count(*) FILTER (WHERE begun > ?2) FROM series"
                    " WHERE site = ?1",
    [SERIES_PUT] = "INSERT OR IGNORE INTO series (site, series, place, begun) VALUES (?1, ?2, ?3, ?4)",
    [SERIES_LIST] = "SELECT site, series FROM series ORDER BY site, place",
    [HELD_GET] = "SELECT first, last FROM held WHERE site = ?1 AND series = ?2 ORDER BY first",
    [HELD_CLEAR] = "DELETE FROM held WHERE site = ?1 AND series = ?2",
    [HELD_PUT] = "INSERT INTO held (site, series, first, last) VALUES (?1, ?2, ?3, ?4)",
    [HEARTBEAT_PUT] = "INSERT OR REPLACE INTO heartbeat (site, hour, at, body) VALUES (?1, ?2, ?3, ?4)",
    [HEARTBEAT_PURGE] = "DELETE FROM heartbeat WHERE site = ?1 AND (hour < ?2 OR hour > ?3)",
    [HEARTBEAT_LAST] = "SELECT at, body FROM heartbeat WHERE site = ?1 ORDER BY hour DESC LIMIT 1",
};

sqlite3_stmt *registry_statement(struct registry *registry, enum registry_statement which)
{
    sqlite3_stmt *stmt = registry->statement[which];
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return stmt;
}

void registry_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static void bind_key(sqlite3_stmt *stmt, int at, const uint8_t digest[static SHA256_SIZE])
{
    sqlite3_bind_blob(stmt, at, digest, SHA256_SIZE, SQLITE_STATIC);
}

void registry_copy_text(sqlite3_stmt *stmt, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    snprintf(ret, size, "%s", text != NULL ? text : "");
}

static enum err_code prepare_all(struct registry *registry, struct err *err)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (db_prepare(registry->db, statements[i], &registry->statement[i], err) != OK)
            return err->code;
    return OK;
}

enum err_code registry_open(const char *folder, bool create, struct registry **ret, struct err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/registry.db", folder);
    if (!create && access(path, F_OK) != 0) {
        bool closed = errno == EACCES;
        err_set(err, ERR_CONFIG, closed ? N_("cannot enter %s") : N_("no registry in %s"), folder);
        return err_hint(err, closed ? N_("type the same with sudo") : "contact-gateway init");
    }
    struct registry *registry = calloc(1, sizeof *registry);
    if (registry == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    struct db_options options = {.mode = 0600, .create = create, .application_id = APPLICATION_ID};
    enum err_code code = db_open(path, &options, &registry->db, err);
    if (code == OK)
        code = db_migrate(registry->db, migrations, sizeof migrations / sizeof *migrations, err);
    if (code == OK)
        code = prepare_all(registry, err);
    if (code != OK) {
        registry_close(registry);
        return code;
    }
    *ret = registry;
    return OK;
}

void registry_close(struct registry *registry)
{
    if (registry == NULL)
        return;
    db_close(registry->db);
    free(registry);
}

enum err_code registry_site_add(struct registry *registry, const char *name,
                                const uint8_t code_digest[static SHA256_SIZE], int64_t expires, bool again,
                                struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, again ? SITE_CODE : SITE_INSERT);
    bind_key(stmt, 1, code_digest);
    sqlite3_bind_int64(stmt, 2, expires);
    registry_bind_text(stmt, 3, name);
    if (!again)
        sqlite3_bind_int64(stmt, 4, clock_wall_s());
    if (db_run(stmt, err) != OK)
        return err->code;
    if (sqlite3_changes(registry->db) == 1)
        return OK;
    if (again)
        return err_set(err, ERR_REJECTED, "there is no site %s", name);
    err_set(err, ERR_REJECTED, "site %s exists already", name);
    return err_hint(err, "for a new enrolment code: contact-gateway site add %s --new-code", name);
}

static void read_site(sqlite3_stmt *stmt, struct registry_site *ret)
{
    registry_copy_text(stmt, 0, ret->name, sizeof ret->name);
    ret->added = sqlite3_column_int64(stmt, 1);
    ret->approved = sqlite3_column_int64(stmt, 2);
    ret->revoked = sqlite3_column_int64(stmt, 3);
    ret->code_expires = sqlite3_column_int64(stmt, 4);
    ret->code_bound = sqlite3_column_int(stmt, 5) != 0;
    ret->enrolled = sqlite3_column_int64(stmt, 6);
    ret->certificate_expires = sqlite3_column_int64(stmt, 7);
    ret->superseded = sqlite3_column_int64(stmt, 8);
}

enum err_code registry_site_get(struct registry *registry, const char *name, struct registry_site *ret,
                                bool *ret_found, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SITE_GET);
    registry_bind_text(stmt, 1, name);
    enum err_code code = db_step(stmt, ret_found, err);
    if (code == OK && *ret_found)
        read_site(stmt, ret);
    sqlite3_reset(stmt);
    return code;
}

enum err_code registry_sites(struct registry *registry,
                             void (*each)(void *context, const struct registry_site *site), void *context,
                             struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SITE_LIST);
    bool row = false;
    enum err_code code;
    while ((code = db_step(stmt, &row, err)) == OK && row) {
        struct registry_site site;
        read_site(stmt, &site);
        each(context, &site);
    }
    sqlite3_reset(stmt);
    return code;
}

bool registry_site_waits(const struct registry_site *site)
{
    return site->code_bound && site->approved == 0 && site->code_expires > clock_wall_s();
}

static enum err_code mark_site(struct registry *registry, enum registry_statement which, const char *name,
                               struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, which);
    registry_bind_text(stmt, 1, name);
    sqlite3_bind_int64(stmt, 2, clock_wall_s());
    if (db_run(stmt, err) != OK)
        return err->code;
    if (sqlite3_changes(registry->db) == 1)
        return OK;
    err_set(err, ERR_REJECTED, "there is no site %s", name);
    return err_hint(err, "contact-gateway site list");
}

enum err_code registry_site_approve(struct registry *registry, const char *name, struct err *err)
{
    return mark_site(registry, SITE_APPROVE, name, err);
}

/* Its keys end for good: a new code lifts the mark, and the machine may be in other hands. */
enum err_code registry_site_revoke(struct registry *registry, const char *name, struct err *err)
{
    enum err_code code = db_exec(registry->db, "BEGIN IMMEDIATE", err);
    if (code == OK)
        code = mark_site(registry, SITE_REVOKE, name, err);
    if (code == OK) {
        sqlite3_stmt *stmt = registry_statement(registry, SITE_KEYS_END);
        registry_bind_text(stmt, 1, name);
        code = db_run(stmt, err);
    }
    if (code == OK)
        code = db_exec(registry->db, "COMMIT", err);
    db_rollback(registry->db);
    return code;
}

/* A digest column equals what was given; an absent one is compared too, so that timing tells nothing. */
static bool column_is(sqlite3_stmt *stmt, int column, const uint8_t digest[static SHA256_SIZE])
{
    static const uint8_t none[SHA256_SIZE];
    bool whole = sqlite3_column_bytes(stmt, column) == SHA256_SIZE;
    const void *value = whole ? sqlite3_column_blob(stmt, column) : none;
    return equal_constant_time(value, digest, SHA256_SIZE) && whole;
}

static enum code_outcome judge_code(sqlite3_stmt *stmt, const uint8_t code_digest[static SHA256_SIZE],
                                    const uint8_t key[static SHA256_SIZE], bool *ret_bound)
{
    *ret_bound = sqlite3_column_type(stmt, 2) != SQLITE_NULL;
    if (!column_is(stmt, 0, code_digest) || sqlite3_column_int64(stmt, 1) < clock_wall_s())
        return CODE_BAD;
    return !*ret_bound || column_is(stmt, 2, key) ? CODE_GOOD : CODE_USED;
}

static enum err_code code_use(struct registry *registry, const char *name,
                              const uint8_t code_digest[static SHA256_SIZE],
                              const uint8_t key[static SHA256_SIZE], enum code_outcome *ret, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, CODE_GET);
    registry_bind_text(stmt, 1, name);
    bool row = false, bound = false;
    if (db_step(stmt, &row, err) != OK)
        return err->code;
    *ret = row ? judge_code(stmt, code_digest, key, &bound) : CODE_BAD;
    sqlite3_reset(stmt);
    if (*ret != CODE_GOOD || bound)
        return OK;
    stmt = registry_statement(registry, CODE_BIND);
    registry_bind_text(stmt, 1, name);
    bind_key(stmt, 2, key);
    return db_run(stmt, err);
}

enum err_code registry_code_use(struct registry *registry, const char *name,
                                const uint8_t code_digest[static SHA256_SIZE],
                                const uint8_t key[static SHA256_SIZE], enum code_outcome *ret,
                                struct err *err)
{
    enum err_code code = db_exec(registry->db, "BEGIN IMMEDIATE", err);
    if (code == OK)
        code = code_use(registry, name, code_digest, key, ret, err);
    if (code == OK)
        code = db_exec(registry->db, "COMMIT", err);
    db_rollback(registry->db);
    return code;
}

enum err_code registry_key_add(struct registry *registry, const char *site,
                               const uint8_t key[static SHA256_SIZE], int64_t expires, bool by_code,
                               struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, KEY_PUT);
    bind_key(stmt, 1, key);
    registry_bind_text(stmt, 2, site);
    sqlite3_bind_int64(stmt, 3, clock_wall_s());
    sqlite3_bind_int64(stmt, 4, expires);
    sqlite3_bind_int(stmt, 5, by_code);
    if (db_run(stmt, err) != OK)
        return err->code;
    if (sqlite3_changes(registry->db) == 1)
        return OK;
    return err_set(err, ERR_REJECTED, "this key belongs to another site");
}

enum err_code registry_key_find(struct registry *registry, const uint8_t key[static SHA256_SIZE],
                                struct registry_key *ret, bool *ret_found, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, KEY_GET);
    bind_key(stmt, 1, key);
    enum err_code code = db_step(stmt, ret_found, err);
    if (code == OK && *ret_found) {
        registry_copy_text(stmt, 0, ret->site, sizeof ret->site);
        ret->state = (enum key_state)sqlite3_column_int(stmt, 1);
        ret->site_revoked = sqlite3_column_int64(stmt, 2) != 0;
    }
    sqlite3_reset(stmt);
    return code;
}

static enum err_code key_step(struct registry *registry, enum registry_statement which, const char *site,
                              const uint8_t key[static SHA256_SIZE], struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, which);
    registry_bind_text(stmt, 1, site);
    bind_key(stmt, 2, key);
    return db_run(stmt, err);
}

enum err_code registry_key_activate(struct registry *registry, const char *site,
                                    const uint8_t key[static SHA256_SIZE], struct err *err)
{
    enum err_code code = db_exec(registry->db, "BEGIN IMMEDIATE", err);
    if (code == OK)
        code = key_step(registry, KEY_RETIRE, site, key, err);
    if (code == OK)
        code = key_step(registry, KEY_ACTIVATE, site, key, err);
    if (code == OK)
        code = db_exec(registry->db, "COMMIT", err);
    db_rollback(registry->db);
    return code;
}
