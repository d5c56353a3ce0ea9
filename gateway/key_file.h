/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates as files of who will hold them: that is whoever owns the folder. */
#ifndef GATEWAY_KEY_FILE_H
#define GATEWAY_KEY_FILE_H

#include <openssl/x509.h>

#include "contact/err.h"

/* Gives a file that was just written to its folder's owner. ERR_CONFIG. */
MUST_CHECK enum err_code key_file_settle(const char *path, unsigned mode, struct err *err);
/* For the owner alone to read. */
MUST_CHECK enum err_code key_file_write(const char *folder, const char *name, EVP_PKEY *key, struct err *err);
/* For everybody to read; takes the place of one that is there at once. */
MUST_CHECK enum err_code key_file_write_certificate(const char *folder, const char *name, X509 *certificate,
                                                    struct err *err);

#endif
