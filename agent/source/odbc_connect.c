/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/odbc_connect.h"

#include <glob.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/source/odbc_error.h"
#include "contact/crypto.h"

#define STRING_MAX 16384
#define SERVICE_CREDENTIALS "/run/credentials/contact-agent-collect.service"
#define PASSWORD_MAX 1024

static const struct {
    const char *libraries[4]; /* where distributions put the driver; the first that is there */
    const char *package;
} drivers[SOURCE_KINDS] = {
    /* The ANSI driver gives the bytes that the server sends; the other would pass them through UTF-16. */
    [SOURCE_POSTGRESQL] = {{"/usr/lib/*/odbc/psqlodbca.so", "/usr/lib64/psqlodbca.so",
                            "/usr/lib/psqlodbca.so"},
                           "odbc-postgresql"},
    [SOURCE_MARIADB] = {{"/usr/lib/*/odbc/libmaodbc.so", "/usr/lib64/libmaodbc.so", "/usr/lib/libmaodbc.so"},
                        "odbc-mariadb"},
    [SOURCE_SQLSERVER] = {{"/usr/lib/*/odbc/libtdsodbc.so", "/usr/lib64/libtdsodbc.so*",
                           "/usr/lib/libtdsodbc.so"},
                          "tdsodbc"},
    [SOURCE_SYBASE] = {{"/usr/lib/*/odbc/libtdsodbc.so", "/usr/lib64/libtdsodbc.so*",
                        "/usr/lib/libtdsodbc.so"},
                       "tdsodbc"},
};

void odbc_clean_environment(void)
{
    static const char *const names[] = {"ODBCINST",
                                        "ODBCINSTINI",
                                        "ODBCSEARCH",
                                        "ODBCTRACE",
                                        "ODBCTRACEFILE",
                                        "TDSDUMP",
                                        "TDSDUMPCONFIG",
                                        "TDSVER",
                                        "TDSHOST",
                                        "TDSPORT",
                                        "TDSQUERY",
                                        "FREETDS",
                                        "MYSQL_PWD",
                                        "MYSQL_HOME",
                                        "MYSQL_TCP_PORT",
                                        "MYSQL_UNIX_PORT",
                                        "MYSQL_DEBUG",
                                        "MARIADB_HOME",
                                        "MARIADB_UNIX_PORT",
                                        "MARIADB_PLUGIN_DIR",
                                        "LIBMYSQL_PLUGINS",
                                        "PSQLODBC_WCS_DEBUG",
                                        "PGCLIENTENCODING",
                                        "PGOPTIONS",
                                        "PGSERVICE",
                                        "PGSERVICEFILE",
                                        "PGSYSCONFDIR",
                                        "PGPASSFILE",
                                        "PGPASSWORD",
                                        "PGHOST",
                                        "PGHOSTADDR",
                                        "PGPORT",
                                        "PGDATABASE",
                                        "PGUSER",
                                        "PGSSLMODE",
                                        "PGTZ",
                                        "PGDATESTYLE",
                                        "PGAPPNAME",
                                        "PGTARGETSESSIONATTRS",
                                        "PGREQUIRESSL"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    /* No file is there: nothing of the machine's own configuration is read. */
    setenv("ODBCSYSINI", "/dev/null", 1);
    setenv("ODBCINI", "/dev/null", 1);
    setenv("FREETDSCONF", "/dev/null", 1);
}

static enum err_code find_driver(const struct source_options *o, char *ret, size_t size, struct err *err)
{
    glob_t found = {0};
    ret[0] = '\0';
    if (o->driver != NULL && o->driver[0] != '\0')
        snprintf(ret, size, "%s", o->driver);
    for (size_t i = 0; ret[0] == '\0' && i < 4 && drivers[o->kind].libraries[i] != NULL; i++)
        if (glob(drivers[o->kind].libraries[i], i > 0 ? GLOB_APPEND : 0, NULL, &found) == 0)
            snprintf(ret, size, "%s", found.gl_pathv[0]);
    globfree(&found);
    if (ret[0] == '/' && access(ret, R_OK) == 0)
        return OK;
    if (drivers[o->kind].package == NULL) {
        err_set(err, ERR_CONFIG, "source.driver: not the path of an ODBC driver's library that is there");
        return err_hint(err, "name the library, such as /usr/lib/x86_64-linux-gnu/odbc/libexample.so");
    }
    err_set(err, ERR_CONFIG, "the ODBC driver of the dispatch database is not installed");
    return err_hint(err, "install %s, or name the driver's library in source.driver",
                    drivers[o->kind].package);
}

static void put_braced(struct buf *out, const char *key, const char *value)
{
    buf_printf(out, "%s={", key);
    for (; *value != '\0'; value++) {
        buf_putc(out, *value);
        if (*value == '}')
            buf_putc(out, '}');
    }
    buf_puts(out, "};");
}

/* psqlODBC knows braces around few values, so they are for those that need them. */
static void put(struct buf *out, const char *key, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    if (strpbrk(value, "[]{}(),;?*=!@% ") != NULL)
        put_braced(out, key, value);
    else
        buf_printf(out, "%s=%s;", key, value);
}

static void put_number(struct buf *out, const char *key, int value)
{
    if (value > 0)
        buf_printf(out, "%s=%d;", key, value);
}

/* psqlODBC keeps a whole result in memory unless told to declare a cursor; Debian's default for CommLog
 * writes every statement into /tmp. */
static void put_postgresql(struct buf *out, const struct source_options *o)
{
    static const char *const modes[] = {"prefer", "require", "verify-full"};
    put(out, "Servername", o->host);
    put_number(out, "Port", o->port > 0 ? o->port : 5432);
    put(out, "SSLmode", modes[o->tls]);
    buf_puts(out, "UseDeclareFetch=1;Fetch=100;UseServerSidePrepare=0;BoolsAsChar=0;Debug=0;CommLog=0;"
                  "TextAsLongVarchar=1;UnknownsAsLongVarchar=1;LFConversion=0;");
    buf_printf(
        out,
        "pqopt={connect_timeout=%d application_name=contact-agent keepalives_idle=30 keepalives_interval=10"
        " keepalives_count=3 tcp_user_timeout=%d",
        (o->connect_timeout_ms + 999) / 1000, o->timeout_ms + 10000);
    if (o->tls_ca != NULL && o->tls_ca[0] != '\0')
        buf_printf(out, " sslrootcert=%s", o->tls_ca);
    buf_puts(out, "};");
}

/* Results are streamed by releases from 3.2 on; 3.1 keeps one in memory, whatever it is told. */
static void put_mariadb(struct buf *out, const struct source_options *o)
{
    if (o->host != NULL && o->host[0] == '/')
        put(out, "SOCKET", o->host);
    else
        put(out, "SERVER", o->host != NULL && o->host[0] != '\0' ? o->host : "localhost");
    put_number(out, "PORT", o->port);
    buf_puts(out, "CHARSET=utf8mb4;FORWARDONLY=1;NO_CACHE=1;");
    put_number(out, "CONN_TIMEOUT", (o->connect_timeout_ms + 999) / 1000);
    put_number(out, "READ_TIMEOUT", o->timeout_ms / 1000 + 10);
    put_number(out, "WRITE_TIMEOUT", o->timeout_ms / 1000 + 10);
    if (o->tls != SOURCE_TLS_PREFER)
        buf_puts(out, "FORCETLS=1;");
    if (o->tls == SOURCE_TLS_VERIFY)
        buf_puts(out, "SSLVERIFY=1;");
    put(out, "SSLCA", o->tls_ca);
}

static enum err_code put_tds(struct buf *out, const struct source_options *o, struct err *err)
{
    bool sybase = o->kind == SOURCE_SYBASE;
    if (o->tls == SOURCE_TLS_VERIFY) {
        err_set(err, ERR_CONFIG, "source.tls: FreeTDS cannot be told to verify without a file of its own");
        return err_hint(err, "use require");
    }
    put(out, "SERVER", o->host != NULL && o->host[0] != '\0' ? o->host : "localhost");
    put_number(out, "PORT", o->port > 0 ? o->port : sybase ? 5000 : 1433);
    buf_printf(out, "TDS_Version=%s;ClientCharset=UTF-8;APP=contact-agent;", sybase ? "5.0" : "7.4");
    if (!sybase)
        buf_printf(out, "ApplicationIntent=ReadOnly;Encryption=%s;",
                   o->tls == SOURCE_TLS_PREFER ? "request" : "require");
    return OK;
}

enum err_code odbc_connection_string(const struct source_options *o, const char *driver, const char *password,
                                     struct buf *out, struct err *err)
{
    enum err_code code = OK;
    put(out, "DRIVER", driver);
    put(out, o->kind == SOURCE_MARIADB || o->kind == SOURCE_SYBASE ? "DATABASE" : "Database", o->database);
    put(out, "UID", o->user);
    if (password[0] != '\0')
        put_braced(out, "PWD", password);
    switch (o->kind) {
    case SOURCE_POSTGRESQL:
        put_postgresql(out, o);
        break;
    case SOURCE_MARIADB:
        put_mariadb(out, o);
        break;
    case SOURCE_SQLSERVER:
    case SOURCE_SYBASE:
        code = put_tds(out, o, err);
        break;
    case SOURCE_ODBC:
        put(out, "SERVER", o->host);
        put_number(out, "PORT", o->port);
        break;
    case SOURCE_SQLITE:
    case SOURCE_KINDS:
        break;
    }
    return code != OK || buf_ok(out) ? code : err_set(err, ERR_CONFIG, "source: the settings are too long");
}

/* The folder of the service's credentials. A command that a person types runs as the service's user, and
 * reads them where systemd keeps those of the running service. */
static const char *credentials_folder(void)
{
    const char *given = getenv("CREDENTIALS_DIRECTORY");
    return given != NULL ? given : SERVICE_CREDENTIALS;
}

/* Of the file, or of the systemd credential source.password; without either there is none. */
static enum err_code read_password(const struct source_options *o, struct buf *out, struct err *err)
{
    char path[4096];
    bool named = o->password_file != NULL && o->password_file[0] != '\0';
    if (named)
        snprintf(path, sizeof path, "%s", o->password_file);
    else
        snprintf(path, sizeof path, "%s/source.password", credentials_folder());
    if (!named && access(path, F_OK) != 0)
        return OK;
    if (buf_read_file(out, path, NULL) != OK) {
        err_set(err, ERR_CONFIG, "source.password_file: cannot read %.180s", path);
        return err_hint(err, "the file must be readable by the user of collect, and by nobody else");
    }
    while (out->len > 0 && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
        out->data[--out->len] = '\0';
    return OK;
}

static enum err_code connect_with(const struct source_options *o, const char *text, SQLHDBC connection,
                                  struct err *err)
{
    SQLULEN seconds = (SQLULEN)(o->connect_timeout_ms > 0 ? (o->connect_timeout_ms + 999) / 1000 : 10);
    SQLSetConnectAttr(connection, SQL_ATTR_TRACE, (SQLPOINTER)SQL_OPT_TRACE_OFF, SQL_IS_UINTEGER);
    SQLSetConnectAttr(connection, SQL_ATTR_LOGIN_TIMEOUT, (SQLPOINTER)seconds, SQL_IS_UINTEGER);
    SQLRETURN result = SQLDriverConnect(connection, NULL, (SQLCHAR *)(uintptr_t)text, SQL_NTS, NULL, 0, NULL,
                                        SQL_DRIVER_NOPROMPT);
    return SQL_SUCCEEDED(result) ? OK : odbc_connect_error(connection, err);
}

enum err_code odbc_connect(const struct source_options *o, SQLHENV environment, SQLHDBC *ret, struct err *err)
{
    char driver[512];
    BUF_CLEANUP struct buf password = BUF_INIT(PASSWORD_MAX);
    BUF_CLEANUP struct buf text = BUF_INIT(STRING_MAX);
    enum err_code code = find_driver(o, driver, sizeof driver, err);
    if (code == OK)
        code = read_password(o, &password, err);
    if (code == OK)
        code = odbc_connection_string(o, driver, buf_text(&password), &text, err);
    if (code != OK)
        return code;
    SQLHDBC connection = SQL_NULL_HDBC;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection)))
        return err_set(err, ERR_INTERNAL, "no memory for an ODBC connection");
    code = connect_with(o, buf_text(&text), connection, err);
    if (code == OK)
        *ret = connection;
    else
        SQLFreeHandle(SQL_HANDLE_DBC, connection);
    return code;
}
