/* SPDX-License-Identifier: Apache-2.0 */
/* A dispatch database that is an SQLite file: opened read-only, never written, not even its shared memory.
 *
 * A WAL database needs a -shm file beside it, which a reader makes when there is none. In a folder that we
 * may not write, and only when there is no -wal (so that the main file is complete), the file is opened as
 * immutable; whether it stayed so is checked after each read, and a read over a file that changed is
 * discarded (https://www.sqlite.org/uri.html, "immutable"). */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/source/backend.h"
#include "agent/source/sqlite_dialect.h"
#include "contact/clock.h"
#include "contact/db.h"

/* Several copies of a longer value would be more than the unit's memory. */
#define VALUE_MAX (32 * 1024 * 1024)

struct sqlite_source {
    sqlite3 *db;
    char *path;
    int timeout_ms;
    int64_t deadline_ms; /* monotonic; of the statement that runs */
    const volatile sig_atomic_t *stop;
    bool immutable;
    struct stat opened; /* the file as it was when opened, for an immutable read */
};

struct sqlite_rows {
    struct sqlite_source *source;
    sqlite3_stmt *stmt;
    struct cell *cells;
    size_t count;
};

static bool same_content(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool wal_exists(const char *path)
{
    char wal[4096];
    snprintf(wal, sizeof wal, "%s-wal", path);
    struct stat st;
    return stat(wal, &st) == 0 && st.st_size > 0;
}

/* The header's read version (byte 19) is 2 for WAL. */
static bool is_wal_database(const char *path)
{
    unsigned char header[20] = {0};
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    size_t got = fread(header, 1, sizeof header, file);
    fclose(file);
    return got == sizeof header && header[19] == 2;
}

static bool folder_writable(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        return access(".", W_OK) == 0;
    slash[slash == folder ? 1 : 0] = '\0';
    return access(folder, W_OK) == 0;
}

/* "file:" URI of a path, with what is special in a URI escaped. */
static void write_uri(char *to, size_t size, const char *path, const char *query)
{
    size_t at = (size_t)snprintf(to, size, "file:");
    for (; *path != '\0' && at + 4 < size; path++) {
        if (strchr("%?# ", *path) != NULL)
            at += (size_t)snprintf(to + at, size - at, "%%%02X", (unsigned char)*path);
        else
            to[at++] = *path;
    }
    snprintf(to + at, size - at, "?%s", query);
}

static int ends_now(void *context)
{
    const struct sqlite_source *s = context;
    return clock_monotonic_ms() > s->deadline_ms || (s->stop != NULL && *s->stop);
}

/* The dispatch database is its product's: nothing is to be done to it but to be let read. */
static enum err_code cannot_open(const struct sqlite_source *s, enum err_code code, struct err *err)
{
    if (code == ERR_CORRUPT)
        err_set(err, code, "the dispatch database %s is no SQLite database, or is damaged", s->path);
    else if (code != ERR_RETRY)
        err_set(err, ERR_CONFIG, "cannot open the dispatch database %s", s->path);
    if (err != NULL && code == ERR_RETRY)
        err_hint(err, "the dispatch product holds it for itself: this is tried again");
    else if (err != NULL)
        err_hint(err, "check source.database in agent.yaml, and let contact-collect read: setfacl -m "
                      "u:contact-collect:r FILE (and :x "
                      "on its folders)");
    return code == ERR_INTERNAL ? ERR_CONFIG : code;
}

/* Is what is open still what the path names? A file put in its place (a backup restored, a nightly copy)
 * would never be looked at: the one we hold goes on existing for us. */
static enum err_code still_there(const struct sqlite_source *s, struct err *err)
{
    struct stat now;
    if (stat(s->path, &now) != 0 || now.st_ino != s->opened.st_ino || now.st_dev != s->opened.st_dev)
        return err_set(err, ERR_RETRY, "the dispatch database's file was replaced since it was opened");
    if (s->immutable && (!same_content(&s->opened, &now) || wal_exists(s->path)))
        return err_set(err, ERR_RETRY, "the dispatch database's file has changed since it was opened");
    return OK;
}

static enum err_code connect_file(struct sqlite_source *s, struct err *err)
{
    if (stat(s->path, &s->opened) != 0) {
        if (errno != ENOENT && errno != EACCES)
            return err_set(err, ERR_RETRY, "cannot look at %s: %s", s->path, strerror(errno));
        err_set(err, ERR_CONFIG, "cannot open the dispatch database %s: %s", s->path, strerror(errno));
        return err_hint(err, "check source.database in agent.yaml, and let contact-collect read: setfacl -m "
                             "u:contact-collect:r FILE");
    }
    if (is_wal_database(s->path) && !folder_writable(s->path)) {
        if (wal_exists(s->path) && access(s->path, R_OK) == 0) {
            char shm[4096];
            snprintf(shm, sizeof shm, "%s-shm", s->path);
            s->immutable = false;
            if (access(shm, R_OK) != 0) {
                err_set(err, ERR_RETRY, "the dispatch database is being written and cannot be joined yet");
                return err_hint(err,
                                "if that stays so, let contact-collect read its -shm and -wal too, which "
                                "are made anew each time: setfacl -d -m u:contact-collect:r FOLDER");
            }
        } else {
            s->immutable = true;
        }
    }
    char uri[8192];
    write_uri(uri, sizeof uri, s->path, s->immutable ? "mode=ro&immutable=1" : "mode=ro");
    int result =
        sqlite3_open_v2(uri, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK)
        return cannot_open(s, db_error(s->db, result, "cannot open the dispatch database", err), err);
    sqlite3_busy_timeout(s->db, 2000);
    sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_progress_handler(s->db, 20000, ends_now, s);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    s->deadline_ms = clock_monotonic_ms() + s->timeout_ms;
    /* Sorts stay in memory: a temporary file would hold identifiers. */
    enum err_code code =
        db_exec(s->db,
                "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048; SELECT 1 FROM "
                "sqlite_schema",
                err);
    return code == OK ? OK : cannot_open(s, code, err);
}

static void sqlite_source_close(void *data)
{
    struct sqlite_source *s = data;
    if (s == NULL)
        return;
    sqlite3_close(s->db);
    free(s->path);
    free(s);
}

static enum err_code sqlite_source_open(const struct source_options *options, void **ret, struct err *err)
{
    if (options->database == NULL || options->database[0] == '\0') {
        err_set(err, ERR_CONFIG, "source.database is not set");
        return err_hint(err, "name the dispatch database's file in agent.yaml");
    }
    if (options->database[0] != '/') {
        err_set(err, ERR_CONFIG, "source.database: not the whole path of a file");
        return err_hint(err, "an SQLite database is named by its whole path, such as /srv/dispatch.db");
    }
    struct sqlite_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    s->path = strdup(options->database);
    s->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : 30000;
    s->stop = options->stop;
    enum err_code code = connect_file(s, err);
    if (code != OK) {
        sqlite_source_close(s);
        return code;
    }
    *ret = s;
    return OK;
}

/* Prepares and binds. A statement that does not fit the schema is the mapping's fault: CONFIG. */
static enum err_code prepare(struct sqlite_source *s, const char *sql, const char *const *values,
                             size_t count, sqlite3_stmt **ret, struct err *err)
{
    s->deadline_ms = clock_monotonic_ms() + s->timeout_ms;
    int result = sqlite3_prepare_v2(s->db, sql, -1, ret, NULL);
    if (result == SQLITE_ERROR) {
        err_set(err, ERR_CONFIG, "the mapping does not fit the dispatch database");
        return err_hint(err, "run contact-agent check");
    }
    if (result != SQLITE_OK)
        return db_error(s->db, result, "dispatch database", err);
    for (size_t i = 0; i < count; i++)
        sqlite3_bind_text(*ret, (int)i + 1, values[i], -1, SQLITE_STATIC);
    return OK;
}

static enum err_code sqlite_source_query(void *data, const char *sql, const char *const *values, size_t count,
                                         void **ret, struct err *err)
{
    struct sqlite_source *s = data;
    enum err_code code = still_there(s, err);
    if (code != OK)
        return code;
    struct sqlite_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    rows->source = s;
    code = prepare(s, sql, values, count, &rows->stmt, err);
    if (code == OK) {
        rows->count = (size_t)sqlite3_column_count(rows->stmt);
        rows->cells = calloc(rows->count + 1, sizeof *rows->cells);
        if (rows->cells == NULL)
            code = err_set(err, ERR_INTERNAL, "no memory");
    }
    if (code != OK) {
        sqlite3_finalize(rows->stmt);
        free(rows->cells);
        free(rows);
        return code;
    }
    *ret = rows;
    return OK;
}

/* No other thread uses this connection meanwhile, so that a value may be looked at where it stands: one call
 * finds it, where each sqlite3_column_…() would find it again. */
static void read_cell(sqlite3_value *value, struct cell *cell)
{
    cell->type =
        CELL_NULL; /* the numbers of another type say nothing: to clear them all shows in a backfill */
    cell->text = NULL;
    cell->len = 0;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        cell->type = CELL_INTEGER;
        cell->integer = sqlite3_value_int64(value);
        return;
    case SQLITE_FLOAT:
        cell->type = CELL_REAL;
        cell->real = sqlite3_value_double(value);
        return;
    case SQLITE_TEXT:
        cell->type = CELL_TEXT;
        cell->text = (const char *)sqlite3_value_text(value);
        break;
    case SQLITE_BLOB:
        cell->type = CELL_BLOB;
        cell->text = sqlite3_value_blob(value);
        break;
    default:
        return;
    }
    cell->len = (size_t)sqlite3_value_bytes(value);
    if (cell->text == NULL && cell->len > 0)
        cell->type = CELL_UNREADABLE;
}

/* What fails at a row is a value: a view's expression that does not hold for it, or one that is too long. */
static enum err_code step_error(struct sqlite_source *s, int result, struct err *err)
{
    int primary = result & 0xff;
    if (primary == SQLITE_INTERRUPT && s->stop != NULL && *s->stop)
        return err_set(err, ERR_RETRY, "stopped while reading");
    if (primary == SQLITE_INTERRUPT)
        return err_set(err, ERR_RETRY, "the dispatch database took longer than source.timeout");
    if (primary != SQLITE_ERROR && primary != SQLITE_TOOBIG && primary != SQLITE_MISMATCH)
        return db_error(s->db, result, "dispatch database", err);
    err_set(err, ERR_REJECTED, "the dispatch database cannot give a value that the mapping names (SQLite %d)",
            result);
    if (err != NULL)
        err_hint(err, "look for a value above %d MiB, or for a computed column in a view", VALUE_MAX >> 20);
    return ERR_REJECTED;
}

static enum err_code sqlite_source_next(void *data, const struct cell **ret_cells, size_t *ret_count,
                                        struct err *err)
{
    struct sqlite_rows *rows = data;
    int result = sqlite3_step(rows->stmt);
    if (result == SQLITE_DONE) {
        *ret_cells = NULL;
        *ret_count = 0;
        return OK;
    }
    if (result != SQLITE_ROW)
        return step_error(rows->source, result, err);
    for (size_t i = 0; i < rows->count; i++)
        read_cell(sqlite3_column_value(rows->stmt, (int)i), &rows->cells[i]);
    *ret_cells = rows->cells;
    *ret_count = rows->count;
    return OK;
}

static enum err_code sqlite_source_end(void *data, struct err *err)
{
    struct sqlite_rows *rows = data;
    struct sqlite_source *s = rows->source;
    sqlite3_finalize(rows->stmt);
    free(rows->cells);
    free(rows);
    return still_there(s, err);
}

static enum err_code sqlite_source_columns(void *data, const char *table, struct source_column **ret,
                                           size_t *ret_count, struct err *err)
{
    struct sqlite_source *s = data;
    sqlite3_stmt *stmt = NULL;
    const char *values[] = {table};
    enum err_code code =
        prepare(s, "SELECT name, type FROM pragma_table_info(?) ORDER BY cid", values, 1, &stmt, err);
    if (code != OK)
        return code;
    struct source_column *columns = NULL;
    size_t count = 0;
    int result;
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct source_column *more = reallocarray(columns, count + 1, sizeof *columns);
        if (more == NULL)
            break;
        columns = more;
        snprintf(columns[count].name, sizeof columns[count].name, "%s",
                 (const char *)sqlite3_column_text(stmt, 0));
        snprintf(columns[count].type, sizeof columns[count].type, "%s",
                 (const char *)sqlite3_column_text(stmt, 1));
        count++;
    }
    sqlite3_finalize(stmt);
    if (result == SQLITE_DONE && count > 0) {
        *ret = columns;
        *ret_count = count;
        return OK;
    }
    free(columns);
    if (result == SQLITE_ERROR) /* a view over what is gone, or of a function that views may not use */
        return err_set(err, ERR_CONFIG, "the dispatch database cannot read its view \"%.60s\"", table);
    if (result != SQLITE_DONE)
        return db_error(s->db, result, "dispatch database", err);
    return err_set(err, ERR_CONFIG, "the dispatch database has no table \"%.60s\"", table);
}

/* The rows of a table, by sqlite_stat1 when it was analysed, else by counting up to a bound. */
static int64_t table_rows(struct sqlite_source *s, const char *table)
{
    char sql[300];
    sqlite3_stmt *stmt = NULL;
    int64_t rows = 0;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT 1 FROM \"%.120s\" LIMIT 1000000)", table);
    if (prepare(s, sql, NULL, 0, &stmt, NULL) == OK && sqlite3_step(stmt) == SQLITE_ROW)
        rows = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return rows;
}

static const struct source_dialect *sqlite_source_dialect(const void *data)
{
    static const struct source_dialect dialect = SQLITE_DIALECT;
    (void)data;
    return &dialect;
}

static enum err_code sqlite_source_explain(void *data, const char *sql, const char *const *values,
                                           size_t count, struct source_plan *ret, struct err *err)
{
    struct sqlite_source *s = data;
    char *explain = NULL;
    if (asprintf(&explain, "EXPLAIN QUERY PLAN %s", sql) < 0)
        return err_set(err, ERR_INTERNAL, "no memory");
    sqlite3_stmt *stmt = NULL;
    enum err_code code = prepare(s, explain, values, count, &stmt, err);
    free(explain);
    if (code != OK)
        return code;
    *ret = (struct source_plan){0};
    int result;
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        char alias[128]; /* before SQLite 3.36 its table by name */
        if (detail == NULL ||
            (sscanf(detail, "SCAN TABLE %127s", alias) != 1 && sscanf(detail, "SCAN %127s", alias) != 1))
            continue;
        char table[128];
        source_plan_table(sqlite_source_dialect(s), sql, alias, table, sizeof table);
        int64_t rows = table_rows(s, table);
        if (!ret->full_scan || rows > ret->rows) {
            ret->full_scan = true;
            ret->rows = rows;
            memcpy(ret->table, table, sizeof table);
        }
    }
    sqlite3_finalize(stmt);
    return result == SQLITE_DONE ? OK : db_error(s->db, result, "dispatch database", err);
}

/* A library built for one thread keeps its own things unlocked. */
static bool sqlite_may_read_ahead(void)
{
    return sqlite3_threadsafe() != 0;
}

const struct source_backend source_sqlite = {
    .may_read_ahead = sqlite_may_read_ahead,
    .dialect = sqlite_source_dialect,
    .open = sqlite_source_open,
    .close = sqlite_source_close,
    .query = sqlite_source_query,
    .next = sqlite_source_next,
    .end = sqlite_source_end,
    .columns = sqlite_source_columns,
    .explain = sqlite_source_explain,
};
