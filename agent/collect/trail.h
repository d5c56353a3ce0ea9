/* SPDX-License-Identifier: Apache-2.0 */
/* audit.log: who did what here, when, and to how many; never to whom. One JSON line an act, kept for 12
 * months.
 *
 * Each line ends with an HMAC over itself and its predecessor's, under a key made from the site's root key;
 * the state remembers the last one. So a line that was changed, taken out or cut off at the end is found. */
#ifndef AGENT_COLLECT_TRAIL_H
#define AGENT_COLLECT_TRAIL_H

#include "agent/settings.h"
#include "contact/err.h"

struct trail_entry {
    int64_t at_s;       /* set by trail_note */
    const char *what;   /* a word of ours: "approve", "preview"… */
    const char *who;    /* the person who acts */
    const char *detail; /* words of ours, names from the mapping, digests; NULL for none */
    uint64_t count;     /* of rows, entries, streams: what the act was about */
};

/* Adds a line. Before enrolment there is nothing to keep it by: then nothing is done. */
MUST_CHECK enum err_code trail_note(const struct settings *settings, const struct trail_entry *entry,
                                    struct err *err);
/* Each line from the oldest on, as far as they follow from one another. ERR_CORRUPT says where they do not.
 */
MUST_CHECK enum err_code trail_read(const struct settings *settings,
                                    void (*each)(void *context, const struct trail_entry *entry),
                                    void *context, struct err *err);

#endif
