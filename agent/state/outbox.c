/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/outbox.h"

#include "agent/state/day.h"
#include "agent/state/internal.h"

void outbox_put(struct state *state, const struct outbox_batch *batch, const void *sealed, size_t len)
{
    state_run(state, state_sql(state, "INSERT INTO outbox VALUES (?, ?, ?, ?)", "uiiB", batch->seq,
                               (int64_t)batch->lane, (int64_t)batch->is_void, sealed, len));
}

bool outbox_next(struct state *state, uint64_t after, struct outbox_batch *ret, struct buf *sealed)
{
    sqlite3_stmt *s =
        state_sql(state, "SELECT seq, lane, is_void, sealed FROM outbox WHERE seq > ? ORDER BY seq LIMIT 1",
                  "u", after);
    bool found = false;
    while (state_step(state, s)) {
        ret->seq = (uint64_t)sqlite3_column_int64(s, 0);
        ret->lane = (enum lane)sqlite3_column_int(s, 1);
        ret->is_void = sqlite3_column_int(s, 2) != 0;
        buf_append(sealed, sqlite3_column_blob(s, 3), (size_t)sqlite3_column_bytes(s, 3));
        found = true;
    }
    return found;
}

void outbox_remove(struct state *state, uint64_t upto)
{
    state_run(state, state_sql(state, "DELETE FROM outbox WHERE seq <= ?", "u", upto));
}

void batch_note(struct state *state, uint64_t seq, const char *stream, uint64_t records,
                const uint8_t *only_id)
{
    state_run(state, state_sql(state, "INSERT INTO batch VALUES (?, ?, ?, ?)", "utub", seq, stream, records,
                               only_id));
}

void batch_note_day(struct state *state, uint64_t seq, const char *stream, int32_t day, uint64_t first)
{
    state_run(state,
              state_sql(state,
                        "INSERT INTO batch_day VALUES (?, ?, ?, ?)"
                        " ON CONFLICT (seq, stream, day) DO UPDATE SET first = max(first, excluded.first)",
                        "utiu", seq, stream, (int64_t)day, first));
}

void batch_loaded(struct state *state, uint64_t upto)
{
    state_run(state, state_sql(state, "DELETE FROM batch_day WHERE seq <= ?", "u", upto));
    state_run(state, state_sql(state, "DELETE FROM batch WHERE seq <= ?", "u", upto));
}

uint64_t batch_unloaded(struct state *state)
{
    uint64_t count = 0;
    sqlite3_stmt *s = state_sql(state, "SELECT count(*) FROM batch", "");
    while (state_step(state, s))
        count = (uint64_t)sqlite3_column_int64(s, 0);
    return count;
}

bool batch_get(struct state *state, uint64_t seq, char *ret_stream, size_t size, uint64_t *ret_records,
               uint8_t *ret_only_id)
{
    sqlite3_stmt *s = state_sql(state, "SELECT stream, records, only_id FROM batch WHERE seq = ?", "u", seq);
    bool found = false;
    while (state_step(state, s)) {
        state_text(s, 0, ret_stream, size);
        *ret_records = (uint64_t)sqlite3_column_int64(s, 1);
        if (!state_blob(s, 2, ret_only_id, SHORT_SIZE) && *ret_records == 1)
            *ret_records = 0;
        found = true;
    }
    return found;
}

bool batch_smallest(struct state *state, uint64_t seq)
{
    bool smallest = true;
    sqlite3_stmt *s = state_sql(state,
                                "SELECT 1 FROM batch_day JOIN day USING (stream, day)"
                                " WHERE seq = ? AND halvings < ? LIMIT 1",
                                "ui", seq, (int64_t)DAY_HALVINGS_MAX);
    while (state_step(state, s))
        smallest = false;
    return smallest;
}

/* A day that is already to be sent keeps its work. */
#define ASK_WHERE(condition)                                                                                 \
    "UPDATE day SET work = max(work, 1), halvings = min(halvings + ?2, ?3)"                                  \
    " WHERE (stream, day) IN (SELECT stream, day FROM batch_day WHERE " condition ")"

void batch_lost(struct state *state, uint64_t seq, bool smaller)
{
    state_run(state, state_sql(state, ASK_WHERE("seq = ?1 OR (first > 0 AND first <= ?1 AND seq > ?1)"),
                               "uii", seq, (int64_t)smaller, (int64_t)DAY_HALVINGS_MAX));
    state_run(state, state_sql(state, "DELETE FROM batch WHERE seq = ?", "u", seq));
    state_run(state, state_sql(state, "DELETE FROM batch_day WHERE seq = ?", "u", seq));
}

void batch_lost_all(struct state *state)
{
    state_run(state, state_sql(state, ASK_WHERE("seq > ?1"), "iii", (int64_t)0, (int64_t)0,
                               (int64_t)DAY_HALVINGS_MAX));
    state_run(state, state_sql(state, "DELETE FROM batch", ""));
    state_run(state, state_sql(state, "DELETE FROM batch_day", ""));
    state_run(state, state_sql(state, "DELETE FROM outbox", ""));
}
