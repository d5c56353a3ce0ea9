/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum err_code lock_take(const char *folder, const char *name, int *ret_fd, struct err *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, errno == ENOSPC ? ERR_FULL : ERR_CONFIG, "cannot write in %s: %s", folder,
                       strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *ret_fd = fd;
        return OK;
    }
    close(fd);
    return err_set(err, ERR_RETRY, "another process works in %s", folder);
}

void lock_release(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
