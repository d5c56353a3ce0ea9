/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/sql_postgres.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENTS_MAX 192
#define COLUMNS_MAX 16
#define PARAMETERS_MAX 16
#define BINARY 1
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23

struct sql_postgres {
    struct sql base;
    PGconn *connection;
    const char *statements[STATEMENTS_MAX]; /* prepared as s0, s1… */
    size_t statement_count;
};

static struct sql_postgres *own(struct sql *sql)
{
    return (struct sql_postgres *)sql;
}

/* SQLSTATE's first two characters say what to do; its text is never shown, since it quotes values. */
static enum err_code class_of(const char *state)
{
    static const struct {
        const char *prefix;
        enum err_code code;
    } classes[] = {
        {"53100", ERR_FULL},    {"53", ERR_RETRY},      {"08", ERR_RETRY},  {"40", ERR_RETRY},
        {"55", ERR_RETRY},      {"57", ERR_RETRY},      {"58", ERR_RETRY},  {"22", ERR_REJECTED},
        {"23", ERR_REJECTED},   {"28", ERR_AUTH},       {"42", ERR_CONFIG}, {"3D", ERR_CONFIG},
        {"XX001", ERR_CORRUPT}, {"XX002", ERR_CORRUPT},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strncmp(state, classes[i].prefix, strlen(classes[i].prefix)) == 0)
            return classes[i].code;
    return ERR_INTERNAL;
}

static enum err_code result_error(struct sql_postgres *s, const PGresult *result, struct err *err)
{
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (PQstatus(s->connection) != CONNECTION_OK || state == NULL)
        return err_set(err, ERR_RETRY, "the connection to PostgreSQL was lost");
    return err_set(err, class_of(state), "PostgreSQL refused a statement (SQLSTATE %s)", state);
}

static bool good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void close_postgres(struct sql *sql)
{
    PQfinish(own(sql)->connection);
    free(sql);
}

static enum err_code prepared(struct sql_postgres *s, const char *text, char ret_name[static 16],
                              struct err *err)
{
    size_t at = 0;
    while (at < s->statement_count && s->statements[at] != text)
        at++;
    snprintf(ret_name, 16, "s%zu", at);
    if (at < s->statement_count)
        return OK;
    BUF_CLEANUP struct buf translated = BUF_INIT(65536);
    sql_translate(true, text, &translated);
    if (!buf_ok(&translated) || at == STATEMENTS_MAX)
        return err_set(err, ERR_INTERNAL, "no room for another statement");
    PGresult *result = PQprepare(s->connection, ret_name, buf_text(&translated), 0, NULL);
    enum err_code code = good(result) ? OK : result_error(s, result, err);
    PQclear(result);
    if (code == OK)
        s->statements[s->statement_count++] = text;
    return code;
}

static int64_t integer_of(const char *bytes, int len)
{
    uint64_t value = ((uint8_t)bytes[0] & 0x80) != 0 ? UINT64_MAX : 0; /* sign extended */
    for (int i = 0; i < len; i++)
        value = value << 8 | (uint8_t)bytes[i];
    return (int64_t)value;
}

static struct sql_value column(const PGresult *result, int row, int at)
{
    if (PQgetisnull(result, row, at))
        return SQL_NONE;
    const char *data = PQgetvalue(result, row, at);
    int len = PQgetlength(result, row, at);
    switch (PQftype(result, at)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
        return SQL_INT(integer_of(data, len));
    case OID_BYTEA:
        return SQL_BLOB(data, (size_t)len);
    default:
        return (struct sql_value){.type = SQL_TEXT, .data = data, .len = (size_t)len};
    }
}

static void give_rows(const PGresult *result, sql_row_fn *row, void *context)
{
    struct sql_value columns[COLUMNS_MAX];
    int width = PQnfields(result);
    for (int r = 0; row != NULL && r < PQntuples(result); r++) {
        for (int i = 0; i < width && i < COLUMNS_MAX; i++)
            columns[i] = column(result, r, i);
        row(context, columns);
    }
}

static enum err_code run_postgres(struct sql *sql, const char *statement, const struct sql_value *parameters,
                                  size_t count, sql_row_fn *row, void *context, struct err *err)
{
    struct sql_postgres *s = own(sql);
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    char numbers[PARAMETERS_MAX][24], name[16];
    if (count > PARAMETERS_MAX)
        return err_set(err, ERR_INTERNAL, "a statement has too many parameters");
    enum err_code code = prepared(s, statement, name, err);
    if (code != OK)
        return code;
    for (size_t i = 0; i < count; i++) {
        const struct sql_value *p = &parameters[i];
        values[i] = p->type == SQL_NULL ? NULL : p->len == 0 ? "" : p->data;
        lengths[i] = (int)p->len;
        formats[i] = p->type == SQL_BYTES || p->type == SQL_TEXT ? BINARY : 0; /* binary text needs no NUL */
        if (p->type == SQL_INTEGER) {
            snprintf(numbers[i], sizeof numbers[i], "%" PRId64, p->integer);
            values[i] = numbers[i];
        }
    }
    PGresult *result = PQexecPrepared(s->connection, name, (int)count, values, lengths, formats, BINARY);
    if (good(result))
        give_rows(result, row, context);
    else
        code = result_error(s, result, err);
    PQclear(result);
    return code;
}

static enum err_code script_postgres(struct sql *sql, const char *text, struct err *err)
{
    struct sql_postgres *s = own(sql);
    BUF_CLEANUP struct buf translated = BUF_INIT(1024 * 1024);
    sql_translate(true, text, &translated);
    if (!buf_ok(&translated))
        return err_set(err, ERR_INTERNAL, "no memory for statements");
    PGresult *result = PQexec(s->connection, buf_text(&translated));
    enum err_code code = good(result) ? OK : result_error(s, result, err);
    PQclear(result);
    return code;
}

enum err_code sql_postgres_copy(struct sql *sql, const char *statement, const struct buf *rows,
                                struct err *err)
{
    struct sql_postgres *s = own(sql);
    PGresult *result = PQexec(s->connection, statement);
    bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    enum err_code code = ready ? OK : result_error(s, result, err);
    PQclear(result);
    if (!ready)
        return code;
    bool sent = PQputCopyData(s->connection, (const char *)rows->data, (int)rows->len) == 1 &&
                PQputCopyEnd(s->connection, NULL) == 1;
    if (!sent)
        code = err_set(err, ERR_RETRY, "the connection to PostgreSQL was lost");
    while ((result = PQgetResult(s->connection)) != NULL) {
        if (!good(result) && code == OK)
            code = result_error(s, result, err);
        PQclear(result);
    }
    return code;
}

static void silent(void *context, const PGresult *result)
{
    (void)context, (void)result; /* notices quote values */
}

static const struct sql_driver driver = {
    .close = close_postgres, .run = run_postgres, .script = script_postgres};

enum err_code sql_open_postgres(const char *conninfo, struct sql **ret, struct err *err)
{
    struct sql_postgres *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(err, ERR_INTERNAL, "no memory for the warehouse");
    s->base.driver = &driver;
    s->base.postgres = true;
    s->connection = PQconnectdb(conninfo);
    if (PQstatus(s->connection) != CONNECTION_OK) {
        close_postgres(&s->base);
        err_set(err, ERR_RETRY, "cannot reach PostgreSQL");
        return err_hint(
            err, "check store.conninfo, and that the server accepts the loader's user by its Unix socket");
    }
    PQsetNoticeReceiver(s->connection, silent, NULL);
    enum err_code code = script_postgres(&s->base,
                                         "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
                                         "SET TimeZone = 'UTC'; SET statement_timeout = 0",
                                         err);
    if (code != OK) {
        close_postgres(&s->base);
        return code;
    }
    *ret = &s->base;
    return OK;
}
