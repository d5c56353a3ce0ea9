/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/landing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "contact/buf.h"
#include "contact/durable.h"
#include "contact/mem.h"
#include "gateway/landing_index.h"
#include "gateway/layout.h"

#define INCOMING                                                                                             \
    ".incoming" /* temporary files, on the landing zone's own file system so that they can be linked */

struct landing {
    const struct gateway_settings *settings;
    struct registry *registry;
    struct landing_index index;
    char incoming[PATH_ROOM];
    uint64_t counter; /* names temporary files */
};

struct upload {
    struct landing *landing;
    struct route route;
    uint8_t digest[SHA256_SIZE];
    struct sha256_stream *hash;
    int fd;
    char path[PATH_ROOM + 32];
};

static enum err_code failed(const char *what, struct err *err)
{
    int error = errno;
    bool full = error == ENOSPC || error == EDQUOT;
    return err_set(err, full ? ERR_FULL : ERR_INTERNAL, "landing zone: %s: %s", what, strerror(error));
}

static enum err_code fsync_folder(const char *path, struct err *err)
{
    return durable_folder(path) ? OK : failed("fsync of a folder", err);
}

/* The landing zone's group (the loader's) and its set-group-id come down to what is made in it, by the
 * kernel; chmod would lose them, for the intake is not of that group. `serve` has set the umask that leaves
 * the group its rights. */
static enum err_code make_folder(const char *path, const char *parent, struct err *err)
{
    if (mkdir(path, 0770) != 0)
        return errno == EEXIST ? OK : failed("creating a folder", err);
    return fsync_folder(parent, err);
}

/* What an earlier run left unfinished was never answered: it goes. */
static enum err_code clear_incoming(const struct landing *landing, struct err *err)
{
    if (make_folder(landing->incoming, landing->settings->landing_folder, err) != OK)
        return err->code;
    DIR *dir = opendir(landing->incoming);
    if (dir == NULL)
        return failed("opening .incoming", err);
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    return OK;
}

enum err_code landing_open(const struct gateway_settings *settings, struct registry *registry,
                           struct landing **ret, struct err *err)
{
    struct landing *landing = mem_new(1, sizeof *landing);
    landing->settings = settings;
    landing->registry = registry;
    layout_path(landing->incoming, settings->landing_folder, INCOMING);
    enum err_code code = clear_incoming(landing, err);
    if (code == OK)
        code = landing_index_load(&landing->index, settings->landing_folder, registry, err);
    if (code != OK) {
        landing_close(landing);
        return code;
    }
    *ret = landing;
    return OK;
}

void landing_close(struct landing *landing)
{
    if (landing == NULL)
        return;
    landing_index_free(&landing->index);
    free(landing);
}

enum err_code landing_save(struct landing *landing, struct err *err)
{
    return landing_index_save(&landing->index, landing->registry, err);
}

enum err_code landing_site_folder(struct landing *landing, const char *site, char ret[static PATH_ROOM],
                                  struct err *err)
{
    layout_path(ret, landing->settings->landing_folder, site);
    return make_folder(ret, landing->settings->landing_folder, err);
}

static enum err_code check_space(const struct landing *landing, uint64_t length, struct err *err)
{
    struct statvfs fs;
    if (statvfs(landing->settings->landing_folder, &fs) != 0)
        return failed("free space", err);
    uint64_t available = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (available < length + (uint64_t)landing->settings->disk_reserve_bytes)
        return err_set(err, ERR_FULL, "landing zone: the disk has reached its reserve");
    return OK;
}

enum err_code landing_begin(struct landing *landing, const struct route *route, uint64_t length,
                            const uint8_t digest[static SHA256_SIZE], struct upload **ret, struct err *err)
{
    enum err_code code = check_space(landing, length, err);
    if (code != OK)
        return code;
    struct upload *upload = mem_new(1, sizeof *upload);
    upload->landing = landing;
    upload->route = *route;
    memcpy(upload->digest, digest, SHA256_SIZE);
    snprintf(upload->path, sizeof upload->path, "%s/%llu", landing->incoming,
             (unsigned long long)++landing->counter);
    upload->fd = open(upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (upload->fd < 0) {
        code = failed("creating a file", err);
        free(upload);
        return code;
    }
    upload->hash = sha256_stream_new();
    *ret = upload;
    return OK;
}

enum err_code upload_write(struct upload *upload, const void *data, size_t len, struct err *err)
{
    sha256_stream_add(upload->hash, data, len);
    const char *at = data;
    while (len > 0) {
        ssize_t done = write(upload->fd, at, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return failed("writing", err);
        at += done;
        len -= (size_t)done;
    }
    return OK;
}

static enum err_code write_order(const char *folder, int64_t place, struct err *err)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(32);
    buf_printf(&text, "%lld\n", (long long)place);
    return buf_write_file(&text, layout_path(path, folder, "order"), 0644, err);
}

/* The series' folder with its order file, which says its place among the site's series before any batch of it
 * can be seen. */
static enum err_code make_series(struct landing *landing, struct landing_series *entry, const char *folder,
                                 struct err *err)
{
    if (entry->on_disk)
        return OK;
    char site[PATH_ROOM];
    int64_t place;
    enum series_standing standing;
    enum err_code code =
        registry_series_standing(landing->registry, entry->site, entry->series, &standing, &place, err);
    if (code == OK)
        code = landing_site_folder(landing, entry->site, site, err);
    if (code == OK)
        code = make_folder(folder, site, err);
    if (code == OK)
        code = write_order(folder, place, err);
    entry->on_disk = code == OK;
    return code;
}

static bool hash_file(const char *path, uint8_t ret[static SHA256_SIZE])
{
    int fd = open_regular(path);
    if (fd < 0)
        return false;
    struct sha256_stream *hash = sha256_stream_new();
    uint8_t block[65536];
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0)
        sha256_stream_add(hash, block, (size_t)got);
    close(fd);
    sha256_stream_end(hash, ret);
    sha256_stream_free(hash);
    return got == 0;
}

/* Gives the finished file its name. The name of a batch that is done, and whose file the loader has since
 * removed, stays taken: a machine restored from an old backup must not slip another batch under it. */
static enum err_code name_file(const struct upload *upload, const char *folder, uint64_t done,
                               enum landing_outcome *ret, struct err *err)
{
    char name[32], path[PATH_ROOM];
    snprintf(name, sizeof name, "%llu.cms", (unsigned long long)upload->route.seq);
    layout_path(path, folder, name);
    if (upload->route.seq <= done && access(path, F_OK) != 0) {
        *ret = LANDING_OTHER;
        return OK;
    }
    *ret = LANDING_STORED;
    if (link(upload->path, path) != 0) {
        if (errno != EEXIST)
            return failed("linking", err);
        uint8_t held[SHA256_SIZE];
        if (!hash_file(path, held))
            return failed("reading back", err);
        *ret = memcmp(held, upload->digest, SHA256_SIZE) == 0 ? LANDING_HAD : LANDING_OTHER;
    }
    /* Also for a file that was there: the answer before this one may have been lost to a crash. */
    return *ret == LANDING_OTHER ? OK : fsync_folder(folder, err);
}

enum err_code upload_finish(struct upload *upload, uint64_t done, enum landing_outcome *ret, struct err *err)
{
    uint8_t digest[SHA256_SIZE];
    sha256_stream_end(upload->hash, digest);
    if (memcmp(digest, upload->digest, SHA256_SIZE) != 0) {
        *ret = LANDING_MISMATCH;
        return OK;
    }
    if (fsync(upload->fd) != 0)
        return failed("fsync", err);
    struct landing *landing = upload->landing;
    char site[PATH_ROOM], folder[PATH_ROOM];
    layout_path(site, landing->settings->landing_folder, upload->route.site);
    layout_path(folder, site, upload->route.series);
    struct landing_series *entry =
        landing_index_get(&landing->index, upload->route.site, upload->route.series);
    enum err_code code = make_series(landing, entry, folder, err);
    if (code == OK)
        code = name_file(upload, folder, done, ret, err);
    if (code == OK && *ret != LANDING_OTHER && !ranges_has(&entry->ever, upload->route.seq)) {
        ranges_add(&entry->ever, upload->route.seq, upload->route.seq);
        entry->unsaved = true;
    }
    if (code != OK)
        entry->on_disk = false; /* looked at anew next time */
    return code;
}

void upload_free(struct upload *upload)
{
    if (upload == NULL)
        return;
    close(upload->fd);
    unlink(upload->path);
    sha256_stream_free(upload->hash);
    free(upload);
}

void landing_watermarks(struct landing *landing, const char *site, const char *series, uint64_t done,
                        struct watermarks *ret)
{
    const size_t room = sizeof ret->gaps / sizeof *ret->gaps;
    *ret = (struct watermarks){0};
    struct landing_series *entry = landing_index_find(&landing->index, site, series);
    if (entry == NULL) {
        ret->contiguous = ret->highest = done;
        return;
    }
    landing_index_look(entry, landing->settings->landing_folder, done);
    ret->contiguous = ranges_contiguous(&entry->held);
    ret->highest = ranges_highest(&entry->held);
    ret->gap_count = ranges_gaps(&entry->held, ret->contiguous, ret->gaps, room);
    uint64_t ever = ranges_highest(&entry->ever);
    if (ever > ret->highest && ret->gap_count < room)
        ret->gaps[ret->gap_count++] = (struct range){ret->highest + 1, ever};
    ret->highest = ever > ret->highest ? ever : ret->highest;
}
