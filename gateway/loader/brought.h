/* SPDX-License-Identifier: Apache-2.0 */
/* What each batch brought: count and digest of its puts by day, stored or not, rejected or not. By it an end
 * is checked: from its snapshot's first seq to its own, exactly the snapshot's puts must have been loaded,
 * whatever was refused, void or, under a number used again, not what was sealed. */
#ifndef GATEWAY_LOADER_BROUGHT_H
#define GATEWAY_LOADER_BROUGHT_H

#include "gateway/loader/day_index.h"
#include "gateway/loader/site_state.h"

struct brought { /* by the batch under way; kept from one to the next */
    struct {
        int32_t day;
        struct tally tally;
    } * days; /* owned */
    size_t count, room;
    struct day_index index;
};

void brought_free(struct brought *brought); /* and empties it */
MUST_CHECK enum err_code brought_add(struct brought *brought, int32_t day,
                                     const uint8_t fp[static SHORT_SIZE], struct err *err);
/* Writes what a batch of one stream brought, and empties the list. */
MUST_CHECK enum err_code brought_write(struct brought *brought, struct site *site, struct version batch,
                                       const char *stream, struct err *err);
/* What the batches first..last of a series brought of a day. */
MUST_CHECK enum err_code brought_sum(struct site *site, uint64_t series, const char *stream, int32_t day,
                                     uint64_t first, uint64_t last, struct tally *ret, struct err *err);

#endif
