/* SPDX-License-Identifier: Apache-2.0 */
/* One site's turn: some of its waiting batches, in one transaction. Sites take turns, so that one that sends
 * ten years does not keep the others waiting. */
#ifndef GATEWAY_LOADER_TURN_H
#define GATEWAY_LOADER_TURN_H

#include "gateway/loader/apply.h"
#include "gateway/settings.h"

struct turn_context {
    const struct gateway_settings *settings; /* folders */
    struct applier *applier;
    struct opened opened;
    unsigned limit; /* batches a turn; lowered to 1 after one that the database did not take */
};

struct turn_result {
    unsigned loaded, refused;
    uint64_t records;
    bool more; /* the site has further batches */
    char series[SERIES_TEXT];
    uint64_t seq; /* the batch taken last, which the database did not take when the limit is 1; 0: none */
};

/* ERR_REJECTED: the database does not take a value. On an error the transaction was rolled back and site must
 * be opened anew. */
MUST_CHECK enum err_code turn_take(struct turn_context *context, struct site *site, struct turn_result *ret,
                                   struct err *err);
/* Refuses the batch that another turn took last, in a transaction of its own. */
MUST_CHECK enum err_code turn_refuse(struct turn_context *context, struct site *site,
                                     const struct turn_result *taken, const char *code, struct err *err);

#endif
