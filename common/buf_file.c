/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in and out of a buffer. */
#include "contact/buf.h"
#include "contact/durable.h"
#include "contact/language.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads to the end. false with errno set; EFBIG past the maximum. */
static bool read_all(struct buf *b, int fd)
{
    for (;;) {
        size_t room = b->max - b->len < 65536 ? b->max - b->len : 65536;
        /* At the maximum one more byte is asked for, so that a file too large is noticed. */
        uint8_t probe = 0;
        uint8_t *to = room > 0 ? buf_reserve(b, room) : &probe;
        if (to == NULL) {
            errno = ENOMEM;
            return false;
        }
        ssize_t got = read(fd, to, room > 0 ? room : 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            return true;
        if (room == 0) {
            errno = EFBIG;
            return false;
        }
        b->len += (size_t)got;
        b->data[b->len] = '\0';
    }
}

static enum err_code cannot(const char *do_what, const char *path, int error, enum err_code code,
                            struct err *err)
{
    err_set(err, code, "cannot %s %s: %s", _(do_what), path, strerror(error));
    if (err != NULL && (error == EACCES || error == EPERM))
        err_hint(err, "it, and its folder, must belong to the user who runs this");
    if (err != NULL && error == EROFS)
        err_hint(err, "its file system must be one that can be written");
    if (err != NULL && error == ENOSPC)
        err_hint(err, "make room there");
    return code;
}

int open_regular(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

static enum err_code read_open(struct buf *b, int fd, const char *path, struct err *err)
{
    if (fd < 0)
        return cannot(N_("read"), path, errno, ERR_CONFIG, err);
    bool ok = read_all(b, fd);
    int error = errno;
    close(fd);
    if (ok)
        return OK;
    b->failed = true;
    return cannot(N_("read"), path, error, ERR_CONFIG, err);
}

enum err_code buf_read_file(struct buf *b, const char *path, struct err *err)
{
    return read_open(b, open(path, O_RDONLY | O_CLOEXEC), path, err);
}

enum err_code buf_read_regular(struct buf *b, const char *path, struct err *err)
{
    return read_open(b, open_regular(path), path, err);
}

static bool write_new(const struct buf *b, const char *path, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return false;
    bool ok = fchmod(fd, mode) == 0 && durable_write(fd, b->data, b->len) && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0)
        return false;
    errno = error;
    return ok;
}

enum err_code buf_write_file(const struct buf *b, const char *path, unsigned mode, struct err *err)
{
    char temporary[4096];
    if (snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid()) >= (int)sizeof temporary)
        return err_set(err, ERR_CONFIG, "path too long: %.100s", path);
    unlink(temporary);
    if (write_new(b, temporary, (mode_t)mode) && rename(temporary, path) == 0 && durable_folder_of(path))
        return OK;
    int error = errno;
    unlink(temporary);
    enum err_code code = error == ENOSPC || error == EDQUOT ? ERR_FULL : ERR_CONFIG;
    return cannot(N_("write"), path, error, code, err);
}
