/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/* libcrypto fails here only without memory or entropy. */
static void must(bool ok)
{
    if (!ok)
        abort();
}

struct sha256_stream {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
};

void sha256(const void *data, size_t len, uint8_t ret[static SHA256_SIZE])
{
    /* Kept for the life of the process: fetching the algorithm costs more than hashing a record. */
    static struct sha256_stream *shared;
    if (shared == NULL)
        shared = sha256_stream_new();
    sha256_stream_add(shared, data, len);
    sha256_stream_end(shared, ret);
}

struct sha256_stream *sha256_stream_new(void)
{
    struct sha256_stream *s = calloc(1, sizeof *s);
    must(s != NULL);
    s->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    s->context = EVP_MD_CTX_new();
    must(s->algorithm != NULL && s->context != NULL);
    sha256_stream_reset(s);
    return s;
}

void sha256_stream_free(struct sha256_stream *s)
{
    if (s == NULL)
        return;
    EVP_MD_CTX_free(s->context);
    EVP_MD_free(s->algorithm);
    free(s);
}

void sha256_stream_reset(struct sha256_stream *s)
{
    must(EVP_DigestInit_ex2(s->context, s->algorithm, NULL) == 1);
}

void sha256_stream_add(struct sha256_stream *s, const void *data, size_t len)
{
    must(EVP_DigestUpdate(s->context, data, len) == 1);
}

void sha256_stream_end(struct sha256_stream *s, uint8_t ret[static SHA256_SIZE])
{
    must(EVP_DigestFinal_ex(s->context, ret, NULL) == 1);
    sha256_stream_reset(s);
}

struct hmac {
    EVP_MAC_CTX *context;
};

struct hmac *hmac_new(const uint8_t *key, size_t key_len)
{
    struct hmac *h = calloc(1, sizeof *h);
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(h != NULL && algorithm != NULL);
    h->context = EVP_MAC_CTX_new(algorithm);
    EVP_MAC_free(algorithm);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    must(h->context != NULL && EVP_MAC_init(h->context, key, key_len, parameters) == 1);
    return h;
}

void hmac_free(struct hmac *h)
{
    if (h == NULL)
        return;
    EVP_MAC_CTX_free(h->context);
    free(h);
}

void hmac_add(struct hmac *h, const void *data, size_t len)
{
    must(EVP_MAC_update(h->context, data, len) == 1);
}

void hmac_end(struct hmac *h, uint8_t ret[static SHA256_SIZE])
{
    size_t len = 0;
    must(EVP_MAC_final(h->context, ret, &len, SHA256_SIZE) == 1);
    /* Without a key: keeps the schedule (measured at twice the speed of duplicating the context). */
    must(EVP_MAC_init(h->context, NULL, 0, NULL) == 1);
}

void hkdf_sha256(const uint8_t *ikm, size_t ikm_len, const void *salt, size_t salt_len, const void *info,
                 size_t info_len, uint8_t *ret, size_t ret_len)
{
    EVP_KDF *algorithm = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(algorithm);
    EVP_KDF_free(algorithm);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)ikm, ikm_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt, salt_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, info_len),
        OSSL_PARAM_construct_end()};
    must(context != NULL && EVP_KDF_derive(context, ret, ret_len, parameters) == 1);
    EVP_KDF_CTX_free(context);
}

void random_bytes(void *ret, size_t len)
{
    must(len <= INT32_MAX && RAND_bytes(ret, (int)len) == 1);
}

uint32_t random_below(uint32_t bound)
{
    uint32_t value, limit = UINT32_MAX - UINT32_MAX % bound;
    do
        random_bytes(&value, sizeof value);
    while (value >= limit);
    return value % bound;
}

bool equal_constant_time(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void wipe(void *data, size_t len)
{
    OPENSSL_cleanse(data, len);
}

void put_u32be(uint8_t ret[static 4], uint32_t value)
{
    ret[0] = (uint8_t)(value >> 24);
    ret[1] = (uint8_t)(value >> 16);
    ret[2] = (uint8_t)(value >> 8);
    ret[3] = (uint8_t)value;
}
