/* SPDX-License-Identifier: Apache-2.0 */
/* feedback/<site>.json: what the intake may tell a site of its batches (docs/protocol.md). */
#ifndef GATEWAY_LOADER_FEEDBACK_WRITE_H
#define GATEWAY_LOADER_FEEDBACK_WRITE_H

#include "gateway/loader/site_state.h"

/* Writes the file by rename. Outside a transaction. site->untold says whether refusals wait for the site to
 * settle others. */
MUST_CHECK enum err_code feedback_write(struct site *site, const char *landing, const char *folder,
                                        struct err *err);

#endif
