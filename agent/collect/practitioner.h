/* SPDX-License-Identifier: Apache-2.0 */
/* Practitioners who object, under every spelling of their id. */
#ifndef AGENT_COLLECT_PRACTITIONER_H
#define AGENT_COLLECT_PRACTITIONER_H

#include "agent/collect/internal.h"

/* No table of theirs spells a practitioner's id: each row has it as somebody typed it, and the database may
 * take several for one. Enters every other one that rows have, as following from the entry; in collect's
 * practitioners, too. That may walk through whole tables: it is done for entries that it was not done for
 * (entries: their sum; 0 for none), and each night, for rows that came since. */
MUST_CHECK enum err_code practitioner_search(struct collect *c, uint64_t entries, struct err *err);
/* A stream that stood still is read again: it was not searched. In a transaction. */
void practitioner_forget_search(struct state *state);

#endif
