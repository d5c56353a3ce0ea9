/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/identity.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "contact/cms.h"
#include "contact/durable.h"
#include "contact/json.h"

#define LINK_NAME "identity"
#define FRESH_NAME LINK_NAME ".new" /* the link in the making */

static const char *const file_names[] = {"key.pem", "certificate.pem", "ca.pem", "centre.json"};

static enum err_code join(char ret[static IDENTITY_PATH], const char *folder, const char *name,
                          struct err *err)
{
    int n = snprintf(ret, IDENTITY_PATH, "%s/%s", folder, name);
    if (n > 0 && n < IDENTITY_PATH)
        return OK;
    return err_set(err, ERR_CONFIG, "the send folder's name is too long");
}

static bool copy_member(const json_t *root, const char *member, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(root, member));
    if (!text || strlen(text) >= size)
        return false;
    snprintf(ret, size, "%s", text);
    return true;
}

static enum err_code read_centre(struct identity *id, struct err *err)
{
    char path[IDENTITY_PATH];
    BUF_CLEANUP struct buf text = BUF_INIT(4096);
    enum err_code code = join(path, id->folder, "centre.json", err);
    if (code == OK)
        code = buf_read_file(&text, path, err);
    if (code != OK)
        return code;
    json_t *root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    bool ok = copy_member(root, "site", id->site, sizeof(id->site)) &&
              copy_member(root, "url", id->url, sizeof(id->url)) &&
              copy_member(root, "code_hash", id->code_hash, sizeof(id->code_hash)) && site_valid(id->site);
    json_decref(root);
    return ok ? OK : err_set(err, ERR_CORRUPT, "%s is damaged", path);
}

static int64_t moment(const ASN1_TIME *time)
{
    struct tm tm;
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static enum err_code read_validity(struct identity *id, struct err *err)
{
    X509 *certificate = NULL;
    enum err_code code = pem_read_certificate(id->certificate, &certificate, err);
    if (code != OK)
        return code;
    id->from_s = moment(X509_get0_notBefore(certificate));
    id->until_s = moment(X509_get0_notAfter(certificate));
    X509_free(certificate);
    return OK;
}

/* Reads what the folder holds; the certificate only when it must be there. */
static enum err_code load(struct identity *id, bool whole, struct err *err)
{
    enum err_code code = join(id->key, id->folder, "key.pem", err);
    if (code == OK)
        code = join(id->certificate, id->folder, "certificate.pem", err);
    if (code == OK)
        code = join(id->ca, id->folder, "ca.pem", err);
    if (code == OK)
        code = read_centre(id, err);
    if (code == OK && (whole || access(id->certificate, F_OK) == 0))
        code = read_validity(id, err);
    return code;
}

/* The folder that a link names; false when there is none. */
static bool linked_folder(const char *send_folder, const char *name, char ret[static IDENTITY_PATH])
{
    char path[IDENTITY_PATH], target[IDENTITY_PATH];
    if (join(path, send_folder, name, NULL) != OK)
        return false;
    ssize_t len = readlink(path, target, sizeof(target) - 1);
    if (len <= 0)
        return false;
    target[len] = '\0';
    return !strchr(target, '/') && join(ret, send_folder, target, NULL) == OK;
}

/* An install that was cut off when its folder had its name already: the centre knows this key, and no other
 * takes its code. Who may not write here leaves it to who may. */
static void finish_install(const char *send_folder)
{
    char folder[IDENTITY_PATH], fresh[IDENTITY_PATH], link[IDENTITY_PATH];
    if (linked_folder(send_folder, FRESH_NAME, folder) && access(folder, F_OK) == 0 &&
        join(fresh, send_folder, FRESH_NAME, NULL) == OK && join(link, send_folder, LINK_NAME, NULL) == OK &&
        rename(fresh, link) == 0)
        (void)durable_folder(send_folder);
}

enum err_code identity_load(const char *send_folder, struct identity *ret, struct err *err)
{
    struct identity id = {0};
    finish_install(send_folder);
    if (!linked_folder(send_folder, LINK_NAME, id.folder)) {
        (void)err_set(err, ERR_RETRY, "this site is not enrolled yet");
        return err_hint(err, "contact-agent enroll BUNDLE");
    }
    enum err_code code = load(&id, true, err);
    if (code == OK)
        *ret = id;
    return code;
}

enum err_code identity_load_pending(const char *send_folder, const char *name, struct identity *ret,
                                    struct err *err)
{
    struct identity id = {0};
    struct stat st;
    enum err_code code = join(id.folder, send_folder, name, err);
    if (code != OK)
        return code;
    if (stat(id.folder, &st) != 0)
        return err_set(err, ERR_RETRY, "nothing is pending");
    code = load(&id, false, err);
    if (code == OK)
        *ret = id;
    return code;
}

bool identity_replaced(const char *send_folder, const struct identity *identity)
{
    char folder[IDENTITY_PATH];
    return !linked_folder(send_folder, LINK_NAME, folder) || strcmp(folder, identity->folder) != 0;
}

static void remove_folder(const char *folder)
{
    char path[IDENTITY_PATH];
    for (size_t i = 0; i < sizeof(file_names) / sizeof(file_names[0]); i++)
        if (join(path, folder, file_names[i], NULL) == OK)
            (void)unlink(path);
    (void)rmdir(folder);
}

void identity_discard(const char *send_folder, const char *name)
{
    char folder[IDENTITY_PATH];
    if (join(folder, send_folder, name, NULL) == OK)
        remove_folder(folder);
}

static enum err_code write_centre(const struct identity *place, const char *folder, struct err *err)
{
    char path[IDENTITY_PATH];
    BUF_CLEANUP struct buf text = BUF_INIT(4096);
    struct json j = JSON(&text);
    json_begin_object(&j);
    json_kv_string(&j, "site", place->site);
    json_kv_string(&j, "url", place->url);
    json_kv_string(&j, "code_hash", place->code_hash);
    json_end_object(&j);
    enum err_code code = join(path, folder, "centre.json", err);
    return code == OK ? buf_write_file(&text, path, 0600, err) : code;
}

enum err_code identity_begin(const char *send_folder, const char *name, const struct identity *place,
                             const char *ca_pem, struct err *err)
{
    char folder[IDENTITY_PATH], path[IDENTITY_PATH];
    BUF_CLEANUP struct buf ca = BUF_INIT(65536);
    buf_puts(&ca, ca_pem);
    enum err_code code = join(folder, send_folder, name, err);
    if (code != OK)
        return code;
    remove_folder(folder);
    if (mkdir(folder, 0700) != 0) {
        (void)err_set(err, ERR_CONFIG, "cannot make %s: %s", folder, strerror(errno));
        return err_hint(err, "run this as the user of contact-agent-send, who owns that folder");
    }
    code = join(path, folder, "ca.pem", err);
    if (code == OK)
        code = buf_write_file(&ca, path, 0600, err);
    if (code == OK)
        code = join(path, folder, "key.pem", err);
    if (code == OK) {
        EVP_PKEY *key = key_new_p256();
        code = pem_write_key(path, key, err);
        EVP_PKEY_free(key);
    }
    return code == OK ? write_centre(place, folder, err) : code; /* last: what has it is whole */
}

/* Removes what earlier installs, cut off before their end, left behind. */
static void remove_others(const char *send_folder, const char *keep)
{
    DIR *dir = opendir(send_folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (strncmp(entry->d_name, LINK_NAME "-", sizeof(LINK_NAME)) == 0 && strcmp(entry->d_name, keep) != 0)
            identity_discard(send_folder, entry->d_name);
    if (dir)
        closedir(dir);
}

/* Whoever loaded the identity meanwhile may have finished the install. */
static bool installed(const char *send_folder, const char *folder)
{
    char linked[IDENTITY_PATH];
    return errno == ENOENT && linked_folder(send_folder, LINK_NAME, linked) && strcmp(linked, folder) == 0;
}

enum err_code identity_install(const char *send_folder, const char *name, struct err *err)
{
    char from[IDENTITY_PATH], to[IDENTITY_PATH], fresh[IDENTITY_PATH], link[IDENTITY_PATH], final[64];
    uint8_t random[8];
    char hex[2 * sizeof(random) + 1];
    random_bytes(random, sizeof(random));
    hex_encode(random, sizeof(random), hex);
    snprintf(final, sizeof(final), LINK_NAME "-%s", hex);
    enum err_code code = join(from, send_folder, name, err);
    if (code == OK)
        code = join(to, send_folder, final, err);
    if (code == OK)
        code = join(fresh, send_folder, FRESH_NAME, err);
    if (code == OK)
        code = join(link, send_folder, LINK_NAME, err);
    if (code != OK)
        return code;
    (void)unlink(fresh);
    /* The new link before its folder: wherever this is cut off, the folder is pending, or can be found. */
    if (symlink(final, fresh) != 0 || rename(from, to) != 0 ||
        (rename(fresh, link) != 0 && !installed(send_folder, to)))
        return err_set(err, ERR_CONFIG, "cannot install the new identity: %s", strerror(errno));
    (void)durable_folder(send_folder);
    remove_others(send_folder, final);
    return OK;
}

struct link_trust identity_trust(const struct identity *identity)
{
    bool whole = identity->until_s > 0;
    return (struct link_trust){.ca = identity->ca,
                               .certificate = whole ? identity->certificate : NULL,
                               .key = whole ? identity->key : NULL};
}

int64_t identity_renewal_s(const struct identity *identity)
{
    return identity->from_s + (identity->until_s - identity->from_s) / 3 * 2;
}
