/* SPDX-License-Identifier: Apache-2.0 */
/* What the warehouse holds of each stream and day of one site: read once in a transaction, kept up to date
 * beside the rows, written before the commit. */
#ifndef GATEWAY_LOADER_DAYS_H
#define GATEWAY_LOADER_DAYS_H

#include "contact/tally.h"
#include "gateway/loader/day_index.h"
#include "gateway/loader/store.h"

struct day_state {
    unsigned stream; /* index */
    int32_t day;
    struct tally tally;
    struct version touched; /* the highest that changed a row of it; series 0: none */
    struct version floor;   /* a put below it is ignored; series 0: none */
    struct version
        lowest; /* no record of the day is lower; known for this transaction alone. series 0: unknown */
    bool dirty;
};

struct days {
    struct store *store;
    const char *site;
    struct day_state **items; /* owned */
    size_t count, room, last;
    struct day_index index;
};

void days_init(struct days *days, struct store *store, const char *site); /* both borrowed */
void days_forget(struct days *days); /* frees; after a commit or rollback */
/* The day's state, borrowed until days_forget. */
MUST_CHECK enum err_code days_get(struct days *days, unsigned stream, int32_t day, struct day_state **ret,
                                  struct err *err);
MUST_CHECK enum err_code days_write(struct days *days, struct err *err);

void day_add(struct day_state *day, const uint8_t fp[static SHORT_SIZE], struct version by);
void day_remove(struct day_state *day, const uint8_t fp[static SHORT_SIZE], struct version by);

#endif
