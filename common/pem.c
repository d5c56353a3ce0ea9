/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates as PEM files. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#include "contact/cms.h"
#include "contact/crypto.h"

#define PEM_FILE_MAX (64 * 1024)

/* Never asks on the terminal: a key with a passphrase is refused. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

enum err_code pem_read_key(const char *path, EVP_PKEY **ret, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(PEM_FILE_MAX);
    enum err_code code = buf_read_file(&text, path, err);
    if (code != OK)
        return code;
    BIO *bio = BIO_new_mem_buf(text.data, (int)text.len);
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (key == NULL)
        return err_set(err, ERR_CONFIG, "%s is not an unencrypted PEM private key", path);
    *ret = key;
    return OK;
}

/* The file is made by an exclusive create, so that a key is never written over. */
static enum err_code write_new(const char *path, const struct buf *text, mode_t mode, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return err_set(err, ERR_CONFIG, "cannot create %s: %s", path, strerror(errno));
    bool good = write(fd, text->data, text->len) == (ssize_t)text->len && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (good)
        return OK;
    unlink(path);
    return err_set(err, ERR_FULL, "cannot write %s", path);
}

static enum err_code bio_to_buf(BIO *bio, struct buf *ret, struct err *err)
{
    char *data = NULL;
    long len = BIO_get_mem_data(bio, &data);
    if (len <= 0)
        return err_set(err, ERR_INTERNAL, "PEM encoding failed");
    buf_append(ret, data, (size_t)len);
    return buf_ok(ret) ? OK : err_set(err, ERR_INTERNAL, "no memory for PEM");
}

enum err_code pem_write_key(const char *path, EVP_PKEY *key, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(PEM_FILE_MAX);
    BIO *bio = BIO_new(BIO_s_secmem());
    enum err_code code;
    if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        code = err_set(err, ERR_INTERNAL, "PEM encoding failed");
    else
        code = bio_to_buf(bio, &text, err);
    BIO_free(bio);
    return code != OK ? code : write_new(path, &text, 0400, err);
}

enum err_code pem_parse_certificates(const char *text, size_t len, X509 **ret, size_t max, size_t *ret_count,
                                     struct err *err)
{
    BIO *bio = len <= INT32_MAX ? BIO_new_mem_buf(text, (int)len) : NULL;
    size_t count = 0;
    bool too_many = false;
    X509 *certificate;
    while (bio != NULL && (certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL) {
        too_many = count == max;
        if (too_many) {
            X509_free(certificate);
            break;
        }
        ret[count++] = certificate;
    }
    bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    if (count > 0 && ended && !too_many) {
        *ret_count = count;
        return OK;
    }
    while (count > 0)
        X509_free(ret[--count]);
    if (too_many)
        return err_set(err, ERR_CONFIG, "more than %zu certificates", max);
    return err_set(err, ERR_CONFIG, "not a PEM certificate");
}

enum err_code pem_read_certificate(const char *path, X509 **ret, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(PEM_FILE_MAX);
    enum err_code code = buf_read_file(&text, path, err);
    size_t count;
    if (code != OK)
        return code;
    if (pem_parse_certificates(buf_text(&text), text.len, ret, 1, &count, NULL) != OK)
        return err_set(err, ERR_CONFIG, "%s is not one PEM certificate", path);
    return OK;
}

enum err_code pem_write_certificate(const char *path, X509 *certificate, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(PEM_FILE_MAX);
    BIO *bio = BIO_new(BIO_s_mem());
    enum err_code code;
    if (bio == NULL || PEM_write_bio_X509(bio, certificate) != 1)
        code = err_set(err, ERR_INTERNAL, "PEM encoding failed");
    else
        code = bio_to_buf(bio, &text, err);
    BIO_free(bio);
    return code != OK ? code : buf_write_file(&text, path, 0644, err);
}

EVP_PKEY *key_new_p256(void)
{
    return EVP_EC_gen("P-256");
}

static bool add_extension(X509 *certificate, X509V3_CTX *ctx, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
    bool good = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

static bool set_serial(X509 *certificate)
{
    uint8_t bytes[16];
    random_bytes(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40); /* positive, and always 16 bytes long */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool good = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return good;
}

X509 *certificate_self_signed(EVP_PKEY *key, const char *common_name, int days)
{
    X509 *certificate = X509_new();
    X509V3_CTX ctx;
    if (certificate == NULL)
        return NULL;
    X509_NAME *name = X509_get_subject_name(certificate);
    X509V3_set_ctx(&ctx, certificate, certificate, NULL, NULL, 0);
    bool good = X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
                X509_gmtime_adj(X509_getm_notBefore(certificate), -86400) != NULL &&
                X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, NULL) != NULL &&
                X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1,
                                           -1, 0) == 1 &&
                X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
                add_extension(certificate, &ctx, NID_basic_constraints, "critical,CA:FALSE") &&
                add_extension(certificate, &ctx, NID_key_usage, "critical,digitalSignature") &&
                add_extension(certificate, &ctx, NID_subject_key_identifier, "hash") &&
                X509_sign(certificate, key, EVP_sha256()) > 0;
    if (good)
        return certificate;
    ERR_clear_error();
    X509_free(certificate);
    return NULL;
}

void certificate_fingerprint(X509 *certificate, uint8_t ret[static 32])
{
    unsigned len = 32;
    if (X509_digest(certificate, EVP_sha256(), ret, &len) != 1)
        memset(ret, 0, 32);
}

void certificate_key_hash(X509 *certificate, uint8_t ret[static 32])
{
    unsigned char *der = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    memset(ret, 0, 32);
    if (len > 0)
        sha256(der, (size_t)len, ret);
    OPENSSL_free(der);
}
