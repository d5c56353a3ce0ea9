/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates by EST (RFC 7030): what is asked with a PKCS#10, what comes back in a PKCS#7. */
#ifndef AGENT_SEND_EST_H
#define AGENT_SEND_EST_H

#include "agent/send/identity.h"

#define EST_TYPE_REQUEST "application/pkcs10"
#define EST_ANSWER_MAX 65536

/* Appends the base64 request for the pending identity's key, CN = its site. */
MUST_CHECK enum err_code est_request(const struct identity *pending, struct buf *out, struct err *err);
/* Reads the answer, takes the certificate that is for the pending key and names its site, checks that the
 * pinned authority issued it, and writes it into the pending folder. ERR_REJECTED when there is none such. */
MUST_CHECK enum err_code est_accept(const struct identity *pending, const struct buf *answer,
                                    struct err *err);

#endif
