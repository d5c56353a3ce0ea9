/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/source/ahead.h"
#include "agent/source/backend.h"

#define AHEAD_AFTER 100 /* rows: most questions have fewer, and are not worth a thread */

struct source {
    const struct source_backend *backend;
    void *data;
    bool asked; /* a query goes on: its rows may be another thread's, and with them all of data */
};

struct source_rows {
    struct source *source;
    const struct source_backend *backend;
    void *data;
    struct ahead *ahead; /* NULL: each row is fetched when it is asked for */
    uint64_t given;
    size_t columns;
};

enum err_code source_open(const struct source_options *options, struct source **ret, struct err *err)
{
    struct source *source = calloc(1, sizeof *source);
    if (source == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    source->backend = options->kind == SOURCE_SQLITE ? &source_sqlite : &source_odbc;
    enum err_code code = source->backend->open(options, &source->data, err);
    if (code != OK) {
        free(source);
        return code;
    }
    *ret = source;
    return OK;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    source->backend->close(source->data);
    free(source);
}

const struct source_dialect *source_dialect(const struct source *source)
{
    return source->backend->dialect(source->data);
}

static enum err_code one_at_a_time(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the dispatch database is asked while a query goes on");
}

enum err_code source_query(struct source *source, const char *sql, const char *const *values,
                           size_t value_count, struct source_rows **ret, struct err *err)
{
    if (source->asked)
        return one_at_a_time(err);
    struct source_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    rows->source = source;
    rows->backend = source->backend;
    enum err_code code = source->backend->query(source->data, sql, values, value_count, &rows->data, err);
    if (code != OK) {
        free(rows);
        return code;
    }
    source->asked = true;
    *ret = rows;
    return OK;
}

enum err_code source_next(struct source_rows *rows, const struct cell **ret_cells, size_t *ret_count,
                          struct err *err)
{
    if (rows->given++ == AHEAD_AFTER && rows->backend->may_read_ahead && rows->backend->may_read_ahead())
        rows->ahead = ahead_start(rows->backend, rows->data, rows->columns);
    if (rows->ahead != NULL)
        return ahead_next(rows->ahead, ret_cells, ret_count, err);
    enum err_code code = rows->backend->next(rows->data, ret_cells, ret_count, err);
    if (code == OK)
        rows->columns = *ret_count;
    return code;
}

enum err_code source_end(struct source_rows *rows, enum err_code code, struct err *err)
{
    if (rows == NULL)
        return code;
    ahead_stop(rows->ahead);
    rows->source->asked = false;
    enum err_code ended = rows->backend->end(rows->data, code == OK ? err : NULL);
    free(rows);
    return code == OK ? ended : code;
}

enum err_code source_columns(struct source *source, const char *table, struct source_column **ret,
                             size_t *ret_count, struct err *err)
{
    return source->asked ? one_at_a_time(err)
                         : source->backend->columns(source->data, table, ret, ret_count, err);
}

enum err_code source_explain(struct source *source, const char *sql, const char *const *values,
                             size_t value_count, struct source_plan *ret, struct err *err)
{
    return source->asked ? one_at_a_time(err)
                         : source->backend->explain(source->data, sql, values, value_count, ret, err);
}

void source_plan_table(const struct source_dialect *dialect, const char *sql, const char *alias, char *ret,
                       size_t size)
{
    char quoted[160];
    char open = dialect->quote_open, close = dialect->quote_close;
    snprintf(quoted, sizeof quoted, "%c AS %c%.120s%c", close, open, alias, close);
    const char *at = strstr(sql, quoted), *start = at;
    snprintf(ret, size, "%s", alias);
    if (at == NULL)
        return;
    while (start > sql && start[-1] != open)
        start--;
    snprintf(ret, size, "%.*s", (int)(at - start), start);
}
