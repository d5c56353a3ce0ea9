/* SPDX-License-Identifier: Apache-2.0 */
/* Codes that a word announces. */
#ifndef AGENT_TEXT_DETECT_CODE_H
#define AGENT_TEXT_DETECT_CODE_H

#include "agent/text/note.h"

/* Marks the code of a door that the word at cue announces, and those that follow it. Returns the token after,
 * 0 when it announces none. */
size_t door_code(struct note *note, size_t cue);
/* Marks the code that is keyed or read out after the word at cue ("code 19 44 D"), and those after it.
 * Returns the token after, 0 when there is none. */
size_t key_code(struct note *note, size_t cue);

#endif
