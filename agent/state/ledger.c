/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/ledger.h"

#include <string.h>

#include "agent/state/internal.h"

static void read_line(sqlite3_stmt *s, struct ledger_line *ret)
{
    *ret = (struct ledger_line){
        .left_on = (int32_t)sqlite3_column_int(s, 0),
        .batches = (uint64_t)sqlite3_column_int64(s, 2),
        .records = (uint64_t)sqlite3_column_int64(s, 3),
        .ends = (uint64_t)sqlite3_column_int64(s, 4),
        .bytes = (uint64_t)sqlite3_column_int64(s, 5),
    };
    state_text(s, 1, ret->stream, sizeof(ret->stream));
    state_blob(s, 6, ret->digest, SHORT_SIZE);
}

void ledger_add(struct state *state, const struct ledger_line *line)
{
    struct ledger_line sum = {.left_on = line->left_on};
    sqlite3_stmt *s = state_sql(state, "SELECT * FROM ledger WHERE left_on = ? AND stream = ?", "it",
                                (int64_t)line->left_on, line->stream);
    while (state_step(state, s))
        read_line(s, &sum);
    struct tally digest = {.count = 0};
    memcpy(digest.sum, sum.digest, SHORT_SIZE);
    tally_add(&digest, line->digest);
    state_run(state, state_sql(state, "INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", "ituuuub",
                               (int64_t)line->left_on, line->stream, sum.batches + line->batches,
                               sum.records + line->records, sum.ends + line->ends, sum.bytes + line->bytes,
                               digest.sum));
}

void ledger_each(struct state *state, int32_t from,
                 void (*each)(void *context, const struct ledger_line *line), void *context)
{
    sqlite3_stmt *s = state_sql(state, "SELECT * FROM ledger WHERE left_on >= ? ORDER BY left_on, stream",
                                "i", (int64_t)from);
    while (state_step(state, s)) {
        struct ledger_line line;
        read_line(s, &line);
        each(context, &line);
    }
}

void approval_put(struct state *state, const struct approval *a, const char *terms)
{
    state_run(state,
              state_sql(state, "INSERT INTO approval VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", "ittBBbBt",
                        a->at_s, a->who, a->site, a->model, sizeof(a->model), a->mapping, sizeof(a->mapping),
                        a->text, a->warehouse, sizeof(a->warehouse), terms ? terms : ""));
}

bool approval_latest(struct state *state, struct approval *ret)
{
    sqlite3_stmt *s = state_sql(state,
                                "SELECT at_s, who, site, model, mapping, text, warehouse FROM approval"
                                " ORDER BY number DESC LIMIT 1",
                                "");
    bool found = false;
    while (state_step(state, s)) {
        *ret = (struct approval){.at_s = sqlite3_column_int64(s, 0)};
        state_text(s, 1, ret->who, sizeof(ret->who));
        state_text(s, 2, ret->site, sizeof(ret->site));
        found = state_blob(s, 3, ret->model, sizeof(ret->model)) &&
                state_blob(s, 4, ret->mapping, sizeof(ret->mapping)) &&
                state_blob(s, 5, ret->text, SHORT_SIZE) &&
                state_blob(s, 6, ret->warehouse, sizeof(ret->warehouse));
    }
    return found;
}

void approval_terms(struct state *state, struct buf *out)
{
    sqlite3_stmt *s = state_sql(state, "SELECT terms FROM approval ORDER BY number DESC LIMIT 1", "");
    while (state_step(state, s)) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        buf_puts(out, text ? text : "");
    }
}

void audit_put(struct state *state, const struct audit_result *r)
{
    state_run(state, state_sql(state, "INSERT INTO audit VALUES (NULL, ?, ?, ?, ?)", "ituu", r->at_s, r->who,
                               r->notes, r->leaks));
}

void audit_each(struct state *state, void (*each)(void *context, const struct audit_result *result),
                void *context)
{
    sqlite3_stmt *s = state_sql(state, "SELECT at_s, who, notes, leaks FROM audit ORDER BY number", "");
    while (state_step(state, s)) {
        struct audit_result result = {.at_s = sqlite3_column_int64(s, 0),
                                      .notes = (uint64_t)sqlite3_column_int64(s, 2),
                                      .leaks = (uint64_t)sqlite3_column_int64(s, 3)};
        state_text(s, 1, result.who, sizeof(result.who));
        each(context, &result);
    }
}

void stop_put(struct state *state, const struct stop *stop)
{
    state_run(state, state_sql(state, "INSERT OR REPLACE INTO stop VALUES (?, ?, ?, ?, ?, ?, ?)", "tiiuuuu",
                               stop->stream, (int64_t)stop->sweep, stop->at_s, stop->days, stop->differing,
                               stop->records, stop->vanished));
}

static void read_stop(sqlite3_stmt *s, struct stop *ret)
{
    *ret = (struct stop){
        .sweep = sqlite3_column_int(s, 1),
        .at_s = sqlite3_column_int64(s, 2),
        .days = (uint64_t)sqlite3_column_int64(s, 3),
        .differing = (uint64_t)sqlite3_column_int64(s, 4),
        .records = (uint64_t)sqlite3_column_int64(s, 5),
        .vanished = (uint64_t)sqlite3_column_int64(s, 6),
    };
    state_text(s, 0, ret->stream, sizeof(ret->stream));
}

bool stop_get(struct state *state, const char *stream, struct stop *ret)
{
    bool found = false;
    sqlite3_stmt *s = state_sql(state, "SELECT * FROM stop WHERE stream = ?", "t", stream);
    while (state_step(state, s)) {
        read_stop(s, ret);
        found = true;
    }
    return found;
}

size_t stop_list(struct state *state, struct stop *ret, size_t max)
{
    size_t count = 0;
    sqlite3_stmt *s = state_sql(state, "SELECT * FROM stop ORDER BY stream", "");
    while (state_step(state, s))
        if (count < max)
            read_stop(s, &ret[count++]);
    return count;
}

void stop_clear(struct state *state, const char *stream)
{
    state_run(state, state_sql(state, "DELETE FROM stop WHERE stream = ?", "t", stream));
}

void exclusion_add(struct state *state, const char *stream, enum exclusion_kind kind,
                   const uint8_t id[static TOKEN_SIZE])
{
    state_run(state, state_sql(state, "INSERT OR IGNORE INTO exclusion VALUES (?, ?, ?)", "tib", stream,
                               (int64_t)kind, id));
}

void exclusion_clear(struct state *state, const char *stream, enum exclusion_kind kind)
{
    state_run(state, state_sql(state, "DELETE FROM exclusion WHERE stream = ? AND kind = ?", "ti", stream,
                               (int64_t)kind));
}

void exclusion_each(struct state *state, const char *stream,
                    void (*each)(void *context, enum exclusion_kind kind,
                                 const uint8_t id[static TOKEN_SIZE]),
                    void *context)
{
    sqlite3_stmt *s = state_sql(state, "SELECT kind, id FROM exclusion WHERE stream = ?", "t", stream);
    while (state_step(state, s)) {
        uint8_t id[TOKEN_SIZE];
        if (state_blob(s, 1, id, sizeof(id)))
            each(context, (enum exclusion_kind)sqlite3_column_int(s, 0), id);
    }
}
