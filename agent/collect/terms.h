/* SPDX-License-Identifier: Apache-2.0 */
/* What an association agrees to, as a text for people: of each stream where it is read and what fills each
 * field, and what holds for all of them. Kept with the approval, so that a later one can show what is
 * different, and so that a stream that is not as it was agreed to waits while the others go on.
 *
 * A section begins with its name and a hash of all that the stream's part of the mapping says; its lines are
 * indented by one blank. */
#ifndef AGENT_COLLECT_TERMS_H
#define AGENT_COLLECT_TERMS_H

#include "agent/record/mapping.h"
#include "contact/buf.h"

#define TERMS_MAX ((size_t)256 << 10)
#define TERMS_GENERAL "general"
#define TERMS_LABELS "labels" /* what codes mean, where the mapping says it */

void terms_write(const struct mapping *mapping, struct buf *out);
/* Is this stream as it was agreed to, and what holds for all? */
bool terms_cover(const char *agreed, const char *now, const char *stream);

enum terms_change { TERMS_GONE, TERMS_NEW, TERMS_OTHER };
/* Each line that one of them lacks, by section, in their order. TERMS_OTHER (line ""): a section differs in
 * what its lines do not tell. */
void terms_compare(const char *agreed, const char *now,
                   void (*each)(void *context, const char *section, enum terms_change change,
                                const char *line),
                   void *context);

#endif
