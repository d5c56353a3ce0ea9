/* SPDX-License-Identifier: Apache-2.0 */
/* The fields a mapping fills, and the columns no rule may read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record/mapping_parse.h"

static void unknown_field(struct stream_parser *s, const struct yaml_node *node)
{
    const char *known[MODEL_FIELDS_MAX + 1] = {NULL};
    const struct model_stream *model = s->stream->model;
    char message[96];
    for (unsigned i = 0; i < model->field_count; i++)
        known[i] = model->fields[i].name;
    snprintf(message, sizeof message, "the model's %.48s has no field", model->name);
    problem_nearest(s->p, node, node->key, known, message);
}

/* A field of the person that no stream of the model has is a mistake; one that this stream lacks is not. */
static bool any_stream_has(const struct model *model, const char *name)
{
    for (unsigned i = 0; i < model->stream_count; i++)
        if (model_find_field(&model->streams[i], name) != NULL)
            return true;
    return false;
}

void take_fields(struct stream_parser *s, struct yaml_node *map, const struct scope *scope, bool of_person)
{
    for (struct yaml_node *node = map->first; node != NULL; node = node->next) {
        const struct model_field *field = model_find_field(s->stream->model, node->key);
        if (field == NULL) {
            if (!of_person || !any_stream_has(s->p->model, node->key))
                unknown_field(s, node);
            continue;
        }
        if (of_person && s->stream->rules[field->index] != NULL)
            continue; /* the stream says it in its own way */
        s->stream->rules[field->index] = parse_rule(s, node, field, scope);
    }
}

/* These derive from identifiers and are safe by construction, or go through the text engine. */
static bool may_read_identifiers(enum field_type type)
{
    return type == FIELD_TOKEN || type == FIELD_AGE || type == FIELD_DEPARTMENT || type == FIELD_GEO_PMSI ||
           type == FIELD_TEXT;
}

/* A local id in the clear would undo its token. A column of a composite key (a rank) tells nothing by itself.
 */
static bool is_local_id(const struct mapping_stream *stream, unsigned column)
{
    bool key = stream->key_count == 1 && stream->key[0] == column;
    bool episode = stream->episode_count == 1 && stream->episode[0] == column;
    return key || episode || (stream->person_key >= 0 && (unsigned)stream->person_key == column) ||
           (stream->person_found >= 0 && (unsigned)stream->person_found == column);
}

static void check_source(struct stream_parser *s, const struct yaml_node *map,
                         const struct mapping_rule *rule, unsigned column)
{
    enum field_type type = rule->field->type;
    const struct mapping_column *c = &s->stream->columns[column];
    char message[256];
    const char *hint = NULL;
    if (!may_read_identifiers(type) && column_is_identifier(s->p->mapping, s->stream, column)) {
        snprintf(message, sizeof message, "%s.%s: %s.%s identifies a person and may not feed the rule %s",
                 s->name, rule->field->name, c->alias, c->column, field_type_name(type));
        hint = "identifiers feed only token, age, department, geo_pmsi and text";
    } else if (type != FIELD_TOKEN && is_local_id(s->stream, column)) {
        snprintf(message, sizeof message, "%s.%s: %s.%s is a local id and may only feed a token", s->name,
                 rule->field->name, c->alias, c->column);
        hint = "local ids leave as pseudonyms, never as values";
    } else {
        return;
    }
    bool known = c->line > 0;
    problems_add(s->p->problems, s->p->yaml->path, known ? c->line : map->line, known ? c->col : map->column,
                 hint, "%s", message);
}

void check_fields(struct stream_parser *s, const struct yaml_node *map)
{
    for (unsigned i = 0; i < s->stream->model->field_count; i++) {
        const struct mapping_rule *rule = s->stream->rules[i];
        if (rule == NULL)
            continue;
        check_source(s, map, rule, rule->column);
        if (rule->field->type == FIELD_DELAY)
            check_source(s, map, rule, rule->since);
    }
    for (unsigned i = 0; i < s->stream->identifier_count; i++)
        if (s->stream->day != NO_COLUMN && s->stream->identifiers[i].column == s->stream->day)
            yaml_problem(s->p->yaml, map, s->p->problems, "day is when the call or the visit took place",
                         "%s: the day may not be an identifier", s->name);
}
