/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *layout_path(char ret[static PATH_ROOM], const char *folder, const char *name)
{
    snprintf(ret, PATH_ROOM, "%s/%s", folder, name);
    return ret;
}

bool layout_missing(const char *path)
{
    return access(path, F_OK) != 0 && errno == ENOENT;
}

enum err_code layout_folder(const char *path, unsigned mode, struct err *err)
{
    char part[PATH_ROOM];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return err_set(err, ERR_CONFIG, "cannot create %s: %s", part, strerror(errno));
        *slash = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_CONFIG, "cannot create %s: %s", path, strerror(errno));
    if (chmod(path, (mode_t)mode) != 0)
        return err_set(err, ERR_CONFIG, "cannot set the mode of %s: %s", path, strerror(errno));
    return OK;
}
