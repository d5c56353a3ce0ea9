/* SPDX-License-Identifier: Apache-2.0 */
/* One patient, or practitioner, as the dispatch database has them under a local id. */
#ifndef AGENT_PERSON_H
#define AGENT_PERSON_H

#include "agent/stage.h"
#include "agent/state/objections.h"

struct person {
    unsigned merged; /* other local ids that stand for the same patient */
    unsigned stream_count;
    struct person_stream {
        const char *name; /* the model's: borrowed from the stage */
        uint64_t rows;
        int32_t first, last; /* days; DAY_NONE without any that can be read */
    } streams[STATUS_STREAMS];
};

/* Counts the rows of the patient with that local id, as typed, and of those merged with it; or of the
 * practitioner. stage_open_rows() before. */
MUST_CHECK enum err_code person_count(struct stage *stage, enum objection_scope scope, const char *id,
                                      struct person *ret, struct err *err);

#endif
