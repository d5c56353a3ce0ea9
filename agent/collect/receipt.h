/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts of erasure: signed by the loader, believed only with the receipt key that enrolment brought. */
#ifndef AGENT_COLLECT_RECEIPT_H
#define AGENT_COLLECT_RECEIPT_H

#include "contact/err.h"

struct collect;

/* Takes those of the fact send.receipts, whose text is not looked at again while it stays the same. */
MUST_CHECK enum err_code receipts_take(struct collect *c, struct err *err);

#endif
