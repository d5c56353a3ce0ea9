/* SPDX-License-Identifier: Apache-2.0 */
/* What a command opens that looks at rows of the source as collect would, and sends none. */
#ifndef AGENT_STAGE_H
#define AGENT_STAGE_H

#include "agent/collect/cleaner.h"
#include "agent/collect/collect.h"
#include "agent/collect/merges.h"
#include "agent/collect/tokens.h"
#include "agent/record/record.h"
#include "agent/settings.h"
#include "agent/source/source.h"

struct stage {
    struct model *model;
    struct mapping *mapping;
    struct zone *zone;
    struct source *source;
    struct merges *merges;
    struct pseudonym_keys *keys;
    struct cleaner *cleaner; /* NULL: no text is mapped */
    struct record_maker *maker;
    struct token_set objectors, practitioners; /* of the register, not of the source */
    bool example_keys;                         /* not enrolled: the pseudonyms are not the real ones */
};

/* *stage is all zero before. Close it in any case. */
/* Without the text engine and what makes records: for looking rows up. */
MUST_CHECK enum err_code stage_open_rows(struct stage *stage, const struct settings *settings,
                                         struct problems *problems, struct err *err);
MUST_CHECK enum err_code stage_open(struct stage *stage, const struct settings *settings,
                                    struct problems *problems, struct err *err);
void stage_close(struct stage *stage);

#endif
