/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asking: the client certificate that nginx passes in a header, on our socket only. The TLS handshake
 * proved that the asker holds its key; everything else is checked here: that our CA issued it, that it has
 * not expired, and that the registry knows its public key. */
#ifndef GATEWAY_IDENTITY_H
#define GATEWAY_IDENTITY_H

#include <openssl/x509.h>

#include "gateway/registry.h"
#include "gateway/settings.h"

#define IDENTITY_CA_MAX 4

struct identity_source {
    X509 *ca[IDENTITY_CA_MAX]; /* owned */
    size_t ca_count;
    struct registry *registry; /* borrowed */
    enum identity_header header;
};

enum identity_outcome {
    IDENTITY_KNOWN,
    IDENTITY_NONE,    /* 401 no-certificate */
    IDENTITY_UNKNOWN, /* 401 unknown-certificate */
    IDENTITY_EXPIRED, /* 401 expired-certificate */
    IDENTITY_REVOKED, /* 403 revoked */
};

struct identity {
    char site[SITE_TEXT];
    uint8_t key[SHA256_SIZE]; /* of the SubjectPublicKeyInfo */
};

MUST_CHECK enum err_code identity_open(const struct gateway_settings *settings, struct registry *registry,
                                       struct identity_source *ret, struct err *err);
void identity_close(struct identity_source *source);
/* The name of the header that is believed. */
const char *identity_header_name(const struct identity_source *source);
/* value: the header's, NULL when absent. The first use of a new key retires the site's older ones. */
MUST_CHECK enum err_code identity_check(const struct identity_source *source, const char *value,
                                        enum identity_outcome *ret_outcome, struct identity *ret,
                                        struct err *err);

/* nginx's $ssl_client_escaped_cert, or RFC 9440's :base64:, to a certificate; NULL when it is none. */
X509 *identity_parse(enum identity_header header, const char *value);

#endif
