/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool path_of(char ret[static PATH_MAX], const char *folder, const char *name)
{
    return snprintf(ret, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

enum err_code lock_take(const char *folder, const char *name, int *ret_fd, struct err *err)
{
    char path[PATH_MAX];
    if (!path_of(path, folder, name))
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

/* A lock of an open file, unlike flock's, can be asked about. */
static struct flock whole_file(short kind)
{
    return (struct flock){.l_type = kind, .l_whence = SEEK_SET};
}

bool lock_mark(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct flock mark = whole_file(F_RDLCK);
    int fd = path_of(path, folder, name) ? open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640) : -1;
    if (fd < 0)
        return false;
    (void)fchmod(fd, 0640); /* whatever the umask; of another user it may be already */
    if (fcntl(fd, F_OFD_SETLK, &mark) == 0)
        return true; /* and fd stays open */
    close(fd);
    return false;
}

bool lock_marked(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct flock mark = whole_file(F_WRLCK);
    int fd = path_of(path, folder, name) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    bool marked = fd >= 0 && fcntl(fd, F_OFD_GETLK, &mark) == 0 && mark.l_type != F_UNLCK;
    if (fd >= 0)
        close(fd);
    return marked;
}
