/* SPDX-License-Identifier: Apache-2.0 */
/* Practitioners who object, under every spelling of their id. */
#ifndef AGENT_COLLECT_PRACTITIONER_H
#define AGENT_COLLECT_PRACTITIONER_H

#include "agent/collect/internal.h"

/* No table of theirs spells a practitioner's id: each row has it as somebody typed it, and the database may
 * take several for one. Enters every other one that rows have, as following from the entry; in collect's
 * practitioners, too. */
MUST_CHECK enum err_code practitioner_spread(struct collect *c, struct err *err);

#endif
