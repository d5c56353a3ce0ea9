/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/change.h"

#include <stdio.h>
#include <string.h>

#include "tests/sample/clinic.h"

enum purpose { FOR_CHANGE = 501, PEOPLE_FROM = 0x20000000 };

struct change {
    struct care *care;
    struct rng rng;
    const struct change_options *options;
    char from[WHEN_TEXT], to[WHEN_TEXT], now[WHEN_TEXT];
    uint64_t draw;
};

/* A call received within the window: its rank is drawn, so the choice depends on the rows and the seed alone.
 */
static bool call_pick(struct change *change, const char *sql, char number[static 24])
{
    struct store *store = change->care->store;
    char list[512], count[512];
    snprintf(count, sizeof(count), "SELECT count(*) FROM (%s)", sql);
    snprintf(list, sizeof(list), "%s ORDER BY 1 LIMIT 1 OFFSET ?", sql);
    int64_t candidates = store_number(store, 0, count, "tt", change->from, change->to);
    if (candidates == 0) {
        return false;
    }
    int64_t rank = rng_below(&change->rng, (uint32_t)candidates);
    return store_text(store, number, 24, list, "tti", change->from, change->to, rank);
}

static int64_t patient_pick(struct change *change, const char *condition)
{
    char sql[256], number[24];
    snprintf(sql, sizeof(sql),
             "SELECT a.num FROM appels a JOIN patients p ON p.id = a.patient_id"
             " WHERE a.appel_le >= ? AND a.appel_le < ? AND %s",
             condition);
    if (!call_pick(change, sql, number)) {
        return 0;
    }
    return store_number(change->care->store, 0, "SELECT patient_id FROM appels WHERE num = ?", "t", number);
}

#define NOT_MERGED                                                                                           \
    "a.patient_id NOT IN (SELECT id_enfant FROM rapprochements UNION SELECT id_parent FROM rapprochements)"

static int64_t patient_add(struct change *change, struct person *person)
{
    struct care *care = change->care;
    int64_t id = 1 + store_number(care->store, PATIENT_ID_BASE, "SELECT max(id) FROM patients", "");
    int64_t person_id = 1 + store_number(care->store, PERSON_ID_BASE, "SELECT max(id) FROM personnes", "");
    struct kin kin = {.household = (uint32_t)id,
                      .seen_day = when_local_day(change->options->at),
                      .role = (uint8_t)rng_below(&change->rng, ROLE_ELDER + 1)};
    person_make(care->seed, PEOPLE_FROM + (uint32_t)change->draw, &kin, person);
    person_plant(person, care->canaries);
    canaries_add_id(care->canaries, "person_id", person_id);
    canaries_add_id(care->canaries, "patient_id", id);
    store_person(care->store, person_id, person, "");
    store_patient(care->store, id, person_id, "0", care->doctors[1]);
    return id;
}

static void call_number(struct change *change, int64_t at, char number[static 24])
{
    struct civil date = when_civil(when_local_day(at));
    char low[24], high[24], last[24] = "";
    unsigned sequence = 0;
    snprintf(low, sizeof(low), "%04d%02d%02d-", date.year % 10000, date.month, date.day);
    snprintf(high, sizeof(high), "%04d%02d%02d.", date.year % 10000, date.month, date.day);
    if (store_text(change->care->store, last, sizeof(last),
                   "SELECT max(num) FROM appels WHERE num >= ? AND num < ?", "tt", low, high) &&
        last[0] != '\0') {
        sscanf(last + 9, "%6u", &sequence);
    }
    snprintf(number, 24, "%.9s%06u", low, (sequence + 1) % 1000000);
}

static void call_add(struct change *change, int64_t at)
{
    struct person person;
    struct subject subject = {.person = &person, .has_patient = true};
    char number[24];
    subject.patient_id = rng_chance(&change->rng, 2, 5) ? patient_pick(change, "p.personne_id NOT NULL") : 0;
    if (subject.patient_id == 0 || !store_read_person(change->care->store, subject.patient_id, &person)) {
        subject.patient_id = patient_add(change, &person);
    }
    call_number(change, at, number);
    care_call(change->care, change->draw++, &subject, at, number, change->now);
}

static void touch(struct change *change, const char *number)
{
    if (rng_chance(&change->rng, 4, 5)) { /* the others: corrected without a trace, as by a vendor's script */
        store_run(change->care->store, "UPDATE appels SET modifie_le = ? WHERE num = ?", "tt", change->now,
                  number);
    }
}

static void person_correct(struct change *change, const char *number)
{
    struct store *store = change->care->store;
    int64_t id = store_number(store, 0,
                              "SELECT p.personne_id FROM appels a JOIN patients p ON p.id = a.patient_id"
                              " WHERE a.num = ?",
                              "t", number);
    char birth[WHEN_TEXT];
    when_day_text(rng_between(&change->rng, -12000, 14000), birth);
    store_run(store, "UPDATE personnes SET ddn = ?, cp = '20200', commune = 'Bastia' WHERE id = ?", "ti",
              birth, id);
    plant_birth(change->care->canaries, birth);
    canaries_add(change->care->canaries, "city", "Bastia");
}

static void call_correct(struct change *change, const char *number)
{
    static const char *const statements[] = {
        "UPDATE consultations SET ta_sys = coalesce(ta_sys, 120) + 3 WHERE appel_num = ?",
        "UPDATE consultations SET code_devenir = CASE code_devenir WHEN 'HOS' THEN 'DOM' ELSE 'HOS' END"
        " WHERE appel_num = ?",
        "UPDATE appels SET appel_le = strftime('%Y-%m-%d %H:%M:%S', appel_le, '-1 day') WHERE num = ?",
        "INSERT INTO diagnostics SELECT id, 9, 'R53', 'P' FROM consultations WHERE appel_num = ?",
        "UPDATE appels SET commentaire = coalesce(commentaire, '') || ' (complété)' WHERE num = ?",
        "UPDATE prescriptions SET jours = jours + 1 WHERE consultation_id IN"
        " (SELECT id FROM consultations WHERE appel_num = ?)",
    };
    struct store *store = change->care->store;
    switch (rng_below(&change->rng, 8)) {
    case 0:
        person_correct(change, number);
        break;
    case 1:
        store_run(store, "UPDATE appels SET code_motif = ? WHERE num = ?", "tt",
                  clinic_reason(&change->rng, 30, false)->code, number);
        break;
    default:
        store_run(store, PICK(&change->rng, statements), "t", number);
        break;
    }
    /* Whatever was drawn, the call itself changes too: a correction is never without effect. */
    store_run(store, "UPDATE appels SET urgence = urgence % 4 + 1 WHERE num = ?", "t", number);
    touch(change, number);
}

static void call_delete(struct change *change, const char *number)
{
    static const char *const statements[] = {
        "DELETE FROM diagnostics WHERE consultation_id IN (SELECT id FROM consultations WHERE appel_num = ?)",
        "DELETE FROM actes WHERE consultation_id IN (SELECT id FROM consultations WHERE appel_num = ?)",
        "DELETE FROM prescriptions WHERE consultation_id IN (SELECT id FROM consultations WHERE appel_num = "
        "?)",
        "DELETE FROM consultations WHERE appel_num = ?",
        "DELETE FROM appels WHERE num = ?",
    };
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        store_run(change->care->store, statements[i], "t", number);
    }
}

static int64_t merge_some(struct change *change, int64_t wanted)
{
    int64_t done = 0;
    for (int64_t i = 0; i < wanted; i++) {
        int64_t parent = patient_pick(change, NOT_MERGED), child = patient_pick(change, NOT_MERGED);
        if (parent != 0 && child != 0 && parent != child) {
            store_merge(change->care->store, parent, child, change->now);
            done++;
        }
    }
    return done;
}

static int64_t object_some(struct change *change, int64_t wanted)
{
    int64_t done = 0;
    for (int64_t i = 0; i < wanted; i++) {
        int64_t patient = patient_pick(change, "p.opposition IN (0, 'N')");
        if (patient != 0) {
            store_run(change->care->store,
                      i % 2 == 0 ? "UPDATE patients SET opposition = 1 WHERE id = ?"
                                 : "UPDATE patients SET opposition = 'O' WHERE id = ?",
                      "i", patient);
            done++;
        }
    }
    return done;
}

static int64_t each_call(struct change *change, int64_t wanted,
                         void (*apply)(struct change *change, const char *number))
{
    char number[24];
    int64_t done = 0;
    while (done < wanted &&
           call_pick(change, "SELECT num FROM appels WHERE appel_le >= ? AND appel_le < ?", number)) {
        apply(change, number);
        done++;
    }
    return done;
}

static void care_resume(struct care *care)
{
    for (int i = 1; i <= DOCTORS; i++) {
        store_text(care->store, care->doctors[i], sizeof(care->doctors[i]),
                   "SELECT nom FROM medecins WHERE id = ?", "i", (int64_t)i);
    }
    care->next_visit = 1 + store_number(care->store, VISIT_ID_BASE, "SELECT max(id) FROM consultations", "");
    care->next_act = 1 + store_number(care->store, ACT_ID_BASE, "SELECT max(id) FROM actes", "");
    care->next_prescription =
        1 + store_number(care->store, PRESCRIPTION_ID_BASE, "SELECT max(id) FROM prescriptions", "");
}

void change_apply(struct care *care, struct change_options *options)
{
    struct change change = {.care = care, .rng = rng_make(care->seed, FOR_CHANGE, 0), .options = options};
    int today = when_local_day(options->at);
    when_text(options->at, change.now);
    when_day_text(today - options->within, change.from);
    when_day_text(today + 1, change.to);
    care_resume(care);
    options->corrected = each_call(&change, options->corrected, call_correct);
    options->deleted = each_call(&change, options->deleted, call_delete);
    options->merged = merge_some(&change, options->merged);
    options->objected = object_some(&change, options->objected);
    for (int64_t i = 0; i < options->late; i++) {
        int day = today - rng_between(&change.rng, 1, options->within);
        call_add(&change, when_midnight(day) + rng_between(&change.rng, 0, 23 * 3600));
    }
    for (int64_t i = 0; i < options->added; i++) {
        call_add(&change, options->at - rng_between(&change.rng, 0, 600));
    }
}
