/* SPDX-License-Identifier: Apache-2.0 */
/* The two messages this project writes and accepts, as strict DER (X.690): definite minimal lengths, exactly
 * these types, versions, algorithms and parameters, nothing optional, nothing after the end. What passes is
 * described by pointers into the input, and opened from those alone: libcrypto's CMS parser never sees what
 * came from outside.
 *
 * envelope: ContentInfo { id-smime-ct-authEnvelopedData, AuthEnvelopedData (RFC 5083) {
 *             v0, 1-3 recipients, { id-data, aes256-GCM { 12-byte nonce, 16-byte tag }, ciphertext }, tag } }
 * signed:   ContentInfo { id-signedData, SignedData (RFC 5652) {
 *             v3, { sha256 }, { id-data, content }, one SignerInfo { v3, key identifier, sha256,
 *             ecdsa-with-SHA256, signature } without attributes } }
 * Everyone is named by subjectKeyIdentifier. No signed attributes: the signature is over the content itself,
 * and there is no signing time finer than the manifest's hour. */
#ifndef COMMON_CMS_PROFILE_H
#define COMMON_CMS_PROFILE_H

#include "contact/cms.h"

#define GCM_NONCE_SIZE 12
#define GCM_TAG_SIZE 16
#define KEY_ID_MAX 32   /* bytes of a subjectKeyIdentifier: SHA-1 makes 20 */
#define WRAPPED_SIZE 40 /* a 32-byte key wrapped (RFC 3394) */

struct der_span {
    const uint8_t *data;
    size_t len;
};

enum recipient_kind { RECIPIENT_EC, RECIPIENT_RSA };

struct cms_recipient {
    enum recipient_kind kind;
    struct der_span key_id;
    struct der_span public_point;  /* RECIPIENT_EC: the sender's, uncompressed P-256, 65 bytes */
    struct der_span encrypted_key; /* EC: WRAPPED_SIZE bytes; RSA: the OAEP block */
};

struct cms_envelope {
    struct cms_recipient recipients[CMS_RECIPIENTS_MAX];
    size_t recipient_count;
    struct der_span nonce, ciphertext, tag;
};

struct cms_signed {
    struct der_span content, key_id, signature;
};

MUST_CHECK bool cms_profile_envelope(const void *der, size_t len, struct cms_envelope *ret);
MUST_CHECK bool cms_profile_signed(const void *der, size_t len, struct cms_signed *ret);

/* The steps after the profile. Sizes of nonce and tag are checked here again: an opener must be safe by
 * itself. Codes "decrypt" and "signature". */
MUST_CHECK enum err_code cms_open_envelope(const struct cms_envelope *envelope, EVP_PKEY *key,
                                           X509 *certificate, struct buf *out, struct err *err);
MUST_CHECK enum err_code cms_check_signed(const struct cms_signed *signed_data, X509 *const *certificates,
                                          size_t count, struct err *err);

#endif
