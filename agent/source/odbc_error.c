/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/odbc_error.h"

#include <ctype.h>
#include <sqlext.h>
#include <stdbool.h>
#include <string.h>

#include "contact/crypto.h"

enum meaning { AWAY, BUSY, SLOW, LOGIN, GRANT, DATABASE, SCHEMA, DATA, DRIVER, MEMORY, USE, OTHER };

static const struct {
    enum err_code code;
    const char *message, *hint;
} meanings[] = {
    [AWAY] = {ERR_RETRY, "the dispatch database is away",
              "check source.host and source.port, and that the server runs"},
    [BUSY] = {ERR_RETRY, "the dispatch database is busy", NULL},
    [SLOW] = {ERR_RETRY, "the dispatch database took longer than source.timeout", NULL},
    [LOGIN] = {ERR_AUTH, "the dispatch database does not accept source.user and its password",
               "check source.user, source.password_file and what the server allows (pg_hba.conf, GRANT)"},
    [GRANT] = {ERR_CONFIG, "source.user may not read what the mapping names",
               "grant SELECT on the mapped tables: docs/sources.md has the statements"},
    [DATABASE] = {ERR_CONFIG, "the server has no such database for source.user", "check source.database"},
    [SCHEMA] = {ERR_CONFIG, "the mapping does not fit the dispatch database", "run contact-agent check"},
    [DATA] = {ERR_REJECTED, "the dispatch database cannot convert a value that the mapping names",
              "look for a computed column, a cast in a view, or bytes that are not in the database's "
              "encoding"},
    [DRIVER] = {ERR_CONFIG, "the ODBC driver of the dispatch database cannot be loaded",
                "install it (odbc-postgresql, odbc-mariadb or tdsodbc), or name its library in "
                "source.driver"},
    [MEMORY] = {ERR_INTERNAL, "the ODBC driver has no memory", NULL},
    [USE] = {ERR_INTERNAL, "the ODBC driver refuses a call", NULL},
    [OTHER] = {ERR_RETRY, "the ODBC driver of the dispatch database failed", NULL},
};

/* Numbers say more than the SQLSTATEs of MariaDB (below 5000) and of SQL Server. */
static const struct {
    long number;
    enum meaning meaning;
} numbers[] = {
    {1040, BUSY},                                      /* MariaDB: too many connections */
    {1044, DATABASE},                                  /* access to the database denied */
    {1045, LOGIN},    {1049, DATABASE}, {1142, GRANT}, /* for a table */
    {1143, GRANT},                                     /* for a column */
    {1205, BUSY},                                      /* lock wait; SQL Server: deadlock */
    {1222, BUSY},                                      /* SQL Server: lock time-out */
    {1317, SLOW},                                      /* interrupted */
    {1698, LOGIN},    {1927, AWAY},                    /* connection killed */
    {1969, SLOW},                                      /* max_statement_time */
    {2002, AWAY},     {2003, AWAY},     {2005, AWAY},  /* no such host */
    {2006, AWAY},     {2013, AWAY},                    /* lost in a query */
    {2026, AWAY},                                      /* TLS could not be agreed on */
    {3024, SLOW},                                      /* MySQL: max_execution_time */
    {207, SCHEMA},    {208, SCHEMA},    {229, GRANT},
    {230, GRANT},     {4060, DATABASE}, {18456, LOGIN}, /* SQL Server */
};

/* The first that begins the SQLSTATE. */
static const struct {
    const char *state;
    enum meaning meaning;
} states[] = {
    {"42501", GRANT},  {"57014", SLOW}, {"55P03", BUSY}, {"HYT", SLOW},  {"HY018", SLOW}, {"HY008", SLOW},
    {"HY001", MEMORY}, {"IM", DRIVER},  {"08", AWAY},    {"57P", AWAY},  {"28", LOGIN},   {"3D", DATABASE},
    {"42", SCHEMA},    {"S0", SCHEMA},  {"22", DATA},    {"21", DATA},   {"40", BUSY},    {"53", BUSY},
    {"24", USE},       {"25", USE},     {"HY09", USE},   {"HY010", USE}, {"07", USE},     {"HYC00", USE},
};

static enum meaning meaning_of(const char *state, long number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].number == number)
            return numbers[i].meaning;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
            return states[i].meaning;
    return OTHER;
}

static enum err_code set(enum meaning meaning, const char *state, long number, struct err *err)
{
    char clean[6] = "";
    for (size_t i = 0; i < 5 && isalnum((unsigned char)state[i]); i++)
        clean[i] = state[i];
    err_set(err, meanings[meaning].code, "%s (SQLSTATE %s, %ld)", meanings[meaning].message, clean, number);
    if (meanings[meaning].hint != NULL)
        err_hint(err, "%s", meanings[meaning].hint);
    return meanings[meaning].code;
}

enum err_code odbc_error_set(const char *state, long number, struct err *err)
{
    return set(meaning_of(state, number), state, number, err);
}

/* unixODBC says 01000 when a library cannot be loaded. */
static enum meaning read_diagnostic(SQLSMALLINT type, SQLHANDLE handle, char state[static 6],
                                    long *ret_number, bool *ret_login)
{
    SQLCHAR text[1024] = "";
    SQLINTEGER number = 0;
    SQLSMALLINT len = 0;
    memcpy(state, "00000", 6);
    *ret_number = 0;
    *ret_login = false;
    if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, 1, (SQLCHAR *)state, &number, text, sizeof text, &len)))
        return OTHER;
    static const char *const words[] = {"password", "authenti", "pg_hba"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        *ret_login = *ret_login || strcasestr((const char *)text, words[i]) != NULL;
    wipe(text, sizeof text);
    *ret_number = number;
    return strcmp(state, "01000") == 0 ? DRIVER : meaning_of(state, number);
}

enum err_code odbc_error(SQLSMALLINT type, SQLHANDLE handle, struct err *err)
{
    char state[6];
    long number;
    bool login;
    enum meaning meaning = read_diagnostic(type, handle, state, &number, &login);
    return set(meaning == DRIVER && type == SQL_HANDLE_STMT ? OTHER : meaning, state, number, err);
}

enum err_code odbc_connect_error(SQLHANDLE connection, struct err *err)
{
    char state[6];
    long number;
    bool login;
    enum meaning meaning = read_diagnostic(SQL_HANDLE_DBC, connection, state, &number, &login);
    return set(meaning == AWAY && login ? LOGIN : meaning, state, number, err);
}
