/* SPDX-License-Identifier: Apache-2.0 */
/* A patient's local id as typed, and as the table of persons spells it: the database may take 'ab12' for
 * 'AB12', whose records are sent under one pseudonym. */
#ifndef AGENT_COLLECT_SPELLING_H
#define AGENT_COLLECT_SPELLING_H

#include "agent/record/mapping.h"
#include "agent/source/source.h"
#include "agent/state/objections.h"

/* Replaces id, which is canonical, by the table's own spelling, canonical too. It stays as it is when there
 * is no such person, no table of persons, or only one way to write it. */
MUST_CHECK enum err_code spelling_find(const struct mapping *mapping, struct source *source,
                                       char id[static OBJECTION_ID_MAX], struct err *err);

#endif
