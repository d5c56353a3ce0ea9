/* SPDX-License-Identifier: Apache-2.0 */
/* What the operators' socket serves: the fleet page, its data, and metrics. */
#ifndef GATEWAY_PAGES_H
#define GATEWAY_PAGES_H

#include "gateway/exchange.h"

void pages_answer(struct exchange *exchange, const struct http_guard_request *request);

#endif
