/* SPDX-License-Identifier: Apache-2.0 */
/* What store_sqlite.c needs of its driver beyond sql.h. */
#ifndef GATEWAY_LOADER_SQL_SQLITE_H
#define GATEWAY_LOADER_SQL_SQLITE_H

#include <sqlite3.h>

#include "gateway/loader/sql.h"

sqlite3 *sql_sqlite_handle(struct sql *sql);

#endif
