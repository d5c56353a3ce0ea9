/* SPDX-License-Identifier: Apache-2.0 */
/* send's side of the queue: what to send next, and what became of it. All of this must work on a full disk;
 * what the centre asks for (request.c) need not: it asks again. */
#include <string.h>

#include "agent/spool/internal.h"

#define VACUUM_KEEP_PAGES 1024 /* 16 MiB of free pages are kept for the next batches */
#define VACUUM_STEP_PAGES 256  /* a step moves 4 MiB, so that nobody waits long for the lock */
#define VACUUM_STEPS 16        /* a call */

static enum err_code read_sealed(struct spool *spool, struct spool_batch *batch, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool, "SELECT data FROM sealed WHERE seq = ?1", &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int64(stmt, 1, (int64_t)batch->seq);
    bool row = false;
    code = db_step(stmt, &row, err);
    if (code == OK && row)
        buf_append(&batch->sealed, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    sqlite3_reset(stmt);
    if (code != OK)
        return code;
    if (!buf_ok(&batch->sealed))
        return err_set(err, ERR_INTERNAL, "spool: no memory for batch %llu", (unsigned long long)batch->seq);
    uint8_t digest[SHA256_SIZE];
    sha256(batch->sealed.data, batch->sealed.len, digest);
    if (!row || memcmp(digest, batch->digest, SHA256_SIZE) != 0)
        return err_set(err, ERR_REJECTED, "spool: the bytes of batch %llu are damaged",
                       (unsigned long long)batch->seq);
    return OK;
}

enum err_code spool_next(struct spool *spool, struct spool_batch *ret, bool *ret_found, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool,
                                   "SELECT seq, lane, is_void, digest, attempts FROM batch WHERE state = ?1"
                                   " ORDER BY lane, seq LIMIT 1",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int(stmt, 1, BATCH_QUEUED);
    bool row = false;
    code = db_step(stmt, &row, err);
    if (code == OK && row) {
        struct buf sealed = ret->sealed; /* its memory is used again */
        if (sealed.max == 0)
            sealed = BUF_INIT(BATCH_MAX_BYTES);
        buf_clear(&sealed);
        *ret = (struct spool_batch){.seq = (uint64_t)sqlite3_column_int64(stmt, 0),
                                    .lane = (enum lane)sqlite3_column_int(stmt, 1),
                                    .is_void = sqlite3_column_int(stmt, 2) != 0,
                                    .state = BATCH_QUEUED,
                                    .sealed = sealed,
                                    .attempts = (unsigned)sqlite3_column_int(stmt, 4)};
        if (sqlite3_column_bytes(stmt, 3) == SHA256_SIZE)
            memcpy(ret->digest, sqlite3_column_blob(stmt, 3), SHA256_SIZE);
    }
    sqlite3_reset(stmt);
    if (code == OK && row)
        code = read_sealed(spool, ret, err);
    if (code == OK || code == ERR_REJECTED)
        *ret_found = row;
    return code;
}

static enum err_code run_again(struct spool *spool, void *context, struct err *err)
{
    (void)spool;
    return db_run(context, err);
}

enum err_code spool_outcome(struct spool *spool, uint64_t seq, enum batch_state state, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code =
        spool_sql(spool, "UPDATE batch SET state = ?2, attempts = attempts + 1 WHERE seq = ?1", &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int64(stmt, 1, (int64_t)seq);
    sqlite3_bind_int(stmt, 2, (int)state);
    return spool_write(spool, run_again, stmt, err);
}

/* Gives free pages back to the disk, a little at a time. */
static enum err_code vacuum(struct spool *spool, struct err *err)
{
    for (int step = 0; step < VACUUM_STEPS; step++) {
        sqlite3_stmt *stmt;
        enum err_code code = spool_sql(spool, "PRAGMA freelist_count", &stmt, err);
        bool row = false;
        if (code == OK)
            code = db_step(stmt, &row, err);
        if (code != OK)
            return code;
        int pages = row ? sqlite3_column_int(stmt, 0) : 0;
        sqlite3_reset(stmt);
        if (pages < VACUUM_KEEP_PAGES + VACUUM_STEP_PAGES)
            return OK;
        char sql[64];
        sqlite3_snprintf(sizeof(sql), sql, "PRAGMA incremental_vacuum(%d)", VACUUM_STEP_PAGES);
        code = db_exec(spool->db, sql, err);
        if (code != OK)
            return code;
    }
    return OK;
}

struct loaded {
    uint64_t loaded;
    const uint64_t *refused;
    size_t refused_count;
};

static enum err_code run_loaded(struct spool *spool, void *context, struct err *err)
{
    const struct loaded *word = context;
    sqlite3_stmt *mark, *stmt, *refused;
    /* Never past what was put here: a watermark that is ahead speaks of another machine's batches, and what
     * we put later must not count as known. For the same reason only what the centre said it stored is
     * deleted. */
    enum err_code code = spool_sql(spool,
                                   "UPDATE held SET loaded = max(loaded, min(?1, highest))"
                                   " WHERE loaded < min(?1, highest)",
                                   &mark, err);
    if (code == OK)
        code = spool_sql(spool, "DELETE FROM batch WHERE state = ?2 AND seq <= ?1", &stmt, err);
    if (code == OK)
        code = spool_sql(spool, "DELETE FROM batch WHERE state = ?2 AND seq = ?1", &refused, err);
    if (code == OK)
        code = db_exec(spool->db, "BEGIN IMMEDIATE", err);
    if (code != OK)
        return code;
    sqlite3_bind_int64(mark, 1, (int64_t)word->loaded);
    sqlite3_bind_int64(stmt, 1, (int64_t)word->loaded);
    sqlite3_bind_int(stmt, 2, BATCH_STORED);
    sqlite3_bind_int(refused, 2, BATCH_STORED);
    code = db_run(mark, err);
    if (code == OK)
        code = db_run(stmt, err);
    for (size_t i = 0; code == OK && i < word->refused_count; i++) {
        sqlite3_bind_int64(refused, 1, (int64_t)word->refused[i]);
        code = db_run(refused, err);
    }
    if (code == OK)
        code = db_exec(spool->db, "COMMIT", err);
    if (code != OK)
        db_rollback(spool->db);
    return code;
}

enum err_code spool_loaded(struct spool *spool, uint64_t loaded, const uint64_t *refused,
                           size_t refused_count, struct err *err)
{
    if (loaded > INT64_MAX)
        return err_set(err, ERR_REJECTED, "spool: a watermark beyond all numbers");
    struct loaded word = {.loaded = loaded, .refused = refused, .refused_count = refused_count};
    enum err_code code = spool_write(spool, run_loaded, &word, err);
    if (code == OK)
        code = vacuum(spool, err);
    if (code == OK)
        spool_reserve_take(spool);
    return code;
}

enum err_code spool_missing(struct spool *spool, uint64_t from, uint64_t to, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool,
                                   "UPDATE batch SET state = ?3, attempts = 0"
                                   " WHERE state = ?4 AND seq BETWEEN ?1 AND ?2",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int64(stmt, 1, from > INT64_MAX ? INT64_MAX : (int64_t)from);
    sqlite3_bind_int64(stmt, 2, to > INT64_MAX ? INT64_MAX : (int64_t)to);
    sqlite3_bind_int(stmt, 3, BATCH_QUEUED);
    sqlite3_bind_int(stmt, 4, BATCH_STORED);
    return spool_write(spool, run_again, stmt, err);
}
