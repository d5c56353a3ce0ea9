/* SPDX-License-Identifier: Apache-2.0 */
/* What `check` finds: one line a thing looked at, with what to do about it. */
#ifndef AGENT_CHECKLIST_H
#define AGENT_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "contact/err.h"

enum finding { FINDING_OK, FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

struct checklist;
struct checklist *checklist_new(void);
void checklist_free(struct checklist *list);
/* hint may be NULL. */
void checklist_add(struct checklist *list, enum finding finding, const char *what, const char *hint,
                   const char *format, ...) PRINTF(5, 6);
void checklist_add_err(struct checklist *list, const char *what, const struct err *err);
/* Prints as a table for people or as JSON, and returns the worst finding. */
enum finding checklist_print(const struct checklist *list, bool as_json);

#endif
