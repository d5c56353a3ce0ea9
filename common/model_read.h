/* SPDX-License-Identifier: Apache-2.0 */
/* How model.c and its reader share the work. */
#ifndef COMMON_MODEL_READ_H
#define COMMON_MODEL_READ_H

#include "contact/model.h"

/* The model that a text holds; name is what problems call the file. */
struct model *model_parse(const char *name, const char *text, size_t len, struct problems *problems);
bool field_type_find(const char *name, enum field_type *ret);
const char *const *field_type_names(void); /* NULL-terminated */

#endif
