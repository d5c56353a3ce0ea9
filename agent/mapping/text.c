/* SPDX-License-Identifier: Apache-2.0 */
/* Words, lists of words and maps of a mapping. */
#include <stdio.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

bool is_map(struct mapping_parser *p, struct yaml_node *node, const char *what, const char *hint)
{
    if (node != NULL && node->kind == YAML_MAP)
        return true;
    yaml_problem(p->yaml, node, p->problems, hint, "%s must be a map", what);
    return false;
}

const char *take_word(struct mapping_parser *p, struct yaml_node *map, const char *key, bool required)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (node == NULL) {
        if (required)
            yaml_problem(p->yaml, map, p->problems, NULL, "%s is missing", key);
        return NULL;
    }
    if (node->kind == YAML_SCALAR && node->text[0] != '\0' && !yaml_is_null(node))
        return node->text;
    yaml_problem(p->yaml, node, p->problems, NULL, "%s must be a text", key);
    return NULL;
}

static void add_word(struct mapping_parser *p, const struct yaml_node *node, const char *what, char ***words,
                     bool *ret_null)
{
    if (node->kind != YAML_SCALAR)
        yaml_problem(p->yaml, node, p->problems, NULL, "an element of %s is not a text", what);
    else if (!yaml_is_null(node))
        *words = mem_list_add(*words, node->text);
    else if (ret_null != NULL)
        *ret_null = true;
    else
        yaml_problem(p->yaml, node, p->problems, "write \"\" for an empty text",
                     "an element of %s is nothing", what);
}

char **node_words(struct mapping_parser *p, struct yaml_node *node, const char *what, bool *ret_null)
{
    char **words = NULL;
    if (node->kind == YAML_MAP) {
        yaml_problem(p->yaml, node, p->problems, NULL, "%s must be a text or a list", what);
        return NULL;
    }
    if (node->kind == YAML_SCALAR)
        add_word(p, node, what, &words, ret_null);
    else
        for (const struct yaml_node *item = node->first; item != NULL; item = item->next)
            add_word(p, item, what, &words, ret_null);
    return words;
}

char **take_words(struct mapping_parser *p, struct yaml_node *map, const char *key, bool required,
                  bool *ret_null)
{
    struct yaml_node *node = yaml_get(map, key);
    if (node != NULL)
        return node_words(p, node, key, ret_null);
    if (required)
        yaml_problem(p->yaml, map, p->problems, NULL, "%s is missing", key);
    return NULL;
}

void problem_nearest(struct mapping_parser *p, const struct yaml_node *node, const char *word,
                     const char *const *known, const char *message)
{
    char hint[120];
    const char *near = yaml_nearest(word, known);
    if (near != NULL)
        snprintf(hint, sizeof hint, "did you mean \"%s\"?", near);
    yaml_problem(p->yaml, node, p->problems, near == NULL ? NULL : hint, "%s \"%.60s\"", message, word);
}

static const char *const encodings[] = {"utf-8", "cp1252", "latin1", "latin9", NULL};

const char *mapping_encoding_name(enum text_encoding encoding)
{
    return encodings[encoding];
}

bool take_encoding(struct mapping_parser *p, struct yaml_node *map, enum text_encoding *ret)
{
    const struct yaml_node *node = yaml_get(map, "encoding");
    if (node == NULL)
        return false;
    for (unsigned i = 0; node->kind == YAML_SCALAR && encodings[i] != NULL; i++) {
        if (strcmp(node->text, encodings[i]) == 0) {
            *ret = (enum text_encoding)i;
            return true;
        }
    }
    yaml_problem(p->yaml, node, p->problems, "utf-8, cp1252, latin1 or latin9", "unknown encoding");
    return false;
}
