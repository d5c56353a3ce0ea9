/* SPDX-License-Identifier: Apache-2.0 */
/* Where the labels of codes stand. */
#include <stdlib.h>
#include <string.h>

#include "agent/mapping/parse.h"
#include "contact/mem.h"

static const char *const LABELS_KEYS[] = {"thesaurus", "from", "code", "label", "encoding", NULL};

/* One table's or column's name, without an alias. */
static char *take_name(struct mapping_parser *p, struct yaml_node *map, const char *key)
{
    const char *word = take_word(p, map, key, true);
    if (word != NULL && (take_identifier(word) == 0 || word[take_identifier(word)] != '\0'))
        yaml_problem(p->yaml, yaml_get(map, key), p->problems, "a name alone, without alias",
                     "%s is not the name of a table or column", key);
    return mem_dup(word);
}

static void parse_entry(struct mapping_parser *p, struct yaml_node *map)
{
    if (!is_map(p, map, "an entry of labels", "{thesaurus: name, from: table, code: column, label: column}"))
        return;
    struct mapping *m = p->mapping;
    m->labels = mem_grow(m->labels, m->label_count, sizeof *m->labels);
    struct mapping_labels *labels = &m->labels[m->label_count++];
    const char *thesaurus = take_word(p, map, "thesaurus", true);
    labels->thesaurus = thesaurus == NULL ? NULL : model_find_thesaurus(p->model, thesaurus);
    if (thesaurus != NULL && labels->thesaurus == NULL)
        yaml_problem(p->yaml, yaml_get(map, "thesaurus"), p->problems, "contact-agent model lists them",
                     "the model has no thesaurus \"%.40s\"", thesaurus);
    labels->table = take_name(p, map, "from");
    labels->code = take_name(p, map, "code");
    labels->label = take_name(p, map, "label");
    labels->encoding = p->encoding;
    take_encoding(p, map, &labels->encoding);
    yaml_report_unused(p->yaml, map, LABELS_KEYS, p->problems);
}

void parse_labels(struct mapping_parser *p, struct yaml_node *root)
{
    struct yaml_node *list = yaml_get(root, "labels");
    if (list != NULL && list->kind != YAML_LIST)
        yaml_problem(p->yaml, list, p->problems,
                     "- {thesaurus: name, from: table, code: column, label: column}",
                     "labels must be a list");
    else if (list != NULL)
        for (struct yaml_node *map = list->first; map != NULL; map = map->next)
            parse_entry(p, map);
}

void free_labels(struct mapping *mapping)
{
    for (unsigned i = 0; i < mapping->label_count; i++) {
        free(mapping->labels[i].table);
        free(mapping->labels[i].code);
        free(mapping->labels[i].label);
    }
    free(mapping->labels);
}
