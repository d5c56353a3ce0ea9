/* SPDX-License-Identifier: Apache-2.0 */
/* Hours, days, delays and ages. Local times of the two clock changes: a repeated hour is read as its first
 * occurrence, a skipped one as if the clock had not yet moved; a delay takes the shortest that is possible.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record/rules.h"

#define AGE_MAX 120 /* beyond: a placeholder such as 1900-01-01, not a person */
#define INFANT_MONTHS 24

static void put_two(char *to, int value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
}

enum withheld rule_hour(struct zone *zone, const struct word *word, struct value *ret,
                        char small[static SHORT_TEXT])
{
    struct civil civil, local;
    int64_t moments[2];
    if (!civil_parse(word->text, word->len, &civil) || !civil.has_time)
        return WITHHELD_BAD_VALUE;
    zone_moments(zone, &civil, moments);
    zone_civil(zone, moments[0], &local);
    int32_t day = day_from_civil(local.year, local.month, local.day);
    if (!day_of_record(day))
        return WITHHELD_BAD_VALUE;
    day_format(day, small);
    int minutes = abs(local.offset_s) / 60;
    small[10] = 'T';
    put_two(small + 11, local.hour);
    small[13] = local.offset_s < 0 ? '-' : '+';
    put_two(small + 14, minutes / 60);
    small[16] = ':';
    put_two(small + 17, minutes % 60);
    value_short(ret, small, small, 19);
    return WITHHELD_KINDS;
}

enum withheld rule_day(struct zone *zone, const struct word *word, struct value *ret,
                       char small[static SHORT_TEXT])
{
    struct civil civil;
    int32_t day = civil_parse(word->text, word->len, &civil) ? zone_day(zone, &civil) : DAY_NONE;
    if (!day_of_record(day))
        return WITHHELD_BAD_VALUE;
    day_format(day, small);
    value_short(ret, small, small, DAY_TEXT - 1);
    return WITHHELD_KINDS;
}

/* The smallest that is not negative, in seconds; -1 when all are. */
static int64_t shortest(const int64_t *since, int since_count, const int64_t *until, int until_count)
{
    int64_t best = -1;
    for (int s = 0; s < since_count; s++)
        for (int u = 0; u < until_count; u++) {
            int64_t delay = until[u] - since[s];
            if (delay >= 0 && (best < 0 || delay < best))
                best = delay;
        }
    return best;
}

enum withheld rule_delay(struct zone *zone, const struct model_field *field, const struct word *until,
                         const struct word *since, struct value *ret)
{
    struct civil end, start;
    int64_t ends[2], starts[2];
    if (!civil_parse(until->text, until->len, &end) || !civil_parse(since->text, since->len, &start) ||
        !end.has_time || !start.has_time)
        return WITHHELD_BAD_VALUE;
    int end_count = zone_moments(zone, &end, ends), start_count = zone_moments(zone, &start, starts);
    int64_t seconds = shortest(starts, start_count, ends, end_count);
    if (seconds < 0)
        return WITHHELD_OUT_OF_RANGE;
    ret->kind = VALUE_NUMBER;
    ret->number = seconds / 60 < field->max ? seconds / 60 : field->max;
    return WITHHELD_KINDS;
}

/* Completed months between two dates; the 29th of February is reached on 1 March of other years. */
static int months_between(int32_t from, int32_t to)
{
    int y1, m1, d1, y2, m2, d2;
    day_to_civil(from, &y1, &m1, &d1);
    day_to_civil(to, &y2, &m2, &d2);
    return (y2 - y1) * 12 + (m2 - m1) - (d2 < d1);
}

static const char *infant_class(int32_t days, int months)
{
    if (days < 28)
        return "0-27d";
    if (months < 3)
        return "1-2m";
    if (months < 6)
        return "3-5m";
    if (months < 12)
        return "6-11m";
    return months < 18 ? "12-17m" : "18-23m";
}

static int year_of(int32_t day)
{
    int y, m, d;
    day_to_civil(day, &y, &m, &d);
    return y;
}

enum withheld rule_age(struct zone *zone, const struct word *birth, int32_t day, bool death,
                       struct value *ret, char small[static SHORT_TEXT])
{
    struct civil civil;
    if (!civil_parse(birth->text, birth->len, &civil))
        return WITHHELD_BAD_VALUE;
    int32_t born = zone_day(zone, &civil);
    int years = year_of(day) - year_of(born), months = months_between(born, day);
    if (born > day || years > AGE_MAX)
        return WITHHELD_OUT_OF_RANGE;
    if (years >= 90)
        value_short(ret, small, "90+", 3);
    else if (death && (years < 10 || months < INFANT_MONTHS))
        value_short(ret, small, "0-9", 3);
    else if (death)
        value_short(ret, small,
                    (const char[]){(char)('0' + years / 10), '0', '-', (char)('0' + years / 10), '9'}, 5);
    else if (months < INFANT_MONTHS)
        value_short(ret, small, infant_class(day - born, months), strlen(infant_class(day - born, months)));
    else if (years < 10)
        value_short(ret, small, (const char[]){(char)('0' + years)}, 1);
    else
        value_short(ret, small, (const char[]){(char)('0' + years / 10), (char)('0' + years % 10)}, 2);
    return WITHHELD_KINDS;
}
