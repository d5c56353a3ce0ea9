/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_THESAURUS_H
#define COMMON_THESAURUS_H

#include "contact/model.h"

/* Whether a pattern is in our subset: literals, [classes] without ^, \ before a special character, and ?, {n}
 * or {m,n} (at most 32) after a character or class. */
bool thesaurus_pattern_valid(const char *pattern);

#endif
