/* SPDX-License-Identifier: Apache-2.0 */
/* The registry's series, held batches and heartbeats. */
#include "contact/clock.h"
#include "gateway/registry_internal.h"

#define HEARTBEAT_HOURS (90 * 24)

#define DAY_S 86400

enum err_code registry_series_standing(struct registry *registry, const char *site, const char *series,
                                       enum series_standing *ret, int64_t *ret_place, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SERIES_GET);
    registry_bind_text(stmt, 1, site);
    registry_bind_text(stmt, 2, series);
    bool row = false;
    enum err_code code = db_step(stmt, &row, err);
    *ret_place = code == OK && row ? sqlite3_column_int64(stmt, 0) : 0;
    *ret = *ret_place == 0                               ? SERIES_UNKNOWN
           : *ret_place == sqlite3_column_int64(stmt, 1) ? SERIES_NEWEST
                                                         : SERIES_SUPERSEDED;
    sqlite3_reset(stmt);
    return code;
}

static enum err_code series_put(struct registry *registry, const char *site, const char *series,
                                int64_t place, int64_t begun, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SERIES_PUT);
    registry_bind_text(stmt, 1, site);
    registry_bind_text(stmt, 2, series);
    sqlite3_bind_int64(stmt, 3, place);
    sqlite3_bind_int64(stmt, 4, begun);
    return db_run(stmt, err);
}

enum err_code registry_series_learn(struct registry *registry, const char *site, const char *series,
                                    int64_t place, struct err *err)
{
    return series_put(registry, site, series, place, 0, err);
}

/* Only `serve` gives places, on one thread: no transaction is needed around the two statements. */
enum err_code registry_series_begin(struct registry *registry, const char *site, const char *series,
                                    struct err *err)
{
    int64_t now = clock_wall_s();
    sqlite3_stmt *stmt = registry_statement(registry, SERIES_NEXT);
    registry_bind_text(stmt, 1, site);
    sqlite3_bind_int64(stmt, 2, now - DAY_S);
    bool row = false;
    enum err_code code = db_step(stmt, &row, err);
    int64_t place = code == OK && row ? sqlite3_column_int64(stmt, 0) : 1;
    int64_t begun = code == OK && row ? sqlite3_column_int64(stmt, 1) : 0;
    sqlite3_reset(stmt);
    if (code == OK && begun >= SERIES_A_DAY_MAX)
        return err_set(err, ERR_RETRY, "%s has begun %lld series within a day", site, (long long)begun);
    return code == OK ? series_put(registry, site, series, place, now, err) : code;
}

enum err_code registry_site_superseded(struct registry *registry, const char *site, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SITE_SUPERSEDED);
    registry_bind_text(stmt, 1, site);
    sqlite3_bind_int64(stmt, 2, clock_wall_s());
    return db_run(stmt, err);
}

enum err_code registry_series_each(struct registry *registry,
                                   void (*each)(void *context, const char *site, const char *series),
                                   void *context, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, SERIES_LIST);
    bool row = false;
    enum err_code code;
    while ((code = db_step(stmt, &row, err)) == OK && row) {
        char site[SITE_TEXT], series[SERIES_TEXT];
        registry_copy_text(stmt, 0, site, sizeof site);
        registry_copy_text(stmt, 1, series, sizeof series);
        each(context, site, series);
    }
    sqlite3_reset(stmt);
    return code;
}

enum err_code registry_held_load(struct registry *registry, const char *site, const char *series,
                                 struct ranges *ret, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, HELD_GET);
    registry_bind_text(stmt, 1, site);
    registry_bind_text(stmt, 2, series);
    bool row = false;
    enum err_code code;
    while ((code = db_step(stmt, &row, err)) == OK && row)
        ranges_add(ret, (uint64_t)sqlite3_column_int64(stmt, 0), (uint64_t)sqlite3_column_int64(stmt, 1));
    sqlite3_reset(stmt);
    return code;
}

static enum err_code held_replace(struct registry *registry, const char *site, const char *series,
                                  const struct ranges *held, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, HELD_CLEAR);
    registry_bind_text(stmt, 1, site);
    registry_bind_text(stmt, 2, series);
    enum err_code code = db_run(stmt, err);
    for (size_t i = 0; i < held->count && code == OK; i++) {
        stmt = registry_statement(registry, HELD_PUT);
        registry_bind_text(stmt, 1, site);
        registry_bind_text(stmt, 2, series);
        sqlite3_bind_int64(stmt, 3, (int64_t)held->items[i].first);
        sqlite3_bind_int64(stmt, 4, (int64_t)held->items[i].last);
        code = db_run(stmt, err);
    }
    return code;
}

enum err_code registry_held_save(struct registry *registry, const char *site, const char *series,
                                 const struct ranges *held, struct err *err)
{
    enum err_code code = db_exec(registry->db, "BEGIN IMMEDIATE", err);
    if (code == OK)
        code = held_replace(registry, site, series, held, err);
    if (code == OK)
        code = db_exec(registry->db, "COMMIT", err);
    db_rollback(registry->db);
    return code;
}

enum err_code registry_heartbeat_put(struct registry *registry, const char *site, const char *json,
                                     size_t len, struct err *err)
{
    int64_t now = clock_wall_s();
    sqlite3_stmt *stmt = registry_statement(registry, HEARTBEAT_PUT);
    registry_bind_text(stmt, 1, site);
    sqlite3_bind_int64(stmt, 2, now / 3600);
    sqlite3_bind_int64(stmt, 3, now);
    sqlite3_bind_text(stmt, 4, json, (int)len, SQLITE_STATIC);
    enum err_code code = db_run(stmt, err);
    if (code != OK)
        return code;
    stmt = registry_statement(registry, HEARTBEAT_PURGE);
    registry_bind_text(stmt, 1, site);
    sqlite3_bind_int64(stmt, 2, now / 3600 - HEARTBEAT_HOURS);
    sqlite3_bind_int64(stmt, 3, now / 3600); /* of a clock that was wrong: it would be the last for as long */
    return db_run(stmt, err);
}

enum err_code registry_heartbeat_last(struct registry *registry, const char *site, int64_t *ret_at,
                                      struct buf *out, struct err *err)
{
    sqlite3_stmt *stmt = registry_statement(registry, HEARTBEAT_LAST);
    registry_bind_text(stmt, 1, site);
    bool row = false;
    *ret_at = 0;
    enum err_code code = db_step(stmt, &row, err);
    if (code == OK && row) {
        *ret_at = sqlite3_column_int64(stmt, 0);
        buf_append(out, sqlite3_column_text(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
    }
    sqlite3_reset(stmt);
    return code;
}
