/* SPDX-License-Identifier: Apache-2.0 */
/* Text that others wrote, on a terminal or in a log: shown, never obeyed. */
#ifndef CONTACT_SHOWN_H
#define CONTACT_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The bytes of the character at text, of which there are len (1 at least). *ret_code: its code point; of a
 * byte that is no UTF-8, that byte, as a terminal without UTF-8 takes it. */
size_t shown_character(const char *text, size_t len, uint32_t *ret_code);
/* Would a terminal obey it, or show what follows in another order? Controls (C0, DEL, C1), line and paragraph
 * separators, and the marks of Unicode's bidirectional algorithm. */
bool shown_controls(uint32_t code);
/* Makes each such character a blank, in place. */
void shown_text(char *text);
/* Prints JSON, in which each such character stands as its number: the same value to whoever reads it. */
void shown_json(const char *json, FILE *out);

#endif
