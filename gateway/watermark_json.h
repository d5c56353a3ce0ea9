/* SPDX-License-Identifier: Apache-2.0 */
/* What the centre holds of a series, as both answers tell it (docs/protocol.md). */
#ifndef GATEWAY_WATERMARK_JSON_H
#define GATEWAY_WATERMARK_JSON_H

#include "contact/json.h"
#include "gateway/exchange.h"

/* Members of the object under way. feedback: the site's, got once for the whole answer, since each get may
 * free what the one before it gave. loaded: every seq up to it is loaded or refused for good, and what was
 * refused of them was told. */
void watermark_json(struct json *json, struct exchange *exchange, const char *series,
                    enum series_standing standing, const json_t *feedback, uint64_t loaded);

#endif
