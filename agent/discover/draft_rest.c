/* SPDX-License-Identifier: Apache-2.0 */
/* What the draft could not place, so that a person can. */
#include "agent/discover/draft.h"

static const char *looks(const struct column *column)
{
    if (column->identifier != NULL)
        return "identifies a person";
    if (column->shape.rows == 0)
        return "not sampled";
    if (column->shape.filled == 0)
        return "empty";
    if (column_is_date(column))
        return column->shape.kinds[SHAPE_TIMED] > 0 ? "dates with a time" : "dates";
    if (shape_is(&column->shape, SHAPE_LONG, 20))
        return "long text";
    if (column_is_coded(column))
        return "few values";
    return column_is_number(column) ? "numbers" : "text";
}

/* A name of the database, where a line break would end the comment. */
static void write_name(struct buf *out, const char *name)
{
    for (; *name != '\0'; name++)
        buf_putc(out, (unsigned char)*name < 0x20 || *name == 0x7f ? '?' : *name);
}

static void write_columns(const struct table *table, struct buf *out)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct column *c = &table->columns[i];
        if (c->placed)
            continue;
        buf_puts(out, "#   ");
        write_name(out, table->is->name);
        buf_putc(out, '.');
        write_name(out, c->is->name);
        buf_puts(out, "  ");
        write_name(out, c->is->type);
        buf_printf(out, ", %s%s\n", looks(c),
                   c->usable ? "" : "; no mapping can write this name: make a view with another");
    }
}

static bool is_used(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].placed)
            return true;
    return false;
}

static void write_table(const struct table *table, struct buf *out)
{
    buf_puts(out, "#   ");
    write_name(out, table->is->name);
    for (size_t i = 0; i < table->count; i++) {
        buf_puts(out, i == 0 ? ": " : ", ");
        write_name(out, table->columns[i].is->name);
    }
    buf_putc(out, '\n');
}

void draft_rest(const struct plan *plan, struct buf *out)
{
    const struct schema *schema = plan->schema;
    buf_puts(out, "\n# Columns of these tables that were not placed, and are not read:\n");
    for (size_t i = 0; i < schema->count; i++)
        if (is_used(&schema->tables[i]))
            write_columns(&schema->tables[i], out);
    buf_puts(out, "# Tables that were not recognised:\n");
    for (size_t i = 0; i < schema->count; i++)
        if (!is_used(&schema->tables[i]))
            write_table(&schema->tables[i], out);
}
