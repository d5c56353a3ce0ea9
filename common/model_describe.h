/* SPDX-License-Identifier: Apache-2.0 */
/* One field in words, for the text and the page. */
#ifndef COMMON_MODEL_DESCRIBE_H
#define COMMON_MODEL_DESCRIBE_H

#include "contact/model.h"

/* "at most 1440 minutes", "F, M, X", "cisp2 or cim10"…: what a field may hold. */
void describe_precision(const struct model_field *field, struct buf *out);
/* "off unless approved", "absent when the episode ends in death", or nothing. */
void describe_marks(const struct model_field *field, struct buf *out);

#endif
