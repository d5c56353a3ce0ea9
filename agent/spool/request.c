/* SPDX-License-Identifier: Apache-2.0 */
/* What the centre asks for again. An id is stored once: the centre repeats it until it is satisfied. */
#include <stdio.h>
#include <string.h>

#include "agent/spool/internal.h"

#define REQUESTS_AT_ONCE 64
#define ACKNOWLEDGED_KEPT 10000 /* so that an id still repeated is known */

enum request_state { REQUEST_NEW, REQUEST_TAKEN, REQUEST_ACKNOWLEDGED };

enum err_code spool_add_request(struct spool *spool, const struct spool_request *request, struct err *err)
{
    sqlite3_stmt *add, *prune;
    enum err_code code =
        spool_sql(spool,
                  "INSERT INTO request (id, stream, from_day, to_day) VALUES (?1, ?2, ?3, ?4)"
                  " ON CONFLICT DO NOTHING",
                  &add, err);
    if (code == OK)
        code = spool_sql(spool,
                         "DELETE FROM request WHERE state = ?1"
                         " AND number <= (SELECT max(number) FROM request) - ?2",
                         &prune, err);
    if (code != OK)
        return code;
    sqlite3_bind_text(add, 1, request->id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(add, 2, request->stream, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(add, 3, request->from);
    sqlite3_bind_int(add, 4, request->to);
    code = db_run(add, err);
    if (code != OK || sqlite3_changes(spool->db) == 0)
        return code;
    sqlite3_bind_int(prune, 1, REQUEST_ACKNOWLEDGED);
    sqlite3_bind_int(prune, 2, ACKNOWLEDGED_KEPT);
    return db_run(prune, err);
}

static void column_text(sqlite3_stmt *stmt, int column, char *ret, size_t size)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    snprintf(ret, size, "%s", text ? (const char *)text : "");
}

/* Read first, call after: callbacks write here. */
static enum err_code list(struct spool *spool, enum request_state state, struct spool_request *ret,
                          size_t *ret_count, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code = spool_sql(spool,
                                   "SELECT id, stream, from_day, to_day FROM request WHERE state = ?1"
                                   " ORDER BY number LIMIT ?2",
                                   &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_int(stmt, 1, (int)state);
    sqlite3_bind_int(stmt, 2, REQUESTS_AT_ONCE);
    size_t count = 0;
    bool row = false;
    while ((code = db_step(stmt, &row, err)) == OK && row && count < REQUESTS_AT_ONCE) {
        struct spool_request *r = &ret[count++];
        column_text(stmt, 0, r->id, sizeof(r->id));
        column_text(stmt, 1, r->stream, sizeof(r->stream));
        r->from = sqlite3_column_int(stmt, 2);
        r->to = sqlite3_column_int(stmt, 3);
    }
    sqlite3_reset(stmt);
    if (code == OK)
        *ret_count = count;
    return code;
}

enum err_code spool_requests(struct spool *spool,
                             void (*each)(void *context, const struct spool_request *request), void *context,
                             struct err *err)
{
    struct spool_request found[REQUESTS_AT_ONCE];
    size_t count = 0;
    enum err_code code = list(spool, REQUEST_NEW, found, &count, err);
    for (size_t i = 0; code == OK && i < count; i++)
        each(context, &found[i]);
    return code;
}

enum err_code spool_unacknowledged(struct spool *spool, void (*each)(void *context, const char *id),
                                   void *context, struct err *err)
{
    struct spool_request found[REQUESTS_AT_ONCE];
    size_t count = 0;
    enum err_code code = list(spool, REQUEST_TAKEN, found, &count, err);
    for (size_t i = 0; code == OK && i < count; i++)
        each(context, found[i].id);
    return code;
}

/* Only ever forwards: an acknowledgement that arrives late does not take a request back. */
static enum err_code advance(struct spool *spool, const char *id, enum request_state state, struct err *err)
{
    sqlite3_stmt *stmt;
    enum err_code code =
        spool_sql(spool, "UPDATE request SET state = ?2 WHERE id = ?1 AND state < ?2", &stmt, err);
    if (code != OK)
        return code;
    sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 2, (int)state);
    return db_run(stmt, err);
}

enum err_code spool_request_taken(struct spool *spool, const char *id, struct err *err)
{
    return advance(spool, id, REQUEST_TAKEN, err);
}

enum err_code spool_acknowledged(struct spool *spool, const char *id, struct err *err)
{
    return advance(spool, id, REQUEST_ACKNOWLEDGED, err);
}
