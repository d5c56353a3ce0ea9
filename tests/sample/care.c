/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/care.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sample/clinic.h"
#include "tests/sample/words.h"

enum purpose { FOR_DOCTOR = 301, FOR_CALL = 302 };
enum { MINUTE = 60 };

void care_hire(struct care *care)
{
    for (int i = 1; i <= DOCTORS; i++) {
        struct rng rng = rng_make(care->seed, FOR_DOCTOR, (uint64_t)i);
        struct person who;
        char rpps[16];
        person_stranger(&rng, &who);
        snprintf(rpps, sizeof(rpps), "10%09u", rng_below(&rng, 1000000000));
        snprintf(care->doctors[i], sizeof(care->doctors[i]), "%s", who.surname);
        store_doctor(care->store, i, &who, rpps);
        canaries_add(care->canaries, "doctor_name", who.surname);
        canaries_add(care->canaries, "doctor_name", who.given_name);
        canaries_add(care->canaries, "phone", who.phone);
        canaries_add(care->canaries, "rpps", rpps);
    }
}

bool care_epidemic(int day)
{
    int year = when_civil(day).year;
    struct rng rng = rng_make((uint64_t)year, 7, 0);
    int begin = rng_between(&rng, 0, 30);
    int at = when_day_of_year(day);
    return at >= begin && at < begin + 42;
}

/* What becomes of a call: two in three lead to an act. */
struct fate {
    const char *decision;
    const char *mode; /* of the consultation, "" for none */
    unsigned weight;
};

static const struct fate *fate_draw(struct rng *rng, int age)
{
    static const struct fate fates[] = {
        {"VIS", "HH", 480}, {"CS", "AMB", 140}, {"TC", "VR", 40}, {"CONS", "", 150},
        {"TRF", "", 55},    {"ANN", "", 130},   {"XX", "", 5}, /* a decision of an old release */
    };
    uint32_t left = rng_below(rng, age > 75 ? 600 : 1000); /* the very old are seen */
    const struct fate *fate = fates;
    while (left >= fate->weight) {
        left -= fate->weight;
        fate++;
    }
    return fate;
}

static const char *outcome_draw(struct rng *rng, int age)
{
    uint32_t n = rng_below(rng, 1000);
    uint32_t deaths = age > 85 ? 25 : age > 65 ? 8 : 1;
    if (n < deaths) {
        return "DCD";
    }
    return n < 90 ? "HOS" : n < 105 ? "SAM" : n < 190 ? "MT" : n < 200 ? "REF" : n < 203 ? "ZZ" : "DOM";
}

static void timestamps(struct rng *rng, const struct fate *fate, int64_t at, struct call *call)
{
    int64_t last = at;
    if (fate->mode[0] != '\0') {
        last += rng_between(rng, 20, 180) + MINUTE * rng_wait(rng, 12);
        when_text(last, call->transmitted);
        if (strcmp(fate->mode, "HH") == 0) {
            last += MINUTE * rng_wait(rng, 15);
            when_text(last, call->left);
        }
        last += MINUTE * (5 + rng_wait(rng, 18));
        when_text(last, call->arrived);
        last += MINUTE * (8 + rng_wait(rng, 14));
        when_text(last, call->ended);
        if (rng_chance(rng, 1, 1500)) { /* typed by hand: arrives before the call */
            when_text(at - 3 * MINUTE, call->arrived);
        } else if (rng_chance(rng, 1, 2000)) { /* closed two days later */
            last += 2 * 86400;
            when_text(last, call->ended);
        }
    } else if (strcmp(fate->decision, "ANN") == 0) {
        last += MINUTE * (1 + rng_wait(rng, 25));
        when_text(last, call->cancelled);
    }
    when_text(last + rng_between(rng, 30, 600), call->changed);
}

/* The duty rota's own words for the day and the hour. */
static const char *day_type(int day)
{
    static const char *const types[7] = {"O", "O", "O", "O", "O", "S", "D"};
    return when_holiday(day) ? "F" : types[when_weekday(day)];
}

static const char *duty_slot(int hour)
{
    return hour < 6 ? "N" : hour < 8 ? "M" : hour < 20 ? "J" : "S";
}

static void caller(struct rng *rng, struct care *care, const struct person *patient, struct call *call)
{
    static const int kinds[] = {1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 4, 4, 5, 6, 9};
    struct person other;
    call->caller_kind = PICK(rng, kinds);
    if (rng_chance(rng, 1, 900)) {
        call->caller_kind = 42; /* no such code in the table */
    }
    if (call->caller_kind == 1) {
        snprintf(call->caller_phone, sizeof(call->caller_phone), "%s", patient->phone);
    } else {
        person_stranger(rng, &other);
        phone_render(rng, other.phone, call->caller_phone);
        snprintf(call->caller_name, sizeof(call->caller_name), "%s %s", other.surname, other.given_name);
        canaries_add(care->canaries, "name", other.surname);
        canaries_add(care->canaries, "given_name", other.given_name);
        canaries_add(care->canaries, "name", call->caller_name);
    }
    canaries_add(care->canaries, "phone", call->caller_phone);
    if (rng_chance(rng, 1, 12)) {
        person_stranger(rng, &other);
        snprintf(call->address, sizeof(call->address), "%s %s", other.number, other.street);
        canaries_add(care->canaries, "address", call->address);
    }
}

static void vitals(struct rng *rng, int age, struct visit *visit)
{
    bool measured = age < 0 || age >= 12;
    visit->systolic = measured && rng_chance(rng, 4, 5) ? rng_between(rng, 95, 165) : NOT_MEASURED;
    visit->diastolic = visit->systolic == NOT_MEASURED ? NOT_MEASURED : rng_between(rng, 50, 95);
    visit->pulse = rng_chance(rng, 3, 4) ? rng_between(rng, 55, age < 5 ? 160 : 110) : NOT_MEASURED;
    visit->saturation = rng_chance(rng, 3, 4) ? rng_between(rng, 90, 100) : NOT_MEASURED;
    visit->temperature = rng_chance(rng, 4, 5) ? rng_between(rng, 360, 398) / 10.0 : NOT_MEASURED;
    visit->glucose = rng_chance(rng, 1, 6) ? rng_between(rng, 60, 280) / 100.0 : NOT_MEASURED;
    visit->pain = rng_chance(rng, 1, 3) ? rng_between(rng, 0, 10) : NOT_MEASURED;
    switch (rng_below(rng, 400)) { /* out of any plausible range: a slip of the keyboard */
    case 0:
        visit->systolic = rng_chance(rng, 1, 2) ? 1300 : 13;
        break;
    case 1:
        visit->temperature = rng_chance(rng, 1, 2) ? 385.0 : 3.8;
        break;
    case 2:
        visit->saturation = 980;
        break;
    case 3:
        visit->pulse = 0;
        break;
    default:
        break;
    }
}

static void treatments(struct rng *rng, struct care *care, const struct scene *scene, int64_t visit_id)
{
    char dose[NOTE_TEXT];
    int acts = rng_between(rng, 1, 2);
    for (int i = 0; i < acts; i++) {
        const struct act *act = clinic_act(rng);
        canaries_add_id(care->canaries, "record_id", care->next_act);
        store_act(care->store, care->next_act++, visit_id, act->code, act->label,
                  rng_chance(rng, 1, 12) ? 2 : 1);
    }
    int drugs = rng_between(rng, 0, 3);
    for (int i = 0; i < drugs; i++) {
        const struct drug *drug = clinic_drug(rng);
        note_dose(scene, dose);
        canaries_add_id(care->canaries, "record_id", care->next_prescription);
        store_prescription(care->store, care->next_prescription++, visit_id,
                           (const char *const[]){drug->cip, drug->atc, drug->name}, dose,
                           rng_between(rng, 1, 10));
    }
}

static void diagnoses(struct rng *rng, struct care *care, const struct reason *reason, int64_t visit_id)
{
    static const char *const certainties[] = {"C", "C", "P", "P", "S", ""};
    int count = rng_chance(rng, 1, 4) ? 2 : 1;
    for (int rank = 1; rank <= count; rank++) {
        const char *code = rng_chance(rng, 1, 700) ? "QQ9" : reason->diagnoses[rng_below(rng, 3)];
        store_diagnosis(care->store, visit_id, rank, code, PICK(rng, certainties));
    }
    if (rng_chance(rng, 1, 3000)) { /* the same key twice: an import of the vendor went wrong */
        store_diagnosis(care->store, visit_id, 1, "R69", "P");
    }
}

static void visit_write(struct rng *rng, struct care *care, const struct scene *scene,
                        const struct call *call, const struct reason *reason, const char *mode)
{
    static const char *const places[] = {"DOM", "DOM", "DOM", "DOM", "EHP", "VPU", "HOT", "GAV"};
    int age = person_age(scene->person, scene->day);
    struct visit visit = {.id = care->next_visit++, .call_number = call->number, .mode = mode};
    visit.outcome = outcome_draw(rng, age);
    visit.place = strcmp(mode, "AMB") == 0 ? "CAB" : PICK(rng, places);
    visit.doctor_id = call->doctor_id;
    vitals(rng, age, &visit);
    note_conclusion(scene, visit.conclusion);
    canaries_add_id(care->canaries, "record_id", visit.id);
    store_visit(care->store, &visit);
    diagnoses(rng, care, reason, visit.id);
    treatments(rng, care, scene, visit.id);
}

void care_call(struct care *care, uint64_t draw, const struct subject *subject, int64_t at,
               const char *number, const char *changed)
{
    static const char *const channels[] = {"TEL", "TEL", "TEL", "TEL", "TEL",
                                           "TEL", "WEB", "APP", "C15", "FAX"};
    static const char *const cancel_reasons[] = {"PAT", "DBL", "INJ", "AUT", ""};
    struct rng rng = rng_make(care->seed, FOR_CALL, draw);
    int day = when_local_day(at), age = person_age(subject->person, day);
    const struct reason *reason = clinic_reason(&rng, age, care_epidemic(day));
    const struct fate *fate = fate_draw(&rng, age);
    struct call call = {
        .reason = reason->code, .reason2 = "", .decision = fate->decision, .cancel_reason = ""};
    struct scene scene = {.rng = &rng,
                          .canaries = care->canaries,
                          .person = subject->person,
                          .complaint = reason->words,
                          .day = day};

    snprintf(call.number, sizeof(call.number), "%s", number);
    when_text(at, call.received);
    call.day_type = day_type(day);
    call.slot = duty_slot(when_local_hour(at));
    timestamps(&rng, fate, at, &call);
    if (changed != NULL) {
        snprintf(call.changed, sizeof(call.changed), "%s", changed);
    }
    if (rng_chance(&rng, 1, 6)) {
        call.reason2 = clinic_reason(&rng, age, false)->code;
    }
    if (rng_chance(&rng, 1, 1000)) {
        call.reason = "?12"; /* not a code of the thesaurus */
    }
    call.urgency = rng_between(&rng, 1, 4);
    call.channel = PICK(&rng, channels);
    if (strcmp(fate->decision, "ANN") == 0) {
        call.cancel_reason = PICK(&rng, cancel_reasons);
    }
    int doctor = rng_between(&rng, 1, DOCTORS);
    call.doctor_id = fate->mode[0] != '\0' ? doctor : 0;
    scene.doctor = care->doctors[doctor];
    call.has_patient = subject->has_patient;
    call.patient_id = subject->patient_id;
    caller(&rng, care, subject->person, &call);
    note_call(&scene, call.note);
    if (rng_chance(&rng, 1, 40)) {
        note_internal(&scene, call.internal);
    }
    canaries_add(care->canaries, "call_number", call.number);
    store_call(care->store, &call);
    for (int visits = fate->mode[0] == '\0' ? 0 : rng_chance(&rng, 1, 100) ? 2 : 1; visits > 0; visits--) {
        visit_write(&rng, care, &scene, &call, reason, fate->mode);
    }
}
