/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/discover/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contact/buf.h"
#include "contact/language.h"
#include "contact/table.h"

#define VALUES_MAX 60 /* of one column; more are no code list */
#define SHOWN 40      /* bytes of a value */

static void value_text(const struct cell *cell, struct buf *out)
{
    switch (cell->type) {
    case CELL_NULL:
        buf_puts(out, "NULL");
        break;
    case CELL_INTEGER:
        buf_printf(out, "%" PRId64, cell->integer);
        break;
    case CELL_REAL:
        buf_printf(out, "%g", cell->real);
        break;
    case CELL_BLOB:
    case CELL_UNREADABLE:
        buf_puts(out, "(unreadable)");
        break;
    case CELL_TEXT: /* a control character would drive the terminal */
        buf_putc(out, '"');
        for (size_t i = 0; i < cell->len && i < SHOWN; i++)
            buf_putc(out, (unsigned char)cell->text[i] < 0x20 || cell->text[i] == 0x7f ? '?' : cell->text[i]);
        buf_putc(out, '"');
        break;
    }
}

static void count_sql(const struct source_dialect *d, const char *table, const char *column, struct buf *out)
{
    char open = d->quote_open, close = d->quote_close;
    buf_puts(out, "SELECT ");
    if (d->limit_by_top)
        buf_printf(out, "TOP %d ", VALUES_MAX + 1);
    buf_printf(out, "%c%s%c, COUNT(*) FROM %c%s%c GROUP BY %c%s%c ORDER BY 2 DESC", open, column, close, open,
               table, close, open, column, close);
    if (!d->limit_by_top)
        buf_printf(out, " LIMIT %d", VALUES_MAX + 1);
}

static enum err_code read_values(struct source *source, const char *sql, struct table *lines,
                                 unsigned *ret_count, struct err *err)
{
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t width = 0;
    enum err_code code = source_query(source, sql, NULL, 0, &rows, err);
    if (code != OK)
        return code;
    while ((code = source_next(rows, &cells, &width, err)) == OK && cells != NULL && width == 2) {
        struct buf value BUF_CLEANUP = BUF_INIT(4096);
        value_text(&cells[0], &value);
        table_cell(lines, TABLE_PLAIN, "%s", buf_text(&value));
        table_cell(lines, TABLE_DIM, "%" PRId64, cells[1].integer);
        ++*ret_count;
    }
    return source_end(rows, code, err);
}

/* Most frequent first. All values, or none of what turns out to be no list of codes. */
static enum err_code print_column(struct source *source, const char *table, const struct column *column,
                                  const char *use, struct err *err)
{
    static const char *const headings[] = {N_("value"), N_(">rows")};
    struct buf sql BUF_CLEANUP = BUF_INIT(1024);
    if (column->identifier != NULL)
        return OK;
    count_sql(source_dialect(source), table, column->is->name, &sql);
    struct table *lines = table_new(headings, 2);
    unsigned count = 0;
    struct err own = {0};
    enum err_code code = read_values(source, buf_text(&sql), lines, &count, &own);
    printf(_("%s.%s, for %s\n"), table, column->is->name, use);
    if (code != OK)
        printf("   %s\n", own.message);
    else if (count > VALUES_MAX)
        printf(_("   more than %d values: no list of codes\n"), VALUES_MAX);
    else
        table_print(lines, stdout);
    putchar('\n');
    table_free(lines);
    if (code != OK && err != NULL)
        *err = own;
    return code == ERR_RETRY || code == ERR_CONFIG ? OK : code;
}

static enum err_code print_stream(struct source *source, const struct plan_stream *s, struct err *err)
{
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < s->model->field_count; i++) {
        const struct plan_column *c = &s->fields[i];
        char use[128];
        snprintf(use, sizeof use, "%s.%s", s->model->name, s->model->fields[i].name);
        for (unsigned t = 0; code == OK && c->column != NULL && t < s->count; t++)
            if (s->model->fields[i].type == FIELD_ENUM && strcmp(s->tables[t].alias, c->alias) == 0)
                code = print_column(source, s->tables[t].table->is->name, c->column, use, err);
    }
    return code;
}

enum err_code values_print(struct source *source, const struct plan *plan, struct err *err)
{
    enum err_code code = OK;
    for (unsigned t = 0; code == OK && t < plan->person_count; t++) {
        const char *name = plan->person[t].table->is->name, *alias = plan->person[t].alias;
        if (plan->objection.column != NULL && strcmp(plan->objection.alias, alias) == 0)
            code = print_column(source, name, plan->objection.column, "person.objection", err);
        if (code == OK && plan->person_fields[0].column != NULL &&
            strcmp(plan->person_fields[0].alias, alias) == 0)
            code = print_column(source, name, plan->person_fields[0].column, "person.sex", err);
    }
    for (unsigned i = 0; code == OK && i < plan->model->stream_count; i++)
        code = print_stream(source, &plan->streams[i], err);
    return code;
}
