/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in the files a person wrote: every problem at once, each with file, line, column, hint. */
#ifndef CONTACT_PROBLEMS_H
#define CONTACT_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "contact/err.h"

struct problem {
    char *file;
    unsigned line, column; /* from 1; 0 when the whole file is meant */
    bool warning;          /* reported, but not a reason to refuse */
    char *message;
    char *hint; /* may be NULL */
};

struct problems {
    struct problem *items; /* in the order found; at most 100 are kept */
    size_t count;          /* kept */
    size_t errors;         /* found, warnings not counted, also those past the 100 */
};

#define PROBLEMS_CLEANUP __attribute__((cleanup(problems_free)))

void problems_free(struct problems *p);
/* hint may be NULL. */
void problems_add(struct problems *p, const char *file, unsigned line, unsigned column, const char *hint,
                  const char *format, ...) PRINTF(6, 7);
void problems_warn(struct problems *p, const char *file, unsigned line, unsigned column, const char *hint,
                   const char *format, ...) PRINTF(6, 7);
/* "file:12:3: message" and an indented "HINT: …" line each. */
void problems_print(const struct problems *p, FILE *to);
/* "FILE:LINE:COLUMN: " in text, which is returned; "" when the message names its file itself. */
const char *problem_place(const struct problem *item, char *text, size_t size);
/* OK without errors; else ERR_CONFIG with the first one and how many there are. */
MUST_CHECK enum err_code problems_result(const struct problems *p, struct err *err);

#endif
