/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/day_column.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/collect/types.h"

/* SQLite's columns hold values of any type, whatever they are declared as. */
enum days day_type(const struct source_dialect *dialect, const char *type)
{
    static const char *const none[] = {"integer", "decimal", "real", "boolean", "bytes", "uuid"};
    char class[64];
    if (dialect->any_type)
        return DAYS_TEXT;
    type_class(type, class, sizeof(class));
    if (strstr(class, "date") || strncmp(class, "timestamp", 9) == 0 || strcmp(class, "moment") == 0)
        return DAYS_DATE;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (strcmp(class, none[i]) == 0)
            return DAYS_NONE;
    return DAYS_TEXT;
}

struct select *select_open(struct source *source, const struct mapping *mapping,
                           const struct mapping_stream *stream)
{
    const struct source_dialect *dialect = source_dialect(source);
    const char *table = day_table(mapping, stream);
    struct source_column *columns = NULL;
    size_t count = 0;
    enum days days = DAYS_TEXT;
    if (table && source_columns(source, table, &columns, &count, NULL) != OK)
        count = 0;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(columns[i].name, stream->columns[stream->day].column) == 0)
            days = day_type(dialect, columns[i].type);
    free(columns);
    return select_new(mapping, stream, dialect, days);
}

/* *ret_any: there is a row; *ret_count (NULL: not wanted) takes the number that it is. */
static enum err_code first_row(struct source *source, const char *sql, const char *limit, bool *ret_any,
                               int64_t *ret_count, struct err *err)
{
    const char *const values[] = {limit};
    struct source_rows *rows = NULL;
    const struct cell *cells = NULL;
    size_t count = 0;
    enum err_code code = source_query(source, sql, values, limit ? 1 : 0, &rows, err);
    if (code != OK)
        return code;
    code = source_next(rows, &cells, &count, err);
    *ret_any = code == OK && cells;
    if (*ret_any && ret_count && cells[0].type == CELL_INTEGER)
        *ret_count = cells[0].integer;
    return source_end(rows, code, err);
}

enum err_code day_counts(struct source *source, const struct select *select, struct day_counts *ret,
                         struct err *err)
{
    bool any;
    *ret = (struct day_counts){.any = true};
    enum err_code code = first_row(source, select->dayless, NULL, &any, &ret->none, err);
    int64_t in_table = 0;
    if (code == OK && select->unordered)
        code = first_row(source, select->unordered_table, NULL, &any, &in_table, err);
    if (code == OK && in_table > 0)
        code = first_row(source, select->unordered, NULL, &any, &ret->unordered, err);
    if (code == OK && ret->unordered > 0)
        code = first_row(source, select->newest, "9999-12-32", &ret->any, NULL, err);
    return code;
}
