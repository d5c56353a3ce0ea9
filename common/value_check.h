/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a field's outgoing text has the form its type allows: the loader's side of the model. */
#ifndef COMMON_VALUE_CHECK_H
#define COMMON_VALUE_CHECK_H

#include "contact/record_line.h"

/* Checks a text value of any type but FIELD_NUMBER, FIELD_DELAY and FIELD_FLAG. epoch is that of the line's
 * tokens. */
MUST_CHECK enum line_fault value_check_text(const struct model_field *field, const char *text, size_t len,
                                            unsigned epoch);
/* FIELD_CODE: text must match the thesaurus of that name, which the field must list; then *ret is its name as
 * the model spells it. */
MUST_CHECK enum line_fault value_check_code(const struct model_field *field, const char *text, size_t len,
                                            const char *thesaurus, const char **ret);

#endif
