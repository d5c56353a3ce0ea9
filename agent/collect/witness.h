/* SPDX-License-Identifier: Apache-2.0 */
/* How much was sent, remembered beside the state. */
#ifndef AGENT_COLLECT_WITNESS_H
#define AGENT_COLLECT_WITNESS_H

#include "agent/collect/internal.h"

MUST_CHECK enum err_code witness_keep(struct collect *c, struct err *err);
MUST_CHECK enum err_code witness_persons(struct collect *c, int64_t *ret,
                                         struct err *err); /* in the source */
/* After the loss of a state: has the source too few rows for what had been sent? The source is open. */
MUST_CHECK enum err_code witness_check(struct collect *c, const struct stream *s, bool *ret_short,
                                       struct err *err);

#endif
