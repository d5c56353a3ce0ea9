/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "contact/cms.h"

/* No attributes: they would carry the signing time to the second, and the loader's profile has one form. */
#define SIGN_FLAGS (CMS_BINARY | CMS_NOCERTS | CMS_NOATTR | CMS_USE_KEYID | CMS_PARTIAL)
#define ENCRYPT_FLAGS (CMS_BINARY | CMS_USE_KEYID | CMS_PARTIAL)

struct cms_sealer {
    EVP_PKEY *key;
    X509 *certificate;
    X509 *recipients[CMS_RECIPIENTS_MAX];
    size_t recipient_count;
};

static enum err_code failed(struct err *err, const char *what)
{
    ERR_clear_error(); /* its texts name files and functions, nothing an operator could use */
    return err_set(err, ERR_INTERNAL, "sealing failed: %s", what);
}

static bool is_p256(const EVP_PKEY *key)
{
    char name[32];
    return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, name, sizeof name, NULL) == 1 &&
           OBJ_sn2nid(name) == NID_X9_62_prime256v1;
}

static enum err_code check_recipient(X509 *certificate, struct err *err)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    if (key == NULL || (!is_p256(key) && !(EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= 3072)))
        return err_set(err, ERR_CONFIG, "a recipient's key is neither EC P-256 nor RSA of 3072 bits or more");
    if (X509_get0_subject_key_id(certificate) == NULL)
        return err_set(err, ERR_CONFIG, "a recipient's certificate has no subject key identifier");
    return OK;
}

enum err_code cms_sealer_new(EVP_PKEY *key, X509 *certificate, X509 *const *recipients,
                             size_t recipient_count, struct cms_sealer **ret, struct err *err)
{
    if (recipient_count == 0 || recipient_count > CMS_RECIPIENTS_MAX)
        return err_set(err, ERR_CONFIG, "a batch has 1 to %d recipients, not %zu", CMS_RECIPIENTS_MAX,
                       recipient_count);
    if (!is_p256(key) || X509_check_private_key(certificate, key) != 1 ||
        X509_get0_subject_key_id(certificate) == NULL)
        return err_set(err, ERR_CONFIG, "the seal key is not EC P-256, or its certificate is another's");
    for (size_t i = 0; i < recipient_count; i++) {
        enum err_code code = check_recipient(recipients[i], err);
        if (code != OK)
            return code;
    }
    struct cms_sealer *sealer = calloc(1, sizeof *sealer);
    if (sealer == NULL)
        return failed(err, "no memory");
    EVP_PKEY_up_ref(key);
    X509_up_ref(certificate);
    sealer->key = key;
    sealer->certificate = certificate;
    for (size_t i = 0; i < recipient_count; i++) {
        X509_up_ref(recipients[i]);
        sealer->recipients[i] = recipients[i];
    }
    sealer->recipient_count = recipient_count;
    *ret = sealer;
    return OK;
}

void cms_sealer_free(struct cms_sealer *sealer)
{
    if (sealer == NULL)
        return;
    EVP_PKEY_free(sealer->key);
    X509_free(sealer->certificate);
    for (size_t i = 0; i < sealer->recipient_count; i++)
        X509_free(sealer->recipients[i]);
    free(sealer);
}

/* Passes data through the message's filters (digest, cipher) into its content. The content's memory is
 * reserved at once: libcrypto grows it by small steps, each a clean copy, which was measured six times
 * slower. */
static bool fill(CMS_ContentInfo *cms, const void *data, size_t len)
{
    BIO *content = BIO_new(BIO_s_mem());
    BUF_MEM *memory = NULL;
    BIO *chain = NULL;
    bool good = false;
    if (content == NULL || len > INT32_MAX / 2 || BIO_get_mem_ptr(content, &memory) != 1 ||
        BUF_MEM_grow(memory, len + 64) == 0)
        goto done;
    memory->length = 0;
    chain = CMS_dataInit(cms, content);
    if (chain == NULL)
        goto done;
    good = (len == 0 || BIO_write(chain, data, (int)len) == (int)len) && BIO_flush(chain) == 1 &&
           CMS_dataFinal(cms, chain) == 1;
done:
    while (chain != NULL && chain != content) { /* the filters alone: content is freed below */
        BIO *next = BIO_pop(chain);
        BIO_free(chain);
        chain = next;
    }
    BIO_free(content);
    return good;
}

static enum err_code write_der(CMS_ContentInfo *cms, struct buf *out, struct err *err)
{
    int size = i2d_CMS_ContentInfo(cms, NULL);
    if (size <= 0)
        return failed(err, "encoding");
    unsigned char *room = buf_reserve(out, (size_t)size);
    if (room == NULL)
        return err_refuse(err, "too-large");
    if (i2d_CMS_ContentInfo(cms, &room) != size)
        return failed(err, "encoding");
    out->len += (size_t)size;
    return OK;
}

static enum err_code sign(const struct cms_sealer *sealer, const void *data, size_t len, struct buf *out,
                          struct err *err)
{
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, SIGN_FLAGS);
    enum err_code code;
    if (cms == NULL ||
        CMS_add1_signer(cms, sealer->certificate, sealer->key, EVP_sha256(), SIGN_FLAGS) == NULL ||
        !fill(cms, data, len))
        code = failed(err, "signature");
    else
        code = write_der(cms, out, err);
    CMS_ContentInfo_free(cms);
    return code;
}

/* EC: the KDF's hash and the wrap; both default to less. */
static bool set_agreement(CMS_RecipientInfo *info)
{
    EVP_CIPHER_CTX *wrap = CMS_RecipientInfo_kari_get0_ctx(info);
    EVP_PKEY_CTX *kdf = CMS_RecipientInfo_get0_pkey_ctx(info);
    return wrap != NULL && kdf != NULL &&
           EVP_EncryptInit_ex(wrap, EVP_aes_256_wrap(), NULL, NULL, NULL) == 1 &&
           EVP_PKEY_CTX_set_ecdh_kdf_md(kdf, EVP_sha256()) == 1;
}

/* RSA: OAEP with SHA-256 for its hash and its mask; the default is PKCS#1 v1.5. */
static bool set_transport(CMS_RecipientInfo *info)
{
    EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);
    return ctx != NULL && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1;
}

static bool add_recipient(CMS_ContentInfo *cms, X509 *certificate)
{
    bool ec = EVP_PKEY_is_a(X509_get0_pubkey(certificate), "EC");
    CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, certificate, ENCRYPT_FLAGS | CMS_KEY_PARAM);
    return info != NULL && (ec ? set_agreement(info) : set_transport(info));
}

static enum err_code encrypt(X509 *const *recipients, size_t count, const void *data, size_t len,
                             struct buf *out, struct err *err)
{
    CMS_ContentInfo *cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
    bool good = cms != NULL && CMS_set_detached(cms, 0) == 1;
    for (size_t i = 0; good && i < count; i++)
        good = add_recipient(cms, recipients[i]);
    good = good && fill(cms, data, len);
    enum err_code code = good ? write_der(cms, out, err) : failed(err, "encryption");
    CMS_ContentInfo_free(cms);
    return code;
}

enum err_code cms_encrypt(X509 *const *recipients, size_t count, const void *data, size_t len,
                          struct buf *out, struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < count; i++)
        code = check_recipient(recipients[i], err);
    return code == OK ? encrypt(recipients, count, data, len, out, err) : code;
}

enum err_code cms_seal(struct cms_sealer *sealer, const void *data, size_t len, struct buf *out,
                       struct err *err)
{
    BUF_CLEANUP struct buf inner = BUF_INIT(len + 4096);
    enum err_code code = sign(sealer, data, len, &inner, err);
    return code == OK ? encrypt(sealer->recipients, sealer->recipient_count, inner.data, inner.len, out, err)
                      : code;
}
