/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/signer/csr.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#define CSR_MAX 8192

static bool key_is_p256(EVP_PKEY *key)
{
    char group[32] = "";
    return key != NULL && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static bool named(X509_REQ *request, const char *site)
{
    X509_NAME *name = X509_REQ_get_subject_name(request);
    char text[SITE_TEXT + 1];
    int len = X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
    return X509_NAME_entry_count(name) == 1 && len == (int)strlen(site) && strcmp(text, site) == 0;
}

enum err_code csr_parse(const void *der, size_t len, const char *site, X509_REQ **ret, struct err *err)
{
    if (len > CSR_MAX)
        return err_set(err, ERR_REJECTED, "certificate request: too long");
    const unsigned char *at = der;
    X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)len);
    bool whole = request != NULL && at == (const unsigned char *)der + len;
    EVP_PKEY *key = whole ? X509_REQ_get0_pubkey(request) : NULL;
    bool good = key_is_p256(key) && X509_REQ_verify(request, key) == 1 && named(request, site);
    ERR_clear_error();
    if (!good) {
        X509_REQ_free(request);
        return err_set(err, ERR_REJECTED,
                       "certificate request: not P-256, signed by its key and named by its site");
    }
    *ret = request;
    return OK;
}

void csr_key_hash(X509_REQ *request, uint8_t ret[static SHA256_SIZE])
{
    uint8_t *der = NULL;
    int len = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &der);
    sha256(der, len > 0 ? (size_t)len : 0, ret);
    OPENSSL_free(der);
}

void csr_name(const char *site, const uint8_t key[static SHA256_SIZE], char ret[static REQUEST_NAME])
{
    char hex[2 * SHA256_SIZE + 1];
    hex_encode(key, SHA256_SIZE, hex);
    snprintf(ret, REQUEST_NAME, "%s.%s", site, hex);
}

bool csr_name_parse(const char *name, char ret_site[static SITE_TEXT], uint8_t ret_key[static SHA256_SIZE])
{
    const char *dot = strchr(name, '.');
    if (dot == NULL || dot - name >= SITE_TEXT)
        return false;
    snprintf(ret_site, SITE_TEXT, "%.*s", (int)(dot - name), name);
    return site_valid(ret_site) && strlen(dot + 1) == (size_t)2 * SHA256_SIZE &&
           hex_decode(dot + 1, (size_t)2 * SHA256_SIZE, ret_key, SHA256_SIZE);
}
