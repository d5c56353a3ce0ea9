/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_CREATE_H
#define SAMPLE_CREATE_H

#include <stdint.h>

#include "tests/sample/care.h"

/* A new database: `calls` calls received on the days first_day to last_day. */
struct create_options {
    uint32_t calls;
    int first_day, last_day;
};

void create_history(struct care *care, const struct create_options *options);

/* Spoils a few rows of a database just filled, in the ways real ones are spoiled. */
void oddities_plant(struct care *care, uint32_t calls, int first_day, int last_day);

#endif
