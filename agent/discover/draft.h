/* SPDX-License-Identifier: Apache-2.0 */
/* The plan as a mapping with comments: names of tables and columns, and no value of any row. */
#ifndef AGENT_DISCOVER_DRAFT_H
#define AGENT_DISCOVER_DRAFT_H

#include "agent/discover/plan.h"
#include "contact/buf.h"

#define DRAFT_MAX ((size_t)4 << 20) /* bytes */

/* Marks what it names as placed; buf_ok says whether it fitted. */
void draft_write(const struct plan *plan, struct buf *out);
/* draft_rest.c: the columns that stand nowhere, as comments. */
void draft_rest(const struct plan *plan, struct buf *out);

#endif
