/* SPDX-License-Identifier: Apache-2.0 */
/* Local ids in canonical form, so that the same id in an integer column, a padded text column or a GUID in
 * other letters gives the same token. */
#ifndef AGENT_MAPPING_LOCAL_ID_H
#define AGENT_MAPPING_LOCAL_ID_H

#include "contact/buf.h"
#include "contact/cell.h"

#define CANONICAL_ID_MAX 256 /* bytes; a longer local id is none */

/* Minimal decimal, no trailing blanks, lower-case GUID. Appends to out; false for NULL, empty or unreadable
 * cells. */
bool canonical_id(const struct cell *cell, struct buf *out);

/* The id of a row by its key columns (NULL: its first ones): of one column itself, of several the LP() of
 * each, joined. Replaces out; false when one of them is missing. */
bool row_id(const struct cell *row, const unsigned *columns, unsigned count, struct buf *out);

/* Whether a database may take another text for the same id: letters, of which it may ignore case or accents.
 * Of whole numbers and GUIDs the canonical form is one. */
bool id_has_spellings(const char *id, size_t len);

#endif
