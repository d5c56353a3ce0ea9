/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/state/internal.h"

void state_put(struct state *state, const char *name, const char *value)
{
    if (value)
        state_run(state, state_sql(state,
                                   "INSERT INTO fact VALUES (?, ?)"
                                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                   "tt", name, value));
    else
        state_run(state, state_sql(state, "DELETE FROM fact WHERE name = ?", "t", name));
}

void state_put_int(struct state *state, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, value);
    state_put(state, name, text);
}

bool state_get(struct state *state, const char *name, char *ret, size_t size)
{
    *ret = '\0';
    sqlite3_stmt *s = state_sql(state, "SELECT value FROM fact WHERE name = ?", "t", name);
    bool found = false;
    while (state_step(state, s)) {
        state_text(s, 0, ret, size);
        found = true;
    }
    return found;
}

int64_t state_get_int(struct state *state, const char *name, int64_t otherwise)
{
    char text[24];
    return state_get(state, name, text, sizeof(text)) ? strtoll(text, NULL, 10) : otherwise;
}

void state_count(struct state *state, const char *group, const char *name, uint64_t more)
{
    if (more > 0)
        state_run(state, state_sql(state,
                                   "INSERT INTO counter VALUES (?, ?, ?)"
                                   " ON CONFLICT (grp, name) DO UPDATE SET count = count + excluded.count",
                                   "ttu", group, name, more));
}

void state_counts(struct state *state, const char *group,
                  void (*each)(void *context, const char *name, uint64_t count), void *context)
{
    sqlite3_stmt *s =
        state_sql(state, "SELECT name, count FROM counter WHERE grp = ? ORDER BY name", "t", group);
    while (state_step(state, s)) {
        char name[64];
        state_text(s, 0, name, sizeof(name));
        each(context, name, (uint64_t)sqlite3_column_int64(s, 1));
    }
}
