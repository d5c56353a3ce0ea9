/* SPDX-License-Identifier: Apache-2.0 */
/* Days that a note names by halves, and years as words. */
#ifndef AGENT_TEXT_DETECT_DAY_H
#define AGENT_TEXT_DETECT_DAY_H

#include "agent/text/note.h"

static inline bool between(long value, long least, long most)
{
    return value >= least && value <= most;
}

/* The token after a day whose month is not named ("jusqu'au 24", "le 6 de ce mois"); 0 when none is at i. */
size_t day_alone(const struct note *note, size_t i);
/* Whether the number at i is the last of two such days: "du 20 au 27". */
bool day_range_end(const struct note *note, size_t i);
/* The day of the week before i, "jeudi", "lun.", and "mar.", "mer 12/11", which are other words too; i when
 * none is. */
size_t day_weekday_before(const struct note *note, size_t i);
/* The token after a year that stands at i as words, "quarante neuf"; 0 when none does. */
size_t day_spelt_year(const struct note *note, size_t i);
/* Whether the number at i is the day in "vendredi 13" and no hour or measure, k being the token after it. */
bool day_after_weekday(const struct note *note, size_t i, size_t k);

#endif
