/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "agent/collect/collect.h"
#include "agent/collect/root_key.h"
#include "contact/language.h"
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

bool site_enrolled(const char *folder)
{
    return present(folder, "site.yaml");
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
    return code == OK || err == NULL || err->hint[0] != '\0' ? code : err_hint(err, "%s", _(hint));
}

static const char from_bundle[] = N_(
    "move it away if it is there, and type: contact-agent enroll BUNDLE (a new one, from the central team)");

static enum err_code read_root(const char *folder, struct site *site, struct err *err)
{
    struct root_key key;
    enum err_code code = root_key_read(folder, &key, err);
    if (code != OK)
        return code;
    site->epoch = key.epoch;
    site->has_previous = key.has_previous;
    memcpy(site->root, key.key, ROOT_KEY);
    memcpy(site->previous, key.previous, ROOT_KEY);
    wipe(&key, sizeof(key));
    return OK;
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
        struct yaml_node *name = yaml_get(yaml->root, "site"), *url = yaml_get(yaml->root, "url"),
                         *receipt = yaml_get(yaml->root, "receipt");
        snprintf(site->name, sizeof(site->name), "%s", name && name->text ? name->text : "");
        site->url = mem_dup(url && url->text ? url->text : "");
        site->receipt = mem_dup(receipt && receipt->text ? receipt->text : "");
        if (!site_valid(site->name))
            yaml_problem(yaml, yaml->root, &problems, NULL, "no valid site");
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
        code = read_root(folder, site, err);
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

static enum err_code read_root_certificate(const char *folder, X509 **ret, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_in(path, folder, "warehouse-root.pem", err);
    return code == OK ? pem_read_certificate(path, ret, err) : code;
}

/* Signed by the root and no authority itself: sealed to the root's own key, nothing could be opened. */
static bool issued_by(X509 *certificate, X509 *root)
{
    return X509_verify(certificate, X509_get0_pubkey(root)) == 1 && X509_check_ca(certificate) == 0;
}

/* The certificates of a text, each of them the warehouse's; the caller's. */
static enum err_code parse_recipients(const char *pem, X509 *root, X509 *ret[static CMS_RECIPIENTS_MAX],
                                      size_t *ret_count, struct err *err)
{
    enum err_code code = pem_parse_certificates(pem, strlen(pem), ret, CMS_RECIPIENTS_MAX, ret_count, err);
    if (code == OK && *ret_count == 0)
        code = err_set(err, ERR_REJECTED, "no recipient certificate");
    for (size_t i = 0; code == OK && i < *ret_count; i++)
        if (!issued_by(ret[i], root))
            code = err_set(err, ERR_REJECTED, "a recipient certificate is not the warehouse's");
    return code;
}

static enum err_code read_recipients(const char *folder, X509 *root, X509 *ret[static CMS_RECIPIENTS_MAX],
                                     size_t *ret_count, struct err *err)
{
    char path[PATH_SIZE];
    BUF_CLEANUP struct buf pem = BUF_INIT(PEM_MAX);
    enum err_code code = path_in(path, folder, "recipients.pem", err);
    if (code == OK)
        code = buf_read_file(&pem, path, err);
    if (code == OK)
        code = parse_recipients(buf_text(&pem), root, ret, ret_count, err);
    if (code != OK && pem.len > 0)
        return err_set(err, ERR_CONFIG, "%s does not hold one to %d certificates of the warehouse", path,
                       CMS_RECIPIENTS_MAX);
    return code;
}

enum err_code site_sealer(const char *folder, struct cms_sealer **ret, struct err *err)
{
    char key_path[PATH_SIZE], certificate_path[PATH_SIZE];
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL, *root = NULL, *recipients[CMS_RECIPIENTS_MAX] = {NULL};
    size_t count = 0;
    enum err_code code = path_in(key_path, folder, "seal.key", err);
    if (code == OK)
        code = path_in(certificate_path, folder, "seal.pem", err);
    if (code == OK)
        code = pem_read_key(key_path, &key, err);
    if (code == OK)
        code = pem_read_certificate(certificate_path, &certificate, err);
    if (code == OK)
        code = read_root_certificate(folder, &root, err);
    if (code == OK)
        code = read_recipients(folder, root, recipients, &count, err);
    if (code == OK)
        code = cms_sealer_new(key, certificate, recipients, count, ret, err);
    EVP_PKEY_free(key);
    X509_free(certificate);
    X509_free(root);
    free_certificates(recipients, count);
    return how_to_mend(code, err, from_bundle);
}

/* One that we have, or one that is no older than those and has not ended: a former one, whose key may have
 * been lost since, is not taken again because somebody offers it. */
static bool acceptable(X509 *offered, X509 *const *now, size_t count)
{
    bool newer = X509_cmp_current_time(X509_get0_notAfter(offered)) > 0;
    for (size_t i = 0; i < count; i++) {
        if (X509_cmp(offered, now[i]) == 0)
            return true;
        newer = newer && ASN1_TIME_compare(X509_get0_notBefore(offered), X509_get0_notBefore(now[i])) >= 0;
    }
    return newer;
}

enum err_code site_recipients(const char *folder, const char *pem, bool *ret_changed, struct err *err)
{
    X509 *now[CMS_RECIPIENTS_MAX] = {NULL}, *offered[CMS_RECIPIENTS_MAX] = {NULL}, *root = NULL;
    size_t now_count = 0, count = 0;
    *ret_changed = false;
    enum err_code code = read_root_certificate(folder, &root, err);
    if (code == OK)
        code = read_recipients(folder, root, now, &now_count, err);
    if (code == OK)
        code = parse_recipients(pem, root, offered, &count, err);
    bool same = code == OK && count == now_count;
    for (size_t i = 0; code == OK && i < count; i++) {
        if (!acceptable(offered[i], now, now_count))
            code = err_set(err, ERR_REJECTED,
                           "a recipient certificate offered is older than ours, or has ended");
        same = same && X509_cmp(offered[i], now[i]) == 0;
    }
    if (code == OK && !same) {
        code = write_text(folder, "recipients.pem", pem, 0400, err);
        *ret_changed = code == OK;
    }
    X509_free(root);
    free_certificates(now, now_count);
    free_certificates(offered, count);
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

static enum err_code write_site(const char *folder, const struct bundle *bundle, struct err *err)
{
    BUF_CLEANUP struct buf out = BUF_INIT(PEM_MAX);
    buf_printf(&out, "site: %s\nurl: %s\nreceipt: |\n", bundle->site, bundle->url);
    for (const char *line = bundle->receipt; line && *line;) {
        size_t len = strcspn(line, "\n");
        buf_printf(&out, "  %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    return write_text(folder, "site.yaml", buf_text(&out), 0600, err);
}

/* The site this folder was made for must be the bundle's: its tokens are this site's. */
static enum err_code check_same(const char *folder, const struct bundle *bundle, struct err *err)
{
    if (!site_enrolled(folder))
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

/* A damaged or forged bundle must not spoil what is in use: all of it is judged before anything is written.
 */
static enum err_code check_bundle(const struct bundle *bundle, struct err *err)
{
    X509 *roots[2] = {NULL}, *recipients[CMS_RECIPIENTS_MAX] = {NULL};
    size_t root_count = 0, count = 0;
    EVP_PKEY *receipt = NULL;
    BIO *bio = BIO_new_mem_buf(bundle->receipt, -1);
    enum err_code code = pem_parse_certificates(bundle->warehouse_root, strlen(bundle->warehouse_root), roots,
                                                2, &root_count, err);
    if (code == OK && root_count != 1)
        code = err_set(err, ERR_CONFIG, "the warehouse's root is not one certificate");
    if (code == OK)
        code = parse_recipients(bundle->recipients, roots[0], recipients, &count, err);
    if (code == OK && (bio == NULL || (receipt = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL)) == NULL))
        code = err_set(err, ERR_CONFIG, "the receipt key is none");
    free_certificates(roots, root_count);
    free_certificates(recipients, count);
    EVP_PKEY_free(receipt);
    BIO_free(bio);
    if (code == OK)
        return OK;
    err->code = ERR_CONFIG;
    err_hint(err, "the bundle is damaged: ask the central team for this site's bundle again");
    return ERR_CONFIG;
}

/* A bundle of the warehouse that is known does not bring back recipients older than those in use. */
static enum err_code keep_warehouse(const char *folder, const struct bundle *bundle, struct err *err)
{
    BUF_CLEANUP struct buf root = BUF_INIT(PEM_MAX);
    char path[PATH_SIZE];
    bool changed;
    if (path_in(path, folder, "warehouse-root.pem", NULL) == OK && buf_read_file(&root, path, NULL) == OK &&
        strcmp(buf_text(&root), bundle->warehouse_root) == 0) {
        enum err_code code = site_recipients(folder, bundle->recipients, &changed, err);
        if (code == OK || code == ERR_REJECTED)
            return OK;
    }
    enum err_code code = write_text(folder, "warehouse-root.pem", bundle->warehouse_root, 0400, err);
    return code == OK ? write_text(folder, "recipients.pem", bundle->recipients, 0400, err) : code;
}

enum err_code collect_setup(const char *folder, const char *spool_folder, const struct bundle *bundle,
                            struct err *err)
{
    if ((mkdir(folder, 0700) != 0 && access(folder, W_OK) != 0) ||
        (mkdir(spool_folder, 02770) != 0 && access(spool_folder, W_OK) != 0)) {
        err_set(err, ERR_CONFIG, "cannot write in %s or %s", folder, spool_folder);
        return err_hint(err, "run this command as the user who owns the agent's folders");
    }
    enum err_code code = check_same(folder, bundle, err);
    if (code == OK)
        code = root_key_make(folder, site_enrolled(folder), err);
    if (code == OK)
        code = make_seal(folder, bundle->site, err);
    if (code == OK)
        code = check_bundle(bundle, err);
    if (code == OK)
        code = keep_warehouse(folder, bundle, err);
    if (code == OK)
        code = offer_seal(folder, spool_folder, err);
    if (code == OK)
        code = write_site(folder, bundle, err);
    return code;
}
