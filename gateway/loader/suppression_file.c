/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/suppression_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contact/batch.h"
#include "contact/crypto.h"
#include "contact/durable.h"
#include "gateway/layout.h"

#define FOLDER "suppressed"
#define FILE_MAX (256 * 1024 * 1024) /* four million people */
#define HEX_LEN 64

static const char *path_of(char ret[static PATH_ROOM], const char *loader_folder, const char *site)
{
    char name[SITE_TEXT + sizeof FOLDER];
    snprintf(name, sizeof name, "%s/%.32s", FOLDER, site);
    return layout_path(ret, loader_folder, name);
}

enum err_code suppression_file_read(const char *loader_folder, const char *site,
                                    bool (*each)(void *context, const uint8_t person[static 32]),
                                    void *context, struct err *err)
{
    char path[PATH_ROOM];
    uint8_t person[32];
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    if (access(path_of(path, loader_folder, site), F_OK) != 0 && errno == ENOENT)
        return OK;
    enum err_code code = buf_read_file(&text, path, err);
    const char *at = buf_text(&text), *end = at + text.len;
    while (code == OK && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline != NULL ? newline : end) - at);
        if (len == HEX_LEN && hex_decode(at, len, person, sizeof person) && !each(context, person))
            code = err_set(err, ERR_INTERNAL, "no memory for the suppression list");
        at += len + 1;
    }
    return code;
}

enum err_code suppression_file_add(const char *loader_folder, const char *site, const uint8_t *persons,
                                   size_t count, struct err *err)
{
    char path[PATH_ROOM], folder[PATH_ROOM];
    BUF_CLEANUP struct buf lines = BUF_INIT(FILE_MAX);
    buf_putc(&lines, '\n'); /* ends a line that a crash cut */
    for (size_t i = 0; i < count; i++) {
        buf_hex(&lines, persons + 32 * i, 32);
        buf_putc(&lines, '\n');
    }
    if (!buf_ok(&lines))
        return err_set(err, ERR_INTERNAL, "no memory for the suppression list");
    layout_path(folder, loader_folder, FOLDER);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_CONFIG, "cannot create %.200s: %s", folder, strerror(errno));
    /* A name that a crash could lose would be no record of it. */
    if (durable_append(path_of(path, loader_folder, site), lines.data, lines.len))
        return OK;
    return err_set(err, ERR_FULL, "cannot write %.200s: %s", path, strerror(errno));
}
