/* SPDX-License-Identifier: Apache-2.0 */
/* What is recognised by which words: the tables that a person may read and add to. */
#ifndef AGENT_DISCOVER_RULES_H
#define AGENT_DISCOVER_RULES_H

#include "agent/discover/schema.h"

/* A column whose name says so identifies somebody. The first that fits counts, before any field. */
struct identifier_rule {
    const char *terms;
    const char *kind;
    enum {
        NEED_NOTHING,
        NEED_DATE,
        NEED_TEXT,  /* not a number */
        NEED_PERSON /* in the table of persons */
    } need;
};
extern const struct identifier_rule identifier_rules[]; /* ends with NULL terms */

/* What makes a table one of a role: points for its name, or for having such a column. */
struct role_rule {
    enum table_role role;
    int for_name, for_column;
    const char *terms;
};
extern const struct role_rule role_rules[]; /* ends with NULL terms */

/* A column whose name says so fills a field of the model; the first that fits counts. */
struct field_rule {
    const char *stream, *field;
    const char *terms;
};
extern const struct field_rule field_rules[]; /* ends with a NULL stream */

#endif
