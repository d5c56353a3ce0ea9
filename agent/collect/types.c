/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/types.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/mem.h"

/* Names of types that hold the same, blanks single, without what stands in parentheses. */
static const struct {
    const char *class;
    const char *names[20];
} classes[] = {
    {"integer",
     {"int", "integer", "bigint", "smallint", "tinyint", "mediumint", "int2", "int4", "int8", "serial",
      "bigserial", "counter"}},
    {"text",
     {"char", "character", "varchar", "nchar", "nvarchar", "text", "ntext", "clob", "tinytext", "mediumtext",
      "longtext", "character varying", "bpchar", "citext", "enum", "set", "name", "long varchar",
      "univarchar"}},
    {"decimal", {"decimal", "numeric", "number", "money", "smallmoney", "dec"}},
    {"real", {"real", "float", "double", "double precision", "float4", "float8"}},
    {"datetime", {"datetime", "datetime2", "smalldatetime", "timestamp without time zone"}},
    {"moment", {"timestamptz", "timestamp with time zone", "datetimeoffset"}},
    {"boolean", {"boolean", "bool", "bit"}},
    {"bytes", {"blob", "bytea", "binary", "varbinary", "image", "tinyblob", "mediumblob", "longblob"}},
    {"uuid", {"uuid", "uniqueidentifier"}},
};

/* Lower case, blanks single, parentheses and MariaDB's words for numbers taken out. */
static void plain_name(const char *name, char *ret, size_t size)
{
    size_t len = 0;
    int depth = 0;
    for (const char *c = name; *c != '\0' && len + 1 < size; c++) {
        bool blank = isspace((unsigned char)*c) || *c == '(' || *c == ')';
        depth += (*c == '(') - (*c == ')');
        if (depth > 0 || (blank && (len == 0 || ret[len - 1] == ' ')))
            continue;
        ret[len++] = blank ? ' ' : (char)tolower((unsigned char)*c);
    }
    while (len > 0 && ret[len - 1] == ' ')
        len--;
    ret[len] = '\0';
    static const char *const signs[] = {" zerofill", " unsigned"};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        char *at = strstr(ret, signs[i]);
        if (at && at[strlen(signs[i])] == '\0')
            *at = '\0';
    }
}

void type_class(const char *name, char *ret, size_t size)
{
    char plain[64];
    plain_name(name, plain, sizeof(plain));
    for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++)
        for (const char *const *known = classes[c].names; *known; known++)
            if (strcmp(*known, plain) == 0) {
                snprintf(ret, size, "%s", classes[c].class);
                return;
            }
    snprintf(ret, size, "%s", plain[0] ? plain : "untyped");
}

/* The class that a list has for "table.column=", or NULL; *ret_len. */
static const char *find(const char *types, const char *head, size_t head_len, size_t *ret_len)
{
    for (const char *line = types; *line; line = strchr(line, '\n') + 1)
        if (strncmp(line, head, head_len) == 0) {
            *ret_len = strcspn(line + head_len, "\n");
            return line + head_len;
        }
    return NULL;
}

void types_add(struct buf *types, const char *table, const char *column, const char *type)
{
    char head[300], class[64];
    size_t len;
    snprintf(head, sizeof(head), "%.128s.%.128s=", table, column);
    if (find(buf_text(types), head, strlen(head), &len))
        return;
    type_class(type, class, sizeof(class));
    buf_printf(types, "%s%s\n", head, class);
}

/* Each column that both lists have, with different types. */
static void each_changed(const char *before, const char *now, types_each *each, void *context)
{
    for (const char *line = now; *line; line = strchr(line, '\n') + 1) {
        size_t head = strcspn(line, "=") + 1, len = strcspn(line + head, "\n"), known_len = 0;
        const char *known = find(before, line, head, &known_len);
        if (!known || (known_len == len && memcmp(known, line + head, len) == 0))
            continue;
        char column[300], was[64], is[64];
        snprintf(column, sizeof(column), "%.*s", (int)head - 1, line);
        snprintf(was, sizeof(was), "%.*s", (int)known_len, known);
        snprintf(is, sizeof(is), "%.*s", (int)len, line + head);
        each(context, column, was, is);
    }
}

/* Facts by stream: the types that were agreed to, and those of now where they differ. */
#define AGREED "types"
#define FOUND "types_found"

static void fact_name(const char *kind, const char *stream, char ret[static 64])
{
    snprintf(ret, 64, "%s.%s", kind, stream);
}

/* Each line is "table.column=type\n". */
static bool well_formed(const char *list)
{
    for (const char *line = list; *line; line += strcspn(line, "\n") + 1)
        if (line[strcspn(line, "\n")] == '\0' || line[strcspn(line, "=\n")] != '=')
            return false;
    return list[0] != '\0';
}

/* A list that the state holds; NULL without it, or when a damaged page made something else of it, which says
 * nothing of the database. The caller frees it. */
static char *take_list(struct state *state, const char *kind, const char *stream)
{
    char name[64], *list = mem_new(TYPES_MAX, 1);
    fact_name(kind, stream, name);
    if (state_get(state, name, list, TYPES_MAX) && well_formed(list))
        return list;
    free(list);
    return NULL;
}

static enum err_code keep_list(struct state *state, const char *kind, const char *stream, const char *list,
                               struct err *err)
{
    char name[64], *before = take_list(state, kind, stream);
    bool same = before && list ? strcmp(before, list) == 0 : before == list;
    free(before);
    if (same)
        return state_failure(state, err);
    fact_name(kind, stream, name);
    state_begin(state);
    state_put(state, name, list);
    return state_commit(state, err);
}

struct first_change {
    bool any;
    char *what;
    size_t size;
};

static void note_first(void *context, const char *column, const char *before, const char *now)
{
    struct first_change *first = context;
    if (!first->any)
        snprintf(first->what, first->size, "%s: %s, now %s", column, before, now);
    first->any = true;
}

enum err_code types_check(struct state *state, const char *stream, struct buf *types, bool *ret_changed,
                          char *ret_what, size_t size, struct err *err)
{
    struct first_change first = {.what = ret_what, .size = size};
    if (!buf_ok(types))
        return err_set(err, ERR_INTERNAL, "too many columns to remember their types");
    char *agreed = take_list(state, AGREED, stream);
    if (agreed)
        each_changed(agreed, buf_text(types), note_first, &first);
    free(agreed);
    *ret_changed = first.any;
    enum err_code code = keep_list(state, FOUND, stream, first.any ? buf_text(types) : NULL, err);
    if (code == OK && !first.any)
        code = keep_list(state, AGREED, stream, buf_text(types), err);
    return code;
}

void types_changed(struct state *state, const char *stream, types_each *each, void *context)
{
    char *agreed = take_list(state, AGREED, stream), *found = take_list(state, FOUND, stream);
    if (agreed && found)
        each_changed(agreed, found, each, context);
    free(agreed);
    free(found);
}

void types_forget_unmet(struct state *state, const char *stream)
{
    char name[64], *found = take_list(state, FOUND, stream);
    fact_name(AGREED, stream, name);
    if (!found)
        state_put(state, name, NULL);
    free(found);
}

void types_agree(struct state *state, const char *stream, const char *types)
{
    BUF_CLEANUP struct buf all = BUF_INIT(TYPES_MAX - 1);
    char name[64], *agreed = take_list(state, AGREED, stream);
    for (const char *line = agreed ? agreed : ""; *line; line = strchr(line, '\n') + 1) {
        size_t head = strcspn(line, "=") + 1, len = strcspn(line + head, "\n");
        const char *type = find(types, line, head, &len);
        buf_append(&all, line, head);
        buf_append(&all, type ? type : line + head, len);
        buf_putc(&all, '\n');
    }
    free(agreed);
    if (!buf_ok(&all))
        return; /* it stands still, and can be shown again */
    fact_name(AGREED, stream, name);
    state_put(state, name, all.len > 0 ? buf_text(&all) : NULL);
}
