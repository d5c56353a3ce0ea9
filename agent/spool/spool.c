/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/spool/internal.h"
#include "contact/durable.h"
#include "contact/language.h"

#define SPOOL_APPLICATION_ID 0x43745370 /* "CtSp" */
#define SPOOL_PAGE_BYTES 16384          /* 1.6 times the speed of 4 KiB pages, for rows of 256 KiB */
#define SPOOL_FOLDER_MODE 02770         /* the group is what collect and send share */
#define SPOOL_FILE_MODE 0660

/* The sealed bytes stand apart so that looking through the queue never reads them. held is kept by triggers,
 * so that no writer can forget it: bytes of all held, and the highest seq ever put (deleting does not lower
 * it). */
static const char *const schema[] = {
    "CREATE TABLE batch ("
    "  seq INTEGER PRIMARY KEY CHECK (seq > 0),"
    "  lane INTEGER NOT NULL,"
    "  is_void INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  digest BLOB NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  put_s INTEGER NOT NULL) STRICT;"
    "CREATE INDEX batch_due ON batch (state, lane, seq);"
    "CREATE TABLE sealed (seq INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE held (bytes INTEGER NOT NULL, highest INTEGER NOT NULL, loaded INTEGER NOT NULL) STRICT;"
    "INSERT INTO held VALUES (0, 0, 0);"
    "CREATE TRIGGER batch_put AFTER INSERT ON batch BEGIN"
    "  UPDATE held SET bytes = bytes + new.size, highest = max(highest, new.seq); END;"
    "CREATE TRIGGER batch_resized AFTER UPDATE OF size ON batch BEGIN"
    "  UPDATE held SET bytes = bytes - old.size + new.size; END;"
    "CREATE TRIGGER batch_deleted AFTER DELETE ON batch BEGIN"
    "  UPDATE held SET bytes = bytes - old.size;"
    "  DELETE FROM sealed WHERE seq = old.seq; END;"
    "CREATE TABLE request ("
    "  number INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  stream TEXT NOT NULL,"
    "  from_day INTEGER NOT NULL,"
    "  to_day INTEGER NOT NULL,"
    "  state INTEGER NOT NULL DEFAULT 0) STRICT;" /* 0 new, 1 taken by collect, 2 acknowledged to the centre
                                                   */
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;",
};
#define SPOOL_VERSION ((int)(sizeof(schema) / sizeof(schema[0])))

/* Short: whoever finds the file locked for long has other things to do, and a signal to answer. */
#define SPOOL_BUSY_MS 1500

static const struct db_options existing = {
    .busy_ms = SPOOL_BUSY_MS, .mode = SPOOL_FILE_MODE, .application_id = SPOOL_APPLICATION_ID};

enum err_code spool_sql(struct spool *spool, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return db_kept(spool->db, &spool->statements, sql, ret, err);
}

static bool path_of(char path[static PATH_MAX], const char *folder, const char *series, const char *file)
{
    int n = file ? snprintf(path, PATH_MAX, "%s/%s/%s", folder, series, file)
                 : snprintf(path, PATH_MAX, "%s/%s", folder, series);
    return n > 0 && n < PATH_MAX;
}

/* Where current points; false when there is none, or it is not a series. */
static bool current_series(const char *folder, char ret_series[static SERIES_TEXT])
{
    char path[PATH_MAX], target[PATH_MAX];
    errno = 0; /* is the answer's reason, for spool_open */
    if (!path_of(path, folder, "current", NULL))
        return false;
    ssize_t len = readlink(path, target, sizeof(target) - 1);
    if (len < 0)
        return false;
    target[len] = '\0';
    if (!series_valid(target))
        return false;
    memcpy(ret_series, target, SERIES_TEXT);
    return true;
}

/* Opens the file of a series; takes note of which file it was. */
static enum err_code open_series(const char *folder, const char *series, const struct db_options *options,
                                 struct spool **ret, struct err *err)
{
    char path[PATH_MAX];
    if (!path_of(path, folder, series, "spool.db"))
        return err_set(err, ERR_CONFIG, "spool: the folder's name is too long");
    struct spool *spool = calloc(1, sizeof(*spool));
    if (!spool)
        return err_set(err, ERR_INTERNAL, "spool: no memory");
    memcpy(spool->series, series, SERIES_TEXT);
    spool->folder = strdup(folder);
    enum err_code code = spool->folder ? OK : err_set(err, ERR_INTERNAL, "spool: no memory");
    if (code == OK)
        code = db_open(path, options, &spool->db, err);
    if (code == OK) /* little is kept in memory: what is written is read once, in order */
        code = db_exec(spool->db, "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -512", err);
    struct stat st;
    if (code == OK && stat(path, &st) != 0)
        code = err_set(err, ERR_RETRY, "spool: the file went away while it was opened");
    if (code != OK) {
        spool_close(spool);
        return code;
    }
    spool->device = st.st_dev;
    spool->inode = st.st_ino;
    *ret = spool;
    return OK;
}

enum err_code spool_open(const char *folder, struct spool **ret, struct err *err)
{
    char series[SERIES_TEXT];
    if (!current_series(folder, series)) {
        if (errno != EACCES)
            return err_set(err, ERR_RETRY, "spool: none in this folder yet");
        (void)err_set(err, ERR_CONFIG, "spool: %.150s may not be read", folder);
        return err_hint(err, "its group is the one that collect and send share; is this user in it?");
    }
    struct spool *spool = NULL;
    enum err_code code = open_series(folder, series, &existing, &spool, err);
    if (!spool)
        return code;
    if (db_version(spool->db) != SPOOL_VERSION) {
        int version = db_version(spool->db);
        spool_close(spool);
        (void)err_set(err, ERR_REJECTED, "spool: version %d, this program reads %d", version, SPOOL_VERSION);
        return err_hint(err, version > SPOOL_VERSION ? "install the newer package again; nothing was changed"
                                                     : N_("collect begins a new series when it starts"));
    }
    *ret = spool;
    return OK;
}

bool spool_present(const char *folder)
{
    char series[SERIES_TEXT], path[PATH_MAX];
    struct stat st;
    return current_series(folder, series) && path_of(path, folder, series, "spool.db") &&
           stat(path, &st) == 0 && st.st_size > 0;
}

void spool_close(struct spool *spool)
{
    if (!spool)
        return;
    db_close(spool->db);
    free(spool->folder);
    free(spool);
}

const char *spool_series(const struct spool *spool)
{
    return spool->series;
}

bool spool_replaced(const struct spool *spool)
{
    char series[SERIES_TEXT], path[PATH_MAX];
    struct stat st;
    if (!current_series(spool->folder, series) || strcmp(series, spool->series) != 0)
        return true;
    return !path_of(path, spool->folder, series, "spool.db") || stat(path, &st) != 0 ||
           st.st_dev != spool->device || st.st_ino != spool->inode;
}

/* The group that collect and send share comes down from the folder that the package made, with its
 * set-group-id bit: within the unit nobody may set such a bit. Where there is no package it is set here. A
 * folder that is there is left as it is: it may be another user's. */
static enum err_code make_folder(const char *path, struct err *err)
{
    struct stat st;
    mode_t mask = umask(0007);
    bool made = mkdir(path, 0770) == 0;
    int error = errno;
    umask(mask);
    if (!made)
        return error == EEXIST
                   ? OK
                   : err_set(err, ERR_CONFIG, "spool: cannot make its folder: %s", strerror(error));
    if ((stat(path, &st) != 0 || (st.st_mode & S_ISGID) == 0) && chmod(path, SPOOL_FOLDER_MODE) != 0)
        return err_set(err, ERR_CONFIG, "spool: cannot set the mode of its folder: %s", strerror(errno));
    return OK;
}

static enum err_code point_current(const char *folder, const char *series, struct err *err)
{
    char fresh[PATH_MAX], current[PATH_MAX];
    if (!path_of(fresh, folder, "current.new", NULL) || !path_of(current, folder, "current", NULL))
        return err_set(err, ERR_CONFIG, "spool: the folder's name is too long");
    (void)unlink(fresh);
    if (symlink(series, fresh) != 0 || rename(fresh, current) != 0)
        return err_set(err, ERR_CONFIG, "spool: cannot point to the new series: %s", strerror(errno));
    /* one that cannot be put on the disk is no reason to stop: the series is made again */
    (void)durable_folder(folder);
    return OK;
}

static void remove_series(const char *folder, const char *series)
{
    static const char *const files[] = {"spool.db-wal", "spool.db-shm", "spool.db", "reserve", NULL};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (!path_of(path, folder, series, files[i]))
            return;
        (void)(files[i] ? unlink(path) : rmdir(path));
    }
}

void spool_forget_others(const char *folder)
{
    char current[SERIES_TEXT];
    DIR *dir = current_series(folder, current) ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (series_valid(entry->d_name) && strcmp(entry->d_name, current) != 0)
            remove_series(folder, entry->d_name);
    if (dir)
        closedir(dir);
}

enum err_code spool_create(const char *folder, const char series[static SERIES_TEXT], struct spool **ret,
                           struct err *err)
{
    char path[PATH_MAX];
    if (!series_valid(series) || !path_of(path, folder, series, NULL))
        return err_set(err, ERR_INTERNAL, "spool: not a series");
    enum err_code code = make_folder(folder, err);
    if (code == OK)
        code = make_folder(path, err);
    if (code != OK)
        return code;
    struct db_options fresh = existing;
    fresh.create = true;
    fresh.page_size = SPOOL_PAGE_BYTES;
    fresh.incremental_vacuum = true;
    struct spool *spool = NULL;
    code = open_series(folder, series, &fresh, &spool, err);
    if (!spool) {
        remove_series(folder, series);
        return code;
    }
    code = db_migrate(spool->db, schema, SPOOL_VERSION, err);
    if (code == OK) {
        spool_reserve_take(spool);
        (void)durable_folder(path);
        code = point_current(folder, series, err);
    }
    if (code != OK) {
        spool_close(spool);
        remove_series(folder,
                      series); /* tried again under another name: a full disk is not filled by tries */
        return code;
    }
    *ret = spool;
    return OK;
}

enum err_code spool_set_aside(const char *folder, const char *series, struct err *err)
{
    char from[PATH_MAX], to[PATH_MAX], name[64];
    if (!series_valid(series) || !path_of(from, folder, series, NULL))
        return err_set(err, ERR_INTERNAL, "spool: not a series");
    snprintf(name, sizeof(name), "%s.damaged", series);
    if (!path_of(to, folder, name, NULL))
        return err_set(err, ERR_CONFIG, "spool: the folder's name is too long");
    if (rename(from, to) != 0 && errno != ENOENT)
        return err_set(err, ERR_CONFIG, "spool: cannot set the damaged series aside: %s", strerror(errno));
    (void)durable_folder(folder);
    return OK;
}

enum err_code spool_check(struct spool *spool, struct err *err)
{
    return db_check(spool->db, err);
}

int64_t spool_disk_free(const struct spool *spool)
{
    struct statvfs fs;
    if (statvfs(spool->folder, &fs) != 0)
        return -1;
    return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}
