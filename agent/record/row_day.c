/* SPDX-License-Identifier: Apache-2.0 */
/* row_day: rows are found by comparing days as texts, so that only what stands in the order of days is one.
 */
#include <string.h>

#include "agent/record/record.h"

/* Two characters as a number; what is no digit counts as the digit nearest in the order of texts. */
static int pair(const char *text)
{
    int value = 0;
    for (int i = 0; i < 2; i++)
        value = value * 10 + (text[i] < '0' ? 0 : text[i] > '9' ? 9 : text[i] - '0');
    return value;
}

/* Where a text of the form YYYY-MM-DD stands that is no day: "2026-02-31" on the last of February. */
static int32_t place_of(const char *text)
{
    int year = pair(text) * 100 + pair(text + 2), month = pair(text + 5), day = pair(text + 8);
    if (month < 1)
        month = day = 1;
    if (month > 12) {
        month = 12;
        day = 31;
    }
    day = day < 1 ? 1 : day > 31 ? 31 : day;
    while (!day_valid(year, month, day))
        day--;
    return day_from_civil(year, month, day);
}

int32_t row_day(struct zone *zone, const struct cell *cell, bool *ret_readable)
{
    struct civil civil;
    int32_t day = DAY_NONE;
    *ret_readable = false;
    if (cell->type != CELL_TEXT || cell->len < DAY_TEXT - 1 || cell->text[4] != '-' || cell->text[7] != '-')
        return DAY_NONE;
    if (day_parse(cell->text, DAY_TEXT - 1) != DAY_NONE && civil_parse(cell->text, cell->len, &civil))
        day = zone_day(zone, &civil);
    *ret_readable = day_of_record(day);
    return *ret_readable ? day : place_of(cell->text);
}
