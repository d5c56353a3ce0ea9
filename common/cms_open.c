/* SPDX-License-Identifier: Apache-2.0 */
/* Opening over the profile's fields, by libcrypto's primitives and not by its CMS: CMS_decrypt() of OpenSSL
 * before 3.0.20 takes any cipher for AuthEnvelopedData's (so a stream cipher without a tag) and tags cut to
 * one byte. */
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/cms_profile.h"
#include "contact/crypto.h"

#define KEY_SIZE 32 /* AES-256 */

/* ECC-CMS-SharedInfo (RFC 5753, 7.2): { id-aes256-wrap }, no entityUInfo, suppPubInfo 256 bits. */
static const uint8_t shared_info[] = {0x30, 0x15, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
                                      0x04, 0x01, 0x2d, 0xa2, 0x06, 0x04, 0x04, 0x00, 0x00, 0x01, 0x00};

static EVP_PKEY *public_key_of_point(const struct der_span *point)
{
    char group[] = "P-256";
    EVP_PKEY *key = NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point->data,
                                          point->len),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* ECDH, then one block of the X9.63 KDF: SHA-256(Z || 00000001 || SharedInfo). */
static bool agree(EVP_PKEY *key, const struct der_span *point, uint8_t ret[static KEY_SIZE])
{
    uint8_t block[32 + 4 + sizeof shared_info];
    size_t len = 32;
    EVP_PKEY *peer = public_key_of_point(point);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bool good = peer != NULL && ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
                EVP_PKEY_derive_set_peer_ex(ctx, peer, 1) == 1 && EVP_PKEY_derive(ctx, block, &len) == 1 &&
                len == 32;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    if (good) {
        put_u32be(block + 32, 1);
        memcpy(block + 36, shared_info, sizeof shared_info);
        sha256(block, sizeof block, ret);
    }
    wipe(block, sizeof block);
    return good;
}

static bool unwrap(const uint8_t kek[static KEY_SIZE], const struct der_span *wrapped,
                   uint8_t ret[static KEY_SIZE])
{
    uint8_t plain[WRAPPED_SIZE];
    int len = 0;
    if (wrapped->len != WRAPPED_SIZE)
        return false;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx != NULL)
        EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool good = ctx != NULL && EVP_DecryptInit_ex(ctx, EVP_aes_256_wrap(), NULL, kek, NULL) == 1 &&
                EVP_DecryptUpdate(ctx, plain, &len, wrapped->data, WRAPPED_SIZE) == 1 && len == KEY_SIZE;
    EVP_CIPHER_CTX_free(ctx);
    if (good)
        memcpy(ret, plain, KEY_SIZE);
    wipe(plain, sizeof plain);
    return good;
}

static bool decrypt_oaep(EVP_PKEY *key, const struct der_span *block, uint8_t ret[static KEY_SIZE])
{
    uint8_t plain[1024];
    size_t len = sizeof plain;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bool good = block->len <= sizeof plain && ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
                EVP_PKEY_decrypt(ctx, plain, &len, block->data, block->len) == 1 && len == KEY_SIZE;
    EVP_PKEY_CTX_free(ctx);
    if (good)
        memcpy(ret, plain, KEY_SIZE);
    wipe(plain, sizeof plain);
    return good;
}

static bool recover_key(const struct cms_recipient *recipient, EVP_PKEY *key, uint8_t ret[static KEY_SIZE])
{
    if (recipient->kind == RECIPIENT_RSA)
        return EVP_PKEY_is_a(key, "RSA") && decrypt_oaep(key, &recipient->encrypted_key, ret);
    uint8_t kek[KEY_SIZE];
    bool good = EVP_PKEY_is_a(key, "EC") && agree(key, &recipient->public_point, kek) &&
                unwrap(kek, &recipient->encrypted_key, ret);
    wipe(kek, sizeof kek);
    return good;
}

/* Appends the plaintext; when the tag does not hold, what was written is overwritten and not appended. */
static bool open_gcm(const uint8_t key[static KEY_SIZE], const struct cms_envelope *envelope, struct buf *out)
{
    const struct der_span *text = &envelope->ciphertext;
    if (envelope->nonce.len != GCM_NONCE_SIZE || envelope->tag.len != GCM_TAG_SIZE || text->len > INT32_MAX)
        return false;
    uint8_t *room = buf_reserve(out, text->len);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len = 0, rest = 0;
    bool good =
        room != NULL && ctx != NULL &&
        EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, envelope->nonce.data) == 1 &&
        EVP_DecryptUpdate(ctx, room, &len, text->data, (int)text->len) == 1 && (size_t)len == text->len &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, GCM_TAG_SIZE, (void *)(uintptr_t)envelope->tag.data) ==
            1 &&
        EVP_DecryptFinal_ex(ctx, room + len, &rest) == 1 && rest == 0;
    EVP_CIPHER_CTX_free(ctx);
    if (good)
        out->len += text->len;
    else if (room != NULL)
        wipe(room, text->len);
    return good;
}

static bool names(const struct der_span *key_id, X509 *certificate)
{
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(certificate);
    return id != NULL && (size_t)ASN1_STRING_length(id) == key_id->len &&
           memcmp(ASN1_STRING_get0_data(id), key_id->data, key_id->len) == 0;
}

enum err_code cms_open_envelope(const struct cms_envelope *envelope, EVP_PKEY *key, X509 *certificate,
                                struct buf *out, struct err *err)
{
    uint8_t content_key[KEY_SIZE];
    bool good = false;
    for (size_t i = 0; !good && i < envelope->recipient_count; i++)
        if (names(&envelope->recipients[i].key_id, certificate) &&
            recover_key(&envelope->recipients[i], key, content_key))
            good = open_gcm(content_key, envelope, out);
    wipe(content_key, sizeof content_key);
    ERR_clear_error();
    return good ? OK : err_refuse(err, "decrypt");
}

enum err_code cms_check_signed(const struct cms_signed *signed_data, X509 *const *certificates, size_t count,
                               struct err *err)
{
    bool good = false;
    for (size_t i = 0; !good && i < count; i++) {
        if (!names(&signed_data->key_id, certificates[i]))
            continue;
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        good = ctx != NULL &&
               EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, X509_get0_pubkey(certificates[i])) == 1 &&
               EVP_DigestVerify(ctx, signed_data->signature.data, signed_data->signature.len,
                                signed_data->content.data, signed_data->content.len) == 1;
        EVP_MD_CTX_free(ctx);
    }
    ERR_clear_error();
    return good ? OK : err_refuse(err, "signature");
}

enum err_code cms_decrypt(const void *der, size_t len, EVP_PKEY *key, X509 *certificate, struct buf *out,
                          struct err *err)
{
    struct cms_envelope envelope;
    if (!cms_profile_envelope(der, len, &envelope))
        return err_refuse(err, "profile");
    return cms_open_envelope(&envelope, key, certificate, out, err);
}

enum err_code cms_verify(const void *der, size_t len, X509 *const *certificates, size_t count,
                         struct buf *out, struct err *err)
{
    struct cms_signed signed_data;
    if (!cms_profile_signed(der, len, &signed_data))
        return err_refuse(err, "profile-signed");
    enum err_code code = cms_check_signed(&signed_data, certificates, count, err);
    if (code != OK)
        return code;
    buf_append(out, signed_data.content.data, signed_data.content.len);
    return buf_ok(out) ? OK : err_refuse(err, "too-large");
}
