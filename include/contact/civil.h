/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates and times of one time zone: the arithmetic of days, ages and delays.
 *
 * A day is an int32_t: days since 1970-01-01, proleptic Gregorian. */
#ifndef CONTACT_CIVIL_H
#define CONTACT_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/err.h"

#define DAY_NONE INT32_MIN
#define DAY_TEXT 11 /* "2026-01-02" and its NUL; years 0000 to 9999 */

struct civil {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    bool has_time;    /* false: the source gave a date alone */
    bool has_offset;  /* the source gave a UTC offset; else it is the zone's local time */
    int32_t offset_s; /* seconds east of UTC, when has_offset */
};

int32_t day_from_civil(int year, int month, int day); /* the date must be valid */
void day_to_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day);
bool day_valid(int year, int month, int day);
void day_format(int32_t day, char text[static DAY_TEXT]);
int32_t day_parse(const char *text, size_t len); /* exactly YYYY-MM-DD, else DAY_NONE */
/* Whether a record may be of this day: from 0001-01-01, for PostgreSQL knows no year 0, to 9999-12-31. Bounds
 * and tallies may be of any day. */
bool day_of_record(int32_t day);
int day_of_week(int32_t day); /* 0 Monday to 6 Sunday */

/* Reads YYYY-MM-DD, YYYYMMDD, DD/MM/YYYY, each optionally followed by [T ]HH:MM[:SS[.fraction]] and
 * [Z|±HH[:]MM]. Returns false for anything else, and for impossible dates; blanks around are allowed. */
bool civil_parse(const char *text, size_t len, struct civil *ret);

/* A time zone of the system's database. Not thread-safe: it borrows the process's TZ. */
struct zone;
MUST_CHECK enum err_code zone_open(const char *name, struct zone **ret, struct err *err);
void zone_free(struct zone *zone);

/* The moments a civil time may designate, as seconds since the epoch UTC. An ordinary local time
 * has one; one repeated when clocks go back has two, earlier first; one skipped when clocks go forward
 * has one, read as if the clock had not yet moved. Returns how many (1 or 2). */
int zone_moments(struct zone *zone, const struct civil *civil, int64_t ret_utc_s[static 2]);
/* The local civil time and offset (seconds east) of a moment. */
void zone_civil(struct zone *zone, int64_t utc_s, struct civil *ret);
/* The local day of a civil time as the source gave it (offset honoured). */
int32_t zone_day(struct zone *zone, const struct civil *civil);

#endif
