/* SPDX-License-Identifier: Apache-2.0 */
/* Columns that came into the mapped tables since the mapping was approved. Nothing reads them; they say that
 * the product was changed, and that something may stand elsewhere now. */
#ifndef AGENT_COLLECT_COLUMNS_H
#define AGENT_COLLECT_COLUMNS_H

#include "agent/source/source.h"
#include "agent/state/state.h"
#include "contact/buf.h"

#define COLUMNS_MAX 262144 /* bytes of all names */

struct columns; /* those of one look at the database, against what the state remembers */

struct columns *columns_new(struct state *state);
void columns_free(struct columns *columns);
/* A table as it is now, each once. */
void columns_add(struct columns *columns, const char *table, const struct source_column *now, size_t count);
/* Remembers tables that were not known yet, and keeps which columns are new. */
MUST_CHECK enum err_code columns_keep(struct columns *columns, struct err *err);

/* How many are new, as was last kept. ret_names (NULL: not wanted) takes "table.column, …", cut to size. */
unsigned columns_since_approval(struct state *state, char *ret_names, size_t size);
/* Whatever the tables are now is agreed to. In a transaction. */
void columns_forget(struct state *state);

#endif
