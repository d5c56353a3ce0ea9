/* SPDX-License-Identifier: Apache-2.0 */
/* Which tables and columns each stream would read. */
#ifndef AGENT_DISCOVER_PLAN_H
#define AGENT_DISCOVER_PLAN_H

#include "agent/discover/schema.h"

#define PLAN_TABLES 3

/* A table in a FROM; all but the first are joined: left_alias.left = alias.right. */
struct plan_table {
    struct table *table;
    const char *alias;
    const char *left_alias;
    struct column *left, *right;
};

struct plan_column {
    const char *alias;
    struct column *column; /* NULL: none was found */
};

struct plan_stream {
    const struct model_stream *model;
    struct plan_table tables[PLAN_TABLES];
    unsigned count; /* 0: this stream was not found */
    struct plan_column key[2];
    unsigned key_count;
    struct plan_column episode, person, day, changed;
    struct plan_column fields[MODEL_FIELDS_MAX];
};

struct plan {
    const struct model *model;
    struct schema *schema;
    struct plan_table person[2]; /* the table that calls name, and the one that holds the names */
    unsigned person_count;
    struct plan_column person_key, objection;
    struct plan_column person_fields[3]; /* sex, age, geo */
    struct plan_stream *streams;         /* by the model's order */
    const struct plan_stream *call;      /* or NULL */
    struct {
        const struct table *table;
        const struct column *to_call, *outcome, *call_key;
    } death; /* table NULL: none */
};

MUST_CHECK enum err_code plan_make(struct schema *schema, const struct model *model, struct plan **ret,
                                   struct err *err);
void plan_free(struct plan *plan);

extern const char *const plan_person_fields[3];

#endif
