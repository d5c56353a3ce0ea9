/* SPDX-License-Identifier: Apache-2.0 */
/* What a kind of database must do; source.c sends each call on to one of them. */
#ifndef AGENT_SOURCE_BACKEND_H
#define AGENT_SOURCE_BACKEND_H

#include "agent/source/source.h"

struct source_backend {
    bool (*may_read_ahead)(void); /* one thread after another may use it; NULL: it is not known */
    const struct source_dialect *(*dialect)(const void *source);
    enum err_code (*open)(const struct source_options *options, void **ret, struct err *err);
    void (*close)(void *source);
    enum err_code (*query)(void *source, const char *sql, const char *const *values, size_t count, void **ret,
                           struct err *err);
    enum err_code (*next)(void *rows, const struct cell **ret_cells, size_t *ret_count, struct err *err);
    enum err_code (*end)(void *rows, struct err *err);
    enum err_code (*columns)(void *source, const char *table, struct source_column **ret, size_t *ret_count,
                             struct err *err);
    enum err_code (*explain)(void *source, const char *sql, const char *const *values, size_t count,
                             struct source_plan *ret, struct err *err);
};

extern const struct source_backend source_sqlite, source_odbc;

/* The table behind an alias, as our own statements name it: … FROM "table" AS "alias". */
void source_plan_table(const struct source_dialect *dialect, const char *sql, const char *alias, char *ret,
                       size_t size);

#endif
