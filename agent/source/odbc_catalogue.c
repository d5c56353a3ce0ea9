/* SPDX-License-Identifier: Apache-2.0 */
/* What tables have, and how the database would read them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/source/backend.h"
#include "agent/source/odbc_error.h"
#include "agent/source/odbc_session.h"
#include "contact/buf.h"

#define SQL_MAX (512 * 1024)
#define NODES_MAX 64

typedef enum err_code odbc_visitor(void *context, const struct cell *cells, size_t count, struct err *err);

static void cell_text(const struct cell *cell, char *ret, size_t size)
{
    size_t len = cell->type == CELL_TEXT ? cell->len : 0;
    snprintf(ret, size, "%.*s", (int)(len < size ? len : size - 1), len > 0 ? cell->text : "");
}

static enum err_code visit(void *rows, odbc_visitor *each, void *context, struct err *err)
{
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code;
    while ((code = odbc_next(rows, &cells, &count, err)) == OK && cells != NULL)
        if ((code = each(context, cells, count, err)) != OK)
            break;
    enum err_code ended = odbc_end(rows, code == OK ? err : NULL);
    return code == OK ? ended : code;
}

static enum err_code each_row(struct odbc_source *s, const char *sql, const char *value, odbc_visitor *each,
                              void *context, struct err *err)
{
    void *rows = NULL;
    const char *const values[] = {value};
    enum err_code code = odbc_query(s, sql, values, value != NULL, &rows, err);
    return code == OK ? visit(rows, each, context, err) : code;
}

struct listing {
    struct source_column *columns;
    size_t count;
    size_t name_at, type_at; /* cells of a row */
};

static enum err_code add_column(void *context, const struct cell *cells, size_t count, struct err *err)
{
    struct listing *list = context;
    if (count <= list->type_at)
        return err_set(err, ERR_INTERNAL, "a catalogue without types");
    struct source_column *more = reallocarray(list->columns, list->count + 1, sizeof *more);
    if (more == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    list->columns = more;
    cell_text(&cells[list->name_at], more[list->count].name, sizeof more->name);
    cell_text(&cells[list->type_at], more[list->count].type, sizeof more->type);
    list->count++;
    return OK;
}

enum err_code odbc_columns(void *data, const char *table, struct source_column **ret, size_t *ret_count,
                           struct err *err)
{
    struct odbc_source *s = data;
    struct listing list = {.name_at = 0, .type_at = 1};
    enum err_code code;
    if (s->product->columns != NULL) {
        code = each_row(s, s->product->columns, table, add_column, &list, err);
    } else { /* TABLE_CAT, TABLE_SCHEM, TABLE_NAME, COLUMN_NAME, DATA_TYPE, TYPE_NAME */
        list.name_at = 3;
        list.type_at = 5;
        void *rows = NULL;
        code = odbc_query_columns(s, table, &rows, err);
        if (code == OK)
            code = visit(rows, add_column, &list, err);
    }
    if (code == OK && list.count == 0)
        code = err_set(err, ERR_CONFIG, "the dispatch database has no table \"%.60s\"", table);
    if (code != OK) {
        free(list.columns);
        return code;
    }
    *ret = list.columns;
    *ret_count = list.count;
    return OK;
}

bool odbc_plan_line(const char *line, char *ret, size_t size)
{
    const char *at = strstr(line, "Seq Scan on ");
    if (at == NULL)
        return false;
    at += strlen("Seq Scan on ");
    size_t len = *at == '"' ? strcspn(at + 1, "\"") : strcspn(at, " ");
    snprintf(ret, size, "%.*s", (int)len, *at == '"' ? at + 1 : at);
    return true;
}

/* The tables that a plan walks through whole. */
struct plan {
    const struct odbc_product *product;
    const char *sql;
    char tables[NODES_MAX][128];
    size_t count;
};

static void add_table(struct plan *plan, const char *alias)
{
    if (plan->count < NODES_MAX)
        source_plan_table(&plan->product->dialect, plan->sql, alias, plan->tables[plan->count++], 128);
}

static enum err_code plan_line(void *context, const struct cell *cells, size_t count, struct err *err)
{
    struct plan *plan = context;
    char line[512];
    (void)count;
    (void)err;
    cell_text(&cells[0], line, sizeof line);
    if (plan->count < NODES_MAX && odbc_plan_line(line, plan->tables[plan->count], 128))
        plan->count++;
    return OK;
}

/* id, select_type, table, type: ALL walks through the rows, index through a whole index. */
static enum err_code plan_row(void *context, const struct cell *cells, size_t count, struct err *err)
{
    char alias[128], type[32];
    if (count < 4)
        return err_set(err, ERR_INTERNAL, "an unknown form of EXPLAIN");
    cell_text(&cells[2], alias, sizeof alias);
    cell_text(&cells[3], type, sizeof type);
    if (strcmp(type, "ALL") == 0 || strcmp(type, "index") == 0)
        add_table(context, alias);
    return OK;
}

static enum err_code plan_step(void *context, const struct cell *cells, size_t count, struct err *err)
{
    char detail[256], alias[128];
    if (count < 4)
        return err_set(err, ERR_INTERNAL, "an unknown form of EXPLAIN");
    cell_text(&cells[3], detail, sizeof detail);
    if (sscanf(detail, "SCAN %127s", alias) == 1)
        add_table(context, alias);
    return OK;
}

/* SHOWPLAN_ALL: StmtText, StmtId, NodeId, Parent, PhysicalOp, LogicalOp, Argument "OBJECT:([d].[s].[t] AS
 * [a])". */
static enum err_code plan_shown(void *context, const struct cell *cells, size_t count, struct err *err)
{
    char operation[64], argument[600];
    if (count < 7)
        return err_set(err, ERR_INTERNAL, "an unknown form of SHOWPLAN");
    cell_text(&cells[4], operation, sizeof operation);
    cell_text(&cells[6], argument, sizeof argument);
    const char *alias = strstr(argument, " AS [");
    if (strstr(operation, "Scan") != NULL && alias != NULL) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(alias + 5, "]"), alias + 5);
        add_table(context, name);
    }
    return OK;
}

/* The statement with its values in place: some products explain no statement with parameters. */
static enum err_code inline_values(const char *sql, const char *const *values, size_t count, struct buf *out,
                                   struct err *err)
{
    size_t used = 0;
    for (const char *c = sql; *c != '\0'; c++) {
        if (*c != '?') {
            buf_putc(out, *c);
            continue;
        }
        if (used == count || values[used] == NULL || strpbrk(values[used], "'\\") != NULL)
            return err_set(err, ERR_INTERNAL, "a value that cannot be explained");
        buf_printf(out, "'%s'", values[used++]);
    }
    return buf_ok(out) ? OK : err_set(err, ERR_INTERNAL, "a statement too long to explain");
}

static enum err_code take_number(void *context, const struct cell *cells, size_t count, struct err *err)
{
    (void)count;
    (void)err;
    if (cells[0].type == CELL_INTEGER)
        *(int64_t *)context = cells[0].integer;
    return OK;
}

static enum err_code largest(struct odbc_source *s, const struct plan *plan, struct source_plan *ret,
                             struct err *err)
{
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < plan->count; i++) {
        int64_t rows = 0;
        if (s->product->table_rows != NULL)
            code = each_row(s, s->product->table_rows, plan->tables[i], take_number, &rows, err);
        if (ret->full_scan && rows <= ret->rows)
            continue;
        ret->full_scan = true;
        ret->rows = rows;
        snprintf(ret->table, sizeof ret->table, "%s", plan->tables[i]);
    }
    return code;
}

static enum err_code read_plan(struct odbc_source *s, struct buf *text, struct plan *plan, struct err *err)
{
    switch (s->product->explain) {
    case EXPLAIN_NOT:
        return OK;
    case EXPLAIN_LINES:
        return each_row(s, buf_text(text), NULL, plan_line, plan, err);
    case EXPLAIN_ROWS:
        return each_row(s, buf_text(text), NULL, plan_row, plan, err);
    case EXPLAIN_STEPS:
        return each_row(s, buf_text(text), NULL, plan_step, plan, err);
    case EXPLAIN_SHOWPLAN:
        break;
    }
    enum err_code code = odbc_run(s, "SET SHOWPLAN_ALL ON", err);
    if (code != OK)
        return code;
    code = each_row(s, buf_text(text), NULL, plan_shown, plan, err);
    enum err_code off = odbc_run(s, "SET SHOWPLAN_ALL OFF", code == OK ? err : NULL);
    return code == OK ? off : code;
}

enum err_code odbc_explain(void *data, const char *sql, const char *const *values, size_t count,
                           struct source_plan *ret, struct err *err)
{
    static const char *const words[] = {[EXPLAIN_LINES] = "EXPLAIN ",
                                        [EXPLAIN_ROWS] = "EXPLAIN ",
                                        [EXPLAIN_STEPS] = "EXPLAIN QUERY PLAN ",
                                        [EXPLAIN_SHOWPLAN] = ""};
    struct odbc_source *s = data;
    struct plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    plan->product = s->product;
    plan->sql = sql;
    BUF_CLEANUP struct buf text = BUF_INIT(SQL_MAX);
    *ret = (struct source_plan){0};
    enum err_code code = OK;
    if (s->product->explain != EXPLAIN_NOT) {
        buf_puts(&text, words[s->product->explain]);
        code = inline_values(sql, values, count, &text, err);
    }
    if (code == OK)
        code = read_plan(s, &text, plan, err);
    if (code == OK)
        code = largest(s, plan, ret, err);
    free(plan);
    return code;
}
