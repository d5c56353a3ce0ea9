/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_WATERMARK_JSON_H
#define GATEWAY_WATERMARK_JSON_H

#include "contact/json.h"
#include "gateway/gateway.h"

/* Writes the members series, contiguous, loaded, highest and missing of an open object. */
void watermark_json(struct json *json, struct gateway *gateway, const char *site, const char *series);

#endif
