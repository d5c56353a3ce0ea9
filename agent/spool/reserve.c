/* SPDX-License-Identifier: Apache-2.0 */
/* Room kept for the day the disk is full: deleting from a database needs to write first. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/spool/internal.h"

#define ROOM_BEFORE_TAKING (64 * 1024 * 1024)

static bool reserve_path(const struct spool *spool, char path[static PATH_MAX])
{
    int n = snprintf(path, PATH_MAX, "%s/%s/reserve", spool->folder, spool->series);
    return n > 0 && n < PATH_MAX;
}

/* Gives the reserve back to the disk; false when it was gone already. */
static bool reserve_release(struct spool *spool)
{
    char path[PATH_MAX];
    return reserve_path(spool, path) && unlink(path) == 0;
}

void spool_reserve_take(struct spool *spool)
{
    char path[PATH_MAX];
    struct stat st;
    if (!reserve_path(spool, path) || stat(path, &st) == 0 || spool_disk_free(spool) < ROOM_BEFORE_TAKING)
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, SPOOL_RESERVE_BYTES) != 0)
        (void)unlink(path);
    close(fd);
}

enum err_code spool_write(struct spool *spool, enum err_code (*write)(struct spool *, void *, struct err *),
                          void *context, struct err *err)
{
    enum err_code code = write(spool, context, err);
    if (code == ERR_FULL && reserve_release(spool))
        code = write(spool, context, err);
    return code;
}
