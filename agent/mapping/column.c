/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of one stream's SELECT: each once, with its encoding, and which of them identify somebody. */
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

#define COLUMNS_MAX 200

static const char *const KINDS[] = {"name", "given_name", "birth_date", "phone", "email", "nir", "address",
                                    "code", "zip",        "city",       "other", "role",  NULL};
static const char *const ROLES[] = {"patient", "caller", "practitioner", NULL};

/* Whether an alias is in scope; a problem with the nearest one when not. */
static bool in_scope(struct stream_parser *s, const struct yaml_node *node, const struct scope *scope,
                     const char *alias)
{
    const char *known[64];
    size_t count = 0;
    const struct mapping_from *froms[] = {scope->first, scope->second};
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; froms[f] != NULL && i < froms[f]->count && count < 63; i++) {
            if (strcmp(froms[f]->joins[i].alias, alias) == 0)
                return true;
            known[count++] = froms[f]->joins[i].alias;
        }
    known[count] = NULL;
    problem_nearest(s->p, node, alias, known, "no table here has the alias");
    return false;
}

static unsigned find_column(const struct mapping_stream *stream, const struct mapping_column *column)
{
    for (unsigned i = 0; i < stream->column_count; i++)
        if (strcmp(stream->columns[i].alias, column->alias) == 0 &&
            strcmp(stream->columns[i].column, column->column) == 0)
            return i;
    return NO_COLUMN;
}

static unsigned add_column(struct stream_parser *s, struct mapping_column *column,
                           enum text_encoding encoding)
{
    struct mapping_stream *stream = s->stream;
    unsigned at = stream->column_count;
    stream->columns = mem_grow(stream->columns, at, sizeof *stream->columns);
    stream->encodings = mem_grow(stream->encodings, at, sizeof *stream->encodings);
    s->uses = mem_grow(s->uses, at, sizeof *s->uses);
    stream->columns[at] = *column;
    stream->encodings[at] = encoding;
    stream->column_count++;
    return at;
}

unsigned stream_column(struct stream_parser *s, const struct yaml_node *node, const struct scope *scope)
{
    struct mapping_column column;
    if (!parse_column(s->p, node, &column))
        return NO_COLUMN;
    if (!in_scope(s, node, scope, column.alias)) {
        free_column(&column);
        return NO_COLUMN;
    }
    unsigned at = find_column(s->stream, &column);
    if (at != NO_COLUMN) {
        free_column(&column);
    } else if (s->stream->column_count == COLUMNS_MAX) {
        yaml_problem(s->p->yaml, node, s->p->problems, NULL, "a stream names at most %d columns",
                     COLUMNS_MAX);
        free_column(&column);
        return NO_COLUMN;
    } else {
        at = add_column(s, &column, scope->encoding);
    }
    s->uses[at]++;
    return at;
}

unsigned take_column(struct stream_parser *s, struct yaml_node *map, const char *key,
                     const struct scope *scope, bool required)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node != NULL)
        return stream_column(s, node, scope);
    if (required)
        yaml_problem(s->p->yaml, map, s->p->problems, "write alias.column", "%s is missing", key);
    return NO_COLUMN;
}

unsigned *take_columns(struct stream_parser *s, struct yaml_node *node, const char *what,
                       const struct scope *scope, unsigned *ret_count)
{
    unsigned *columns = NULL, count = 0;
    if (node->kind == YAML_MAP) {
        yaml_problem(s->p->yaml, node, s->p->problems, NULL, "%s must be a column or a list of columns",
                     what);
        return NULL;
    }
    const struct yaml_node *item = node->kind == YAML_LIST ? node->first : node;
    for (; item != NULL; item = node->kind == YAML_LIST ? item->next : NULL) {
        unsigned at = stream_column(s, item, scope);
        if (at == NO_COLUMN)
            continue;
        columns = mem_grow(columns, count, sizeof *columns);
        columns[count++] = at;
    }
    *ret_count = count;
    return columns;
}

static enum identifier_role take_role(struct stream_parser *s, struct yaml_node *map)
{
    const char *role = take_word(s->p, map, "role", false);
    for (unsigned i = 0; role != NULL && ROLES[i] != NULL; i++)
        if (strcmp(ROLES[i], role) == 0)
            return (enum identifier_role)i;
    if (role != NULL)
        problem_nearest(s->p, yaml_get(map, "role"), role, ROLES, "there is no role");
    return ROLE_PATIENT;
}

static void take_identifier_map(struct stream_parser *s, struct yaml_node *map, const struct scope *scope)
{
    if (!is_map(s->p, map, "identifiers", "identifiers: {name: a.nom, phone: a.tel}"))
        return;
    enum identifier_role role = take_role(s, map);
    for (unsigned kind = 0; kind <= ID_OTHER; kind++) {
        struct yaml_node *node = yaml_get(map, KINDS[kind]);
        if (node == NULL)
            continue;
        unsigned count = 0, *columns = take_columns(s, node, KINDS[kind], scope, &count);
        for (unsigned i = 0; i < count; i++) {
            struct mapping_stream *stream = s->stream;
            stream->identifiers =
                mem_grow(stream->identifiers, stream->identifier_count, sizeof *stream->identifiers);
            stream->identifiers[stream->identifier_count++] = (struct mapping_identifier){
                .kind = (enum identifier_kind)kind, .role = role, .column = columns[i]};
        }
        free(columns);
    }
    yaml_report_unused(s->p->yaml, map, KINDS, s->p->problems);
}

void take_identifiers(struct stream_parser *s, struct yaml_node *node, const struct scope *scope)
{
    if (node == NULL)
        return;
    if (node->kind != YAML_LIST) {
        take_identifier_map(s, node, scope);
        return;
    }
    for (struct yaml_node *map = node->first; map != NULL; map = map->next)
        take_identifier_map(s, map, scope);
}
