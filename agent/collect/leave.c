/* SPDX-License-Identifier: Apache-2.0 */
/* The end: the warehouse forgets the site, if that is asked for, and this machine does. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/internal.h"
#include "agent/collect/trail.h"
#include "contact/json.h"
#include "contact/lock.h"

#define PATH_SIZE 4096
#define LEDGER_MAX ((size_t)16 << 20)

enum err_code collect_leave_begin(const struct settings *settings, const char *who, struct err *err)
{
    struct state *state = NULL;
    const struct trail_entry entry = {.what = "leave", .who = who, .detail = "erase", .count = 1};
    enum err_code code = state_attach(settings->collect_folder, &state, err);
    if (code == ERR_RETRY) {
        err_set(err, ERR_REJECTED, "nothing was sent from here: there is nothing to erase");
        return err_hint(err, "contact-agent leave");
    }
    if (code == OK) {
        state_begin(state);
        state_put_int(state, "leaving", 1);
        state_put_int(state, "cold_due", 1); /* all of history at once */
        code = state_commit(state, err);
    }
    state_close(state);
    return code == OK ? trail_note(settings, &entry, err) : code;
}

/* All that was made is loaded, and every day is one without records. */
static enum err_code check_erased(const struct settings *settings, struct err *err)
{
    struct collect_status status;
    uint64_t records = 0;
    enum err_code code = collect_status(settings, &status, err);
    if (code != OK || !status.leaving)
        return code;
    for (unsigned i = 0; i < status.stream_count; i++)
        records += status.streams[i].records + status.streams[i].waiting_days + status.streams[i].held_days +
                   status.streams[i].unread_days;
    if (status.stream_count > 0 && records == 0 && status.unloaded == 0) /* no stream: the mapping is gone */
        return OK;
    err_set(err, ERR_RETRY, "the centre does not hold everything yet that makes it forget this site");
    return err_hint(err, "contact-agent status; then the same again");
}

static void add_line(void *context, const struct ledger_line *line)
{
    struct json *j = context;
    char day[DAY_TEXT];
    day_format(line->left_on, day);
    json_begin_object(j);
    json_kv_string(j, "left_on", day);
    json_kv_string(j, "stream", line->stream);
    json_kv_int(j, "batches", (int64_t)line->batches);
    json_kv_int(j, "records", (int64_t)line->records);
    json_kv_int(j, "ends", (int64_t)line->ends);
    json_kv_int(j, "bytes", (int64_t)line->bytes);
    json_key(j, "digest");
    json_hex(j, line->digest, sizeof(line->digest));
    json_end_object(j);
}

/* What left stays known, to those who must answer for it. */
static enum err_code keep_ledger(const struct settings *settings, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf text = BUF_INIT(LEDGER_MAX);
    struct json j = JSON(&text);
    if (snprintf(path, sizeof(path), "%s/ledger.json", settings->collect_folder) >= (int)sizeof(path))
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    json_begin_array(&j);
    struct state *state = NULL;
    enum err_code code = state_attach(settings->collect_folder, &state, err);
    if (code == ERR_RETRY)
        return OK; /* nothing was ever collected */
    if (code == OK)
        ledger_each(state, INT32_MIN, add_line, &j);
    if (code == OK)
        code = state_failure(state, err);
    state_close(state);
    json_end_array(&j);
    buf_putc(&text, '\n');
    return code == OK ? buf_write_file(&text, path, 0600, err) : code;
}

static bool stays(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "ledger.json") == 0 ||
           (strncmp(name, "audit", 5) == 0 && strcmp(name + strlen(name) - 4, ".log") == 0);
}

/* Overwritten before it goes, as far as a file system does that. */
static void overwrite(int folder, const char *name)
{
    static const uint8_t nothing[4096];
    struct stat about;
    if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
        return;
    int fd =
        fchmodat(folder, name, 0600, 0) == 0 ? openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd < 0)
        return;
    for (off_t at = 0; at < about.st_size; at += (off_t)sizeof(nothing))
        if (write(fd, nothing, sizeof(nothing)) < 0)
            break;
    (void)fsync(fd);
    close(fd);
}

static bool empty_folder(int folder, unsigned depth);

static bool remove_folder(int folder, const char *name, unsigned depth)
{
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    bool good = inner >= 0 && depth > 0 && empty_folder(inner, depth - 1);
    if (inner >= 0)
        close(inner);
    return unlinkat(folder, name, AT_REMOVEDIR) == 0 && good;
}

static bool remove_entry(int folder, const char *name, unsigned depth)
{
    struct stat about;
    if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (S_ISDIR(about.st_mode))
        return remove_folder(folder, name, depth);
    if (strcmp(name, "root.key") == 0 || strcmp(name, "seal.key") == 0)
        overwrite(folder, name);
    return unlinkat(folder, name, 0) == 0;
}

/* What is in a folder, as many levels down: a spool has a folder a series. */
static bool empty_folder(int folder, unsigned depth)
{
    int again = dup(folder);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    const struct dirent *entry;
    bool good = dir != NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (!stays(entry->d_name))
            good = remove_entry(folder, entry->d_name, depth) && good;
    if (dir != NULL)
        closedir(dir);
    return good;
}

enum err_code leave_folder(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? OK
                               : err_set(err, ERR_CONFIG, "cannot look at %s: %s", path, strerror(errno));
    bool good = empty_folder(fd, 2);
    (void)fsync(fd);
    close(fd);
    return good ? OK : err_set(err, ERR_CONFIG, "not everything in %s could be removed", path);
}

enum err_code collect_leave_finish(const struct settings *settings, const char *who, struct err *err)
{
    int lock = -1;
    const struct trail_entry entry = {.what = "leave", .who = who, .detail = "end", .count = 1};
    enum err_code code = check_erased(settings, err);
    if (code == OK)
        code = lock_take(settings->collect_folder, "collect.lock", &lock, err);
    if (code == ERR_RETRY && lock < 0 && err->hint[0] == '\0')
        err_hint(err, "is contact-agent-collect running? Stop it first");
    if (code == OK)
        code = keep_ledger(settings, err);
    if (code == OK)
        code = trail_note(settings, &entry, err);
    if (code == OK)
        code = leave_folder(settings->spool_folder, err);
    if (code == OK)
        code = leave_folder(settings->collect_folder, err); /* last: until then it can be typed again */
    lock_release(&lock);
    return code;
}
