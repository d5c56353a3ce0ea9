/* SPDX-License-Identifier: Apache-2.0 */
/* What the detectors of numbers share. */
#ifndef AGENT_TEXT_DETECT_NUMBER_H
#define AGENT_TEXT_DETECT_NUMBER_H

#include "agent/text/note.h"

/* What the words before i say of a number there; CUE_NONE when they say nothing. */
enum text_cue number_cue(const struct note *n, size_t i);

/* Numbers that all of France calls: the rescue, help against suicide, violence, poverty. They identify
 * nobody. */
static inline bool number_of_rescue(long number)
{
    return number == 15 || number == 17 || number == 18 || number == 112;
}
static inline bool number_is_public(long number)
{
    static const short lines[] = {114,  115,  116,  119,  196,  3018, 3020, 3114, 3237,
                                  3620, 3624, 3639, 3646, 3919, 3966, 3975, 3977};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (number == lines[i])
            return true;
    return number_of_rescue(number);
}

/* Marks the plate that begins at i; the token after it, 0 when there is none. */
size_t mark_plate(struct note *n, size_t i);

#endif
