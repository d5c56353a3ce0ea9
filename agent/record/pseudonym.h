/* SPDX-License-Identifier: Apache-2.0 */
/* What record uses of the keys besides record.h. */
#ifndef AGENT_RECORD_PSEUDONYM_H
#define AGENT_RECORD_PSEUDONYM_H

#include "agent/record/record.h"

/* K("fp.raw"), ready for a message; borrowed. */
struct hmac *pseudonym_raw(struct pseudonym_keys *keys);

#endif
