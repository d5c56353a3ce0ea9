/* SPDX-License-Identifier: Apache-2.0 */
/* Small facts by name, each written by one side only. */
#include <string.h>

#include "agent/spool/internal.h"

static enum err_code run_put(struct spool *spool, void *context, struct err *err)
{
    (void)spool;
    return db_run(context, err);
}

enum err_code spool_fact_put(struct spool *spool, const char *name, const char *value, struct err *err)
{
    sqlite3_stmt *stmt;
    /* A value that did not change costs no write: facts are told every minute. */
    enum err_code code = spool_sql(spool,
                                   "INSERT INTO fact VALUES (?1, ?2) ON CONFLICT (name)"
                                   " DO UPDATE SET value = ?2 WHERE value <> ?2",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 2, value, -1, SQLITE_TRANSIENT);
    return spool_write(spool, run_put, stmt, err);
}

enum err_code spool_fact_get(struct spool *spool, const char *name, struct buf *out, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool, "SELECT value FROM fact WHERE name = ?1", &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    bool row = false;
    code = db_step(stmt, &row, err);
    if (code == OK && row)
        buf_append(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    sqlite3_reset(stmt);
    if (code == OK && !buf_ok(out))
        return err_set(err, ERR_INTERNAL, "spool: the fact %s is too long", name);
    return code;
}

enum err_code spool_facts(struct spool *spool, const char *prefix,
                          void (*each)(void *context, const char *name, const char *value), void *context,
                          struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code =
        spool_sql(spool, "SELECT name, value FROM fact WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
                  &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_text(stmt, 1, prefix, -1, SQLITE_TRANSIENT);
    bool row = false;
    while ((code = db_step(stmt, &row, err)) == OK && row)
        each(context, (const char *)sqlite3_column_text(stmt, 0), (const char *)sqlite3_column_text(stmt, 1));
    sqlite3_reset(stmt);
    return code;
}

const char *spool_fact_age(int64_t moment_s, int64_t now_s)
{
    static const struct {
        int64_t below_s;
        const char *name;
    } buckets[] = {{60, "<1m"},    {600, "<10m"},  {3600, "<1h"},
                   {21600, "<6h"}, {86400, "<1d"}, {604800, "<7d"}};
    if (moment_s <= 0)
        return "never";
    for (size_t i = 0; i < sizeof(buckets) / sizeof(buckets[0]); i++)
        if (now_s - moment_s < buckets[i].below_s)
            return buckets[i].name;
    return ">7d";
}
