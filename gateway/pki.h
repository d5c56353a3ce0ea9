/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates as the centre issues them. All keys are P-256, all signatures ECDSA with SHA-256. */
#ifndef GATEWAY_PKI_H
#define GATEWAY_PKI_H

#include <openssl/x509.h>
#include <stdint.h>

#include "contact/err.h"

enum pki_profile {
    PKI_ROOT,      /* self-signed: signs certificates, path length 0 */
    PKI_SERVER,    /* nginx's, by its host names */
    PKI_CLIENT,    /* a site's */
    PKI_RECIPIENT, /* whom batches are sealed to: key agreement, e-mail protection as CMS tools expect */
};

/* So long before it is made a certificate begins: clocks differ. */
#define PKI_EARLIER_S 3600

struct pki_request {
    enum pki_profile profile;
    const char *common_name;
    EVP_PKEY *subject_key; /* public half is enough */
    X509 *issuer;          /* NULL for PKI_ROOT */
    EVP_PKEY *issuer_key;
    int64_t life_s;           /* from now; it begins one hour earlier, clocks differ */
    const char *const *hosts; /* PKI_SERVER: DNS names or addresses, NULL-terminated */
};

/* Whether a server's certificate can be made for these names, NULL-terminated: asked before
 * anything is made for it. ERR_CONFIG. */
MUST_CHECK enum err_code pki_hosts_check(const char *const *hosts, struct err *err);
/* ERR_CONFIG when a name cannot stand in a certificate. The caller frees *ret. */
MUST_CHECK enum err_code pki_issue(const struct pki_request *request, X509 **ret, struct err *err);

#endif
