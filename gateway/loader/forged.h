/* SPDX-License-Identifier: Apache-2.0 */
/* The test of itself that the loader makes at each start: two forged messages must be refused (their cipher
 * rewritten to OFB, which has no tag; their tag cut to one byte) and the genuine one opened.
 *
 * OpenSSL's CMS_decrypt() before 3.0.20 accepts the forgeries, and Debian 12 ships such a version. That is
 * why the loader opens by common/cms_open.c, and why this test is made of that opener and not of the
 * library's. */
#ifndef GATEWAY_LOADER_FORGED_H
#define GATEWAY_LOADER_FORGED_H

#include "contact/cms.h"

typedef enum err_code opener_fn(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                struct buf *out, struct err *err);

/* ERR_CONFIG when opener accepts a forgery or does not open the genuine message: the loader must not run. */
MUST_CHECK enum err_code forged_check(opener_fn *opener, struct err *err);

#endif
