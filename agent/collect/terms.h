/* SPDX-License-Identifier: Apache-2.0 */
/* What an association agrees to, as a text for people: all that the mapping says (agent/mapping/terms.c).
 * Kept with the approval, so that a later one can show what is different, and so that a stream that is not as
 * it was agreed to waits while the others go on. A section is the same when its lines are, in any order:
 * nothing waits without a line that shows why, and what no line shows was agreed to. */
#ifndef AGENT_COLLECT_TERMS_H
#define AGENT_COLLECT_TERMS_H

#include <stdbool.h>

/* Is this stream (or TERMS_LABELS) as it was agreed to, and what holds for all? */
bool terms_cover(const char *agreed, const char *now, const char *stream);

enum terms_change { TERMS_GONE, TERMS_NEW, TERMS_OTHER };
/* Each line that one of them lacks, whole, by section, in their order; never TERMS_OTHER. */
void terms_compare(const char *agreed, const char *now,
                   void (*each)(void *context, const char *section, enum terms_change change,
                                const char *line),
                   void *context);

#endif
