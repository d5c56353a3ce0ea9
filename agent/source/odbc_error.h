/* SPDX-License-Identifier: Apache-2.0 */
/* What a failure of an ODBC driver means to us. Drivers quote row values and passwords in their messages, so
 * a driver's text is never kept: only its SQLSTATE and number are. */
#ifndef AGENT_SOURCE_ODBC_ERROR_H
#define AGENT_SOURCE_ODBC_ERROR_H

#include <sql.h>

#include "contact/err.h"

/* Fills *err from the driver's first diagnostic and returns its class. */
enum err_code odbc_error(SQLSMALLINT handle_type, SQLHANDLE handle, struct err *err);
/* The same for a failure to connect, where psqlODBC has one SQLSTATE for a server that is away and a wrong
 * password: its text is looked at, in English or French, and wiped. */
enum err_code odbc_connect_error(SQLHANDLE connection, struct err *err);
/* The table behind both (SQLSTATEs: ISO/IEC 9075-2 and ODBC 3 Appendix A; numbers: the product's own). */
enum err_code odbc_error_set(const char *state, long number, struct err *err);

#endif
