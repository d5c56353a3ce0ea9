/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate requests (PKCS#10), as the intake and the signer both check them: each for itself, since the
 * signer does not trust the intake more than it must. */
#ifndef GATEWAY_SIGNER_CSR_H
#define GATEWAY_SIGNER_CSR_H

#include <openssl/x509.h>

#include "contact/batch.h"
#include "contact/crypto.h"

#define REQUEST_NAME 128 /* "<site>.<key hash in hex>" and NUL */

/* DER to a request that holds: P-256, signed by its own key, common name = site. ERR_REJECTED otherwise. */
MUST_CHECK enum err_code csr_parse(const void *der, size_t len, const char *site, X509_REQ **ret,
                                   struct err *err);
/* SHA-256 of its SubjectPublicKeyInfo. */
void csr_key_hash(X509_REQ *request, uint8_t ret[static SHA256_SIZE]);
/* How a request and its answer are named in the enrolment folder. */
void csr_name(const char *site, const uint8_t key[static SHA256_SIZE], char ret[static REQUEST_NAME]);
/* The reverse; false for any other name. */
bool csr_name_parse(const char *name, char ret_site[static SITE_TEXT], uint8_t ret_key[static SHA256_SIZE]);

#endif
