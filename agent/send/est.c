/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/est.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <string.h>

#include "contact/cms.h"

#define CA_MAX 8

enum err_code est_request(const struct identity *pending, struct buf *out, struct err *err)
{
    EVP_PKEY *key = NULL;
    enum err_code code = pem_read_key(pending->key, &key, err);
    if (code != OK)
        return code;
    X509_REQ *request = X509_REQ_new();
    X509_NAME *name = request ? X509_REQ_get_subject_name(request) : NULL;
    uint8_t *der = NULL;
    int len = -1;
    if (name && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)pending->site, -1, -1,
                                   0) == 1 &&
        X509_REQ_set_pubkey(request, key) == 1 && X509_REQ_sign(request, key, EVP_sha256()) > 0)
        len = i2d_X509_REQ(request, &der);
    if (len > 0) {
        /* One line: RFC 7030 asks for base64, and says nothing of its lines that all servers agree on. */
        buf_base64(out, der, (size_t)len);
        buf_putc(out, '\n');
    }
    if (len <= 0 || !buf_ok(out))
        code = err_set(err, ERR_INTERNAL, "cannot make a certificate request");
    OPENSSL_free(der);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return code;
}

/* NULL when it is none in base64. */
static PKCS7 *decode(const struct buf *answer)
{
    BUF_CLEANUP struct buf der = BUF_INIT(EST_ANSWER_MAX);
    if (!base64_decode((const char *)answer->data, answer->len, &der))
        return NULL;
    const uint8_t *at = der.data;
    return d2i_PKCS7(NULL, &at, (long)der.len);
}

static bool names_site(X509 *certificate, const char *site)
{
    char name[64];
    X509_NAME *subject = X509_get_subject_name(certificate);
    int len = X509_NAME_get_text_by_NID(subject, NID_commonName, name, sizeof(name));
    return len > 0 && (size_t)len == strlen(site) && memcmp(name, site, (size_t)len) == 0;
}

static bool issued_by_pinned(X509 *certificate, const char *ca_path)
{
    BUF_CLEANUP struct buf text = BUF_INIT(65536);
    X509 *ca[CA_MAX];
    size_t count = 0;
    bool issued = false;
    if (buf_read_file(&text, ca_path, NULL) != OK ||
        pem_parse_certificates(buf_text(&text), text.len, ca, CA_MAX, &count, NULL) != OK)
        return false;
    for (size_t i = 0; i < count; i++) {
        issued = issued || X509_verify(certificate, X509_get0_pubkey(ca[i])) == 1;
        X509_free(ca[i]);
    }
    return issued;
}

enum err_code est_accept(const struct identity *pending, const struct buf *answer, struct err *err)
{
    EVP_PKEY *key = NULL;
    enum err_code code = pem_read_key(pending->key, &key, err);
    if (code != OK)
        return code;
    PKCS7 *bag = decode(answer);
    STACK_OF(X509) *list = bag && PKCS7_type_is_signed(bag) && bag->d.sign ? bag->d.sign->cert : NULL;
    X509 *ours = NULL;
    for (int i = 0; i < sk_X509_num(list) && !ours; i++)
        if (X509_check_private_key(sk_X509_value(list, i), key) == 1)
            ours = sk_X509_value(list, i);
    if (!ours || !names_site(ours, pending->site) || !issued_by_pinned(ours, pending->ca))
        code = err_set(err, ERR_REJECTED,
                       "the centre's answer holds no certificate for this site's key from the "
                       "authority in the bundle");
    else
        code = pem_write_certificate(pending->certificate, ours, err);
    PKCS7_free(bag);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return code;
}
