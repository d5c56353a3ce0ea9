/* SPDX-License-Identifier: Apache-2.0 */
/* A site's seal certificate: offered by the site over the network, used by the loader only after an operator
 * has compared its fingerprint. */
#ifndef GATEWAY_SEAL_FILE_H
#define GATEWAY_SEAL_FILE_H

#include <stdbool.h>

#include "contact/batch.h"
#include "contact/cms.h"
#include "gateway/settings.h"

#define ROOT_CHECK_TEXT 17   /* a root key's check value in hex, and NUL */
#define FINGERPRINT_TEXT 65  /* SHA-256 in lower-case hex, and NUL */
#define FINGERPRINT_SHOWN 81 /* for people: hex_groups of it */

/* Keeps what a site offers as <offered>/<site>.pem, replacing an earlier one. */
MUST_CHECK enum err_code seal_offer(const struct gateway_settings *settings, const char *site,
                                    const void *pem, size_t len, struct err *err);
/* The fingerprint of what the site offers; false when it offers nothing readable. */
bool seal_offered(const struct gateway_settings *settings, const char *site,
                  char ret_fingerprint[static FINGERPRINT_TEXT]);
bool seal_accepted(const struct gateway_settings *settings, const char *site, const char *fingerprint);
/* Copies the offered certificate to the loader's folder, if its fingerprint is this one (as a person typed
 * it: either case, colons and blanks anywhere). ERR_REJECTED otherwise. */
MUST_CHECK enum err_code seal_accept(const struct gateway_settings *settings, const char *site,
                                     const char *typed, struct err *err);
/* Lets the loader take records of a later key epoch: the check value as a person typed it must be the one
 * that the site's heartbeat offers. ERR_REJECTED otherwise. */
MUST_CHECK enum err_code seal_accept_epoch(const struct gateway_settings *settings, const char *site,
                                           unsigned epoch, const char *typed, const char *offered,
                                           struct err *err);

#endif
