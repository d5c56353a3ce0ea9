/* SPDX-License-Identifier: Apache-2.0 */
/* What store_postgres.c needs of its driver beyond sql.h. */
#ifndef GATEWAY_LOADER_SQL_POSTGRES_H
#define GATEWAY_LOADER_SQL_POSTGRES_H

#include "gateway/loader/sql.h"

/* COPY … FROM STDIN with these rows, in COPY's text format. statement as PostgreSQL spells it. */
MUST_CHECK enum err_code sql_postgres_copy(struct sql *sql, const char *statement, const struct buf *rows,
                                           struct err *err);

#endif
