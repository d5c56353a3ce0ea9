/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool durable_write(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t done = write(fd, at, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

/* Closes what was opened and returns good, with the errno of what failed first. */
static bool end(int fd, bool good)
{
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && good)
        return false;
    errno = error;
    return good;
}

bool durable_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return end(fd, fd >= 0 && fsync(fd) == 0);
}

bool durable_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return durable_folder(".");
    /* the slash itself is kept when it is all there is */
    snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return durable_folder(folder);
}

bool durable_append(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && durable_write(fd, data, len) && fsync(fd) == 0;
    return end(fd, good) && durable_folder_of(path);
}
