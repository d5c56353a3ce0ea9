/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/settings_source.h"

#include <stdio.h>
#include <string.h>

struct source_options settings_source(const struct settings *s)
{
    return (struct source_options){.kind = (enum source_kind)s->source_kind,
                                   .driver = s->source_driver,
                                   .host = s->source_host,
                                   .port = (int)s->source_port,
                                   .database = s->source_database,
                                   .user = s->source_user,
                                   .password_file = s->source_password_file,
                                   .tls = (enum source_tls)s->source_tls,
                                   .tls_ca = s->source_tls_ca,
                                   .timeout_ms = (int)s->source_timeout_ms,
                                   .connect_timeout_ms = (int)s->source_connect_timeout_ms};
}

/* FreeTDS speaks TCP only; what a driver that we do not know does cannot be told. */
bool settings_source_local(const struct settings *s)
{
    bool by_socket = s->source_host == NULL || s->source_host[0] == '\0' || s->source_host[0] == '/';
    switch ((enum source_kind)s->source_kind) {
    case SOURCE_SQLITE:
        return true;
    case SOURCE_POSTGRESQL:
    case SOURCE_MARIADB:
    case SOURCE_ODBC:
        return by_socket;
    case SOURCE_SQLSERVER:
    case SOURCE_SYBASE:
    case SOURCE_KINDS:
        break;
    }
    return false;
}

void settings_source_describe(const struct settings *s, char *ret, size_t size)
{
    static const char *const names[SOURCE_KINDS] = {"SQLite",     "PostgreSQL", "MariaDB",
                                                    "SQL Server", "Sybase",     "ODBC"};
    if (s->source_kind == SOURCE_SQLITE)
        snprintf(ret, size, "%s", s->source_database);
    else
        snprintf(ret, size, "%s database %s on %s", names[s->source_kind], s->source_database,
                 s->source_host == NULL || s->source_host[0] == '\0' ? "this machine" : s->source_host);
}
