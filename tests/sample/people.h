/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_PEOPLE_H
#define SAMPLE_PEOPLE_H

#include <stdint.h>

#include "tests/sample/canaries.h"
#include "tests/sample/rng.h"

/* Local record ids are long enough for the leak scan to look for them (it ignores values under 6 characters).
 */
#define PERSON_ID_BASE INT64_C(48200000)
#define PATIENT_ID_BASE INT64_C(61000000)

enum role { ROLE_ADULT, ROLE_SPOUSE, ROLE_CHILD, ROLE_INFANT, ROLE_ELDER };

/* What must be remembered of a person: the rest is made again from the seed, so a million fit in memory. */
struct kin {
    uint32_t household;
    int32_t seen_day; /* the day of the first call: ages are drawn for it */
    uint8_t role;
};

struct person {
    char surname[64], birth_name[64], given_name[48];
    int sex;        /* 1 man, 2 woman */
    char birth[32]; /* YYYY-MM-DD, empty when unknown */
    char phone[24], phone2[24];
    char number[8], street[64], complement[48], floor[8], door_code[12], intercom[64];
    char postal_code[12], commune[40];
    char email[96], nir[24];
};

/* Person `index` of the population drawn from `seed`: always the same one. */
void person_make(uint64_t seed, uint32_t index, const struct kin *kin, struct person *ret_person);

/* Somebody who is in no row: a neighbour, a carer, a relative named in a note. */
void person_stranger(struct rng *rng, struct person *ret_person);

/* Plants every identifying value of a row of `personnes`. */
void person_plant(const struct person *person, struct canaries *canaries);

/* Years of age on `day`, -1 when the birth date is unknown. */
int person_age(const struct person *person, int day);

/* A telephone number of ten digits, as people write it. */
void phone_render(struct rng *rng, const char *digits, char ret_text[static 32]);

/* Upper case of UTF-8 text for the letters French names use. */
void text_upper(const char *text, char *out, unsigned long size);

/* Plants a birth date: ISO only when no day in the warehouse could be the same. */
void plant_birth(struct canaries *canaries, const char *iso);

#endif
