/* SPDX-License-Identifier: Apache-2.0 */
/* A table for a person's terminal: columns as wide as their widest cell, numbers to the right. */
#ifndef CONTACT_TABLE_H
#define CONTACT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "contact/err.h"

enum table_style { TABLE_PLAIN, TABLE_DIM, TABLE_GOOD, TABLE_WARNING, TABLE_BAD };

struct table;
/* headings: column_count of them, marked with N_(); one that begins with '>' is a column of numbers. */
struct table *table_new(const char *const *headings, size_t column_count);
void table_free(struct table *table);
/* The next cell, row after row, as shown_text() makes it. A row is full when it has column_count cells. */
void table_cell(struct table *table, enum table_style style, const char *format, ...) PRINTF(3, 4);
/* Colour only when `to` is a terminal and NO_COLOR (https://no-color.org) is not set. */
void table_print(const struct table *table, FILE *to);
/* Whether colour is wanted there. */
bool table_colour(FILE *to);
/* Columns that UTF-8 text takes on a terminal. */
size_t table_width(const char *text);

#endif
