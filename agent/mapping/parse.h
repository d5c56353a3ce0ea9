/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that parse a mapping share. Each adds its problems and goes on, so that a person sees all of
 * them at once; a function that could not read its part returns false, NULL or NO_COLUMN. */
#ifndef AGENT_MAPPING_PARSE_H
#define AGENT_MAPPING_PARSE_H

#include "agent/mapping/mapping.h"
#include "agent/mapping/rule.h"
#include "contact/yaml.h"

#define NO_COLUMN UINT32_MAX

struct mapping_parser {
    struct yaml *yaml;
    const struct model *model;
    struct mapping *mapping;
    struct problems *problems;
    struct yaml_node *person;    /* its block, or NULL */
    enum text_encoding encoding; /* of the whole mapping */
    enum text_encoding person_encoding;
    bool person_fields_checked; /* their problems are named once */
};

/* A stream being parsed. */
struct stream_parser {
    struct mapping_parser *p;
    struct mapping_stream *stream;
    const char *name;
    enum text_encoding encoding;
    unsigned *uses; /* by column: how often it is named */
};

/* Where a column may come from: one or two FROMs (the second may be NULL). */
struct scope {
    const struct mapping_from *first, *second;
    enum text_encoding encoding;
};

/* text.c: scalars and lists. */
const char *take_word(struct mapping_parser *p, struct yaml_node *map, const char *key, bool required);
/* A text or a list of texts, as a list; NULL when absent or wrong. ret_null (may be NULL): a plain null is
 * allowed as an element, and was there. */
char **take_words(struct mapping_parser *p, struct yaml_node *map, const char *key, bool required,
                  bool *ret_null);
char **node_words(struct mapping_parser *p, struct yaml_node *node, const char *what, bool *ret_null);
bool take_encoding(struct mapping_parser *p, struct yaml_node *map, enum text_encoding *ret);
bool is_map(struct mapping_parser *p, struct yaml_node *node, const char *what, const char *hint);
/* A problem whose hint is the nearest of known, if any is near. */
void problem_nearest(struct mapping_parser *p, const struct yaml_node *node, const char *word,
                     const char *const *known, const char *message);

/* labels.c */
void parse_labels(struct mapping_parser *p, struct yaml_node *root);
void free_labels(struct mapping *mapping);

/* from.c: the only SQL a mapping may hold. */
size_t take_identifier(const char *text); /* its length at the start of text, 0 when there is none */
bool parse_from(struct mapping_parser *p, const struct yaml_node *node, struct mapping_from *ret);
bool parse_column(struct mapping_parser *p, const struct yaml_node *node, struct mapping_column *ret);
/* "a.b = c.d" */
bool parse_condition(struct mapping_parser *p, const struct yaml_node *node, struct mapping_column *ret_left,
                     struct mapping_column *ret_right);
bool from_has_alias(const struct mapping_from *from, const char *alias);
void free_from(struct mapping_from *from);
void free_column(struct mapping_column *column);

/* column.c: the columns of one stream's SELECT. */
unsigned stream_column(struct stream_parser *s, const struct yaml_node *node, const struct scope *scope);
/* A member that names one column, or a text or list naming several. */
unsigned take_column(struct stream_parser *s, struct yaml_node *map, const char *key,
                     const struct scope *scope, bool required);
unsigned *take_columns(struct stream_parser *s, struct yaml_node *node, const char *what,
                       const struct scope *scope, unsigned *ret_count);
void take_identifiers(struct stream_parser *s, struct yaml_node *node, const struct scope *scope);

/* stream.c, person.c, fields.c, rule.c: from outside in. */
void parse_stream(struct mapping_parser *p, struct yaml_node *map);
void parse_person(struct mapping_parser *p, struct yaml_node *root);
void join_person(struct stream_parser *s); /* the person's columns, identifiers and fields into a stream */
/* The identifiers of a person whom no stream joins, as a stream's; none when one does. Freed by free_stream.
 */
struct mapping_stream *person_alone(struct mapping_parser *p);
void take_fields(struct stream_parser *s, struct yaml_node *map, const struct scope *scope, bool of_person);
struct mapping_rule *parse_rule(struct stream_parser *s, struct yaml_node *map,
                                const struct model_field *field, const struct scope *scope);
void free_rule(struct mapping_rule *rule);
void free_stream(struct mapping_stream *stream, unsigned field_count);
void join_texts(struct mapping *mapping); /* call.c, once all streams are there */
/* protected.c, likewise: no field, day or label reads what identifies somebody, or a local id. */
void check_protected(struct mapping_parser *p, struct yaml_node *root);
void hash_node(struct sha256_stream *hash, const struct yaml_node *node);

/* terms.c */
/* Adds a problem for each text that a person who reads it would not see as it is. True when there is one. */
bool refuse_controls(struct mapping_parser *p, const struct yaml_node *node);
void write_terms(struct mapping_parser *p, struct yaml_node *root); /* of a mapping without problems */

#endif
