/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/population.h"

#include <stdio.h>
#include <stdlib.h>

enum { RELATIVES_FROM = 0x40000000, RECENT = 3000 };

struct population {
    struct care *care;
    struct kin *patients; /* by index; the row's id is PATIENT_ID_BASE + index */
    uint32_t *called;     /* the patient of each call so far: who called often is drawn often */
    uint32_t patient_count, called_count, household_count, relative_count;
    struct person person;
};

struct population *population_new(struct care *care, uint32_t calls)
{
    struct population *population = calloc(1, sizeof(*population));
    if (population != NULL) {
        population->patients = calloc(calls, sizeof(*population->patients));
        population->called = calloc(calls, sizeof(*population->called));
    }
    if (population == NULL || population->patients == NULL || population->called == NULL) {
        fputs("sample-dispatch: out of memory\n", stderr);
        exit(1);
    }
    population->care = care;
    return population;
}

void population_free(struct population *population)
{
    if (population == NULL) {
        return;
    }
    free(population->patients);
    free(population->called);
    free(population);
}

/* One of `count` things, half the time one of the latest. */
static uint32_t draw_earlier(struct rng *rng, uint32_t count)
{
    if (count > RECENT && rng_chance(rng, 1, 2)) {
        return count - 1 - rng_below(rng, RECENT);
    }
    return rng_below(rng, count);
}

static const char *objection_draw(struct rng *rng)
{
    uint32_t n = rng_below(rng, 2000);
    if (n < 8) {
        return n % 2 == 0 ? "1" : "O";
    }
    return n == 8 ? "?" : n == 9 ? "" : n < 1200 ? "0" : "N"; /* the two odd ones say neither yes nor no */
}

/* A person who is in the product's directory but has never been a patient. */
static void relative_write(struct population *population, uint32_t household, int day)
{
    struct kin kin = {.household = household, .seen_day = day, .role = ROLE_ADULT};
    struct person relative;
    uint32_t index = RELATIVES_FROM + population->relative_count++;
    person_make(population->care->seed, index, &kin, &relative);
    person_plant(&relative, population->care->canaries);
    store_person(population->care->store, PERSON_ID_BASE * 2 + population->relative_count, &relative, "");
}

static void patient_write(struct population *population, struct rng *rng, uint32_t index)
{
    struct care *care = population->care;
    const struct kin *kin = &population->patients[index];
    struct scene scene = {.rng = rng, .canaries = care->canaries, .person = &population->person};
    char internal[NOTE_TEXT] = "";
    if (rng_chance(rng, 1, 30)) {
        note_internal(&scene, internal);
    }
    person_plant(&population->person, care->canaries);
    canaries_add_id(care->canaries, "person_id", PERSON_ID_BASE + index);
    canaries_add_id(care->canaries, "patient_id", PATIENT_ID_BASE + index);
    store_person(care->store, PERSON_ID_BASE + index, &population->person, internal);
    store_patient(care->store, PATIENT_ID_BASE + index, PERSON_ID_BASE + index, objection_draw(rng),
                  care->doctors[rng_between(rng, 1, DOCTORS)]);
    if (rng_chance(rng, 1, 25)) {
        relative_write(population, kin->household, kin->seen_day);
    }
}

static uint32_t patient_new(struct population *population, struct rng *rng, int day)
{
    static const uint8_t roles[] = {ROLE_ADULT, ROLE_ADULT, ROLE_ADULT,  ROLE_ADULT, ROLE_SPOUSE, ROLE_CHILD,
                                    ROLE_CHILD, ROLE_CHILD, ROLE_INFANT, ROLE_ELDER, ROLE_ELDER};
    uint32_t index = population->patient_count++;
    struct kin *kin = &population->patients[index];
    kin->seen_day = day;
    kin->role = PICK(rng, roles);
    kin->household = index > 0 && rng_chance(rng, 35, 100)
                         ? population->patients[draw_earlier(rng, index)].household
                         : population->household_count++;
    return index;
}

void population_draw(struct population *population, struct rng *rng, int day, struct subject *ret_subject)
{
    ret_subject->person = &population->person;
    uint32_t nobody = rng_below(rng, 1000);
    if (nobody < 50) {
        person_stranger(rng, &population->person);
        ret_subject->has_patient = nobody >= 25;
        ret_subject->patient_id = nobody >= 40 ? -1 : 0;
        return;
    }
    bool is_new = population->called_count == 0 || rng_chance(rng, 62, 100);
    uint32_t index = is_new ? patient_new(population, rng, day)
                            : population->called[draw_earlier(rng, population->called_count)];
    population->called[population->called_count++] = index;
    person_make(population->care->seed, index, &population->patients[index], &population->person);
    if (is_new) {
        patient_write(population, rng, index);
    }
    ret_subject->has_patient = true;
    ret_subject->patient_id = PATIENT_ID_BASE + index;
}

void population_merge(struct population *population, struct rng *rng, int day)
{
    uint32_t count = population->patient_count;
    uint32_t stride = 300;
    char at[WHEN_TEXT];
    for (uint32_t child = 2; child < count; child += rng_below(rng, stride) + 1) {
        uint32_t parent = rng_below(rng, child); /* always an earlier one: chains happen, circles do not */
        when_text(when_midnight(day - rng_between(rng, 0, 200)) + 39600, at);
        store_merge(population->care->store, PATIENT_ID_BASE + parent, PATIENT_ID_BASE + child, at);
        if (child + 1 < count && rng_chance(rng, 1, 4)) {
            store_merge(population->care->store, PATIENT_ID_BASE + child, PATIENT_ID_BASE + child + 1, at);
            child++;
        }
    }
}
