/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/create.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/sample/population.h"

enum purpose { FOR_HISTORY = 401, FOR_INSTANTS = 402 };
enum { HOUR = 3600 };

/* Calls come when surgeries are closed: in the evening, at week-ends and on public holidays. */
static unsigned day_weight(int day)
{
    static const unsigned weekdays[7] = {105, 92, 92, 94, 100, 150, 165};
    struct civil date = when_civil(day);
    unsigned weight = when_holiday(day) ? 170 : weekdays[when_weekday(day)];
    static const unsigned months[13] = {0, 118, 115, 108, 100, 96, 92, 88, 84, 92, 100, 106, 120};
    return weight * months[date.month] * (care_epidemic(day) ? 140 : 100) / 100;
}

static const unsigned hour_weights[24] = {45, 35, 28, 24, 22, 26, 40, 60,  75,  80,  75, 66,
                                          62, 60, 58, 56, 58, 66, 84, 105, 118, 112, 92, 66};

static int compare_instants(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t draw_instant(struct rng *rng, int day, int hours)
{
    int64_t midnight = when_midnight(day);
    for (;;) {
        int64_t at = midnight + HOUR * (int64_t)rng_below(rng, (uint32_t)hours);
        if (rng_chance(rng, hour_weights[when_local_hour(at)], 118)) {
            return at + rng_below(rng, HOUR);
        }
    }
}

/* The instants of one day's calls, in order; some of them in the hour that the clocks skip or repeat. */
static void day_instants(struct rng *rng, int day, int64_t *instants, uint32_t count)
{
    static const int64_t around_change[] = {HOUR * 2 - 60, HOUR * 2, HOUR * 5 / 2, HOUR * 7 / 2};
    int hours = (int)((when_midnight(day + 1) - when_midnight(day)) / HOUR);
    for (uint32_t i = 0; i < count; i++) {
        instants[i] =
            hours != 24 && i < 4 ? when_midnight(day) + around_change[i] : draw_instant(rng, day, hours);
    }
    qsort(instants, count, sizeof(*instants), compare_instants);
}

static void day_write(struct care *care, struct population *population, struct rng *rng, struct rng *when,
                      int day, uint32_t count, uint64_t first_draw)
{
    int64_t *instants = calloc(count + 1, sizeof(*instants));
    if (instants == NULL) {
        fputs("sample-dispatch: out of memory\n", stderr);
        exit(1);
    }
    struct civil date = when_civil(day);
    day_instants(when, day, instants, count);
    for (uint32_t i = 0; i < count; i++) {
        struct subject subject;
        char number[24];
        snprintf(number, sizeof(number), "%04d%02d%02d-%06u", date.year % 10000, date.month, date.day, i + 1);
        population_draw(population, rng, day, &subject);
        care_call(care, first_draw + i, &subject, instants[i], number, NULL);
    }
    free(instants);
}

void create_history(struct care *care, const struct create_options *options)
{
    /* When calls come has draws of its own: the nth call is by the same person about the same on whatever
     * days. */
    struct rng rng = rng_make(care->seed, FOR_HISTORY, 0), instants = rng_make(care->seed, FOR_INSTANTS, 0);
    struct population *population = population_new(care, options->calls);
    uint64_t total = 0, passed = 0;
    uint32_t written = 0;
    for (int day = options->first_day; day <= options->last_day; day++) {
        total += day_weight(day);
    }
    care_hire(care);
    for (int day = options->first_day; day <= options->last_day; day++) {
        passed += day_weight(day);
        uint32_t until = (uint32_t)(options->calls * passed / total);
        day_write(care, population, &rng, &instants, day, until - written, written);
        written = until;
    }
    population_merge(population, &rng, options->last_day);
    oddities_plant(care, options->calls, options->first_day, options->last_day);
    population_free(population);
}
