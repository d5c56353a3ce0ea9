/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/yaml.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "contact/buf.h"
#include "contact/language.h"

#define FILE_MAX (1024 * 1024)
#define DEPTH_MAX 16
#define NODES_MAX 50000

struct loader {
    yaml_parser_t parser;
    struct yaml *yaml;
    struct problems *problems;
    size_t nodes;
    bool failed;
};

static void node_free(struct yaml_node *node)
{
    while (node != NULL) {
        struct yaml_node *next = node->next;
        node_free(node->first);
        free(node->key);
        free(node->text);
        free(node);
        node = next;
    }
}

void yaml_free(struct yaml *yaml)
{
    if (yaml == NULL)
        return;
    node_free(yaml->root);
    free(yaml->path);
    free(yaml);
}

static void refuse(struct loader *l, yaml_mark_t mark, const char *hint, const char *message)
{
    if (!l->failed)
        problems_add(l->problems, l->yaml->path, (unsigned)mark.line + 1, (unsigned)mark.column + 1, hint,
                     "%s", message);
    l->failed = true;
}

/* The parser's own words name syntax, never content. */
static void refuse_syntax(struct loader *l)
{
    const yaml_parser_t *p = &l->parser;
    char message[200];
    snprintf(message, sizeof message, _("not YAML: %s"), p->problem == NULL ? "?" : p->problem);
    yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_READER_ERROR)
        mark = p->mark;
    refuse(l, mark, "check the indentation, and quote text that holds ': ' or '#'", message);
}

static bool next_event(struct loader *l, yaml_event_t *event)
{
    if (l->failed)
        return false;
    if (!yaml_parser_parse(&l->parser, event)) {
        refuse_syntax(l);
        return false;
    }
    return true;
}

static struct yaml_node *node_new(struct loader *l, enum yaml_kind kind, yaml_mark_t mark)
{
    struct yaml_node *node = calloc(1, sizeof *node);
    if (node == NULL || ++l->nodes > NODES_MAX) {
        refuse(l, mark, NULL, "too many entries");
        free(node);
        return NULL;
    }
    node->kind = kind;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    return node;
}

static struct yaml_node *read_node(struct loader *l, yaml_event_t *event, unsigned depth);

static struct yaml_node *read_list(struct loader *l, struct yaml_node *list, unsigned depth)
{
    struct yaml_node **last = &list->first;
    yaml_event_t event;
    while (next_event(l, &event)) {
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        *last = read_node(l, &event, depth);
        if (*last == NULL)
            break;
        last = &(*last)->next;
    }
    return list;
}

static bool has_key(const struct yaml_node *map, const char *key)
{
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next)
        if (n->key != NULL && strcmp(n->key, key) == 0)
            return true;
    return false;
}

/* Reads the value of a key whose event is given; NULL when it is refused. */
static struct yaml_node *read_member(struct loader *l, struct yaml_node *map, yaml_event_t *key_event,
                                     unsigned depth)
{
    yaml_mark_t mark = key_event->start_mark;
    char *key = NULL;
    if (key_event->type == YAML_SCALAR_EVENT)
        key = strdup((const char *)key_event->data.scalar.value);
    yaml_event_delete(key_event);
    if (key == NULL) {
        refuse(l, mark, NULL, "a key must be a plain word");
        return NULL;
    }
    if (has_key(map, key)) {
        char message[120];
        snprintf(message, sizeof message, _("\"%.60s\" stands here a second time"), key);
        refuse(l, mark, "keep one of them", message);
    }
    yaml_event_t event;
    struct yaml_node *value = next_event(l, &event) ? read_node(l, &event, depth) : NULL;
    if (value == NULL) {
        free(key);
        return NULL;
    }
    value->key = key;
    return value;
}

static struct yaml_node *read_map(struct loader *l, struct yaml_node *map, unsigned depth)
{
    struct yaml_node **last = &map->first;
    yaml_event_t event;
    while (next_event(l, &event)) {
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        *last = read_member(l, map, &event, depth);
        if (*last == NULL)
            break;
        last = &(*last)->next;
    }
    return map;
}

static struct yaml_node *read_scalar(struct loader *l, const yaml_event_t *event)
{
    struct yaml_node *node = node_new(l, YAML_SCALAR, event->start_mark);
    if (node == NULL)
        return NULL;
    if (event->data.scalar.length != strlen((const char *)event->data.scalar.value))
        refuse(l, event->start_mark, NULL, "text holds a NUL byte");
    node->text = strdup((const char *)event->data.scalar.value);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static bool is_decorated(const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    return anchor != NULL || tag != NULL || event->type == YAML_ALIAS_EVENT;
}

/* Consumes the event. */
static struct yaml_node *read_node(struct loader *l, yaml_event_t *event, unsigned depth)
{
    yaml_mark_t mark = event->start_mark;
    yaml_event_type_t type = event->type;
    struct yaml_node *node = NULL;
    if (is_decorated(event))
        refuse(l, mark, "write the value out where it is meant", "anchors, aliases and tags are not allowed");
    else if (depth > DEPTH_MAX)
        refuse(l, mark, NULL, "nested too deeply");
    else if (type == YAML_SCALAR_EVENT)
        node = read_scalar(l, event);
    else
        node = node_new(l, type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST, mark);
    yaml_event_delete(event);
    if (node == NULL || type == YAML_SCALAR_EVENT)
        return node;
    return type == YAML_MAPPING_START_EVENT ? read_map(l, node, depth + 1) : read_list(l, node, depth + 1);
}

static void read_document(struct loader *l)
{
    yaml_event_t event;
    bool seen = false;
    while (next_event(l, &event)) {
        yaml_event_type_t type = event.type;
        yaml_mark_t mark = event.start_mark;
        if (type == YAML_SCALAR_EVENT || type == YAML_MAPPING_START_EVENT ||
            type == YAML_SEQUENCE_START_EVENT || type == YAML_ALIAS_EVENT) {
            if (seen) {
                yaml_event_delete(&event);
                refuse(l, mark, "keep one", "a second document");
                return;
            }
            seen = true;
            l->yaml->root = read_node(l, &event, 0);
            continue;
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return;
    }
}

struct yaml *yaml_parse(const char *name, const char *text, size_t len, struct problems *problems)
{
    struct loader l = {.problems = problems, .yaml = calloc(1, sizeof(struct yaml))};
    if (l.yaml == NULL || !yaml_parser_initialize(&l.parser)) {
        free(l.yaml);
        problems_add(problems, name, 0, 0, NULL, "no memory");
        return NULL;
    }
    l.yaml->path = strdup(name);
    yaml_parser_set_input_string(&l.parser, (const unsigned char *)text, len);
    read_document(&l);
    yaml_parser_delete(&l.parser);
    if (!l.failed)
        return l.yaml;
    yaml_free(l.yaml);
    return NULL;
}

struct yaml *yaml_load(const char *path, struct problems *problems)
{
    struct buf text BUF_CLEANUP = BUF_INIT(FILE_MAX);
    struct err err;
    if (buf_read_file(&text, path, &err) != OK) {
        problems_add(problems, path, 0, 0,
                     err.hint[0] != '\0' ? err.hint : "check its name, and that the file is there", "%s",
                     err.message);
        return NULL;
    }
    return yaml_parse(path, buf_text(&text), text.len, problems);
}

struct yaml_node *yaml_get(struct yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (strcmp(n->key, key) == 0) {
            n->used = true;
            return n;
        }
    }
    return NULL;
}

size_t yaml_count(const struct yaml_node *node)
{
    size_t count = 0;
    for (const struct yaml_node *n = node == NULL ? NULL : node->first; n != NULL; n = n->next)
        count++;
    return count;
}

bool yaml_is_null(const struct yaml_node *node)
{
    if (node == NULL)
        return true;
    if (node->kind != YAML_SCALAR || node->quoted)
        return false;
    return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

void yaml_problem(const struct yaml *yaml, const struct yaml_node *node, struct problems *problems,
                  const char *hint, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, language_text(format), args);
    va_end(args);
    problems_add(problems, yaml->path, node == NULL ? 1 : node->line, node == NULL ? 1 : node->column, hint,
                 "%s", message);
}
