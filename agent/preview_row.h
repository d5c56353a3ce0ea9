/* SPDX-License-Identifier: Apache-2.0 */
/* One row of a preview. */
#ifndef AGENT_PREVIEW_ROW_H
#define AGENT_PREVIEW_ROW_H

#include "agent/record/record.h"

struct preview_row {
    const struct mapping *mapping;
    const struct mapping_stream *stream;
    const struct record_maker *maker; /* after record_build */
    const struct cell *cells;
    struct row_key key;
    bool built; /* the record was made; else withheld as key says, or by the guard */
    uint8_t fp[SHORT_SIZE];
    uint64_t withheld[WITHHELD_KINDS];
    unsigned epoch, number;
    bool reveal, as_json;
};

void preview_row_print(const struct preview_row *row);

#endif
