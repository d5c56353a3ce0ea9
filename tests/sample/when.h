/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_WHEN_H
#define SAMPLE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* Local time of metropolitan France, whatever the machine's own time zone and clock files. Days count from
 * 1970-01-01, instants are seconds of UTC. */

#define WHEN_TEXT 32 /* room for 'YYYY-MM-DD HH:MM:SS' */

struct civil {
    int year, month, day;
};

int when_day(struct civil date);
struct civil when_civil(int day);
int when_weekday(int day); /* 0 is Monday */
int when_day_of_year(int day);

/* The instant local midnight opens `day`: days of a clock change last 23 or 25 hours. */
int64_t when_midnight(int day);

/* True on the two Sundays when the clocks change. */
bool when_clocks_change(int day);

/* True on the public holidays that keep their date. */
bool when_holiday(int day);

/* Local hour, day and text of an instant. */
int when_local_hour(int64_t at);
int when_local_day(int64_t at);
void when_text(int64_t at, char out[static WHEN_TEXT]);
void when_day_text(int day, char out[static WHEN_TEXT]);

/* Reads 'YYYY-MM-DD' (false: not a date), and 'YYYY-MM-DD[ HH:MM[:SS]]' as a local instant. */
bool when_parse_day(const char *text, int *ret_day);
bool when_parse(const char *text, int64_t *ret_at);

#endif
