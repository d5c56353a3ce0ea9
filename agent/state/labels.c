/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/state/labels.h"

#include <string.h>

#include "agent/state/internal.h"

unsigned label_patients(struct state *state, const uint8_t code[static TOKEN_SIZE])
{
    unsigned count = 0;
    sqlite3_stmt *s = state_sql(state, "SELECT count(*) FROM label_patient WHERE code = ?", "b", code);
    while (state_step(state, s))
        count = (unsigned)sqlite3_column_int(s, 0);
    return count;
}

void label_seen(struct state *state, const uint8_t code[static TOKEN_SIZE],
                const uint8_t patient[static TOKEN_SIZE])
{
    if (label_patients(state, code) < LABEL_PATIENTS)
        state_run(state,
                  state_sql(state, "INSERT OR IGNORE INTO label_patient VALUES (?, ?)", "bb", code, patient));
}

void label_each_patient(struct state *state,
                        void (*each)(void *context, const uint8_t patient[static TOKEN_SIZE]), void *context)
{
    uint8_t patient[TOKEN_SIZE];
    sqlite3_stmt *s = state_sql(state, "SELECT patient FROM label_patient", "");
    while (state_step(state, s))
        if (state_blob(s, 0, patient, TOKEN_SIZE))
            each(context, patient);
}

void label_forget_patient(struct state *state, const uint8_t patient[static TOKEN_SIZE])
{
    state_run(state, state_sql(state, "DELETE FROM label_patient WHERE patient = ?", "b", patient));
}

void label_mark(struct state *state, const uint8_t code[static TOKEN_SIZE], enum label_mark mark,
                const uint8_t hash[static SHORT_SIZE])
{
    state_run(state, state_sql(state, "INSERT OR REPLACE INTO label VALUES (?, ?, ?)", "bib", code,
                               (int64_t)mark, hash));
}

bool label_is(struct state *state, const uint8_t code[static TOKEN_SIZE], enum label_mark mark,
              const uint8_t hash[static SHORT_SIZE])
{
    uint8_t marked[SHORT_SIZE];
    bool same = false;
    sqlite3_stmt *s =
        state_sql(state, "SELECT hash FROM label WHERE code = ? AND mark = ?", "bi", code, (int64_t)mark);
    while (state_step(state, s))
        same = state_blob(s, 0, marked, SHORT_SIZE) && memcmp(marked, hash, SHORT_SIZE) == 0;
    return same;
}
