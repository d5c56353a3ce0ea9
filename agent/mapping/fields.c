/* SPDX-License-Identifier: Apache-2.0 */
/* The fields a mapping fills. */
#include <stdio.h>

#include "agent/mapping/parse.h"

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
        if (of_person && field->type == FIELD_TEXT) {
            yaml_problem(s->p->yaml, node, s->p->problems,
                         "write it under the stream's own fields, from a table of its from",
                         "%s is a text, which belongs to a call and not to a person", node->key);
            continue;
        }
        s->stream->rules[field->index] = parse_rule(s, node, field, scope);
    }
}
