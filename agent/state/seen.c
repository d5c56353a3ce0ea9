/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/seen.h"

#include "agent/state/internal.h"

static void read_row(sqlite3_stmt *s, struct seen *ret)
{
    *ret = (struct seen){.day = (int32_t)sqlite3_column_int(s, 1)};
    state_blob(s, 0, ret->id, TOKEN_SIZE);
    state_blob(s, 2, ret->raw, SHORT_SIZE);
    ret->sent = state_blob(s, 3, ret->fp, SHORT_SIZE);
}

bool seen_get(struct state *state, const char *stream, const uint8_t id[static TOKEN_SIZE], struct seen *ret)
{
    sqlite3_stmt *s =
        state_sql(state, "SELECT id, day, raw, fp FROM seen WHERE stream = ? AND id = ?", "tb", stream, id);
    bool found = false;
    while (state_step(state, s)) {
        read_row(s, ret);
        found = true;
    }
    return found;
}

void seen_put(struct state *state, const char *stream, const struct seen *row)
{
    state_run(state, state_sql(state, "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", "tbibb", stream,
                               row->id, (int64_t)row->day, row->raw, row->sent ? row->fp : NULL));
}

void seen_delete_day(struct state *state, const char *stream, int32_t day)
{
    state_run(state,
              state_sql(state, "DELETE FROM seen WHERE stream = ? AND day = ?", "ti", stream, (int64_t)day));
}

void seen_forget_before(struct state *state, int32_t day)
{
    state_run(state, state_sql(state, "DELETE FROM seen WHERE day < ?", "i", (int64_t)day));
}

uint64_t seen_count(struct state *state, const char *stream, int32_t from)
{
    uint64_t count = 0;
    sqlite3_stmt *s = state_sql(state, "SELECT count(*) FROM seen WHERE stream = ? AND day >= ?", "ti",
                                stream, (int64_t)from);
    while (state_step(state, s))
        count = (uint64_t)sqlite3_column_int64(s, 0);
    return count;
}

void seen_each(struct state *state, const char *stream, int32_t from,
               void (*each)(void *context, const struct seen *row), void *context)
{
    sqlite3_stmt *s = state_sql(state, "SELECT id, day, raw, fp FROM seen WHERE stream = ? AND day >= ?",
                                "ti", stream, (int64_t)from);
    while (state_step(state, s)) {
        struct seen row;
        read_row(s, &row);
        each(context, &row);
    }
}
