/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML file as a tree that remembers where each thing stood, over libyaml. Anchors, tags, several
 * documents and duplicate keys are refused: a person reads these files, and must read what we read. */
#ifndef CONTACT_YAML_H
#define CONTACT_YAML_H

#include "contact/problems.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    unsigned line, column;          /* from 1 */
    char *key;                      /* of a map's member, else NULL */
    char *text;                     /* of a scalar: as written, unquoted */
    bool quoted;                    /* so that "" and '~' differ from nothing and null */
    struct yaml_node *first, *next; /* children in order; next sibling */
    bool used;                      /* set by yaml_get; yaml_report_unused names what nobody asked for */
};

struct yaml {
    char *path;
    struct yaml_node *root; /* NULL for an empty file */
};

/* At most 1 MiB. NULL, with problems added, when it cannot be read or parsed. */
struct yaml *yaml_load(const char *path, struct problems *problems);
struct yaml *yaml_parse(const char *name, const char *text, size_t len, struct problems *problems);
void yaml_free(struct yaml *yaml); /* wipes nothing: secrets do not stand in YAML */
/* The member of a map, marked used; NULL when absent (or node is NULL or not a map). */
struct yaml_node *yaml_get(struct yaml_node *map, const char *key);
size_t yaml_count(const struct yaml_node *node); /* children */
bool yaml_is_null(const struct yaml_node *node); /* NULL, or plain ~, null or nothing */
/* The word of known (NULL-terminated, may be NULL) most like this one, for a hint; NULL when none is near. */
const char *yaml_nearest(const char *word, const char *const *known);
/* Adds a problem for each member of map (not deeper) that was never asked for, with the nearest of the
 * known keys as a hint. known is NULL-terminated, may be NULL. */
void yaml_report_unused(const struct yaml *yaml, const struct yaml_node *map, const char *const *known,
                        struct problems *problems);
/* problems_add at a node's place. */
void yaml_problem(const struct yaml *yaml, const struct yaml_node *node, struct problems *problems,
                  const char *hint, const char *format, ...) PRINTF(5, 6);

#endif
