/* SPDX-License-Identifier: Apache-2.0 */
/* The person: declared once, joined into every stream that names one. */
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "agent/mapping/parse.h"
#include "contact/mem.h"

static const char *const PERSON_KEYS[] = {"from",        "key",    "merges",   "nobody", "objection",
                                          "identifiers", "fields", "encoding", NULL};
static const char *const MERGES_KEYS[] = {"from", "parent", "child", NULL};
static const char *const OBJECTION_KEYS[] = {"from", "objects", "allows", NULL};

/* A table's or column's name alone. */
static char *take_plain_name(struct mapping_parser *p, struct yaml_node *map, const char *key)
{
    const char *word = take_word(p, map, key, true);
    if (word == NULL)
        return NULL;
    size_t len = take_identifier(word);
    if (len > 0 && word[len] == '\0')
        return mem_dup(word);
    yaml_problem(p->yaml, yaml_get(map, key), p->problems, "a name alone, without alias", "%s is not a name",
                 key);
    return NULL;
}

static void parse_merges(struct mapping_parser *p, struct yaml_node *map)
{
    if (map == NULL || !is_map(p, map, "merges", "merges: {from: table, parent: column, child: column}"))
        return;
    struct mapping_merges *merges = p->mapping->merges = mem_new(1, sizeof *merges);
    merges->table = take_plain_name(p, map, "from");
    merges->parent = take_plain_name(p, map, "parent");
    merges->child = take_plain_name(p, map, "child");
    yaml_report_unused(p->yaml, map, MERGES_KEYS, p->problems);
}

/* The ids that mean nobody, in canonical form. */
static void parse_nobody(struct mapping_parser *p, struct yaml_node *map)
{
    char **words = take_words(p, map, "nobody", false, NULL);
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        struct buf BUF_CLEANUP id = BUF_INIT(CANONICAL_ID_MAX);
        struct cell cell = {.type = CELL_TEXT, .text = words[i], .len = strlen(words[i])};
        if (canonical_id(&cell, &id))
            p->mapping->nobody = mem_list_add(p->mapping->nobody, buf_text(&id));
    }
    mem_list_free(words);
}

static void check_apart(struct mapping_parser *p, const struct yaml_node *node)
{
    for (char **o = p->mapping->objects; o != NULL && *o != NULL; o++)
        for (char **a = p->mapping->allows; a != NULL && *a != NULL; a++)
            if (strcmp(*o, *a) == 0)
                yaml_problem(p->yaml, node, p->problems, NULL, "\"%.40s\" cannot both object and allow", *o);
}

static void parse_objection(struct mapping_parser *p, struct yaml_node *map)
{
    if (map == NULL || !is_map(p, map, "objection", "objection: {from: p.column, objects: [1], allows: [0]}"))
        return;
    p->mapping->objects = take_words(p, map, "objects", true, NULL);
    p->mapping->allows = take_words(p, map, "allows", true, &p->mapping->null_allows);
    if (p->mapping->objects == NULL && yaml_get(map, "objects") != NULL)
        yaml_problem(
            p->yaml, yaml_get(map, "objects"), p->problems,
            "the values that mean that the person objects; contact-agent discover --values shows them",
            "objects lists no value");
    check_apart(p, map);
    take_word(p, map, "from", true);
    yaml_report_unused(p->yaml, map, OBJECTION_KEYS, p->problems);
}

void parse_person(struct mapping_parser *p, struct yaml_node *root)
{
    struct yaml_node *map = yaml_get(root, "person");
    if (map == NULL || !is_map(p, map, "person", "person: {from: patients p, key: p.id, …}"))
        return;
    struct yaml_node *from = yaml_get(map, "from"), *key = yaml_get(map, "key");
    p->person_encoding = p->encoding;
    take_encoding(p, map, &p->person_encoding);
    if (from == NULL || key == NULL)
        yaml_problem(p->yaml, map, p->problems, "person: {from: patients p, key: p.id, …}", "%s is missing",
                     from == NULL ? "from" : "key");
    bool joined = from != NULL && parse_from(p, from, &p->mapping->person_from);
    if (key != NULL && parse_column(p, key, &p->mapping->person_key) && joined &&
        !from_has_alias(&p->mapping->person_from, p->mapping->person_key.alias))
        yaml_problem(p->yaml, key, p->problems, NULL, "no table of the person has the alias \"%s\"",
                     p->mapping->person_key.alias);
    parse_merges(p, yaml_get(map, "merges"));
    parse_nobody(p, map);
    parse_objection(p, yaml_get(map, "objection"));
    yaml_get(map, "identifiers");
    yaml_get(map, "fields");
    yaml_report_unused(p->yaml, map, PERSON_KEYS, p->problems);
    if (joined && p->mapping->person_key.alias != NULL)
        p->person = map;
}

static void join_parts(struct stream_parser *s, const struct scope *scope)
{
    struct yaml_node *map = s->p->person, *fields = yaml_get(map, "fields");
    unsigned found = take_column(s, map, "key", scope, true);
    s->stream->person_found = found == NO_COLUMN ? -1 : (int)found;
    struct yaml_node *objection = yaml_get(map, "objection");
    if (objection != NULL && objection->kind == YAML_MAP) {
        unsigned column = take_column(s, objection, "from", scope, false);
        s->stream->objection = column == NO_COLUMN ? -1 : (int)column;
    }
    take_identifiers(s, yaml_get(map, "identifiers"), scope);
    if (fields != NULL && is_map(s->p, fields, "fields", NULL))
        take_fields(s, fields, scope, true);
}

void join_person(struct stream_parser *s)
{
    struct mapping_parser *p = s->p;
    const struct scope scope = {.first = &p->mapping->person_from, .encoding = p->person_encoding};
    const struct mapping_from *person = &p->mapping->person_from;
    for (size_t i = 0; i < person->count; i++)
        if (mapping_table(p->mapping, s->stream, person->joins[i].alias) != person->joins[i].table)
            yaml_problem(p->yaml, p->person, p->problems,
                         "the person is joined into the stream: aliases must differ",
                         "%s: the alias \"%s\" is also the person's", s->name, person->joins[i].alias);
    struct problems *problems = p->problems;
    struct problems PROBLEMS_CLEANUP known = {0};
    if (p->person_fields_checked)
        p->problems = &known;
    join_parts(s, &scope);
    p->problems = problems;
    p->person_fields_checked = true;
}

struct mapping_stream *person_alone(struct mapping_parser *p)
{
    struct mapping_stream *person = mem_new(1, sizeof *person);
    struct stream_parser s = {.p = p, .stream = person, .name = "person"};
    const struct scope scope = {.first = &p->mapping->person_from, .encoding = p->person_encoding};
    if (p->person != NULL && !p->person_fields_checked)
        take_identifiers(&s, yaml_get(p->person, "identifiers"), &scope);
    free(s.uses);
    return person;
}
