/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of codes: reference data, sent when a person agreed to a label as it stands, and its code was sent
 * for LABEL_PATIENTS patients. A label says what one code means; it never travels in a record. */
#ifndef AGENT_COLLECT_LABELS_H
#define AGENT_COLLECT_LABELS_H

#include "agent/record/record.h"
#include "agent/source/source.h"
#include "agent/state/labels.h"
#include "contact/record_line.h"

struct label {
    const char *thesaurus; /* the model's */
    char code[33], text[LABEL_MAX + 1];
    uint8_t token[TOKEN_SIZE]; /* of the code, as the state knows it */
    uint8_t hash[SHORT_SIZE];  /* of the label */
    const char *fault;         /* why it cannot leave, for a person; NULL when it can */
};

typedef enum err_code label_each(void *context, const struct label *label, struct err *err);
/* Every row of the mapping's label tables whose code is one of its thesaurus. */
MUST_CHECK enum err_code labels_read(const struct mapping *mapping, struct source *source,
                                     struct pseudonym_keys *keys, label_each *each, void *context,
                                     struct err *err);

#endif
