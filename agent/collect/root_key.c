/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/root_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/buf.h"
#include "contact/language.h"

#define PATH_SIZE 4096
#define FILE_MAX 4096
#define DIGITS (2 * ROOT_KEY)

static const char restore_hint[] = N_(
    "contact-agent key restore, with the backup of the key; without one: contact-agent key new-epoch --lost");

static enum err_code path_of(const char *folder, char ret[static PATH_SIZE], struct err *err)
{
    if (snprintf(ret, PATH_SIZE, "%s/root.key", folder) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    return OK;
}

/* One line, without its end. False: it is none of ours. */
static bool take_line(struct root_key *key, const char *line, size_t len, unsigned number)
{
    static const char epoch[] = "epoch: ", previous[] = "previous: ";
    if (number == 0)
        return len == DIGITS && hex_decode(line, len, key->key, ROOT_KEY);
    if (len > sizeof epoch - 1 && strncmp(line, epoch, sizeof epoch - 1) == 0) {
        char *end;
        unsigned long value = strtoul(line + sizeof epoch - 1, &end, 10);
        key->epoch = (unsigned)value;
        return end == line + len && value >= 1 && value <= EPOCH_MAX;
    }
    if (len != sizeof previous - 1 + DIGITS || strncmp(line, previous, sizeof previous - 1) != 0)
        return false;
    key->has_previous = hex_decode(line + sizeof previous - 1, DIGITS, key->previous, ROOT_KEY);
    return key->has_previous;
}

static bool parse(const char *text, struct root_key *ret)
{
    unsigned number = 0;
    *ret = (struct root_key){.epoch = 1};
    for (const char *line = text; *line != '\0'; number++) {
        size_t whole = strcspn(line, "\n"), len = whole;
        if (len > 0 && line[len - 1] == '\r')
            len--;
        if ((len > 0 || number == 0) && !take_line(ret, line, len, number))
            return false;
        line += whole + (line[whole] == '\n');
    }
    return number > 0;
}

enum err_code root_key_read(const char *folder, struct root_key *ret, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_of(folder, path, err);
    if (code != OK)
        return code;
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    code = buf_read_file(&text, path, err);
    if (code != OK)
        return err == NULL || err->hint[0] != '\0' ? code : err_hint(err, "%s", _(restore_hint));
    if (parse(buf_text(&text), ret))
        return OK;
    wipe(ret, sizeof *ret);
    err_set(err, ERR_CONFIG, "%s does not hold a root key", path);
    return err_hint(err, "%s", _(restore_hint));
}

enum err_code root_key_write(const char *folder, const struct root_key *key, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    buf_hex(&text, key->key, ROOT_KEY);
    buf_putc(&text, '\n');
    if (key->epoch > 1)
        buf_printf(&text, "epoch: %u\n", key->epoch);
    if (key->has_previous) {
        buf_puts(&text, "previous: ");
        buf_hex(&text, key->previous, ROOT_KEY);
        buf_putc(&text, '\n');
    }
    enum err_code code = path_of(folder, path, err);
    return code == OK ? buf_write_file(&text, path, 0400, err) : code;
}

bool root_key_present(const char *folder)
{
    char path[PATH_SIZE];
    return path_of(folder, path, NULL) == OK && access(path, F_OK) == 0;
}

enum err_code root_key_lost(const char *folder, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_of(folder, path, err);
    if (code != OK || (access(path, F_OK) != 0 && errno == ENOENT))
        return code;
    struct root_key key;
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    code = buf_read_file(&text, path, err);
    if (code != OK)
        return code;
    bool ours = parse(buf_text(&text), &key);
    wipe(&key, sizeof key);
    if (!ours)
        return OK;
    err_set(err, ERR_REJECTED, "the root key is here");
    return err_hint(err, "without --lost: contact-agent key new-epoch");
}

enum err_code root_key_make(const char *folder, bool must_be_there, struct err *err)
{
    if (root_key_present(folder))
        return OK;
    if (must_be_there) {
        err_set(err, ERR_CONFIG, "%s/root.key is gone", folder);
        return err_hint(err, "%s", _(restore_hint));
    }
    struct root_key key = {.epoch = 1};
    random_bytes(key.key, ROOT_KEY);
    enum err_code code = root_key_write(folder, &key, err);
    wipe(&key, sizeof key);
    return code;
}
