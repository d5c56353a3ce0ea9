/* SPDX-License-Identifier: Apache-2.0 */
/* Housekeeping: files of the landing zone go seven days after they were loaded, with what was noted of their
 * batches; receipts after ninety. */
#ifndef GATEWAY_LOADER_TIDY_H
#define GATEWAY_LOADER_TIDY_H

#include "gateway/loader/site_state.h"

/* Only below the lowest batch that is missing or recent: the intake then knows by one number that what is
 * gone was loaded. Outside a transaction. */
MUST_CHECK enum err_code tidy_site(struct site *site, const char *landing, int64_t now_s, struct err *err);
/* Refuses to go on with another K_warehouse than the one the warehouse began with: everything would be stored
 * twice, under other names. */
MUST_CHECK enum err_code tidy_check_key(struct store *store, const struct loader_keys *keys, struct err *err);

#endif
