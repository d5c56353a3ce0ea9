/* SPDX-License-Identifier: Apache-2.0 */
/* Who this site is to the centre: TLS key, certificate, the authority believed, and where the centre is.
 *
 * <send folder>/identity is a link to identity-<random>, a folder that holds key.pem (0400), certificate.pem,
 * ca.pem and centre.json. A new identity is made in a folder of its own and the link replaced by rename, so
 * that there is always one that is whole. */
#ifndef AGENT_SEND_IDENTITY_H
#define AGENT_SEND_IDENTITY_H

#include "agent/send/link.h"
#include "contact/batch.h"
#include "contact/bundle.h"

#define IDENTITY_PATH 512

struct identity {
    char folder[IDENTITY_PATH]; /* its own, not the link */
    char key[IDENTITY_PATH], certificate[IDENTITY_PATH], ca[IDENTITY_PATH];
    char site[SITE_TEXT];
    char url[256];
    char
        code_hash[65]; /* of the one-time code it was enrolled with: tells a new bundle from the same again */
    int64_t from_s, until_s; /* of the certificate; 0 while it has none */
};

/* The identity in use; one whose install was cut off is installed first. ERR_RETRY: not enrolled yet. */
MUST_CHECK enum err_code identity_load(const char *send_folder, struct identity *ret, struct err *err);
/* The identity of a folder in the making ("enrolling", "renewing"), certificate or not. ERR_RETRY: there is
 * none. */
MUST_CHECK enum err_code identity_load_pending(const char *send_folder, const char *name,
                                               struct identity *ret, struct err *err);
/* The link points elsewhere than when this one was loaded. */
bool identity_replaced(const char *send_folder, const struct identity *identity);
/* Makes <send folder>/<name> anew: a new key, the authority and the place. A folder of that name goes. */
MUST_CHECK enum err_code identity_begin(const char *send_folder, const char *name,
                                        const struct identity *place, const char *ca_pem, struct err *err);
/* The pending folder becomes the identity; the former one is removed. */
MUST_CHECK enum err_code identity_install(const char *send_folder, const char *name, struct err *err);
void identity_discard(const char *send_folder, const char *name);
/* Borrows from identity. */
struct link_trust identity_trust(const struct identity *identity);
/* When to renew: two thirds of its life. */
int64_t identity_renewal_s(const struct identity *identity);

#endif
