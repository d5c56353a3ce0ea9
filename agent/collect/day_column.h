/* SPDX-License-Identifier: Apache-2.0 */
/* The column that dates a stream's rows, as the database has it. A row whose day does not stand in the order
 * of days is reached by no span: it is counted here. */
#ifndef AGENT_COLLECT_DAY_COLUMN_H
#define AGENT_COLLECT_DAY_COLUMN_H

#include "agent/select/select.h"

/* By the database's name for its type. */
enum days day_type(const struct source_dialect *dialect, const char *type);

/* select_new() for what the column is; DAYS_TEXT when it is not there. select_free(). */
struct select *select_open(struct source *source, const struct mapping *mapping,
                           const struct mapping_stream *stream);

struct day_counts {
    int64_t none;      /* rows without a day */
    int64_t unordered; /* whose day stands in no order */
    bool any;          /* some row's does */
};
MUST_CHECK enum err_code day_counts(struct source *source, const struct select *select,
                                    struct day_counts *ret, struct err *err);

#endif
