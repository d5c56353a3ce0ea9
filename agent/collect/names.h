/* SPDX-License-Identifier: Apache-2.0 */
/* The gazetteer of a site: learnt from the tables that its mapping names, and kept as keyed fingerprints. */
#ifndef AGENT_COLLECT_NAMES_H
#define AGENT_COLLECT_NAMES_H

#include "agent/mapping/mapping.h"
#include "agent/source/source.h"
#include "agent/text/words/gazetteer.h"

/* Streams the tables once. *ret is the caller's (gazetteer_free). */
MUST_CHECK enum err_code names_learn(const struct mapping *mapping, struct source *source,
                                     const uint8_t key[static GAZETTEER_KEY], struct gazetteer **ret,
                                     struct err *err);
/* folder/cache/names, mode 0600, replaced by rename; the folder carries the tag by which backups pass over
 * it. */
MUST_CHECK enum err_code names_save(const struct gazetteer *names, const char *folder, struct err *err);
MUST_CHECK enum err_code names_load(const uint8_t key[static GAZETTEER_KEY], const char *folder,
                                    struct gazetteer **ret, struct err *err);

#endif
