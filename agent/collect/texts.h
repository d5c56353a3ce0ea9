/* SPDX-License-Identifier: Apache-2.0 */
/* Free text in a running collect. */
#ifndef AGENT_COLLECT_TEXTS_H
#define AGENT_COLLECT_TEXTS_H

#include "agent/collect/internal.h"

bool texts_mapped(const struct mapping *mapping); /* some stream has a note */
MUST_CHECK enum err_code texts_open(struct collect *c, struct err *err);
/* At the start of a round: follows the approval, learns the site's names when due, and asks for the days that
 * lack their text once it may go. Only a failure of the state fails it. */
MUST_CHECK enum err_code texts_ready(struct collect *c, struct err *err);
MUST_CHECK enum err_code texts_refresh(struct collect *c, struct err *err); /* the same between two spans */
/* After a round: keeps in the state why no text leaves, or asks for what waited for it. */
MUST_CHECK enum err_code texts_keep(struct collect *c, struct err *err);
const char *texts_code(const struct collect *c); /* why no text leaves, "ok" when it does */
/* How often a day's texts were tried in vain, now that one of them was withheld again: day_entry.redo. */
unsigned texts_later(struct collect *c, unsigned before);

#endif
