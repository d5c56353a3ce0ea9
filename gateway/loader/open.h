/* SPDX-License-Identifier: Apache-2.0 */
/* A sealed batch is opened: nothing of it is used unless every step succeeded.
 *
 * profile of the envelope → decrypt → profile of the signed → signature by the site's accepted seal
 * certificates → inflate under a cap → manifest compared with the path. Each step refuses with its own code:
 *   truncated, too-large, profile, decrypt, profile-signed, signature, gzip, manifest, body-hash, records,
 *   wrong-site, wrong-series, wrong-seq */
#ifndef GATEWAY_LOADER_OPEN_H
#define GATEWAY_LOADER_OPEN_H

#include "gateway/loader/keys.h"

struct opening {
    struct loader_keys *keys;
    const struct seals *seals; /* accepted for the site */
    X509 *offered; /* what the site offers, not accepted yet; NULL when none. Never trusted: a batch signed by
                      it waits for the operator instead of being refused */
    const char *site, *series; /* by the path */
    uint64_t seq;
};

struct opened {
    struct buf inner;    /* the signed message */
    struct buf inflated; /* the batch */
    struct manifest manifest;
    const char *lines; /* borrowed from inflated */
    size_t lines_len;
};

void opened_init(struct opened *o); /* keep one: its memory is used again */
void opened_free(struct opened *o); /* wipes */
/* ERR_REJECTED with the code as refusal; ERR_AUTH when the batch waits for its seal certificate to be
 * accepted. */
MUST_CHECK enum err_code open_batch(const struct opening *opening, const void *der, size_t len,
                                    struct opened *ret, struct err *err);

#endif
