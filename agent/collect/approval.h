/* SPDX-License-Identifier: Apache-2.0 */
/* What the association agreed to. */
#ifndef AGENT_COLLECT_APPROVAL_H
#define AGENT_COLLECT_APPROVAL_H

#include "agent/collect/internal.h"

/* Does the latest approval agree with what is now? *ret_outdated: it did once. */
bool approval_holds(struct state *state, const struct site *site, const struct model *model,
                    const struct mapping *mapping, struct approval *ret, bool *ret_outdated);
/* Is the stream as it was agreed to? approval_holds() before. */
bool approval_covers(struct state *state, const struct mapping *mapping, const char *stream);
bool collect_approved(struct collect *c, bool *ret_outdated);

#endif
