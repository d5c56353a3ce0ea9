/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite as this project opens it: WAL, synchronous=FULL, temporary data in memory, schema untrusted.
 * SQLite's codes become ours in one place (db_error). */
#ifndef CONTACT_DB_H
#define CONTACT_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/err.h"

struct db_options {
    int page_size; /* of a new file; 0: 4096 */
    unsigned mode; /* of a new file, e.g. 0660 */
    int busy_ms;   /* how long to wait for another process's lock; 0: 5000 */
    bool create;   /* false: ERR_RETRY when the file is missing */
    bool incremental_vacuum;
    int application_id; /* checked; set on a new file */
};

/* For a program in which no two threads use one connection at a time, before it opens any file: SQLite takes
 * no locks on connections, and keeps no account of its memory. */
void db_unshared(void);
MUST_CHECK enum err_code db_open(const char *path, const struct db_options *options, sqlite3 **ret,
                                 struct err *err);
void db_close(sqlite3 *db); /* and ends its statements and its transaction; legal on NULL */
/* Maps an SQLite result: BUSY, LOCKED → RETRY; FULL → FULL; CORRUPT, NOTADB → CORRUPT; CANTOPEN, PERM,
 * READONLY → CONFIG; else INTERNAL. The message holds what and SQLite's code name, never its text for data.
 */
enum err_code db_error(sqlite3 *db, int result, const char *what, struct err *err);
MUST_CHECK enum err_code db_exec(sqlite3 *db, const char *sql, struct err *err);
MUST_CHECK enum err_code db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret,
                                    struct err *err); /* persistent */
/* Statements that are kept, each prepared when it is first asked for and found by the address of its text,
 * which is a literal. Zero to begin with; db_close ends them. */
#define DB_STATEMENTS 96
struct db_statements {
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } items[DB_STATEMENTS];
    size_t count;
};
MUST_CHECK enum err_code db_kept(sqlite3 *db, struct db_statements *kept, const char *sql, sqlite3_stmt **ret,
                                 struct err *err);
/* Steps to completion and resets; for statements without rows. */
MUST_CHECK enum err_code db_run(sqlite3_stmt *stmt, struct err *err);
/* One step: *ret_row true while there is a row. The caller resets. */
MUST_CHECK enum err_code db_step(sqlite3_stmt *stmt, bool *ret_row, struct err *err);
/* Schema steps by PRAGMA user_version: steps[0] makes version 1… Each in its own transaction. A file newer
 * than count is ERR_CONFIG with a hint to upgrade. */
MUST_CHECK enum err_code db_migrate(sqlite3 *db, const char *const *steps, int count, struct err *err);
/* Makes of a schema's step, in place, one that SQLite before 3.37 understands. */
void db_without_strict(char *sql);
int db_version(sqlite3 *db);
/* PRAGMA quick_check: ERR_CORRUPT when it finds anything. */
MUST_CHECK enum err_code db_check(sqlite3 *db, struct err *err);
void db_rollback(sqlite3 *db); /* legal outside a transaction */

#endif
