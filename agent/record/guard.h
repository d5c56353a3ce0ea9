/* SPDX-License-Identifier: Apache-2.0 */
/* record_guard: the last look before a record goes, by code of its own. It knows nothing of the rules: it
 * folds what is about to leave and the row's identifiers, and looks for the one in the other, in whole and in
 * part (guard_part.h): each word of a name, each phone of a cell by its last nine digits, a NIR without its
 * key, a door code, the ways to write a birth date, an e-mail and what stands before its @.
 *
 * A sure hit withholds the record. One that may be chance (three letters, a door code of four digits that is
 * also a reason for calling) takes out that value alone. By field:
 *   code        equal from 3 letters or 5 digits (4 of a door code), contained from 4 letters or 6 digits
 *   text        phones, NIR, e-mails, birth dates, numbers from 6 digits; as words also door codes, postal
 * codes and street addresses. Names are the text engine's, whose own guard knows a name from a word
 *               ("petit malaise")
 *   hour, day   the birth date, unless it is the record's own day (a newborn)
 * Words of the model, flags and numbers within the model's ranges cannot hold an identifier; age, department,
 * PMSI code and token derive from identifiers by design. Shorter parts (a house number, a name of two
 * letters) would hit by chance and are not compared. Where a cell holds more than can be looked for
 * (identifier.h), all these values are taken out. */
#ifndef AGENT_RECORD_GUARD_H
#define AGENT_RECORD_GUARD_H

#include "agent/record/decode.h"
#include "agent/record/record.h"

#define GUARD_VERSION 4 /* raised when its judgement changes */

struct guard;
struct guard *guard_new(struct decoder *decoder); /* borrowed */
void guard_free(struct guard *guard);             /* wipes */
/* Whether a record with these values (by model field) may go. Takes out what may be an identifier by chance,
 * and says so in why. */
bool guard_passes(struct guard *guard, const struct mapping_stream *stream, const struct cell *row,
                  int32_t day, struct value *values, enum withheld *why);

#endif
