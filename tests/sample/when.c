/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/when.h"

#include <stdio.h>

enum { HOUR = 3600, DAY = 86400 };

/* Days from civil and back: Howard Hinnant, "chrono-compatible low-level date algorithms". */
int when_day(struct civil date)
{
    int year = date.year - (date.month <= 2);
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil when_civil(int day)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    int month = shifted + (shifted < 10 ? 3 : -9);
    return (struct civil){.year = year_of_era + era * 400 + (month <= 2),
                          .month = month,
                          .day = day_of_year - (153 * shifted + 2) / 5 + 1};
}

int when_weekday(int day)
{
    return ((day + 3) % 7 + 7) % 7;
}

int when_day_of_year(int day)
{
    return day - when_day((struct civil){when_civil(day).year, 1, 1});
}

static int last_sunday(int year, int month)
{
    int last = when_day((struct civil){year, month, 31});
    return last - (when_weekday(last) + 1) % 7;
}

bool when_clocks_change(int day)
{
    int year = when_civil(day).year;
    return day == last_sunday(year, 3) || day == last_sunday(year, 10);
}

bool when_holiday(int day)
{
    static const struct {
        int month, day;
    } holidays[] = {{1, 1}, {5, 1}, {5, 8}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}};
    struct civil date = when_civil(day);
    for (size_t i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++) {
        if (holidays[i].month == date.month && holidays[i].day == date.day) {
            return true;
        }
    }
    return false;
}

/* Directive 2000/84/EC: summer time runs from 01:00 UTC of the last Sunday of March to that of October. */
static int offset(int64_t at)
{
    int year = when_civil((int)(at / DAY)).year;
    int64_t begin = (int64_t)last_sunday(year, 3) * DAY + HOUR;
    int64_t end = (int64_t)last_sunday(year, 10) * DAY + HOUR;
    return at >= begin && at < end ? 2 * HOUR : HOUR;
}

int64_t when_midnight(int day)
{
    int64_t at = (int64_t)day * DAY - HOUR;
    return at - (offset(at - HOUR) - HOUR);
}

int when_local_hour(int64_t at)
{
    return (int)((at + offset(at)) % DAY / HOUR);
}

int when_local_day(int64_t at)
{
    return (int)((at + offset(at)) / DAY);
}

void when_day_text(int day, char out[static WHEN_TEXT])
{
    struct civil date = when_civil(day);
    snprintf(out, WHEN_TEXT, "%04d-%02d-%02d", date.year % 10000, date.month, date.day);
}

void when_text(int64_t at, char out[static WHEN_TEXT])
{
    struct civil date = when_civil(when_local_day(at));
    int second = (int)((at + offset(at)) % DAY);
    snprintf(out, WHEN_TEXT, "%04d-%02d-%02d %02d:%02d:%02d", date.year % 10000, date.month, date.day,
             second / HOUR, second / 60 % 60, second % 60);
}

bool when_parse_day(const char *text, int *ret_day)
{
    struct civil date;
    char more;
    if (sscanf(text, "%4d-%2d-%2d%c", &date.year, &date.month, &date.day, &more) != 3) {
        return false;
    }
    struct civil back = when_civil(when_day(date));
    if (back.year != date.year || back.month != date.month || back.day != date.day) {
        return false;
    }
    *ret_day = when_day(date);
    return true;
}

bool when_parse(const char *text, int64_t *ret_at)
{
    char date[11];
    int day, hour = 0, minute = 0, second = 0;
    snprintf(date, sizeof(date), "%.10s", text);
    if (!when_parse_day(date, &day)) {
        return false;
    }
    if (text[10] != '\0' && sscanf(text + 10, " %2d:%2d:%2d", &hour, &minute, &second) < 2) {
        return false;
    }
    int64_t wall = (int64_t)day * DAY + hour * HOUR + minute * 60 + second;
    *ret_at = wall - offset(wall - HOUR);
    return true;
}
