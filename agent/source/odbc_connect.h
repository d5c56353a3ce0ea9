/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting through unixODBC without any of its files: no configuration of the machine is read, so none can
 * switch on a trace. */
#ifndef AGENT_SOURCE_ODBC_CONNECT_H
#define AGENT_SOURCE_ODBC_CONNECT_H

#include <sql.h>

#include "agent/source/source.h"
#include "contact/buf.h"

/* Opens a connection; ERR_RETRY when the server is away, ERR_AUTH when it refuses us, ERR_CONFIG when a
 * setting or a library is wrong. The password is read and wiped in between; the driver keeps its own copy. */
MUST_CHECK enum err_code odbc_connect(const struct source_options *options, SQLHENV environment, SQLHDBC *ret,
                                      struct err *err);
/* Takes everything out of the environment that makes a driver write a trace or read another configuration. */
void odbc_clean_environment(void);
/* The connection string, with {braces} around what needs them (ODBC 3, SQLDriverConnect). Holds the password.
 */
MUST_CHECK enum err_code odbc_connection_string(const struct source_options *options, const char *driver,
                                                const char *password, struct buf *out, struct err *err);

#endif
