/* SPDX-License-Identifier: Apache-2.0 */
/* What the detectors of numbers share. */
#ifndef AGENT_TEXT_DETECT_NUMBER_H
#define AGENT_TEXT_DETECT_NUMBER_H

#include "agent/text/note.h"

/* What the words before i say of a number there; CUE_NONE when they say nothing. */
enum text_cue number_cue(const struct note *n, size_t i);
/* Marks the plate that begins at i; the token after it, 0 when there is none. */
size_t mark_plate(struct note *n, size_t i);

#endif
