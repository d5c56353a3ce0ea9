/* SPDX-License-Identifier: Apache-2.0 */
/* Patients found to be one person: local id → the id that stands for all of them. Read into memory at the
 * start of a sweep; local ids are identifiers, and are wiped. */
#ifndef AGENT_COLLECT_MERGES_H
#define AGENT_COLLECT_MERGES_H

#include <stdbool.h>

#include "agent/mapping/mapping.h"
#include "agent/source/source.h"

struct merges;
/* Reads the mapping's table of merges; NULL, or a mapping without one, makes an empty one. Ids of letters are
 * read as the table of persons spells them, since the database may take several spellings for one. */
MUST_CHECK enum err_code merges_load(const struct mapping *mapping, struct source *source,
                                     struct merges **ret, struct err *err);
void merges_free(struct merges *merges);
/* record_context's callback: NULL when id is not merged; "" when its merges run in a circle or it has two
 * parents. Borrowed. */
const char *merges_find(void *merges, const char *id, size_t len);
/* The same rows, read in the same order? NULL is no merges yet. */
bool merges_equal(const struct merges *a, const struct merges *b);
/* Every id that is merged into another. */
void merges_children(const struct merges *merges, void (*each)(void *context, const char *id), void *context);
/* Every id merged into root, root itself not among them. */
void merges_each(const struct merges *merges, const char *root, void (*each)(void *context, const char *id),
                 void *context);

#endif
