/* SPDX-License-Identifier: Apache-2.0 */
/* The part of `check` that looks at the dispatch database: does the mapping fit, and what does reading cost?
 */
#ifndef AGENT_CHECK_SOURCE_H
#define AGENT_CHECK_SOURCE_H

#include "agent/checklist.h"
#include "agent/mapping/mapping.h"
#include "agent/settings.h"

/* mapping NULL: the database itself alone, so that it is looked at before there is one. */
void check_source(struct checklist *list, const struct settings *settings, const struct mapping *mapping);

#endif
