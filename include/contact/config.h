/* SPDX-License-Identifier: Apache-2.0 */
/* Settings as one table: it makes the parser, `config`, the man page and the sample file.
 *
 * A setting's name is its path in the file ("source.database"). Later files win over earlier ones. */
#ifndef CONTACT_CONFIG_H
#define CONTACT_CONFIG_H

#include <stdint.h>

#include "contact/yaml.h"

enum config_type {
    CONFIG_STRING,   /* char * (owned by the structure) */
    CONFIG_PATH,     /* char *, absolute, or taken relative to the file's folder */
    CONFIG_BOOL,     /* bool: true/false, yes/no, on/off */
    CONFIG_INT,      /* int64_t */
    CONFIG_DURATION, /* int64_t milliseconds: 500ms, 30s, 5m, 12h, 7d; a bare number is refused */
    CONFIG_SIZE,     /* int64_t bytes: 512KiB, 2GiB; a bare number is bytes */
    CONFIG_ENUM,     /* int, by its place in values */
};

struct config_option {
    const char *name;
    enum config_type type;
    size_t offset;             /* into the structure the table fills */
    const char *default_text;  /* parsed like a file's; NULL: the zero value */
    int64_t min, max;          /* of numbers, durations and sizes; both 0: no limit */
    const char *const *values; /* CONFIG_ENUM: NULL-terminated */
    const char *help;          /* one line */
};

#define CONFIG_ORIGIN_MAX 64 /* most options a table may have */

/* Where each value came from, by its place in the table: "default" or "file:line". Owned. */
struct config_origin {
    char *text[CONFIG_ORIGIN_MAX];
};

/* Fills *target from the defaults, path (may be missing when optional) and, in name order, the *.yaml of
 * path's sibling folder conf.d. Every problem is added; the result is usable only without errors. */
void config_load(const struct config_option *table, const char *path, bool optional, void *target,
                 struct config_origin *origin, struct problems *problems);
void config_free(const struct config_option *table, void *target, struct config_origin *origin);
/* "source.database = /srv/x.db    (agent.yaml:12)" a line; origin NULL leaves the place out. */
void config_print(const struct config_option *table, const void *target, const struct config_origin *origin,
                  FILE *to);
/* The same as one array of {name, value, from}, each value as a file may have it. */
void config_print_json(const struct config_option *table, const void *target,
                       const struct config_origin *origin, FILE *to);
/* The sample file: every option commented at its default, with its help. */
void config_print_sample(const struct config_option *table, FILE *to);

#endif
