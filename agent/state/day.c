/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/day.h"

#include <string.h>

#include "agent/state/internal.h"
#include "contact/civil.h"

#define COLUMNS                                                                                              \
    "day, work, raw_count, raw_sum, sent_count, sent_sum, held, held_count, held_sum, halvings, last_seq, "  \
    "request, gone, redo"

/* A state of an earlier version knew fewer reasons: those that came since are behind them. */
static void read_gone(sqlite3_stmt *s, int column, uint32_t ret[static DAY_GONE_KINDS])
{
    const void *data = sqlite3_column_blob(s, column);
    size_t size = (size_t)sqlite3_column_bytes(s, column), room = DAY_GONE_KINDS * sizeof(*ret);
    if (data)
        memcpy(ret, data, size < room ? size : room);
}

static void read_entry(sqlite3_stmt *s, struct day_entry *ret)
{
    *ret = (struct day_entry){
        .day = (int32_t)sqlite3_column_int(s, 0),
        .work = (enum day_work)sqlite3_column_int(s, 1),
        .held = sqlite3_column_int(s, 6) != 0,
        .halvings = (unsigned)sqlite3_column_int(s, 9),
        .last_seq = (uint64_t)sqlite3_column_int64(s, 10),
        .redo = (unsigned)sqlite3_column_int(s, 13),
    };
    state_tally(s, 2, &ret->raw);
    state_tally(s, 4, &ret->sent);
    state_tally(s, 7, &ret->held_raw);
    state_text(s, 11, ret->request, sizeof(ret->request));
    read_gone(s, 12, ret->gone);
}

bool day_get(struct state *state, const char *stream, int32_t day, struct day_entry *ret)
{
    *ret = (struct day_entry){.day = day};
    sqlite3_stmt *s = state_sql(state, "SELECT " COLUMNS " FROM day WHERE stream = ? AND day = ?", "ti",
                                stream, (int64_t)day);
    bool found = false;
    while (state_step(state, s)) {
        read_entry(s, ret);
        found = true;
    }
    return found;
}

void day_put(struct state *state, const char *stream, const struct day_entry *e)
{
    static const uint32_t none[DAY_GONE_KINDS];
    bool gone = memcmp(e->gone, none, sizeof(none)) != 0;
    sqlite3_stmt *s = state_sql(
        state, "INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?14, ?15)",
        "tiiububiubiut", stream, (int64_t)e->day, (int64_t)e->work, e->raw.count, e->raw.sum, e->sent.count,
        e->sent.sum, (int64_t)e->held, e->held_raw.count, e->held_raw.sum, (int64_t)e->halvings, e->last_seq,
        e->request[0] ? e->request : NULL);
    if (s && gone)
        sqlite3_bind_blob(s, 14, e->gone, sizeof(e->gone), SQLITE_TRANSIENT);
    else if (s)
        sqlite3_bind_null(s, 14);
    if (s)
        sqlite3_bind_int64(s, 15, (int64_t)e->redo);
    state_run(state, s);
}

void day_forget_before(struct state *state, const char *stream, int32_t day)
{
    state_run(state,
              state_sql(state, "DELETE FROM day WHERE stream = ? AND day < ?", "ti", stream, (int64_t)day));
    state_run(state,
              state_sql(state, "DELETE FROM seen WHERE stream = ? AND day < ?", "ti", stream, (int64_t)day));
}

size_t day_range(struct state *state, const char *stream, int32_t from, int32_t to, struct day_entry *ret,
                 size_t max)
{
    sqlite3_stmt *s = state_sql(
        state, "SELECT " COLUMNS " FROM day WHERE stream = ? AND day BETWEEN ? AND ? ORDER BY day LIMIT ?",
        "tiiu", stream, (int64_t)from, (int64_t)to, (uint64_t)max);
    size_t count = 0;
    while (state_step(state, s))
        if (count < max)
            read_entry(s, &ret[count++]);
    return count;
}

static int32_t one_day(struct state *state, sqlite3_stmt *s)
{
    int32_t day = DAY_NONE;
    while (state_step(state, s))
        day = (int32_t)sqlite3_column_int(s, 0);
    return day;
}

int32_t day_newest(struct state *state, const char *stream, int32_t to)
{
    return one_day(
        state, state_sql(state, "SELECT day FROM day WHERE stream = ? AND day <= ? ORDER BY day DESC LIMIT 1",
                         "ti", stream, (int64_t)to));
}

int32_t day_newest_work(struct state *state, const char *stream, enum day_work work, int32_t to)
{
    return one_day(state,
                   state_sql(state,
                             "SELECT day FROM day WHERE stream = ? AND work = ? AND work <> 0 AND day <= ?"
                             " ORDER BY day DESC LIMIT 1",
                             "tii", stream, (int64_t)work, (int64_t)to));
}

static uint64_t one_count(struct state *state, sqlite3_stmt *s)
{
    uint64_t count = 0;
    while (state_step(state, s))
        count = (uint64_t)sqlite3_column_int64(s, 0);
    return count;
}

uint64_t day_count_work(struct state *state, const char *stream, enum day_work work)
{
    return one_count(state,
                     state_sql(state, "SELECT count(*) FROM day WHERE stream = ? AND work = ? AND work <> 0",
                               "ti", stream, (int64_t)work));
}

void day_work_all(struct state *state, const char *stream, int32_t from, int32_t to, enum day_work old,
                  enum day_work now)
{
    state_run(state, state_sql(state,
                               "UPDATE day SET work = ? WHERE stream = ? AND work = ? AND work <> 0"
                               " AND day BETWEEN ? AND ?",
                               "itiii", (int64_t)now, stream, (int64_t)old, (int64_t)from, (int64_t)to));
}

void day_keep_held(struct state *state, const char *stream, int32_t to)
{
    state_run(state,
              state_sql(state,
                        "UPDATE day SET work = ? WHERE stream = ? AND work = ? AND held = 1 AND day <= ?",
                        "itii", (int64_t)DAY_ROWS_ONLY, stream, (int64_t)DAY_ASKED, (int64_t)to));
}

void day_ask(struct state *state, const char *stream, int32_t day, const char *request)
{
    static const uint8_t zero[SHORT_SIZE];
    state_run(state, state_sql(state,
                               "INSERT INTO day VALUES (?1, ?2, 1, 0, ?3, 0, ?3, 0, 0, ?3, 0, 0, ?4, NULL, 0)"
                               " ON CONFLICT (stream, day) DO UPDATE SET work = max(work, 1),"
                               " request = coalesce(excluded.request, request)",
                               "tibt", stream, (int64_t)day, zero, request));
}

void day_grow(struct state *state, const char *stream)
{
    state_run(state, state_sql(state,
                               "UPDATE day SET halvings = halvings - 1"
                               " WHERE stream = ? AND halvings > 0 AND work = 0",
                               "t", stream));
}

void day_redo(struct state *state, const char *stream, unsigned most)
{
    state_run(state, state_sql(state,
                               "UPDATE day SET work = 1 WHERE stream = ? AND redo BETWEEN 1 AND ?"
                               " AND work = 0 AND held = 0",
                               "ti", stream, (int64_t)most));
}

uint64_t day_count_redo(struct state *state, const char *stream)
{
    return one_count(
        state, state_sql(state, "SELECT count(*) FROM day WHERE stream = ? AND redo <> 0", "t", stream));
}

void day_pass_over(struct state *state, const char *stream, int32_t day, enum day_work work)
{
    static const uint8_t zero[SHORT_SIZE];
    state_run(state,
              state_sql(state,
                        "INSERT INTO day VALUES (?1, ?2, ?4, 0, ?3, 0, ?3, 0, 0, ?3, 0, 0, NULL, NULL, 0)"
                        " ON CONFLICT (stream, day) DO UPDATE SET work = max(work, excluded.work)",
                        "tibi", stream, (int64_t)day, zero, (int64_t)work));
}

int32_t day_next_passed(struct state *state, const char *stream, int32_t from)
{
    return one_day(state, state_sql(state,
                                    "SELECT day FROM day WHERE stream = ? AND work IN (6, 7) AND work <> 0"
                                    " AND day >= ? ORDER BY day LIMIT 1",
                                    "ti", stream, (int64_t)from));
}

void day_ask_passed(struct state *state, const char *stream, int32_t from, int32_t to, bool hold)
{
    state_run(state, state_sql(state,
                               "UPDATE day SET work = day BETWEEN ?2 AND ?3, held = held OR ?4"
                               " WHERE stream = ?1 AND work IN (6, 7) AND work <> 0",
                               "tiii", stream, (int64_t)from, (int64_t)to, (int64_t)hold));
}

void day_release(struct state *state, const char *stream)
{
    state_run(
        state,
        state_sql(state,
                  "UPDATE day SET work = 4, held = 0 WHERE stream = ? AND (held = 1 OR work IN (2, 3, 5))",
                  "t", stream));
}

void day_each(struct state *state, const char *stream, int32_t from, int32_t to,
              bool (*each)(void *context, const struct day_entry *entry), void *context)
{
    sqlite3_stmt *s =
        state_sql(state, "SELECT " COLUMNS " FROM day WHERE stream = ? AND day BETWEEN ? AND ? ORDER BY day ",
                  "tii", stream, (int64_t)from, (int64_t)to);
    while (state_step(state, s)) {
        struct day_entry entry;
        read_entry(s, &entry);
        if (!each(context, &entry)) {
            sqlite3_reset(s);
            return;
        }
    }
}

void day_sum(struct state *state, const char *stream, struct day_sums *ret)
{
    *ret = (struct day_sums){.first = DAY_NONE, .last = DAY_NONE, .first_passed = DAY_NONE};
    sqlite3_stmt *s = state_sql(state,
                                "SELECT count(*), coalesce(sum(sent_count), 0), coalesce(sum(held), 0),"
                                " coalesce(sum(work BETWEEN 1 AND 5), 0), min(day), max(day),"
                                " coalesce(sum(work > 5), 0), min(CASE WHEN work > 5 THEN day END)"
                                " FROM day WHERE stream = ?",
                                "t", stream);
    while (state_step(state, s)) {
        ret->days = (uint64_t)sqlite3_column_int64(s, 0);
        ret->records = (uint64_t)sqlite3_column_int64(s, 1);
        ret->held = (uint64_t)sqlite3_column_int64(s, 2);
        ret->waiting = (uint64_t)sqlite3_column_int64(s, 3);
        if (ret->days > 0) {
            ret->first = (int32_t)sqlite3_column_int(s, 4);
            ret->last = (int32_t)sqlite3_column_int(s, 5);
        }
        ret->passed = (uint64_t)sqlite3_column_int64(s, 6);
        if (ret->passed > 0)
            ret->first_passed = (int32_t)sqlite3_column_int(s, 7);
    }
}
