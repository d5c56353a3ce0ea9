/* SPDX-License-Identifier: Apache-2.0 */
/* An opened batch is applied: its lines change the warehouse by the rules of DESIGN, section 3, inside the
 * caller's transaction. A line that is not what it must be is rejected and counted, without its body; the
 * rest goes on. */
#ifndef GATEWAY_LOADER_APPLY_H
#define GATEWAY_LOADER_APPLY_H

#include "gateway/loader/open.h"
#include "gateway/loader/site_state.h"

struct applier; /* the memory that batches use one after the other */
struct applier *applier_new(const struct model *model);
void applier_free(struct applier *applier);

/* Changes rows, days, ends, statements and the batch's own state; series->done has the seq afterwards.
 * ERR_REJECTED with a refusal ("root-key" or "model") before anything was changed; any other error: roll
 * back. Without one the database does not take a value. */
MUST_CHECK enum err_code apply_batch(struct applier *applier, struct site *site, struct series *series,
                                     const struct opened *batch, struct err *err);
/* Notes a batch that cannot be opened, or a run of them that will never come (code SITE_LOST). */
MUST_CHECK enum err_code apply_refusal(struct site *site, struct series *series, uint64_t first,
                                       uint64_t last, const char *code, struct err *err);

#endif
