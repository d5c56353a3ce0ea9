/* SPDX-License-Identifier: Apache-2.0 */
/* record_guard: the last look before a record goes, by code of its own. It knows nothing of the rules: it
 * folds what is about to leave and the row's identifiers, and looks for the one in the other.
 *
 * What it compares, by field:
 *   code        every identifier: equal from 3 letters or 5 digits, contained from 5 letters or 6 digits; a
 * phone's last nine digits; a birth date written either way text        digits from 6, phones, e-mails; names
 * in a text are the text engine's, whose own guard knows a name from a word ("petit malaise") hour, day   the
 * birth date, unless it is the record's own day (a newborn) Words of the model, flags and numbers within the
 * model's ranges cannot hold an identifier; age, department, PMSI code and token derive from identifiers by
 * design. Shorter identifiers (a house number, a name of two letters) would hit by chance and are not
 * compared. */
#ifndef AGENT_RECORD_GUARD_H
#define AGENT_RECORD_GUARD_H

#include "agent/record/decode.h"
#include "agent/record/record.h"

#define GUARD_VERSION 1 /* raised when its judgement changes */

struct guard;
struct guard *guard_new(struct decoder *decoder); /* borrowed */
void guard_free(struct guard *guard);             /* wipes */
/* Whether a record with these values (by model field) may go. */
bool guard_passes(struct guard *guard, const struct mapping_stream *stream, const struct cell *row,
                  const struct value *values, int32_t day);

#endif
