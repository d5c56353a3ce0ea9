/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/seal_file.h"

#include <ctype.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/layout.h"

#define SEAL_MAX 8192

static bool key_is_p256(X509 *certificate)
{
    char group[32] = "";
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    return key != NULL && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* Reads one self-signed P-256 certificate and writes its fingerprint. ERR_REJECTED when it is anything else.
 */
static enum err_code seal_parse(const void *pem, size_t len, X509 **ret,
                                char ret_fingerprint[static FINGERPRINT_TEXT], struct err *err)
{
    X509 *certificates[2] = {NULL, NULL};
    size_t count = 0;
    if (len > SEAL_MAX || pem_parse_certificates(pem, len, certificates, 2, &count, err) != OK || count == 0)
        return err_set(err, ERR_REJECTED, "not a certificate in PEM");
    if (count != 1 || !key_is_p256(certificates[0]) ||
        X509_verify(certificates[0], X509_get0_pubkey(certificates[0])) != 1) {
        X509_free(certificates[0]);
        X509_free(certificates[1]);
        return err_set(err, ERR_REJECTED, "not one self-signed P-256 certificate");
    }
    uint8_t fingerprint[SHA256_SIZE];
    certificate_fingerprint(certificates[0], fingerprint);
    hex_encode(fingerprint, sizeof fingerprint, ret_fingerprint);
    *ret = certificates[0];
    return OK;
}

static const char *offered_path(const struct gateway_settings *settings, const char *site,
                                char ret[static PATH_ROOM])
{
    char name[SITE_TEXT + 4];
    snprintf(name, sizeof name, "%s.pem", site);
    return layout_path(ret, settings->offered_folder, name);
}

enum err_code seal_offer(const struct gateway_settings *settings, const char *site, const void *pem,
                         size_t len, struct err *err)
{
    X509 *certificate = NULL;
    char fingerprint[FINGERPRINT_TEXT], path[PATH_ROOM];
    enum err_code code = seal_parse(pem, len, &certificate, fingerprint, err);
    if (code != OK)
        return code;
    X509_free(certificate);
    BUF_CLEANUP struct buf text = BUF_INIT(SEAL_MAX);
    buf_append(&text, pem, len);
    return buf_write_file(&text, offered_path(settings, site, path), 0644, err);
}

/* Reads and parses the offered file; the caller frees *ret. */
static enum err_code read_offered(const struct gateway_settings *settings, const char *site, struct buf *text,
                                  X509 **ret, char ret_fingerprint[static FINGERPRINT_TEXT], struct err *err)
{
    char path[PATH_ROOM];
    enum err_code code = buf_read_regular(text, offered_path(settings, site, path), err);
    if (code != OK)
        return err_set(err, ERR_REJECTED, "%s has offered no seal certificate yet", site);
    return seal_parse(text->data, text->len, ret, ret_fingerprint, err);
}

bool seal_offered(const struct gateway_settings *settings, const char *site,
                  char ret_fingerprint[static FINGERPRINT_TEXT])
{
    BUF_CLEANUP struct buf text = BUF_INIT(SEAL_MAX);
    X509 *certificate = NULL;
    bool ok = read_offered(settings, site, &text, &certificate, ret_fingerprint, NULL) == OK;
    X509_free(certificate);
    return ok;
}

static const char *accepted_path(const struct gateway_settings *settings, const char *site,
                                 const char *fingerprint, char ret[static PATH_ROOM])
{
    char name[sizeof LAYOUT_SEALS + SITE_TEXT + FINGERPRINT_TEXT + 8];
    snprintf(name, sizeof name, "%s/%s/%s.pem", LAYOUT_SEALS, site, fingerprint);
    return layout_path(ret, settings->loader_folder, name);
}

bool seal_accepted(const struct gateway_settings *settings, const char *site, const char *fingerprint)
{
    char path[PATH_ROOM];
    return access(accepted_path(settings, site, fingerprint, path), F_OK) == 0;
}

/* Hexadecimal digits as a person typed them, size - 1 of them. */
static bool normalise(const char *typed, char *ret, size_t size)
{
    size_t len = 0;
    for (; *typed != '\0'; typed++) {
        if (*typed == ':' || *typed == ' ' || *typed == '-')
            continue;
        if (!isxdigit((unsigned char)*typed) || len == size - 1)
            return false;
        ret[len++] = (char)tolower((unsigned char)*typed);
    }
    ret[len] = '\0';
    return len == size - 1;
}

/* The file and its folder belong to whom the seals folder belongs: the loader. */
static enum err_code hand_over(const char *seals, const char *folder, const char *path, struct err *err)
{
    struct stat st;
    if (stat(seals, &st) != 0)
        return err_set(err, ERR_CONFIG, "cannot read %s", seals);
    if (geteuid() == 0 &&
        (chown(folder, st.st_uid, st.st_gid) != 0 || chown(path, st.st_uid, st.st_gid) != 0))
        return err_set(err, ERR_CONFIG, "cannot give %s to the loader", path);
    return OK;
}

static enum err_code store_accepted(const struct gateway_settings *settings, const char *site,
                                    const char *name, const struct buf *text, struct err *err)
{
    char seals[PATH_ROOM], folder[PATH_ROOM], path[PATH_ROOM];
    layout_path(seals, settings->loader_folder, LAYOUT_SEALS);
    layout_path(folder, seals, site);
    layout_path(path, folder, name);
    enum err_code code = layout_folder(folder, 0700, err);
    if (code == OK)
        code = buf_write_file(text, path, 0444, err);
    return code != OK ? code : hand_over(seals, folder, path, err);
}

enum err_code seal_accept(const struct gateway_settings *settings, const char *site, const char *typed,
                          struct err *err)
{
    char wanted[FINGERPRINT_TEXT], offered[FINGERPRINT_TEXT];
    if (!normalise(typed, wanted, sizeof wanted))
        return err_set(err, ERR_REJECTED, "a fingerprint is 64 hexadecimal characters");
    BUF_CLEANUP struct buf text = BUF_INIT(SEAL_MAX);
    X509 *certificate = NULL;
    enum err_code code = read_offered(settings, site, &text, &certificate, offered, err);
    X509_free(certificate);
    if (code != OK)
        return code;
    if (strcmp(wanted, offered) != 0) {
        err_set(err, ERR_REJECTED, "%s offers another certificate", site);
        return err_hint(err, "do not accept it: find out at the site which fingerprint its agent shows");
    }
    char name[FINGERPRINT_TEXT + 4];
    snprintf(name, sizeof name, "%s.pem", offered);
    return store_accepted(settings, site, name, &text, err);
}

enum err_code seal_accept_epoch(const struct gateway_settings *settings, const char *site, unsigned epoch,
                                const char *typed, const char *offered, struct err *err)
{
    char check[ROOT_CHECK_TEXT], name[32];
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    if (!normalise(typed, check, sizeof check))
        return err_set(err, ERR_REJECTED, "a check value is 16 hexadecimal characters");
    if (strcmp(check, offered) != 0) {
        err_set(err, ERR_REJECTED, "%s works with another key", site);
        return err_hint(err, "do not accept it: find out at the site what contact-agent key status shows");
    }
    snprintf(name, sizeof name, "epoch-%u", epoch);
    buf_printf(&text, "%s\n", check);
    return store_accepted(settings, site, name, &text, err);
}
