/* SPDX-License-Identifier: Apache-2.0 */
/* Which series of a site may send: the newest that was announced. Asking for watermarks announces one, before
 * its first batch: a request that was taken for lost, and arrives when the site has begun another series,
 * must not make the older one the newer. */
#ifndef GATEWAY_SERIES_H
#define GATEWAY_SERIES_H

#include "gateway/exchange.h"

/* Announces a series that is not known. Where the site has begun too many, it stays unknown. False on an
 * error: the exchange is decided. */
bool series_announce(struct exchange *exchange, const char *series, enum series_standing *ret);
/* Whether the series in the path may send; else the exchange is decided. */
bool series_may_send(struct exchange *exchange);

#endif
