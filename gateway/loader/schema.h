/* SPDX-License-Identifier: Apache-2.0 */
/* The warehouse's tables: the model's, and the operators'. */
#ifndef GATEWAY_LOADER_SCHEMA_H
#define GATEWAY_LOADER_SCHEMA_H

#include "gateway/loader/sql.h"

/* Makes what is missing, in one transaction. */
MUST_CHECK enum err_code schema_make(struct sql *sql, const struct model *model, struct err *err);

#endif
