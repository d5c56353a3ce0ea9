/* SPDX-License-Identifier: Apache-2.0 */
/* Invented notes whose identifiers must be gone: cleaned at every start, they stop the text when the word
 * file, the code or the machine is not what was tested. Internal to this room. */
#ifndef AGENT_TEXT_CANARY_H
#define AGENT_TEXT_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "agent/text/text.h"

struct canary {
    const char *text;
    const struct text_identifier *identifiers;
    size_t identifier_count;
    int32_t day;
    const char *const *gone; /* none of these may remain, NULL-terminated */
    const char *const *kept; /* these must: an engine that removes everything is broken too */
};

const struct canary *canary_at(size_t index); /* NULL past the last */
bool canary_clean(const struct canary *canary, const char *cleaned);

#endif
