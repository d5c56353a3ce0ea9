/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/civil.h"

#include <string.h>

/* Days before 1 March of year 0, so that leap days end a year. */
int32_t day_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void day_to_civil(int32_t number, int *ret_year, int *ret_month, int *ret_day)
{
    int z = number + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool day_valid(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    return day <= lengths[month - 1] + (month == 2 && leap(year));
}

static char *write_digits(char *to, int value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

void day_format(int32_t number, char text[static DAY_TEXT])
{
    int year, month, day;
    day_to_civil(number, &year, &month, &day);
    char *at = write_digits(text, year, 4);
    *at++ = '-';
    at = write_digits(at, month, 2);
    *at++ = '-';
    at = write_digits(at, day, 2);
    *at = '\0';
}

bool day_of_record(int32_t day)
{
    enum { FIRST = -719162, LAST = 2932896 };
    return day >= FIRST && day <= LAST;
}

int day_of_week(int32_t number)
{
    return (int)(((int64_t)number % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

/* What is left of the text being read. */
struct reader {
    const char *at, *end;
};

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* Exactly width digits. */
static bool take_number(struct reader *r, int width, int *ret)
{
    if (r->end - r->at < width)
        return false;
    int value = 0;
    for (int i = 0; i < width; i++) {
        if (r->at[i] < '0' || r->at[i] > '9')
            return false;
        value = value * 10 + (r->at[i] - '0');
    }
    r->at += width;
    *ret = value;
    return true;
}

static bool take_date(struct reader *r, struct civil *c)
{
    if (r->end - r->at >= 3 && r->at[2] == '/')
        return take_number(r, 2, &c->day) && take(r, '/') && take_number(r, 2, &c->month) && take(r, '/') &&
               take_number(r, 4, &c->year);
    if (!take_number(r, 4, &c->year))
        return false;
    bool dashes = take(r, '-');
    if (!take_number(r, 2, &c->month) || (dashes && !take(r, '-')))
        return false;
    return take_number(r, 2, &c->day);
}

/* HH:MM[:SS[.fraction]] */
static bool take_time(struct reader *r, struct civil *c)
{
    if (!take_number(r, 2, &c->hour) || !take(r, ':') || !take_number(r, 2, &c->minute))
        return false;
    if (take(r, ':')) {
        if (!take_number(r, 2, &c->second))
            return false;
        if (take(r, '.') || take(r, ',')) {
            const char *start = r->at;
            while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
                r->at++;
            if (r->at == start)
                return false;
        }
    }
    c->has_time = true;
    return c->hour < 24 && c->minute < 60 && c->second < 60;
}

/* Z, ±HH, ±HHMM or ±HH:MM, or nothing. */
static bool take_offset(struct reader *r, struct civil *c)
{
    if (take(r, 'Z')) {
        c->has_offset = true;
        return true;
    }
    int sign = take(r, '+') ? 1 : take(r, '-') ? -1 : 0;
    if (sign == 0)
        return true;
    int hours, minutes = 0;
    if (!take_number(r, 2, &hours))
        return false;
    if (take(r, ':') || r->at < r->end)
        if (!take_number(r, 2, &minutes))
            return false;
    c->has_offset = true;
    c->offset_s = sign * (hours * 3600 + minutes * 60);
    return hours <= 15 && minutes < 60;
}

bool civil_parse(const char *text, size_t len, struct civil *ret)
{
    struct reader r = {text, text + len};
    while (r.at < r.end && *r.at == ' ')
        r.at++;
    while (r.end > r.at && (r.end[-1] == ' ' || r.end[-1] == '\0'))
        r.end--;
    struct civil c = {0};
    if (!take_date(&r, &c) || !day_valid(c.year, c.month, c.day))
        return false;
    if (r.at < r.end) {
        if (!take(&r, 'T') && !take(&r, ' '))
            return false;
        if (!take_time(&r, &c))
            return false;
        take(&r, ' ');
        if (!take_offset(&r, &c) || r.at != r.end)
            return false;
    }
    *ret = c;
    return true;
}

int32_t day_parse(const char *text, size_t len)
{
    struct reader r = {text, text + len};
    int year, month, day;
    if (len != DAY_TEXT - 1 || !take_number(&r, 4, &year) || !take(&r, '-') || !take_number(&r, 2, &month) ||
        !take(&r, '-') || !take_number(&r, 2, &day) || !day_valid(year, month, day))
        return DAY_NONE;
    return day_from_civil(year, month, day);
}
