/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_CANARIES_H
#define SAMPLE_CANARIES_H

#include <stdbool.h>
#include <stdint.h>

/* The list of every identifying value planted, one `kind<TAB>value` a line, each once: what the leak scan
 * must find nowhere. */
struct canaries;

/* Opens the file for writing, or for appending. NULL if it cannot. */
struct canaries *canaries_open(const char *path, bool append);

/* Writes the value unless it has been written before by this run; empty values are not identifying. */
void canaries_add(struct canaries *list, const char *kind, const char *value);
void canaries_add_id(struct canaries *list, const char *kind, int64_t id);

/* False if a line could not be written. The list is freed in any case; NULL is allowed. */
bool canaries_close(struct canaries *list);

#endif
