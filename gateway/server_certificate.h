/* SPDX-License-Identifier: Apache-2.0 */
/* nginx's certificate. */
#ifndef GATEWAY_SERVER_CERTIFICATE_H
#define GATEWAY_SERVER_CERTIFICATE_H

#include <openssl/x509.h>

#include "gateway/settings.h"

#define SERVER_HOSTS_MAX 16
#define SERVER_HOST_TEXT 256

/* By the CA, for these names, NULL-terminated; the caller frees *ret. */
MUST_CHECK enum err_code server_certificate_issue(EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key,
                                                  const char *const *hosts, X509 **ret, struct err *err);
/* How sites reach nginx: the setting url, or else the first name of its certificate. ERR_CONFIG: neither. */
MUST_CHECK enum err_code server_certificate_url(const struct gateway_settings *settings, char *ret,
                                                size_t size, struct err *err);
/* Days until a certificate ends; INT32_MAX when there is none that can be read. */
int certificate_days(const char *folder, const char *name);
/* Whole days until nginx's certificate ends, negative when it has; INT32_MAX when it cannot be read. */
int server_certificate_days(const struct gateway_settings *settings);

#endif
