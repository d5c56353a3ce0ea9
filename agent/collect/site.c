/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509v3.h>

#include "agent/collect/collect.h"
#include "contact/mem.h"
#include "contact/yaml.h"

#define PATH_SIZE 4096
#define PEM_MAX (256 * 1024)

static enum err_code path_in(char path[static PATH_SIZE], const char *folder, const char *file,
                             struct err *err)
{
    if (snprintf(path, PATH_SIZE, "%s/%s", folder, file) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    return OK;
}

static bool present(const char *folder, const char *file)
{
    char path[PATH_SIZE];
    return path_in(path, folder, file, NULL) == OK && access(path, F_OK) == 0;
}

static enum err_code write_text(const char *folder, const char *file, const char *text, unsigned mode,
                                struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_in(path, folder, file, err);
    if (code != OK)
        return code;
    BUF_CLEANUP struct buf out = BUF_INIT(PEM_MAX);
    buf_puts(&out, text);
    if (!buf_ok(&out))
        return err_set(err, ERR_CONFIG, "%s: too large", file);
    code = buf_write_file(&out, path, mode, err);
    buf_wipe(&out);
    return code;
}

/* What to do about a file of this folder, unless the failure has said it. */
static enum err_code how_to_mend(enum err_code code, struct err *err, const char *hint)
{
    return code == OK || err == NULL || err->hint[0] != '\0' ? code : err_hint(err, "%s", hint);
}

static const char root_key_hint[] =
    "restore root.key from its backup, readable by the user who collects alone (chmod"
    " 400); a new one would make every patient a stranger";
static const char from_bundle[] =
    "move it away if it is there, and type: contact-agent enroll BUNDLE (a new one, from the central team)";

static enum err_code read_root(const char *folder, uint8_t ret[static 32], struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_in(path, folder, "root.key", err);
    if (code != OK)
        return code;
    BUF_CLEANUP struct buf text = BUF_INIT(4096);
    code = buf_read_file(&text, path, err);
    if (code != OK)
        return how_to_mend(code, err, root_key_hint);
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
        text.len--;
    bool good = text.len == 64 && hex_decode((const char *)text.data, text.len, ret, 32);
    buf_wipe(&text);
    if (good)
        return OK;
    err_set(err, ERR_CONFIG, "%s does not hold 64 hexadecimal digits", path);
    return err_hint(err, "%s", root_key_hint);
}

static enum err_code read_warehouse(const char *folder, uint8_t ret[static SHA256_SIZE], struct err *err)
{
    char path[PATH_SIZE];
    X509 *root = NULL;
    enum err_code code = path_in(path, folder, "warehouse-root.pem", err);
    if (code == OK)
        code = pem_read_certificate(path, &root, err);
    if (code == OK)
        certificate_fingerprint(root, ret);
    X509_free(root);
    return how_to_mend(code, err, from_bundle);
}

static enum err_code read_yaml(const char *path, struct site *site, struct err *err)
{
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct yaml *yaml = yaml_load(path, &problems);
    if (yaml && yaml->root) {
        struct yaml_node *name = yaml_get(yaml->root, "site"), *epoch = yaml_get(yaml->root, "epoch"),
                         *url = yaml_get(yaml->root, "url"), *receipt = yaml_get(yaml->root, "receipt");
        snprintf(site->name, sizeof(site->name), "%s", name && name->text ? name->text : "");
        site->epoch = epoch && epoch->text ? (unsigned)strtoul(epoch->text, NULL, 10) : 0;
        site->url = mem_dup(url && url->text ? url->text : "");
        site->receipt = mem_dup(receipt && receipt->text ? receipt->text : "");
        if (!site_valid(site->name) || site->epoch < 1 || site->epoch > 999)
            yaml_problem(yaml, yaml->root, &problems, NULL, "no valid site and epoch");
    } else if (problems.errors == 0) {
        problems_add(&problems, path, 0, 0, from_bundle, "%s is empty", path);
    }
    yaml_free(yaml);
    return problems_result(&problems, err);
}

enum err_code site_load(const char *folder, struct site **ret, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_in(path, folder, "site.yaml", err);
    if (code != OK)
        return code;
    if (access(path, F_OK) != 0) {
        err_set(err, ERR_CONFIG, "this machine is not enrolled");
        return err_hint(err, "type: contact-agent enroll BUNDLE");
    }
    struct site *site = mem_new(1, sizeof(*site));
    code = read_yaml(path, site, err);
    if (code == OK)
        code = read_root(folder, site->root, err);
    if (code == OK)
        code = read_warehouse(folder, site->warehouse, err);
    if (code != OK) {
        site_free(site);
        return code;
    }
    *ret = site;
    return OK;
}

void site_free(struct site *site)
{
    if (!site)
        return;
    free(site->url);
    free(site->receipt);
    wipe(site, sizeof(*site));
    free(site);
}

static void free_certificates(X509 **certificates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        X509_free(certificates[i]);
}

static enum err_code read_recipients(const char *folder, X509 *ret[static CMS_RECIPIENTS_MAX],
                                     size_t *ret_count, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf pem = BUF_INIT(PEM_MAX);
    enum err_code code = path_in(path, folder, "recipients.pem", err);
    if (code == OK)
        code = buf_read_file(&pem, path, err);
    if (code == OK)
        code =
            pem_parse_certificates((const char *)pem.data, pem.len, ret, CMS_RECIPIENTS_MAX, ret_count, err);
    if (code != OK && pem.len > 0)
        err_set(err, code, "%s does not hold one to %d certificates", path, CMS_RECIPIENTS_MAX);
    return code;
}

enum err_code site_sealer(const char *folder, struct cms_sealer **ret, struct err *err)
{
    char key_path[PATH_SIZE], certificate_path[PATH_SIZE];
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL, *recipients[CMS_RECIPIENTS_MAX] = {NULL};
    size_t count = 0;
    enum err_code code = path_in(key_path, folder, "seal.key", err);
    if (code == OK)
        code = path_in(certificate_path, folder, "seal.pem", err);
    if (code == OK)
        code = pem_read_key(key_path, &key, err);
    if (code == OK)
        code = pem_read_certificate(certificate_path, &certificate, err);
    if (code == OK)
        code = read_recipients(folder, recipients, &count, err);
    if (code == OK)
        code = cms_sealer_new(key, certificate, recipients, count, ret, err);
    EVP_PKEY_free(key);
    X509_free(certificate);
    free_certificates(recipients, count);
    return how_to_mend(code, err, from_bundle);
}

static bool issued_by(X509 *certificate, X509 *root)
{
    return X509_check_issued(root, certificate) == X509_V_OK &&
           X509_verify(certificate, X509_get0_pubkey(root)) == 1 &&
           X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

enum err_code site_recipients(const char *folder, const char *pem, bool *ret_changed, struct err *err)
{
    X509 *now[CMS_RECIPIENTS_MAX] = {NULL}, *offered[CMS_RECIPIENTS_MAX] = {NULL}, *root = NULL;
    size_t now_count = 0, count = 0;
    char path[PATH_SIZE];
    *ret_changed = false;
    enum err_code code = path_in(path, folder, "warehouse-root.pem", err);
    if (code == OK)
        code = pem_read_certificate(path, &root, err);
    if (code == OK)
        code = read_recipients(folder, now, &now_count, err);
    if (code == OK)
        code = pem_parse_certificates(pem, strlen(pem), offered, CMS_RECIPIENTS_MAX, &count, err);
    bool same = code == OK && count == now_count;
    for (size_t i = 0; code == OK && i < count; i++) {
        if (!issued_by(offered[i], root))
            code = err_set(err, ERR_REJECTED, "a recipient certificate offered is not the warehouse's");
        same = same && X509_cmp(offered[i], now[i]) == 0;
    }
    if (code == OK && count == 0)
        code = err_set(err, ERR_REJECTED, "no recipient certificate offered");
    if (code == OK && !same) {
        code = write_text(folder, "recipients.pem", pem, 0400, err);
        *ret_changed = code == OK;
    }
    X509_free(root);
    free_certificates(now, now_count);
    free_certificates(offered, count);
    return code;
}

/* Made once. An enrolled machine without it is one that lost it. */
static enum err_code make_root(const char *folder, struct err *err)
{
    if (present(folder, "root.key"))
        return OK;
    if (present(folder, "site.yaml")) {
        err_set(err, ERR_CONFIG, "%s/root.key is gone", folder);
        return err_hint(err, "%s", root_key_hint);
    }
    uint8_t root[32];
    char text[66];
    random_bytes(root, sizeof(root));
    hex_encode(root, sizeof(root), text);
    text[64] = '\n';
    text[65] = '\0';
    enum err_code code = write_text(folder, "root.key", text, 0400, err);
    wipe(root, sizeof(root));
    wipe(text, sizeof(text));
    return code;
}

static enum err_code make_seal(const char *folder, const char *name, struct err *err)
{
    if (present(folder, "seal.key") && present(folder, "seal.pem"))
        return OK;
    char path[PATH_SIZE];
    enum err_code code = path_in(path, folder, "seal.key", err);
    if (code != OK)
        return code;
    EVP_PKEY *key = NULL;
    if (present(folder, "seal.key")) {
        code = pem_read_key(path, &key, err);
    } else {
        key = key_new_p256();
        code = pem_write_key(path, key, err);
    }
    X509 *certificate = code == OK ? certificate_self_signed(key, name, SEAL_CERTIFICATE_DAYS) : NULL;
    if (code == OK && path_in(path, folder, "seal.pem", err) == OK)
        code = pem_write_certificate(path, certificate, err);
    EVP_PKEY_free(key);
    X509_free(certificate);
    return code;
}

static enum err_code write_site(const char *folder, const struct bundle *bundle, unsigned epoch,
                                struct err *err)
{
    BUF_CLEANUP struct buf out = BUF_INIT(PEM_MAX);
    buf_printf(&out, "site: %s\nepoch: %u\nurl: %s\nreceipt: |\n", bundle->site, epoch, bundle->url);
    for (const char *line = bundle->receipt; line && *line;) {
        size_t len = strcspn(line, "\n");
        buf_printf(&out, "  %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    return write_text(folder, "site.yaml", buf_text(&out), 0600, err);
}

/* The site this folder was made for must be the bundle's: its tokens are this site's. */
static enum err_code check_same(const char *folder, const struct bundle *bundle, unsigned *ret_epoch,
                                struct err *err)
{
    *ret_epoch = 1;
    if (!present(folder, "site.yaml"))
        return OK;
    char path[PATH_SIZE];
    struct site *old = mem_new(1, sizeof(*old));
    enum err_code code = path_in(path, folder, "site.yaml", err);
    if (code == OK)
        code = read_yaml(path, old, err);
    if (code == OK && strcmp(old->name, bundle->site) != 0) {
        code = err_set(err, ERR_CONFIG, "this machine is site %s, and the bundle is site %s's", old->name,
                       bundle->site);
        err_hint(err, "ask the central team for this site's bundle");
    }
    *ret_epoch = old->epoch;
    site_free(old);
    return code;
}

static enum err_code offer_seal(const char *folder, const char *spool_folder, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf pem = BUF_INIT(PEM_MAX);
    enum err_code code = path_in(path, folder, "seal.pem", err);
    if (code == OK)
        code = buf_read_file(&pem, path, err);
    return code == OK ? write_text(spool_folder, "seal.pem", buf_text(&pem), 0640, err) : code;
}

enum err_code collect_setup(const char *folder, const char *spool_folder, const struct bundle *bundle,
                            struct err *err)
{
    unsigned epoch = 1;
    if ((mkdir(folder, 0700) != 0 && access(folder, W_OK) != 0) ||
        (mkdir(spool_folder, 02770) != 0 && access(spool_folder, W_OK) != 0)) {
        err_set(err, ERR_CONFIG, "cannot write in %s or %s", folder, spool_folder);
        return err_hint(err, "run this command as the user who owns the agent's folders");
    }
    enum err_code code = check_same(folder, bundle, &epoch, err);
    if (code == OK)
        code = make_root(folder, err);
    if (code == OK)
        code = make_seal(folder, bundle->site, err);
    if (code == OK)
        code = write_text(folder, "recipients.pem", bundle->recipients, 0400, err);
    if (code == OK)
        code = write_text(folder, "warehouse-root.pem", bundle->warehouse_root, 0400, err);
    if (code == OK)
        code = offer_seal(folder, spool_folder, err);
    if (code == OK)
        code = write_site(folder, bundle, epoch, err);
    return code;
}
