/* SPDX-License-Identifier: Apache-2.0 */
/* The values of coded columns, for the person who writes the mapping: on a terminal, never in a file. */
#ifndef AGENT_DISCOVER_VALUES_H
#define AGENT_DISCOVER_VALUES_H

#include "agent/discover/plan.h"

/* The columns of the plan whose values the mapping must list. A column that identifies is never among them.
 * One that cannot be counted in the statement's time is said so. */
MUST_CHECK enum err_code values_print(struct source *source, const struct plan *plan, struct err *err);

#endif
