/* SPDX-License-Identifier: Apache-2.0 */
/* Who objects, and who is frozen. */
#ifndef AGENT_COLLECT_OBJECTOR_H
#define AGENT_COLLECT_OBJECTOR_H

#include "agent/collect/internal.h"

void objector_met(struct collect *c, const struct stream *stream, const struct cell *row,
                  const struct row_key *key);
MUST_CHECK enum err_code objector_flush(struct collect *c,
                                        struct err *err); /* register, erase, ask for their days */
MUST_CHECK enum err_code objector_scan(struct collect *c, struct err *err);
MUST_CHECK enum err_code objector_load(struct collect *c, struct err *err);

#endif
