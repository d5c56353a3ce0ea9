/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/key_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contact/cms.h"
#include "gateway/layout.h"

enum err_code key_file_settle(const char *path, unsigned mode, struct err *err)
{
    char folder[PATH_ROOM];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    struct stat st;
    if (stat(folder, &st) != 0 || (geteuid() == 0 && chown(path, st.st_uid, st.st_gid) != 0) ||
        chmod(path, (mode_t)mode) != 0)
        return err_set(err, ERR_CONFIG, "cannot settle the owner of %s", path);
    return OK;
}

enum err_code key_file_write(const char *folder, const char *name, EVP_PKEY *key, struct err *err)
{
    char path[PATH_ROOM];
    enum err_code code = pem_write_key(layout_path(path, folder, name), key, err);
    return code != OK ? code : key_file_settle(path, 0400, err);
}

enum err_code key_file_write_certificate(const char *folder, const char *name, X509 *certificate,
                                         struct err *err)
{
    char path[PATH_ROOM];
    enum err_code code = pem_write_certificate(layout_path(path, folder, name), certificate, err);
    return code != OK ? code : key_file_settle(path, 0444, err);
}
