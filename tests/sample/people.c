/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/people.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sample/when.h"
#include "tests/sample/words.h"

enum purpose { FOR_HOUSEHOLD = 101, FOR_PERSON = 102 };

void text_upper(const char *text, char *out, unsigned long size)
{
    unsigned char before = 0;
    unsigned long n = 0;
    for (; *text != '\0' && n + 1 < size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x80) {
            c = (unsigned char)toupper(c);
        } else if (before == 0xC3 && c >= 0xA0 && c <= 0xBE && c != 0xB7) {
            c = (unsigned char)(c - 0x20);
        }
        out[n++] = (char)c;
        before = c;
    }
    out[n] = '\0';
}

/* Numbers of the ranges ARCEP keeps for fiction (decision 2018-0881), so that nobody's telephone is planted.
 */
static void mobile(struct rng *rng, char out[static 24])
{
    snprintf(out, 24, "063998%04u", rng_below(rng, 10000));
}

static void landline(struct rng *rng, const struct commune *commune, char out[static 24])
{
    snprintf(out, 24, "%s%04u", commune->dial, rng_below(rng, 10000));
}

void phone_render(struct rng *rng, const char *digits, char ret_text[static 32])
{
    static const char *const separators[] = {"", "", " ", " ", ".", "-", "/"};
    const char *separator = PICK(rng, separators);
    uint32_t prefix = rng_below(rng, 10);
    int n = prefix == 0   ? snprintf(ret_text, 32, "+33%s%c", separator, digits[1])
            : prefix == 1 ? snprintf(ret_text, 32, "0033%s%c", separator, digits[1])
                          : snprintf(ret_text, 32, "%.2s", digits);
    for (int pair = 2; pair < 10; pair += 2) {
        n += snprintf(ret_text + n, 32 - (size_t)n, "%s%.2s", separator, digits + pair);
    }
}

/* The home and the name on its letter-box, shared by all who live there. */
static const struct origin *household_make(uint64_t seed, uint32_t household, struct person *person)
{
    struct rng rng = rng_make(seed, FOR_HOUSEHOLD, household);
    const struct origin *origin = words_origin(&rng);
    const struct commune *commune = words_commune(&rng);
    snprintf(person->surname, sizeof(person->surname), "%s", PICK(&rng, origin->surnames));
    snprintf(person->number, sizeof(person->number), "%d%s", rng_between(&rng, 1, 180),
             rng_chance(&rng, 1, 15) ? " bis" : "");
    snprintf(person->street, sizeof(person->street), "%s", words_street(&rng));
    snprintf(person->postal_code, sizeof(person->postal_code), "%s", commune->code);
    snprintf(person->commune, sizeof(person->commune), "%s", commune->name);
    landline(&rng, commune, person->phone2);
    if (rng_chance(&rng, 3, 5)) {
        snprintf(person->floor, sizeof(person->floor), "%d", rng_between(&rng, 0, 12));
        snprintf(person->door_code, sizeof(person->door_code), "%0*u%c%0*u", rng_between(&rng, 2, 3),
                 rng_below(&rng, 100), (char)('A' + (int)rng_below(&rng, 6)), rng_between(&rng, 2, 3),
                 rng_below(&rng, 100));
        text_upper(person->surname, person->intercom, sizeof(person->intercom));
    }
    if (rng_chance(&rng, 1, 4)) {
        snprintf(person->complement, sizeof(person->complement), "%s bât %c", words_residence(&rng),
                 (char)('A' + (int)rng_below(&rng, 8)));
    }
    return origin;
}

static int age_days(struct rng *rng, enum role role)
{
    switch (role) {
    case ROLE_INFANT:
        return rng_chance(rng, 1, 12) ? rng_between(rng, 0, 27) : rng_between(rng, 0, 730);
    case ROLE_CHILD:
        return rng_between(rng, 1, rng_chance(rng, 2, 3) ? 7 : 17) * 365 + rng_between(rng, 0, 364);
    case ROLE_ELDER:
        return rng_between(rng, 68, rng_chance(rng, 1, 3) ? 106 : 94) * 365 + rng_between(rng, 0, 390);
    case ROLE_ADULT:
    case ROLE_SPOUSE:
        break;
    }
    return rng_between(rng, 19, 67) * 365 + rng_between(rng, 0, 390);
}

/* Numéro d'inscription au répertoire, with its key: 97 - number mod 97, Corsica's 2A as 19 and 2B as 18. */
static void nir_make(struct rng *rng, int sex, struct civil birth, char out[static 24])
{
    static const char *const departments[] = {"33", "33", "33", "75", "2A", "2B", "59", "97", "99", "13"};
    const char *department = PICK(rng, departments);
    unsigned commune = rng_below(rng, 900) + 1, order = rng_below(rng, 900) + 1;
    unsigned number = department[1] == 'A' ? 19 : department[1] == 'B' ? 18 : (unsigned)atoi(department);
    uint64_t digits = (uint64_t)sex;
    digits = digits * 100 + (unsigned)(birth.year % 100);
    digits = digits * 100 + (unsigned)birth.month;
    digits = ((digits * 100 + number) * 1000 + commune) * 1000 + order;
    snprintf(out, 24, "%d%02d%02d%s%03u%03u%02u", sex, birth.year % 100, birth.month, department, commune,
             order, 97 - (unsigned)(digits % 97));
}

/* An address of example.org (RFC 2606): letters without accents. */
static void email_make(struct rng *rng, struct person *person)
{
    char *out = person->email;
    size_t n = 0;
    const char *const parts[] = {person->given_name, person->surname};
    for (size_t i = 0; i < 2; i++) {
        for (const char *c = parts[i]; *c != '\0' && n < 60; c++) {
            if (isalpha((unsigned char)*c)) {
                out[n++] = (char)tolower((unsigned char)*c);
            }
        }
        out[n++] = '.';
    }
    snprintf(out + n - 1, sizeof(person->email) - n, "%u@example.%s", rng_below(rng, 100),
             rng_chance(rng, 1, 2) ? "org" : "net");
}

static void birth_make(struct rng *rng, enum role role, int seen_day, struct person *person)
{
    int born = seen_day - age_days(rng, role);
    when_day_text(born, person->birth);
    if (role >= ROLE_ELDER ? rng_chance(rng, 7, 8) : rng_chance(rng, 1, 2)) {
        nir_make(rng, person->sex, when_civil(born), person->nir);
    }
    if (rng_chance(rng, 1, 150)) {
        person->birth[0] = '\0';
    } else if (rng_chance(rng, 1, 3000)) {
        when_day_text(seen_day + 3650, person->birth); /* a typing error: born in ten years */
    }
}

void person_make(uint64_t seed, uint32_t index, const struct kin *kin, struct person *ret_person)
{
    struct person *person = ret_person;
    memset(person, 0, sizeof(*person));
    const struct origin *origin = household_make(seed, kin->household, person);
    struct rng rng = rng_make(seed, FOR_PERSON, index);
    person->sex = kin->role == ROLE_SPOUSE                                   ? 2
                  : rng_chance(&rng, kin->role == ROLE_ELDER ? 64 : 52, 100) ? 2
                                                                             : 1;
    if (kin->role == ROLE_SPOUSE || (person->sex == 2 && rng_chance(&rng, 1, 3) && kin->role != ROLE_CHILD)) {
        snprintf(person->birth_name, sizeof(person->birth_name), "%s",
                 PICK(&rng, words_origin(&rng)->surnames));
    }
    const struct origin *given = rng_chance(&rng, 3, 4) ? origin : words_origin(&rng);
    snprintf(person->given_name, sizeof(person->given_name), "%s",
             person->sex == 2 ? PICK(&rng, given->women) : PICK(&rng, given->men));
    birth_make(&rng, (enum role)kin->role, kin->seen_day, person);
    if (kin->role == ROLE_CHILD || kin->role == ROLE_INFANT || rng_chance(&rng, 1, 5)) {
        memcpy(person->phone, person->phone2, sizeof(person->phone)); /* the household's own line */
        person->phone2[0] = '\0';
    } else {
        mobile(&rng, person->phone);
    }
    if (rng_chance(&rng, 1, 3) && kin->role < ROLE_CHILD) {
        email_make(&rng, person);
    }
    if (rng_chance(&rng, 1, 2)) { /* half of the operators type in capitals */
        char typed[64];
        text_upper(person->surname, typed, sizeof(typed));
        memcpy(person->surname, typed, sizeof(typed));
    }
}

void person_stranger(struct rng *rng, struct person *ret_person)
{
    struct kin kin = {.household = (uint32_t)rng_next(rng), .seen_day = 18000, .role = ROLE_ADULT};
    person_make(rng_next(rng), (uint32_t)rng_next(rng), &kin, ret_person);
}

int person_age(const struct person *person, int day)
{
    int born;
    if (!when_parse_day(person->birth, &born)) {
        return -1;
    }
    return (day - born) / 365;
}

void plant_birth(struct canaries *canaries, const char *iso)
{
    if (iso[0] == '\0') {
        return;
    }
    /* Records' own days begin in 2015 (the mapping's `days`): a later birth date could equal one of them. */
    if (strcmp(iso, "2015") < 0) {
        canaries_add(canaries, "birth_date", iso);
    }
    char text[16];
    snprintf(text, sizeof(text), "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
    canaries_add(canaries, "birth_date", text);
}

void person_plant(const struct person *person, struct canaries *canaries)
{
    char address[80];
    canaries_add(canaries, "name", person->surname);
    canaries_add(canaries, "name", person->birth_name);
    canaries_add(canaries, "given_name", person->given_name);
    plant_birth(canaries, person->birth);
    canaries_add(canaries, "phone", person->phone);
    canaries_add(canaries, "phone", person->phone2);
    snprintf(address, sizeof(address), "%s %s", person->number, person->street);
    canaries_add(canaries, "address", address);
    canaries_add(canaries, "address", person->street);
    canaries_add(canaries, "address", person->complement);
    canaries_add(canaries, "door_code", person->door_code);
    canaries_add(canaries, "intercom", person->intercom);
    canaries_add(canaries, "city", person->commune);
    canaries_add(canaries, "postal_code", person->postal_code);
    canaries_add(canaries, "email", person->email);
    canaries_add(canaries, "nir", person->nir);
}
