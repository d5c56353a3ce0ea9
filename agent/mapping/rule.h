/* SPDX-License-Identifier: Apache-2.0 */
/* How one field is filled: what a mapping says of it, for the rule that its type has (record/rules.h). */
#ifndef AGENT_MAPPING_RULE_H
#define AGENT_MAPPING_RULE_H

#include "agent/mapping/mapping.h"

/* A source's spelling of a word of the vocabulary; of a flag "true" or "false". */
struct rule_word {
    char *source;
    const char *word; /* borrowed from the model, or static */
};

struct mapping_rule {
    const struct model_field *field;
    unsigned column;
    unsigned since;                          /* FIELD_DELAY: column */
    const struct model_thesaurus **thesauri; /* FIELD_CODE: the first that a code matches; NULL-terminated */
    char **accept;                           /* FIELD_CODE: only these codes; NULL: all that match */
    struct rule_word *words;                 /* FIELD_ENUM, FIELD_FLAG */
    size_t word_count;
    char **empty;  /* source values that mean nothing was recorded; may be NULL */
    int64_t scale; /* FIELD_NUMBER: times scale / 10^scale_decimals */
    unsigned scale_decimals;
    char *text; /* for a person */
};

#endif
