/* SPDX-License-Identifier: Apache-2.0 */
/* A heartbeat as it comes in: strict JSON, flat, enumerated codes and counts. */
#ifndef GATEWAY_HEARTBEAT_READ_H
#define GATEWAY_HEARTBEAT_READ_H

#include <jansson.h>

#include "contact/buf.h"

/* Reads at most PROTOCOL_HEARTBEAT_MAX bytes. Members that this version does not know are ignored, not kept:
 * an agent may be newer than the centre, and nothing unforeseen is stored here. ERR_REJECTED when it is not
 * an object, has a duplicate, a nested or a fractional value, or a known member of another type or with
 * characters that no code has. The caller frees *ret. */
MUST_CHECK enum err_code heartbeat_read(const void *data, size_t len, json_t **ret, struct err *err);

#endif
