/* SPDX-License-Identifier: Apache-2.0 */
/* The whole mapping, from outside in: header, person, gazetteer, streams. */
#include "agent/mapping/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/load.h"
#include "agent/mapping/parse.h"
#include "contact/mem.h"

#define HOLD_DAYS_MAX 30

static const char *const MAPPING_KEYS[] = {"mapping", "model",   "time_zone", "days",   "hold", "encoding",
                                           "person",  "streams", "gazetteer", "labels", NULL};
static const char *const DAYS_KEYS[] = {"from", "to", NULL};
static const char *const GAZETTEER_KEYS[] = {"from", "name",     "given_name", "street",
                                             "city", "encoding", NULL};

void mapping_free(struct mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (unsigned i = 0; i < mapping->stream_count; i++)
        if (mapping->streams[i] != NULL)
            free_stream(mapping->streams[i], mapping->streams[i]->model->field_count);
    for (unsigned i = 0; i < mapping->gazetteer_count; i++) {
        struct mapping_gazetteer *g = &mapping->gazetteer[i];
        free(g->table);
        mem_list_free(g->name);
        mem_list_free(g->given_name);
        mem_list_free(g->street);
        mem_list_free(g->city);
    }
    if (mapping->merges != NULL) {
        free(mapping->merges->table);
        free(mapping->merges->parent);
        free(mapping->merges->child);
    }
    free_labels(mapping);
    free_from(&mapping->person_from);
    free_column(&mapping->person_key);
    mem_list_free(mapping->nobody);
    mem_list_free(mapping->objects);
    mem_list_free(mapping->allows);
    free(mapping->merges);
    free(mapping->gazetteer);
    free(mapping->streams);
    free(mapping->name);
    free(mapping->time_zone);
    free(mapping->terms);
    free(mapping);
}

/* Kind, key, text and children, each with its length: what the mapping says, however it is laid out. */
void hash_node(struct sha256_stream *hash, const struct yaml_node *node)
{
    const char *parts[] = {node->key == NULL ? "" : node->key, node->kind == YAML_SCALAR ? node->text : ""};
    uint8_t head[4];
    put_u32be(head, (uint32_t)node->kind << 1 | (yaml_is_null(node) ? 1U : 0U));
    sha256_stream_add(hash, head, sizeof head);
    for (size_t i = 0; i < 2; i++) {
        put_u32be(head, (uint32_t)strlen(parts[i]));
        sha256_stream_add(hash, head, sizeof head);
        sha256_stream_add(hash, parts[i], strlen(parts[i]));
    }
    put_u32be(head, (uint32_t)yaml_count(node));
    sha256_stream_add(hash, head, sizeof head);
    for (const struct yaml_node *child = node->first; child != NULL; child = child->next)
        hash_node(hash, child);
}

static int32_t take_day(struct mapping_parser *p, struct yaml_node *map, const char *key, bool required)
{
    const char *word = take_word(p, map, key, required);
    int32_t day = word == NULL ? DAY_NONE : day_parse(word, strlen(word));
    if (word != NULL && day == DAY_NONE)
        yaml_problem(p->yaml, yaml_get(map, key), p->problems, "YYYY-MM-DD", "%s is not a date", key);
    return day;
}

static void parse_days(struct mapping_parser *p, struct yaml_node *root)
{
    struct yaml_node *map = yaml_get(root, "days");
    p->mapping->days_from = p->mapping->days_to = DAY_NONE;
    if (map == NULL) {
        yaml_problem(p->yaml, root, p->problems, "days: {from: 2015-01-01}", "days is missing");
        return;
    }
    if (!is_map(p, map, "days", "days: {from: 2015-01-01}"))
        return;
    p->mapping->days_from = take_day(p, map, "from", true);
    p->mapping->days_to = take_day(p, map, "to", false);
    if (p->mapping->days_to != DAY_NONE && p->mapping->days_to < p->mapping->days_from)
        yaml_problem(p->yaml, map, p->problems, NULL, "days end before they begin");
    yaml_report_unused(p->yaml, map, DAYS_KEYS, p->problems);
}

static void parse_hold(struct mapping_parser *p, struct yaml_node *root)
{
    char *end = NULL;
    const char *word = take_word(p, root, "hold", false);
    if (word == NULL)
        return;
    unsigned long days = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || days > HOLD_DAYS_MAX)
        yaml_problem(p->yaml, yaml_get(root, "hold"), p->problems, "hold: 7", "hold is 0 to %d days",
                     HOLD_DAYS_MAX);
    else
        p->mapping->hold_days = (unsigned)days;
}

static void parse_time_zone(struct mapping_parser *p, struct yaml_node *root)
{
    struct zone *zone = NULL;
    struct err err = {0};
    const char *word = take_word(p, root, "time_zone", true);
    p->mapping->time_zone = mem_dup(word);
    if (word != NULL && zone_open(word, &zone, &err) != OK)
        yaml_problem(p->yaml, yaml_get(root, "time_zone"), p->problems, err.hint, "%s", err.message);
    zone_free(zone);
}

static void parse_model_name(struct mapping_parser *p, struct yaml_node *root)
{
    const char *word = take_word(p, root, "model", true);
    if (word != NULL && strcmp(word, p->model->name) != 0)
        yaml_problem(p->yaml, yaml_get(root, "model"), p->problems, p->model->name, "the model here is %s",
                     p->model->name);
}

static char **take_names(struct mapping_parser *p, struct yaml_node *map, const char *key)
{
    char **names = take_words(p, map, key, false, NULL);
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        size_t len = take_identifier(names[i]);
        if (len == 0 || names[i][len] != '\0')
            yaml_problem(p->yaml, yaml_get(map, key), p->problems, "columns' names alone, without alias",
                         "\"%.40s\" is not a column's name", names[i]);
    }
    return names;
}

static void parse_gazetteer_entry(struct mapping_parser *p, struct yaml_node *map)
{
    if (!is_map(p, map, "an entry of gazetteer", "{from: table, name: column}"))
        return;
    struct mapping *m = p->mapping;
    m->gazetteer = mem_grow(m->gazetteer, m->gazetteer_count, sizeof *m->gazetteer);
    struct mapping_gazetteer *g = &m->gazetteer[m->gazetteer_count++];
    const char *table = take_word(p, map, "from", true);
    if (table != NULL && (take_identifier(table) == 0 || table[take_identifier(table)] != '\0'))
        yaml_problem(p->yaml, yaml_get(map, "from"), p->problems, "one table's name",
                     "from is not a table's name");
    g->table = mem_dup(table);
    g->name = take_names(p, map, "name");
    g->given_name = take_names(p, map, "given_name");
    g->street = take_names(p, map, "street");
    g->city = take_names(p, map, "city");
    g->encoding = p->encoding;
    take_encoding(p, map, &g->encoding);
    yaml_report_unused(p->yaml, map, GAZETTEER_KEYS, p->problems);
}

static void parse_gazetteer(struct mapping_parser *p, struct yaml_node *root)
{
    struct yaml_node *list = yaml_get(root, "gazetteer");
    if (list != NULL && list->kind != YAML_LIST)
        yaml_problem(p->yaml, list, p->problems, "- {from: table, name: column}", "gazetteer must be a list");
    else if (list != NULL)
        for (struct yaml_node *map = list->first; map != NULL; map = map->next)
            parse_gazetteer_entry(p, map);
}

static bool hides_something(const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->model->field_count; i++)
        if (stream->rules[i] != NULL &&
            (stream->rules[i]->field->hidden_by_death || stream->rules[i]->field->type == FIELD_AGE))
            return true;
    return false;
}

/* A death hides hours, delays and notes in every stream of the episode: one that does not ask shows them. */
static void check_deaths(struct mapping_parser *p, const struct yaml_node *streams)
{
    for (unsigned i = 0; i < p->mapping->stream_count; i++) {
        const struct mapping_stream *stream = p->mapping->streams[i];
        if (stream == NULL || stream->death != NULL || !hides_something(stream))
            continue;
        problems_warn(p->problems, p->yaml->path, streams->line, streams->column,
                      "death: {from: visits d, on: d.call = a.id, field: d.outcome, values: [DC]}",
                      "%s: without death, nothing hides the hours of an episode that ends in death",
                      stream->model->name);
    }
}

/* Text leaves only when the site's own names are known. */
static void check_names(struct mapping_parser *p, const struct yaml_node *streams)
{
    for (unsigned i = 0; i < p->mapping->stream_count && p->mapping->gazetteer_count == 0; i++)
        if (p->mapping->streams[i] != NULL && p->mapping->streams[i]->text_count > 0) {
            problems_warn(p->problems, p->yaml->path, streams->line, streams->column,
                          "gazetteer: [{from: persons, name: surname, given_name: first_name, city: town}]",
                          "without gazetteer, every free text is withheld");
            return;
        }
}

static bool names_somebody(const struct mapping_stream *stream)
{
    for (unsigned i = 0; i < stream->identifier_count; i++)
        if (stream->identifiers[i].kind == ID_NAME)
            return true;
    return false;
}

/* A text that is not cleaned by the names of its row rests on rules and on the site's names alone. */
static void check_own_names(struct mapping_parser *p, const struct yaml_node *streams)
{
    for (unsigned i = 0; i < p->mapping->stream_count; i++) {
        const struct mapping_stream *stream = p->mapping->streams[i];
        if (stream != NULL && stream->text_count > 0 && !names_somebody(stream))
            problems_warn(p->problems, p->yaml->path, streams->line, streams->column,
                          "identifiers: {name: [q.surname, q.maiden_name], given_name: q.first_name}",
                          "%s: it has text, and none of its identifiers is a name", stream->model->name);
    }
}

static void parse_root(struct mapping_parser *p, struct yaml_node *root)
{
    struct yaml_node *streams = yaml_get(root, "streams");
    p->mapping->name = mem_dup(take_word(p, root, "mapping", true));
    parse_model_name(p, root);
    parse_time_zone(p, root);
    parse_days(p, root);
    parse_hold(p, root);
    take_encoding(p, root, &p->encoding);
    parse_gazetteer(p, root);
    parse_labels(p, root);
    parse_person(p, root);
    if (streams == NULL || streams->kind != YAML_MAP || streams->first == NULL)
        yaml_problem(p->yaml, streams == NULL ? root : streams, p->problems, NULL,
                     "streams must be a map of streams");
    else
        for (struct yaml_node *map = streams->first; map != NULL; map = map->next)
            parse_stream(p, map);
    check_protected(p, root);
    yaml_report_unused(p->yaml, root, MAPPING_KEYS, p->problems);
    if (streams == NULL || p->problems->errors > 0)
        return;
    check_deaths(p, streams);
    join_texts(p->mapping);
    check_names(p, streams);
    check_own_names(p, streams);
    write_terms(p, root);
}

struct mapping *mapping_parse(struct yaml *yaml, const struct model *model, struct problems *problems)
{
    size_t before = problems->errors;
    struct mapping *mapping = mem_new(1, sizeof *mapping);
    mapping->stream_count = model->stream_count;
    mapping->streams = mem_new(model->stream_count, sizeof(struct mapping_stream *));
    struct mapping_parser p = {.yaml = yaml, .model = model, .mapping = mapping, .problems = problems};
    if (yaml->root == NULL || yaml->root->kind != YAML_MAP) {
        problems_add(problems, yaml->path, 1, 1, NULL, "a mapping is a map: mapping, model, streams…");
    } else if (!refuse_controls(&p, yaml->root)) {
        parse_root(&p, yaml->root);
        struct sha256_stream *hash = sha256_stream_new();
        hash_node(hash, yaml->root);
        sha256_stream_end(hash, mapping->hash);
        sha256_stream_free(hash);
    }
    if (problems->errors == before)
        return mapping;
    mapping_free(mapping);
    return NULL;
}

struct mapping *mapping_load(const char *path, const struct model *model, struct problems *problems)
{
    struct yaml *yaml = yaml_load(path, problems);
    struct mapping *mapping = yaml == NULL ? NULL : mapping_parse(yaml, model, problems);
    yaml_free(yaml);
    return mapping;
}
