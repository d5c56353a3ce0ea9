/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contact/language.h"
#include "contact/shown.h"

struct cell_text {
    char *text;
    enum table_style style;
};

struct table {
    size_t columns, count, room;
    struct cell_text *cells; /* the headings first */
};

size_t table_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80; /* continuation bytes take no column */
    return width;
}

bool table_colour(FILE *to)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return (no == NULL || no[0] == '\0') && (terminal == NULL || strcmp(terminal, "dumb") != 0) &&
           isatty(fileno(to));
}

static void add(struct table *table, enum table_style style, char *text)
{
    if (table->count == table->room) {
        size_t room = table->room == 0 ? 64 : table->room * 2;
        struct cell_text *cells = reallocarray(table->cells, room, sizeof *cells);
        if (cells == NULL) {
            free(text);
            return;
        }
        table->cells = cells;
        table->room = room;
    }
    table->cells[table->count++] = (struct cell_text){.text = text, .style = style};
}

struct table *table_new(const char *const *headings, size_t column_count)
{
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    table->columns = column_count;
    for (size_t i = 0; i < column_count; i++)
        add(table, TABLE_DIM, strdup(language_text(headings[i])));
    return table;
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    free(table);
}

void table_cell(struct table *table, enum table_style style, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (text != NULL)
        shown_text(text);
    if (table != NULL && text != NULL)
        add(table, style, text);
    else
        free(text);
}

static bool is_numeric(const struct table *table, size_t column)
{
    return table->cells[column].text[0] == '>';
}

static const char *text_at(const struct table *table, size_t at)
{
    return table->cells[at].text + (at < table->columns && is_numeric(table, at));
}

static size_t width_of(const struct table *table, size_t column)
{
    size_t width = 0;
    for (size_t at = column; at < table->count; at += table->columns) {
        size_t w = table_width(text_at(table, at));
        if (w > width)
            width = w;
    }
    return width;
}

static void print_cell(const struct table *table, size_t at, size_t width, bool colour, FILE *to)
{
    static const char *const codes[] = {"", "\033[2m", "\033[32m", "\033[33m", "\033[31m"};
    const char *text = text_at(table, at);
    size_t column = at % table->columns, pad = width - table_width(text);
    bool last = column + 1 == table->columns;
    const char *code = colour ? codes[table->cells[at].style] : "";
    if (column > 0)
        fputs("  ", to);
    if (is_numeric(table, column))
        fprintf(to, "%*s", (int)pad, "");
    fprintf(to, "%s%s%s", code, text, code[0] == '\0' ? "" : "\033[0m");
    if (!is_numeric(table, column) && !last)
        fprintf(to, "%*s", (int)pad, "");
    if (last)
        fputc('\n', to);
}

void table_print(const struct table *table, FILE *to)
{
    if (table == NULL || table->count < table->columns)
        return;
    bool colour = table_colour(to);
    size_t *widths = calloc(table->columns, sizeof *widths);
    if (widths == NULL)
        return;
    for (size_t i = 0; i < table->columns; i++)
        widths[i] = width_of(table, i);
    for (size_t at = 0; at < table->count; at++)
        print_cell(table, at, widths[at % table->columns], colour, to);
    free(widths);
}
