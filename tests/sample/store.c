/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sample/schema.h"

enum table { DOCTOR, PERSON, PATIENT, MERGE, CALL, VISIT, DIAGNOSIS, ACT, PRESCRIPTION, TABLES };

static const char *const inserts[TABLES] = {
    [DOCTOR] = "INSERT INTO medecins VALUES (?,?,?,?,?)",
    [PERSON] = "INSERT INTO personnes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [PATIENT] = "INSERT INTO patients VALUES (?,?,?,?)",
    [MERGE] = "INSERT INTO rapprochements (id_parent, id_enfant, fait_le) VALUES (?,?,?)",
    [CALL] = "INSERT INTO appels VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [VISIT] = "INSERT INTO consultations VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [DIAGNOSIS] = "INSERT INTO diagnostics VALUES (?,?,?,?)",
    [ACT] = "INSERT INTO actes VALUES (?,?,?,?,?)",
    [PRESCRIPTION] = "INSERT INTO prescriptions VALUES (?,?,?,?,?,?,?)",
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *insert[TABLES];
};

static void must(struct store *store, int rc, int expected)
{
    if (rc != expected) {
        fprintf(stderr, "sample-dispatch: %s\n", sqlite3_errmsg(store->db));
        exit(1);
    }
}

static void run_all(struct store *store, const char *sql)
{
    must(store, sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static struct store *open_at(const char *path, int flags)
{
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        fputs("sample-dispatch: out of memory\n", stderr);
        exit(1);
    }
    must(store, sqlite3_open_v2(path, &store->db, flags, NULL), SQLITE_OK);
    must(store, sqlite3_busy_timeout(store->db, 30000), SQLITE_OK);
    return store;
}

static void prepare_inserts(struct store *store)
{
    for (int t = 0; t < TABLES; t++) {
        must(
            store,
            sqlite3_prepare_v3(store->db, inserts[t], -1, SQLITE_PREPARE_PERSISTENT, &store->insert[t], NULL),
            SQLITE_OK);
    }
}

struct store *store_create(const char *path)
{
    if (access(path, F_OK) == 0) {
        fprintf(
            stderr,
            "sample-dispatch: %s exists\nHINT: remove it, with its -wal and -shm, or choose another name\n",
            path);
        exit(1);
    }
    struct store *store = open_at(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    run_all(store, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; BEGIN");
    run_all(store, schema_tables);
    prepare_inserts(store);
    return store;
}

struct store *store_open(const char *path)
{
    struct store *store = open_at(path, SQLITE_OPEN_READWRITE);
    run_all(store, "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE");
    prepare_inserts(store);
    return store;
}

void store_finish(struct store *store)
{
    run_all(store, schema_indexes);
    run_all(store, "COMMIT; PRAGMA journal_mode=WAL");
}

void store_close(struct store *store)
{
    if (sqlite3_get_autocommit(store->db) == 0) {
        run_all(store, "COMMIT");
    }
    for (int t = 0; t < TABLES; t++) {
        sqlite3_finalize(store->insert[t]);
    }
    must(store, sqlite3_close(store->db), SQLITE_OK);
    free(store);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
    }
}

static void bind_measure(sqlite3_stmt *statement, int at, int value)
{
    if (value == NOT_MEASURED) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_int(statement, at, value);
    }
}

static void bind_real(sqlite3_stmt *statement, int at, double value)
{
    if (value < 0) {
        sqlite3_bind_null(statement, at);
    } else {
        sqlite3_bind_double(statement, at, value);
    }
}

static void step(struct store *store, enum table table)
{
    must(store, sqlite3_step(store->insert[table]), SQLITE_DONE);
    must(store, sqlite3_reset(store->insert[table]), SQLITE_OK);
}

void store_doctor(struct store *store, int64_t id, const struct person *who, const char *rpps)
{
    sqlite3_stmt *s = store->insert[DOCTOR];
    sqlite3_bind_int64(s, 1, id);
    bind_text(s, 2, who->surname);
    bind_text(s, 3, who->given_name);
    bind_text(s, 4, who->phone);
    bind_text(s, 5, rpps);
    step(store, DOCTOR);
}

void store_person(struct store *store, int64_t id, const struct person *who, const char *internal)
{
    const char *const texts[] = {who->phone, who->phone2,    who->number,   who->street,      who->complement,
                                 who->floor, who->door_code, who->intercom, who->postal_code, who->commune,
                                 who->email, who->nir,       internal};
    sqlite3_stmt *s = store->insert[PERSON];
    sqlite3_bind_int64(s, 1, id);
    bind_text(s, 2, who->surname);
    bind_text(s, 3, who->birth_name);
    bind_text(s, 4, who->given_name);
    sqlite3_bind_int(s, 5, who->sex);
    bind_text(s, 6, who->birth);
    for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
        bind_text(s, 7 + i, texts[i]);
    }
    step(store, PERSON);
}

void store_patient(struct store *store, int64_t id, int64_t person_id, const char *objection, const char *gp)
{
    sqlite3_stmt *s = store->insert[PATIENT];
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, person_id);
    if (objection[0] >= '0' && objection[0] <= '9') {
        sqlite3_bind_int(s, 3, objection[0] - '0');
    } else {
        bind_text(s, 3, objection);
    }
    bind_text(s, 4, gp);
    step(store, PATIENT);
}

void store_merge(struct store *store, int64_t parent, int64_t child, const char *at)
{
    sqlite3_stmt *s = store->insert[MERGE];
    sqlite3_bind_int64(s, 1, parent);
    sqlite3_bind_int64(s, 2, child);
    bind_text(s, 3, at);
    step(store, MERGE);
}

void store_call(struct store *store, const struct call *call)
{
    const char *const texts[] = {call->number,   call->received, call->transmitted, call->left,
                                 call->arrived,  call->ended,    call->cancelled,   call->changed,
                                 call->day_type, call->slot,     call->reason,      call->reason2};
    const char *const more[] = {call->caller_phone,  call->caller_name, call->address, call->decision,
                                call->cancel_reason, call->note,        call->internal};
    sqlite3_stmt *s = store->insert[CALL];
    for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
        bind_text(s, 1 + i, texts[i]);
    }
    sqlite3_bind_int(s, 13, call->urgency);
    bind_text(s, 14, call->channel);
    sqlite3_bind_int(s, 15, call->caller_kind);
    for (int i = 0; i < (int)(sizeof(more) / sizeof(more[0])); i++) {
        bind_text(s, 16 + i, more[i]);
    }
    if (call->has_patient) {
        sqlite3_bind_int64(s, 23, call->patient_id);
    } else {
        sqlite3_bind_null(s, 23);
    }
    if (call->doctor_id != 0) {
        sqlite3_bind_int64(s, 24, call->doctor_id);
    } else {
        sqlite3_bind_null(s, 24);
    }
    step(store, CALL);
}

void store_visit(struct store *store, const struct visit *visit)
{
    sqlite3_stmt *s = store->insert[VISIT];
    sqlite3_bind_int64(s, 1, visit->id);
    bind_text(s, 2, visit->call_number);
    bind_text(s, 3, visit->mode);
    bind_text(s, 4, visit->outcome);
    bind_text(s, 5, visit->place);
    bind_measure(s, 6, visit->systolic);
    bind_measure(s, 7, visit->diastolic);
    bind_measure(s, 8, visit->pulse);
    bind_measure(s, 9, visit->saturation);
    bind_real(s, 10, visit->temperature);
    bind_real(s, 11, visit->glucose);
    bind_measure(s, 12, visit->pain);
    bind_text(s, 13, visit->conclusion);
    sqlite3_bind_int64(s, 14, visit->doctor_id);
    step(store, VISIT);
}

void store_diagnosis(struct store *store, int64_t visit_id, int rank, const char *code, const char *certainty)
{
    sqlite3_stmt *s = store->insert[DIAGNOSIS];
    sqlite3_bind_int64(s, 1, visit_id);
    sqlite3_bind_int(s, 2, rank);
    bind_text(s, 3, code);
    bind_text(s, 4, certainty);
    step(store, DIAGNOSIS);
}

void store_act(struct store *store, int64_t id, int64_t visit_id, const char *code, const char *label,
               int count)
{
    sqlite3_stmt *s = store->insert[ACT];
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, visit_id);
    bind_text(s, 3, code);
    bind_text(s, 4, label);
    sqlite3_bind_int(s, 5, count);
    step(store, ACT);
}

void store_prescription(struct store *store, int64_t id, int64_t visit_id, const char *const drug[static 3],
                        const char *dose, int days)
{
    sqlite3_stmt *s = store->insert[PRESCRIPTION];
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, visit_id);
    for (int i = 0; i < 3; i++) {
        bind_text(s, 3 + i, drug[i]);
    }
    bind_text(s, 6, dose);
    sqlite3_bind_int(s, 7, days);
    step(store, PRESCRIPTION);
}

static sqlite3_stmt *prepare(struct store *store, const char *sql, const char *format, va_list values)
{
    sqlite3_stmt *statement;
    must(store, sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    for (int i = 0; format[i] != '\0'; i++) {
        if (format[i] == 'i') {
            sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));
        } else {
            bind_text(statement, i + 1, va_arg(values, const char *));
        }
    }
    return statement;
}

void store_run(struct store *store, const char *sql, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    sqlite3_stmt *statement = prepare(store, sql, format, values);
    va_end(values);
    must(store, sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

int64_t store_number(struct store *store, int64_t none, const char *sql, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    sqlite3_stmt *statement = prepare(store, sql, format, values);
    va_end(values);
    int64_t number = none;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        number = sqlite3_column_int64(statement, 0);
    }
    must(store, sqlite3_finalize(statement), SQLITE_OK);
    return number;
}

static void copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text == NULL ? "" : (const char *)text);
}

bool store_text(struct store *store, char *out, size_t size, const char *sql, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    sqlite3_stmt *statement = prepare(store, sql, format, values);
    va_end(values);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    if (found) {
        copy_text(statement, 0, out, size);
    }
    must(store, sqlite3_finalize(statement), SQLITE_OK);
    return found;
}

bool store_read_person(struct store *store, int64_t patient_id, struct person *ret_person)
{
    static const char sql[] = "SELECT nom, nom_naissance, prenom, ddn, tel, tel2, numero, rue, complement, "
                              "etage, code_porte, interphone,"
                              " cp, commune, email, nir, sexe FROM patients p JOIN personnes q ON q.id = "
                              "p.personne_id WHERE p.id = ?";
    struct person *who = ret_person;
    struct {
        char *text;
        size_t size;
    } const columns[] = {
        {who->surname, sizeof(who->surname)},
        {who->birth_name, sizeof(who->birth_name)},
        {who->given_name, sizeof(who->given_name)},
        {who->birth, sizeof(who->birth)},
        {who->phone, sizeof(who->phone)},
        {who->phone2, sizeof(who->phone2)},
        {who->number, sizeof(who->number)},
        {who->street, sizeof(who->street)},
        {who->complement, sizeof(who->complement)},
        {who->floor, sizeof(who->floor)},
        {who->door_code, sizeof(who->door_code)},
        {who->intercom, sizeof(who->intercom)},
        {who->postal_code, sizeof(who->postal_code)},
        {who->commune, sizeof(who->commune)},
        {who->email, sizeof(who->email)},
        {who->nir, sizeof(who->nir)},
    };
    enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };
    sqlite3_stmt *statement;
    must(store, sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_int64(statement, 1, patient_id);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    for (int i = 0; found && i < COLUMNS; i++) {
        copy_text(statement, i, columns[i].text, columns[i].size);
    }
    who->sex = found ? sqlite3_column_int(statement, COLUMNS) : 0;
    must(store, sqlite3_finalize(statement), SQLITE_OK);
    return found;
}

int store_changes(struct store *store)
{
    return sqlite3_changes(store->db);
}
