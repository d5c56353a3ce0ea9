/* SPDX-License-Identifier: Apache-2.0 */
/* Whom batches are sealed to: keys of the loader, with certificates of the warehouse root, whose own key lies
 * in a safe. Sites take a newer certificate with a heartbeat's answer, since they know the root. */
#ifndef GATEWAY_RECIPIENT_H
#define GATEWAY_RECIPIENT_H

#include <openssl/x509.h>

#include "gateway/settings.h"

/* Makes the loader's key of that number, from 1, and then tells sites its certificate. */
MUST_CHECK enum err_code recipient_make(const struct gateway_settings *settings, X509 *root,
                                        EVP_PKEY *root_key, int number, struct err *err);
/* The next one, by the root's key in that file; those before it stay, for what is still on its way. */
MUST_CHECK enum err_code recipient_renew(const struct gateway_settings *settings, const char *root_key_path,
                                         struct err *err);
/* Days until the certificate that sites are told ends; INT32_MAX when there is none that can be read. */
int recipient_days(const struct gateway_settings *settings);

#endif
