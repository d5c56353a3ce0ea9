/* SPDX-License-Identifier: Apache-2.0 */
/* The folder between intake and signer: requests/<name>.csr (DER) in, answers/<name>.pem or .refused out,
 * where name is the site and the hash of its key. */
#ifndef GATEWAY_ENROLMENT_H
#define GATEWAY_ENROLMENT_H

#include <openssl/x509.h>

#include "gateway/settings.h"

enum enrolment_state { ENROLMENT_WAITING, ENROLMENT_ISSUED, ENROLMENT_REFUSED };

/* Asks for a certificate, or finds the one that was issued for this key. One that has lived
 * half its life is not given again but asked for anew: a renewal may keep its key. The caller frees *ret,
 * NULL unless issued. */
MUST_CHECK enum err_code enrolment_ask(const struct gateway_settings *settings, const char *site,
                                       X509_REQ *request, enum enrolment_state *ret_state, X509 **ret,
                                       struct err *err);

#endif
