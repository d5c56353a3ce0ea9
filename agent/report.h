/* SPDX-License-Identifier: Apache-2.0 */
/* What a command lists, in either of two forms: a table for a person, an array of objects for a program. */
#ifndef AGENT_REPORT_H
#define AGENT_REPORT_H

#include "contact/err.h"
#include "contact/json.h"
#include "contact/table.h"

struct report {
    struct table *table;
    struct buf text;
    struct json json; /* writes into text, within the array */
    size_t lines;     /* counted by who adds them */
};

/* headings as table_new has them. json points into *ret, which stays where it is until report_free. */
void report_begin(struct report *ret, const char *const *headings, size_t count);
/* Prints one of the two on standard output; for a person nothing (may be "") where there is no line.
 * ERR_INTERNAL when the array found no room. */
MUST_CHECK enum err_code report_print(struct report *report, bool as_json, const char *nothing,
                                      struct err *err);
/* Prints it and a newline on standard output, so that no text of others drives a terminal. */
void report_json(struct buf *json);
void report_free(struct report *report);

#endif
