/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing and opening: CMS SignedData inside CMS AuthEnvelopedData (RFC 5652, RFC 5083, RFC 5084).
 *
 * Signature: ECDSA P-256 with SHA-256 by the site's seal key, no certificates embedded. Encryption:
 * AES-256-GCM with a 16-byte tag to 1-3 recipients: EC by ECDH with X9.63 KDF SHA-256 and AES-256 wrap (RFC
 * 5753), RSA by OAEP with SHA-256 (RFC 4055). Every choice is set explicitly: the library's defaults are
 * weaker. Signer and recipients are named by subject key identifier, which their certificates must have;
 * there are no attributes. */
#ifndef CONTACT_CMS_H
#define CONTACT_CMS_H

#include <openssl/x509.h>

#include "contact/buf.h"

#define CMS_RECIPIENTS_MAX 3

struct cms_sealer; /* the seal key and certificate, and the recipients: set once, used for each batch */
MUST_CHECK enum err_code cms_sealer_new(EVP_PKEY *key, X509 *certificate, X509 *const *recipients,
                                        size_t recipient_count, struct cms_sealer **ret, struct err *err);
void cms_sealer_free(struct cms_sealer *sealer);
/* Appends the DER to out. */
MUST_CHECK enum err_code cms_seal(struct cms_sealer *sealer, const void *data, size_t len, struct buf *out,
                                  struct err *err);

/* The envelope alone, for something small that is no batch, to recipients of the same kinds. */
MUST_CHECK enum err_code cms_encrypt(X509 *const *recipients, size_t count, const void *data, size_t len,
                                     struct buf *out, struct err *err);

/* Checks the strict profile of common/cms_profile.h, then decrypts to memory; nothing is in out unless
 * everything succeeded, the tag included. ERR_REJECTED with a refusal: "profile", "decrypt". */
MUST_CHECK enum err_code cms_decrypt(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                     struct buf *out, struct err *err);
/* Likewise the SignedData, by one of the certificates given (pinned: no chain, no dates); appends the content
 * to out only when it holds. Refusals "profile-signed", "signature". */
MUST_CHECK enum err_code cms_verify(const void *der, size_t len, X509 *const *certificates, size_t count,
                                    struct buf *out, struct err *err);

/* Keys and certificates as files (PEM). */
MUST_CHECK enum err_code pem_read_key(const char *path, EVP_PKEY **ret, struct err *err);
MUST_CHECK enum err_code pem_write_key(const char *path, EVP_PKEY *key, struct err *err); /* mode 0400, new */
MUST_CHECK enum err_code pem_read_certificate(const char *path, X509 **ret, struct err *err);
MUST_CHECK enum err_code pem_parse_certificates(const char *text, size_t len, X509 **ret, size_t max,
                                                size_t *ret_count, struct err *err);
MUST_CHECK enum err_code pem_write_certificate(const char *path, X509 *certificate, struct err *err);
EVP_PKEY *key_new_p256(void);
/* Self-signed, v3, CN = common_name, days of life from one day ago (clocks differ). */
X509 *certificate_self_signed(EVP_PKEY *key, const char *common_name, int days);
/* SHA-256 of the DER certificate, and of its SubjectPublicKeyInfo. */
void certificate_fingerprint(X509 *certificate, uint8_t ret[static 32]);
void certificate_key_hash(X509 *certificate, uint8_t ret[static 32]);

#endif
