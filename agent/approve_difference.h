/* SPDX-License-Identifier: Apache-2.0 */
/* What is different from what was agreed to last, for a data-protection officer. */
#ifndef AGENT_APPROVE_DIFFERENCE_H
#define AGENT_APPROVE_DIFFERENCE_H

#include "agent/collect/collect.h"

/* Prints it on standard output; nothing before the first approval. */
MUST_CHECK enum err_code approve_difference(const struct settings *settings, struct offer *offer,
                                            struct err *err);
/* For a program: {agreed_by, agreed_on, differences: [{section, change, line}]}; null before the first
 * approval. */
MUST_CHECK enum err_code approve_difference_json(const struct settings *settings, struct offer *offer,
                                                 struct err *err);

#endif
