/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/db.h"
#include "contact/language.h"
#include "contact/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A full disk shows itself in many ways: in a write, in making a WAL's shared memory, in an fsync. */
static bool disk_full(sqlite3 *db, int result)
{
    int error = db != NULL && (result & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(db) : 0;
    return error == ENOSPC || error == EDQUOT;
}

/* What an administrator can mend, in plain words. */
static const struct {
    int result;
    const char *message, *hint;
} plain[] = {
    {SQLITE_BUSY, N_("is held by another program"),
     N_("this is tried again; it must not be held open for writing")},
    {SQLITE_LOCKED, N_("is held by another program"),
     N_("this is tried again; it must not be held open for writing")},
    {SQLITE_FULL, N_("cannot grow: the disk is full"),
     N_("make room there: nothing is lost; a service goes on by itself, a command is typed again")},
    {SQLITE_CORRUPT, N_("is damaged"), NULL},
    {SQLITE_NOTADB, N_("is no database, or is damaged"), NULL},
    {SQLITE_CANTOPEN, N_("cannot be opened"),
     N_("it, and its folder, must belong to the user who runs this")},
    {SQLITE_IOERR, N_("cannot be read or written: the disk fails"),
     N_("look at what the kernel says: journalctl -k")},
    {SQLITE_PERM, N_("cannot be opened"), N_("it, and its folder, must belong to the user who runs this")},
    {SQLITE_READONLY, N_("cannot be written"),
     N_("it, and its folder, must belong to the user who runs this, on a file system that can be written")},
};

/* The file instead of the statement where the statement has no part in it. */
static enum err_code say_plainly(sqlite3 *db, int result, int extended, enum err_code code, const char *what,
                                 struct err *err)
{
    const char *file = db != NULL ? sqlite3_db_filename(db, "main") : NULL;
    const char *place = file != NULL && file[0] != '\0' ? file : what;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (plain[i].result != (result & 0xff))
            continue;
        err_set(err, code, place == what ? "%s: %s (SQLite %d)" : "%s %s (SQLite %d)", place,
                _(plain[i].message), extended);
        return plain[i].hint == NULL || err == NULL ? code : err_hint(err, "%s", _(plain[i].hint));
    }
    return err_set(err, code, "%s: %s: %s (SQLite %d)", place, what, sqlite3_errstr(result & 0xff), extended);
}

enum err_code db_error(sqlite3 *db, int result, const char *what, struct err *err)
{
    int extended =
        db != NULL && (result & 0xff) == (sqlite3_errcode(db) & 0xff) ? sqlite3_extended_errcode(db) : result;
    enum err_code code;
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        code = ERR_RETRY;
        break;
    case SQLITE_FULL:
        code = ERR_FULL;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        code = ERR_CORRUPT;
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        code = ERR_CONFIG;
        break;
    default:
        code = disk_full(db, result) ? ERR_FULL : ERR_INTERNAL;
    }
    return say_plainly(db, code == ERR_FULL ? SQLITE_FULL : result, extended, code, what, err);
}

enum err_code db_exec(sqlite3 *db, const char *sql, struct err *err)
{
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        return OK;
    char what[80];
    snprintf(what, sizeof what, "database: %.60s", sql);
    return db_error(db, result, what, err);
}

static enum err_code create_file(const char *path, unsigned mode, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0 && errno == EEXIST)
        return OK;
    bool ok = fd >= 0 && fchmod(fd, (mode_t)mode) == 0; /* the umask does not decide */
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (ok)
        return OK;
    enum err_code code =
        err_set(err, error == ENOSPC ? ERR_FULL : ERR_CONFIG, "cannot create %s: %s", path, strerror(error));
    return err == NULL
               ? code
               : err_hint(err, error == ENOSPC ? "make room there"
                                               : N_("its folder must belong to the user who runs this, on a"
                                                    " file system that can be written"));
}

static enum err_code set_up(sqlite3 *db, const struct db_options *options, bool fresh, struct err *err)
{
    char sql[160];
    sqlite3_extended_result_codes(db, 1);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    enum err_code code = OK;
    if (fresh) {
        snprintf(sql, sizeof sql, "PRAGMA page_size=%d; PRAGMA auto_vacuum=%s",
                 options->page_size > 0 ? options->page_size : 4096,
                 options->incremental_vacuum ? "INCREMENTAL" : "NONE");
        code = db_exec(db, sql, err);
    }
    if (code == OK)
        code = db_exec(db,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                       "PRAGMA foreign_keys=ON; PRAGMA secure_delete=FAST",
                       err);
    if (code == OK && fresh && options->application_id != 0) {
        snprintf(sql, sizeof sql, "PRAGMA application_id=%d", options->application_id);
        code = db_exec(db, sql, err);
    }
    return code;
}

/* What an SQLite file says of itself, read at one moment: another process may be making it. */
struct standing {
    int mark;  /* its application_id; 0 before its maker has set it */
    bool bare; /* without a table: whoever makes a file marks it first */
};

static enum err_code look(sqlite3 *db, const char *path, struct standing *ret, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(
        db, "SELECT application_id, (SELECT count(*) FROM sqlite_schema) = 0 FROM pragma_application_id", -1,
        &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    if (result == SQLITE_ROW)
        *ret =
            (struct standing){.mark = sqlite3_column_int(stmt, 0), .bare = sqlite3_column_int(stmt, 1) != 0};
    enum err_code code = result == SQLITE_ROW ? OK : db_error(db, result, path, err);
    sqlite3_finalize(stmt);
    return code;
}

/* Connects and checks that the file is ours; *db is set even on failure, for the caller to close. */
static enum err_code connect_file(const char *path, const struct db_options *options, sqlite3 **db,
                                  struct err *err)
{
    int result = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK)
        return db_error(*db, result, path, err);
    sqlite3_busy_timeout(*db, options->busy_ms > 0 ? options->busy_ms : 5000);
    struct standing standing = {0};
    enum err_code code = look(*db, path, &standing, err);
    /* A file that is made now is bare, and so is what a process leaves that was killed while it made one. */
    bool fresh = options->create && standing.mark == 0 && standing.bare;
    if (code == OK)
        code = set_up(*db, options, fresh, err);
    if (code == OK && fresh)
        code = look(*db, path, &standing, err);
    if (code != OK || options->application_id == 0 || standing.mark == options->application_id)
        return code;
    if (standing.mark == 0 && standing.bare)
        return err_set(err, ERR_RETRY, "%s is not there yet", path);
    return err_set(err, ERR_CORRUPT, "%s is not a file of ours", path);
}

void db_unshared(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD); /* else it works as it did, slower */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum err_code db_open(const char *path, const struct db_options *options, sqlite3 **ret, struct err *err)
{
    struct stat st;
    bool fresh = stat(path, &st) != 0 || st.st_size == 0;
    if (fresh && !options->create)
        return err_set(err, ERR_RETRY, "%s is not there yet", path);
    enum err_code code = fresh ? create_file(path, options->mode != 0 ? options->mode : 0600, err) : OK;
    if (code != OK)
        return code;
    sqlite3 *db = NULL;
    code = connect_file(path, options, &db, err);
    if (code != OK) {
        sqlite3_close(db);
        return code;
    }
    *ret = db;
    return OK;
}

void db_close(sqlite3 *db)
{
    sqlite3_stmt *statement;
    while (db != NULL && (statement = sqlite3_next_stmt(db, NULL)) != NULL)
        sqlite3_finalize(statement);
    sqlite3_close(db);
}

enum err_code db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    int result = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
    if (result == SQLITE_OK)
        return OK;
    char what[80];
    snprintf(what, sizeof what, "database: %.60s", sql);
    return db_error(db, result, what, err);
}

enum err_code db_kept(sqlite3 *db, struct db_statements *kept, const char *sql, sqlite3_stmt **ret,
                      struct err *err)
{
    size_t i = 0;
    while (i < kept->count && kept->items[i].sql != sql)
        i++;
    if (i == DB_STATEMENTS)
        return err_set(err, ERR_INTERNAL, "database: too many statements");
    if (i == kept->count) {
        enum err_code code = db_prepare(db, sql, &kept->items[i].statement, err);
        if (code != OK)
            return code;
        kept->items[kept->count++].sql = sql;
    }
    *ret = kept->items[i].statement;
    return OK;
}

enum err_code db_step(sqlite3_stmt *stmt, bool *ret_row, struct err *err)
{
    int result = sqlite3_step(stmt);
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        *ret_row = result == SQLITE_ROW;
        return OK;
    }
    char what[80];
    snprintf(what, sizeof what, "database: %.60s", sqlite3_sql(stmt));
    enum err_code code = db_error(sqlite3_db_handle(stmt), result, what, err);
    sqlite3_reset(stmt);
    return code;
}

enum err_code db_run(sqlite3_stmt *stmt, struct err *err)
{
    bool row = true;
    while (row) {
        enum err_code code = db_step(stmt, &row, err);
        if (code != OK)
            return code;
    }
    sqlite3_reset(stmt);
    return OK;
}

int db_version(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int value = 0;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

void db_without_strict(char *sql)
{
    static const char word[] = "STRICT";
    for (char *at = sql; (at = strstr(at, word)) != NULL;) {
        size_t len = sizeof word - 1;
        len += at[len] == ',';
        memset(at, ' ', len);
    }
}

/* Strict tables came with SQLite 3.37, and EL 9 has 3.34: there it is our statements alone that keep types.
 */
static enum err_code run_step(sqlite3 *db, const char *step, struct err *err)
{
    if (sqlite3_libversion_number() >= 3037000)
        return db_exec(db, step, err);
    char *sql = mem_dup(step);
    db_without_strict(sql);
    enum err_code code = db_exec(db, sql, err);
    free(sql);
    return code;
}

/* The version is read again within the transaction: a command and a service may open a file at once. */
static enum err_code migrate_one(sqlite3 *db, const char *const *steps, int count, struct err *err)
{
    char sql[64];
    enum err_code code = db_exec(db, "BEGIN IMMEDIATE", err);
    int version = code == OK ? db_version(db) : count;
    if (code == OK && version < count)
        code = run_step(db, steps[version], err);
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d; COMMIT", version + 1);
    if (code == OK && version < count)
        code = db_exec(db, sql, err);
    db_rollback(db); /* of what was not committed */
    return code;
}

enum err_code db_migrate(sqlite3 *db, const char *const *steps, int count, struct err *err)
{
    int version = db_version(db);
    if (version > count) {
        err_set(err, ERR_CONFIG, "the database has version %d, this program knows %d", version, count);
        return err_hint(err, "install the newer package again; nothing was changed");
    }
    enum err_code code = OK;
    while (code == OK && db_version(db) < count)
        code = migrate_one(db, steps, count, err);
    return code;
}

enum err_code db_check(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum err_code code = db_prepare(db, "PRAGMA quick_check(1)", &stmt, err);
    if (code != OK)
        return code;
    bool row = false;
    code = db_step(stmt, &row, err);
    if (code == OK && (!row || strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0))
        code = err_set(err, ERR_CORRUPT, "the database fails its check");
    sqlite3_finalize(stmt);
    return code;
}

void db_rollback(sqlite3 *db)
{
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}
