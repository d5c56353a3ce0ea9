/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/keys.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/crypto.h"
#include "contact/mem.h"
#include "gateway/layout.h"

static enum err_code read_raw(const char *folder, const char *name, uint8_t *ret, size_t size,
                              struct err *err)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf bytes = BUF_INIT(size + 1);
    enum err_code code = buf_read_file(&bytes, layout_path(path, folder, name), err);
    if (code != OK)
        return code;
    if (bytes.len != size)
        return err_set(err, ERR_CONFIG, "%s is not %zu bytes long", path, size);
    memcpy(ret, bytes.data, size);
    return OK;
}

void recipient_name(int number, const char *suffix, char ret[static RECIPIENT_NAME])
{
    if (number == 1)
        snprintf(ret, RECIPIENT_NAME, "recipient.%s", suffix);
    else
        snprintf(ret, RECIPIENT_NAME, "recipient-%d.%s", number, suffix);
}

static enum err_code read_recipient(struct loader_keys *keys, int number, struct err *err)
{
    char name[RECIPIENT_NAME], path[PATH_ROOM];
    size_t at = keys->recipient_count;
    recipient_name(number, "key", name);
    enum err_code code = pem_read_key(layout_path(path, keys->folder, name), &keys->recipients[at].key, err);
    if (code != OK)
        return code;
    keys->recipients[at].number = number;
    keys->recipient_count++; /* so that the key is freed when its certificate cannot be read */
    recipient_name(number, "pem", name);
    code =
        pem_read_certificate(layout_path(path, keys->folder, name), &keys->recipients[at].certificate, err);
    if (code == OK && X509_check_private_key(keys->recipients[at].certificate, keys->recipients[at].key) != 1)
        code = err_set(err, ERR_CONFIG, "%s is not the certificate of its key", path);
    return code;
}

static bool is_read(const struct loader_keys *keys, int number)
{
    for (size_t i = 0; i < keys->recipient_count; i++)
        if (keys->recipients[i].number == number)
            return true;
    return false;
}

static enum err_code read_later_recipients(struct loader_keys *keys, struct err *err)
{
    enum err_code code = OK;
    for (int number = 2; code == OK && number <= LOADER_RECIPIENTS_MAX; number++) {
        char name[RECIPIENT_NAME], path[PATH_ROOM];
        recipient_name(number, "key", name);
        if (!is_read(keys, number) && access(layout_path(path, keys->folder, name), F_OK) == 0)
            code = read_recipient(keys, number, err);
    }
    return code;
}

bool loader_keys_more(struct loader_keys *keys)
{
    size_t before = keys->recipient_count;
    if (read_later_recipients(keys, NULL) == OK)
        return keys->recipient_count > before;
    while (keys->recipient_count > before) { /* cannot be read: asked again for the next batch */
        size_t last = --keys->recipient_count;
        EVP_PKEY_free(keys->recipients[last].key);
        X509_free(keys->recipients[last].certificate);
        memset(&keys->recipients[last], 0, sizeof keys->recipients[last]);
    }
    return false;
}

enum err_code loader_keys_read(const char *folder, struct loader_keys **ret, struct err *err)
{
    char path[PATH_ROOM];
    struct loader_keys *keys = calloc(1, sizeof *keys);
    if (keys == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for keys");
    keys->folder = mem_dup(folder);
    enum err_code code = read_recipient(keys, 1, err);
    if (code == OK)
        code = read_later_recipients(keys, err);
    if (code == OK)
        code = read_raw(folder, LAYOUT_WAREHOUSE_KEY, keys->warehouse, sizeof keys->warehouse, err);
    if (code == OK)
        code = read_raw(folder, LAYOUT_SUPPRESS_KEY, keys->suppress, sizeof keys->suppress, err);
    if (code == OK)
        code = pem_read_key(layout_path(path, folder, LAYOUT_RECEIPT_KEY), &keys->receipt, err);
    if (code != OK) {
        loader_keys_free(keys);
        return code;
    }
    *ret = keys;
    return OK;
}

void loader_keys_free(struct loader_keys *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < keys->recipient_count; i++) {
        EVP_PKEY_free(keys->recipients[i].key);
        X509_free(keys->recipients[i].certificate);
    }
    EVP_PKEY_free(keys->receipt);
    free(keys->folder);
    wipe(keys, sizeof *keys);
    free(keys);
}

void seals_read(const char *loader_folder, const char *site, struct seals *ret)
{
    char folder[PATH_ROOM], path[PATH_ROOM], name[SITE_TEXT + sizeof LAYOUT_SEALS];
    ret->count = 0;
    snprintf(name, sizeof name, "%s/%s", LAYOUT_SEALS, site);
    DIR *dir = opendir(layout_path(folder, loader_folder, name));
    const struct dirent *entry;
    while (dir != NULL && ret->count < SEALS_MAX && (entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 4, ".pem") == 0 &&
            pem_read_certificate(layout_path(path, folder, entry->d_name), &ret->certificates[ret->count],
                                 NULL) == OK)
            ret->count++;
    }
    if (dir != NULL)
        closedir(dir);
}

void seals_free(struct seals *seals)
{
    while (seals->count > 0)
        X509_free(seals->certificates[--seals->count]);
}

bool seals_epoch_accepted(const char *loader_folder, const char *site, unsigned epoch,
                          const uint8_t check[static 8])
{
    char path[PATH_ROOM], name[SITE_TEXT + sizeof LAYOUT_SEALS + 32], expected[18];
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    snprintf(name, sizeof name, "%s/%s/epoch-%u", LAYOUT_SEALS, site, epoch);
    hex_encode(check, 8, expected);
    expected[16] = '\n';
    expected[17] = '\0';
    return buf_read_file(&text, layout_path(path, loader_folder, name), NULL) == OK &&
           strcmp(buf_text(&text), expected) == 0;
}
