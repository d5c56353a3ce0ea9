/* SPDX-License-Identifier: Apache-2.0 */
/* collect's side of the queue: batches go in, and those the centre would not have come back. */
#include <stdlib.h>
#include <string.h>

#include "agent/spool/internal.h"
#include "contact/clock.h"

#define DISK_FREE_LEAST                                                                                      \
    (64 * 1024 * 1024) /* bytes: the source is the real buffer, the machine is not ours to fill */
#define TROUBLES_AT_ONCE 64

static enum err_code known(struct spool *spool, uint64_t seq, bool *ret_known, struct err *err)
{
    sqlite3_stmt *stmt;
    /* What the centre has loaded was put here once, and is deleted since. */
    enum err_code code = spool_sql(spool,
                                   "SELECT 1 FROM batch WHERE seq = ?1"
                                   " UNION ALL SELECT 1 FROM held WHERE loaded >= ?1",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int64(stmt, 1, (int64_t)seq);
    code = db_step(stmt, ret_known, err);
    sqlite3_reset(stmt);
    return code;
}

static enum err_code room(struct spool *spool, size_t len, int64_t limit_bytes, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool, "SELECT bytes FROM held", &stmt, err);
    bool row = false;
    if (code == OK)
        code = db_step(stmt, &row, err);
    if (code != OK)
        return code;
    int64_t bytes = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    if (bytes + (int64_t)len > limit_bytes)
        return err_set(err, ERR_FULL, "spool: holds its limit of %lld bytes", (long long)limit_bytes);
    int64_t disk = spool_disk_free(spool);
    if (disk >= 0 && disk - (int64_t)len < DISK_FREE_LEAST)
        return err_set(err, ERR_FULL, "spool: the disk has less than 64 MiB free");
    return OK;
}

enum err_code spool_put_begin(struct spool *spool, struct err *err)
{
    return db_exec(spool->db, "BEGIN IMMEDIATE", err);
}

enum err_code spool_put_end(struct spool *spool, enum err_code code, struct err *err)
{
    if (code == OK)
        code = db_exec(spool->db, "COMMIT", err);
    if (code != OK)
        db_rollback(spool->db);
    return code;
}

/* Both statements of a put or a replacement, which are alike: the row of the queue, then its bytes. */
static enum err_code in_one_transaction(struct spool *spool, sqlite3_stmt *first, sqlite3_stmt *second,
                                        struct err *err)
{
    bool alone = sqlite3_get_autocommit(spool->db) != 0;
    enum err_code code = alone ? spool_put_begin(spool, err) : OK;
    if (code == OK)
        code = db_run(first, err);
    if (code == OK)
        code = db_run(second, err);
    if (alone)
        code = spool_put_end(spool, code, err);
    sqlite3_clear_bindings(second); /* the sealed bytes are the caller's */
    return code;
}

enum err_code spool_put(struct spool *spool, uint64_t seq, enum lane lane, bool is_void, const void *sealed,
                        size_t len, int64_t limit_bytes, struct err *err)
{
    if (len == 0 || len > BATCH_MAX_BYTES || seq == 0 || seq > INT64_MAX)
        return err_set(err, ERR_INTERNAL, "spool: a batch of %zu bytes, seq %llu", len,
                       (unsigned long long)seq);
    bool is_known = false;
    enum err_code code = known(spool, seq, &is_known, err);
    if (code != OK || is_known)
        return code;
    /* A void is some hundred bytes and unblocks the rest. */
    if (!is_void)
        code = room(spool, len, limit_bytes, err);
    sqlite3_stmt *batch, *bytes;
    if (code == OK)
        code = spool_sql(spool,
                         "INSERT INTO batch (seq, lane, is_void, state, digest, size, put_s)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                         &batch, err);
    if (code == OK)
        code = spool_sql(spool, "INSERT INTO sealed VALUES (?1, ?2) ON CONFLICT DO NOTHING", &bytes, err);
    if (code != OK)
        return code;
    uint8_t digest[SHA256_SIZE];
    sha256(sealed, len, digest);
    sqlite3_bind_int64(batch, 1, (int64_t)seq);
    sqlite3_bind_int(batch, 2, (int)lane);
    sqlite3_bind_int(batch, 3, is_void);
    sqlite3_bind_int(batch, 4, BATCH_QUEUED);
    sqlite3_bind_blob(batch, 5, digest, sizeof(digest), SQLITE_TRANSIENT);
    sqlite3_bind_int64(batch, 6, (int64_t)len);
    sqlite3_bind_int64(batch, 7, clock_wall_s());
    sqlite3_bind_int64(bytes, 1, (int64_t)seq);
    sqlite3_bind_blob64(bytes, 2, sealed, len, SQLITE_STATIC);
    return in_one_transaction(spool, batch, bytes, err);
}

enum err_code spool_replace_by_void(struct spool *spool, uint64_t seq, const void *sealed, size_t len,
                                    struct err *err)
{
    if (len == 0 || len > BATCH_MAX_BYTES)
        return err_set(err, ERR_INTERNAL, "spool: a void of %zu bytes", len);
    sqlite3_stmt *batch, *bytes;
    enum err_code code =
        spool_sql(spool,
                  "UPDATE batch SET is_void = 1, state = ?2, digest = ?3, size = ?4, attempts = 0"
                  " WHERE seq = ?1 AND state IN (?5, ?6)",
                  &batch, err);
    /* Only when the batch was indeed set aside: otherwise the digest and the bytes would part. A batch may be
     * there because its bytes are gone. */
    if (code == OK)
        code =
            spool_sql(spool, "INSERT OR REPLACE INTO sealed SELECT ?1, ?2 WHERE changes() > 0", &bytes, err);
    if (code != OK)
        return code;
    uint8_t digest[SHA256_SIZE];
    sha256(sealed, len, digest);
    sqlite3_bind_int64(batch, 1, (int64_t)seq);
    sqlite3_bind_int(batch, 2, BATCH_QUEUED);
    sqlite3_bind_blob(batch, 3, digest, sizeof(digest), SQLITE_TRANSIENT);
    sqlite3_bind_int64(batch, 4, (int64_t)len);
    sqlite3_bind_int(batch, 5, BATCH_PARKED);
    sqlite3_bind_int(batch, 6, BATCH_TOO_LARGE);
    sqlite3_bind_int64(bytes, 1, (int64_t)seq);
    sqlite3_bind_blob64(bytes, 2, sealed, len, SQLITE_STATIC);
    return in_one_transaction(spool, batch, bytes, err);
}

enum err_code spool_troubles(struct spool *spool, uint64_t voids_after,
                             void (*each)(void *context, const struct spool_batch *batch), void *context,
                             struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool,
                                   "SELECT seq, lane, is_void, state, digest, attempts FROM batch"
                                   " WHERE state IN (?1, ?2, ?3)"
                                   " AND (is_void = 0 OR state = ?3 OR seq > ?5) ORDER BY seq LIMIT ?4",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int(stmt, 1, BATCH_PARKED);
    sqlite3_bind_int(stmt, 2, BATCH_TOO_LARGE);
    sqlite3_bind_int(stmt, 3, BATCH_CONFLICT);
    sqlite3_bind_int(stmt, 4, TROUBLES_AT_ONCE);
    sqlite3_bind_int64(stmt, 5, (int64_t)voids_after);
    /* Read first, call after: the callback may write here. */
    struct spool_batch found[TROUBLES_AT_ONCE];
    size_t count = 0;
    bool row = false;
    while ((code = db_step(stmt, &row, err)) == OK && row && count < TROUBLES_AT_ONCE) {
        struct spool_batch *b = &found[count++];
        *b = (struct spool_batch){.seq = (uint64_t)sqlite3_column_int64(stmt, 0),
                                  .lane = (enum lane)sqlite3_column_int(stmt, 1),
                                  .is_void = sqlite3_column_int(stmt, 2) != 0,
                                  .state = (enum batch_state)sqlite3_column_int(stmt, 3),
                                  .attempts = (unsigned)sqlite3_column_int(stmt, 5)};
        if (sqlite3_column_bytes(stmt, 4) == SHA256_SIZE)
            memcpy(b->digest, sqlite3_column_blob(stmt, 4), SHA256_SIZE);
    }
    sqlite3_reset(stmt);
    for (size_t i = 0; code == OK && i < count; i++)
        each(context, &found[i]);
    return code;
}

enum err_code spool_extent(struct spool *spool, uint64_t *ret_lowest_held, uint64_t *ret_highest_put,
                           struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code =
        spool_sql(spool, "SELECT ifnull((SELECT min(seq) FROM batch), 0), highest FROM held", &stmt, err);
    bool row = false;
    if (code == OK)
        code = db_step(stmt, &row, err);
    if (code != OK)
        return code;
    if (row) {
        *ret_lowest_held = (uint64_t)sqlite3_column_int64(stmt, 0);
        *ret_highest_put = (uint64_t)sqlite3_column_int64(stmt, 1);
    }
    sqlite3_reset(stmt);
    return row ? OK : err_set(err, ERR_CORRUPT, "spool: its counters are missing");
}

enum err_code spool_depth(struct spool *spool, struct spool_depth *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code =
        spool_sql(spool,
                  "SELECT count(*) FILTER (WHERE state = ?1), count(*) FILTER (WHERE state = ?2),"
                  " count(*) FILTER (WHERE state > ?2),"
                  " ifnull(min(put_s) FILTER (WHERE state = ?1), 0),"
                  " (SELECT bytes FROM held) FROM batch",
                  &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int(stmt, 1, BATCH_QUEUED);
    sqlite3_bind_int(stmt, 2, BATCH_STORED);
    bool row = false;
    code = db_step(stmt, &row, err);
    if (code == OK && row)
        *ret = (struct spool_depth){.queued = (uint64_t)sqlite3_column_int64(stmt, 0),
                                    .stored = (uint64_t)sqlite3_column_int64(stmt, 1),
                                    .parked = (uint64_t)sqlite3_column_int64(stmt, 2),
                                    .oldest_unsent_s = sqlite3_column_int64(stmt, 3),
                                    .bytes = (uint64_t)sqlite3_column_int64(stmt, 4)};
    sqlite3_reset(stmt);
    return code;
}
