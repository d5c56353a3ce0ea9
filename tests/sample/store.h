/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_STORE_H
#define SAMPLE_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/sample/notes.h"
#include "tests/sample/people.h"
#include "tests/sample/when.h"

/* The tables of the dispatch product, and one insert for each. An SQLite error ends the program: this is a
 * tool for tests and demonstrations, there is nothing to rescue. */

struct call {
    char number[24];
    char received[WHEN_TEXT], transmitted[WHEN_TEXT], left[WHEN_TEXT], arrived[WHEN_TEXT], ended[WHEN_TEXT];
    char cancelled[WHEN_TEXT], changed[WHEN_TEXT];
    const char *day_type, *slot;
    const char *reason, *reason2, *channel, *decision, *cancel_reason; /* "" is NULL */
    int urgency, caller_kind;
    char caller_phone[32], caller_name[128], address[96];
    char note[NOTE_TEXT], internal[NOTE_TEXT];
    bool has_patient; /* false: patient_id is NULL */
    int64_t patient_id;
    int64_t doctor_id; /* 0 is NULL */
};

struct visit {
    int64_t id;
    const char *call_number, *mode, *outcome, *place;
    int systolic, diastolic, pulse, saturation, pain; /* NOT_MEASURED is NULL */
    double temperature, glucose;                      /* NOT_MEASURED is NULL */
    char conclusion[NOTE_TEXT];
    int64_t doctor_id;
};
#define NOT_MEASURED (-1)

struct store;

/* A new file (an existing one is refused), or one that `create` made. */
struct store *store_create(const char *path);
struct store *store_open(const char *path);

/* Indexes come after the rows: building them once is several times faster. Leaves the file in WAL mode. */
void store_finish(struct store *store);
void store_close(struct store *store);

void store_doctor(struct store *store, int64_t id, const struct person *who, const char *rpps);
void store_person(struct store *store, int64_t id, const struct person *who, const char *internal);
void store_patient(struct store *store, int64_t id, int64_t person_id, const char *objection, const char *gp);
void store_merge(struct store *store, int64_t parent, int64_t child, const char *at);
void store_call(struct store *store, const struct call *call);
void store_visit(struct store *store, const struct visit *visit);
void store_diagnosis(struct store *store, int64_t visit_id, int rank, const char *code,
                     const char *certainty);
void store_act(struct store *store, int64_t id, int64_t visit_id, const char *code, const char *label,
               int count);
void store_prescription(struct store *store, int64_t id, int64_t visit_id, const char *const drug[static 3],
                        const char *dose, int days);

/* Runs one statement with whole-number and text parameters: format has a letter each, 'i' (int64_t) or 't'.
 */
void store_run(struct store *store, const char *sql, const char *format, ...);

/* First column of the first row; `none` when there is none or it is NULL. Texts are copied to `out`. */
int64_t store_number(struct store *store, int64_t none, const char *sql, const char *format, ...);
bool store_text(struct store *store, char *out, size_t size, const char *sql, const char *format, ...);

/* The row of `personnes` behind a patient; false if there is none. */
bool store_read_person(struct store *store, int64_t patient_id, struct person *ret_person);

int store_changes(struct store *store);

#endif
