/* SPDX-License-Identifier: Apache-2.0 */
/* A newer loader or model may take what an older one rejected, or end a repair that never helped: those days
 * are asked for again (DESIGN 6.7). */
#ifndef GATEWAY_LOADER_REJUDGE_H
#define GATEWAY_LOADER_REJUDGE_H

#include "gateway/loader/site_state.h"

/* Sets site->rejected_before, and, the first time that this loader and model meet the site, asks for the
 * days. In a transaction. */
MUST_CHECK enum err_code rejudge(struct site *site, struct err *err);

#endif
