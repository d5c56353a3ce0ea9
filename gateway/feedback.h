/* SPDX-License-Identifier: Apache-2.0 */
/* What the loader tells the intake: <feedback>/<site>.json (docs/protocol.md), replaced by rename. */
#ifndef GATEWAY_FEEDBACK_H
#define GATEWAY_FEEDBACK_H

#include <jansson.h>
#include <stdint.h>

struct feedback_cache;
/* folder is borrowed. */
struct feedback_cache *feedback_cache_new(const char *folder);
void feedback_cache_free(struct feedback_cache *cache);
/* The site's feedback, read again when its file changed. NULL when there is none that can be read. Borrowed
 * until the next call. */
const json_t *feedback_get(struct feedback_cache *cache, const char *site);

/* Every seq of the series up to it is loaded or refused for good; 0 when nothing is. feedback may be NULL. */
uint64_t feedback_done(const json_t *feedback, const char *series);
/* The same, but below the first refusal that feedback_refused has no room for: what a site may be told. */
uint64_t feedback_loaded(const json_t *feedback, const char *series);
/* [[seq, code], …] of one series, ascending; NULL when there are none. */
const json_t *feedback_refused(const json_t *feedback, const char *series);

#endif
