/* SPDX-License-Identifier: Apache-2.0 */
/* One stream: which rows it reads, what names and dates them, what fills its fields. */
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

static const char *const STREAM_KEYS[] = {"from",     "person",      "episode", "key",    "day", "changed",
                                          "encoding", "identifiers", "death",   "fields", NULL};
static const char *const DEATH_KEYS[] = {"from", "on", "field", "values", NULL};

static void free_death(struct mapping_death *death)
{
    if (death == NULL)
        return;
    free(death->table);
    free(death->alias);
    free_column(&death->on_left);
    free_column(&death->on_right);
    free_column(&death->field);
    mem_list_free(death->values);
    free(death);
}

void free_stream(struct mapping_stream *stream, unsigned field_count)
{
    if (stream == NULL)
        return;
    free_from(&stream->from);
    free_column(&stream->person);
    for (unsigned i = 0; i < stream->column_count; i++)
        free_column(&stream->columns[i]);
    for (unsigned i = 0; stream->rules != NULL && i < field_count; i++)
        free_rule(stream->rules[i]);
    free(stream->rules);
    free(stream->columns);
    free(stream->encodings);
    free(stream->fingerprinted);
    free(stream->key);
    free(stream->episode);
    free(stream->identifiers);
    free(stream->texts);
    free_death(stream->death);
    free(stream);
}

/* "consultations d": one table, no join. */
static bool parse_death_from(struct mapping_parser *p, const struct yaml_node *node,
                             struct mapping_death *death)
{
    struct mapping_from from;
    if (!parse_from(p, node, &from))
        return false;
    if (from.count != 1) {
        yaml_problem(p->yaml, node, p->problems, "table alias", "death looks into one table");
        free_from(&from);
        return false;
    }
    death->table = mem_dup(from.joins[0].table);
    death->alias = mem_dup(from.joins[0].alias);
    free_from(&from);
    return true;
}

/* Puts the death table's side on the left, whichever way it was written. */
static void orient(struct stream_parser *s, const struct yaml_node *node, struct mapping_death *death)
{
    if (strcmp(death->on_left.alias, death->alias) != 0) {
        struct mapping_column swap = death->on_left;
        death->on_left = death->on_right;
        death->on_right = swap;
    }
    if (strcmp(death->on_left.alias, death->alias) != 0 ||
        !from_has_alias(&s->stream->from, death->on_right.alias))
        yaml_problem(s->p->yaml, node, s->p->problems, "on: d.call = a.id",
                     "on must compare the death's table with the stream's");
}

static void parse_death(struct stream_parser *s, struct yaml_node *map)
{
    struct mapping_parser *p = s->p;
    if (map == NULL || !is_map(p, map, "death",
                               "death: {from: visits d, on: d.call = a.id, field: d.outcome, values: [DC]}"))
        return;
    struct yaml_node *from = yaml_get(map, "from"), *on = yaml_get(map, "on"),
                     *field = yaml_get(map, "field");
    struct mapping_death *death = s->stream->death = mem_new(1, sizeof *death);
    death->values = take_words(p, map, "values", true, NULL);
    if (death->values == NULL && yaml_get(map, "values") != NULL)
        yaml_problem(p->yaml, yaml_get(map, "values"), p->problems,
                     "the values that mean that the patient died; contact-agent discover --values shows them",
                     "values lists no value");
    yaml_report_unused(p->yaml, map, DEATH_KEYS, p->problems);
    if (from == NULL || on == NULL || field == NULL) {
        yaml_problem(p->yaml, map, p->problems,
                     "death: {from: visits d, on: d.call = a.id, field: d.outcome, values: [DC]}",
                     "%s is missing",
                     from == NULL ? "from"
                     : on == NULL ? "on"
                                  : "field");
        return;
    }
    if (!parse_death_from(p, from, death))
        return;
    if (from_has_alias(&s->stream->from, death->alias))
        yaml_problem(p->yaml, from, p->problems, "give it an alias of its own", "this alias is the stream's");
    if (parse_condition(p, on, &death->on_left, &death->on_right))
        orient(s, on, death);
    if (parse_column(p, field, &death->field) && strcmp(death->field.alias, death->alias) != 0)
        yaml_problem(p->yaml, field, p->problems, NULL, "the field must be of the death's table");
}

static void parse_person_column(struct stream_parser *s, struct yaml_node *map, const struct scope *own)
{
    struct yaml_node *node = yaml_get(map, "person");
    if (node == NULL)
        return;
    if (s->p->person == NULL) {
        if (s->p->problems->errors == 0)
            yaml_problem(s->p->yaml, node, s->p->problems, NULL, "there is no person to join");
        return;
    }
    unsigned column = stream_column(s, node, own);
    if (column == NO_COLUMN)
        return;
    s->stream->has_person = true;
    s->stream->person_key = (int)column;
    parse_column(s->p, node, &s->stream->person);
}

static void copy_key(struct mapping_stream *stream)
{
    stream->episode = mem_new(stream->key_count, sizeof *stream->episode);
    for (unsigned i = 0; i < stream->key_count; i++)
        stream->episode[i] = stream->key[i];
    stream->episode_count = stream->key_count;
}

/* The call's id: a call's own key; other streams name theirs, or stand without an episode. */
static void parse_episode(struct stream_parser *s, struct yaml_node *map, const struct scope *own)
{
    struct yaml_node *node = yaml_get(map, "episode");
    bool call = strcmp(s->name, "call") == 0;
    if (call && node != NULL)
        yaml_problem(s->p->yaml, node, s->p->problems, "leave it out", "a call is its own episode");
    else if (call)
        copy_key(s->stream);
    else if (node != NULL)
        s->stream->episode = take_columns(s, node, "episode", own, &s->stream->episode_count);
    else
        problems_warn(s->p->problems, s->p->yaml->path, map->line, map->column,
                      "episode: column of the call's id", "%s: its records will not be linked to their call",
                      s->name);
}

static void parse_identity(struct stream_parser *s, struct yaml_node *map, const struct scope *own)
{
    struct yaml_node *key = yaml_get(map, "key");
    if (key == NULL)
        yaml_problem(s->p->yaml, map, s->p->problems, "key: a.id", "key is missing");
    else
        s->stream->key = take_columns(s, key, "key", own, &s->stream->key_count);
    if (key != NULL && key->kind == YAML_LIST && key->first == NULL)
        yaml_problem(s->p->yaml, key, s->p->problems, "key: a.id", "key names no column");
    parse_episode(s, map, own);
    s->stream->day = take_column(s, map, "day", own, true);
    unsigned changed = take_column(s, map, "changed", own, false);
    s->stream->changed = changed == NO_COLUMN ? -1 : (int)changed;
    parse_person_column(s, map, own);
}

static void mark_fingerprinted(struct stream_parser *s)
{
    struct mapping_stream *stream = s->stream;
    stream->fingerprinted = mem_new(stream->column_count, sizeof *stream->fingerprinted);
    for (unsigned i = 0; i < stream->column_count; i++)
        stream->fingerprinted[i] = stream->changed < 0 || i != (unsigned)stream->changed || s->uses[i] > 1;
}

static void hash_stream(struct stream_parser *s, const struct yaml_node *map)
{
    struct sha256_stream *hash = sha256_stream_new();
    uint8_t encoding = (uint8_t)s->p->encoding;
    sha256_stream_add(hash, s->p->mapping->time_zone, strlen(s->p->mapping->time_zone) + 1);
    sha256_stream_add(hash, &encoding, 1);
    if (s->stream->has_person)
        hash_node(hash, s->p->person);
    hash_node(hash, map);
    sha256_stream_end(hash, s->stream->hash);
    sha256_stream_free(hash);
}

static void read_stream(struct stream_parser *s, struct yaml_node *map)
{
    struct yaml_node *from = yaml_get(map, "from"), *fields = yaml_get(map, "fields");
    if (from == NULL)
        yaml_problem(s->p->yaml, map, s->p->problems, "from: table alias", "from is missing");
    if (from == NULL || !parse_from(s->p, from, &s->stream->from))
        return;
    take_encoding(s->p, map, &s->encoding);
    const struct scope own = {.first = &s->stream->from, .encoding = s->encoding};
    parse_identity(s, map, &own);
    take_identifiers(s, yaml_get(map, "identifiers"), &own);
    parse_death(s, yaml_get(map, "death"));
    if (fields == NULL)
        yaml_problem(s->p->yaml, map, s->p->problems, NULL, "fields is missing");
    else if (is_map(s->p, fields, "fields", NULL))
        take_fields(s, fields, &own, false);
    if (s->stream->has_person)
        join_person(s);
    yaml_report_unused(s->p->yaml, map, STREAM_KEYS, s->p->problems);
    mark_fingerprinted(s);
    if (s->p->mapping->time_zone != NULL)
        hash_stream(s, map);
}

void parse_stream(struct mapping_parser *p, struct yaml_node *map)
{
    const struct model_stream *model = model_find_stream(p->model, map->key);
    if (model == NULL) {
        const char *known[16] = {NULL};
        for (unsigned i = 0; i < p->model->stream_count && i < 15; i++)
            known[i] = p->model->streams[i].name;
        problem_nearest(p, map, map->key, known, "the model has no stream");
        return;
    }
    if (!is_map(p, map, map->key, NULL))
        return;
    struct mapping_stream *stream = mem_new(1, sizeof *stream);
    *stream = (struct mapping_stream){.model = model,
                                      .day = NO_COLUMN,
                                      .changed = -1,
                                      .person_key = -1,
                                      .person_found = -1,
                                      .objection = -1};
    stream->rules = mem_new(model->field_count, sizeof(struct mapping_rule *));
    p->mapping->streams[model->index] = stream;
    struct stream_parser s = {.p = p, .stream = stream, .name = model->name, .encoding = p->encoding};
    read_stream(&s, map);
    free(s.uses);
}
