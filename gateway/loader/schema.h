/* SPDX-License-Identifier: Apache-2.0 */
/* The warehouse's tables: the model's, and the operators'. */
#ifndef GATEWAY_LOADER_SCHEMA_H
#define GATEWAY_LOADER_SCHEMA_H

#include "gateway/loader/sql.h"

/* Makes the tables that are missing, in one transaction, and before them the columns that a newer model has
 * beyond those of tables that are there. What a model has no more stays, empty from then on; no column
 * changes its type. */
MUST_CHECK enum err_code schema_make(struct sql *sql, const struct model *model, struct err *err);

#endif
