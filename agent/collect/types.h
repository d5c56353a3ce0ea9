/* SPDX-License-Identifier: Apache-2.0 */
/* The types of a stream's columns as they were when it was approved. A column that holds something else since
 * (a code made a date, a number made a text) may mean something else, and nobody agreed to that. */
#ifndef AGENT_COLLECT_TYPES_H
#define AGENT_COLLECT_TYPES_H

#include "agent/state/state.h"
#include "contact/buf.h"

#define TYPES_MAX 32768 /* bytes of one stream's */

/* What a database's name for a type comes to: VARCHAR(50) and TEXT are both "text", so that a column made
 * wider stops nothing. */
void type_class(const char *name, char *ret, size_t size);

/* Adds a column to those of a stream, once. */
void types_add(struct buf *types, const char *table, const char *column, const char *type);
/* Compares with what the state knows of the stream, and makes it know columns that it did not. *ret_changed:
 * a column has another type now; ret_what takes which ("appels.urgence: integer, now text"), and the state
 * keeps what was found until it is agreed to or as before. */
MUST_CHECK enum err_code types_check(struct state *state, const char *stream, struct buf *types,
                                     bool *ret_changed, char *ret_what, size_t size, struct err *err);
/* Each column ("appels.urgence") found to be of another type than was agreed to, with both. */
typedef void types_each(void *context, const char *column, const char *before, const char *now);
void types_changed(struct state *state, const char *stream, types_each *each, void *context);
/* Of a stream whose types were not found to differ: they are taken as they are next met, in a transaction of
 * the caller's. Another database, or another mapping, has others. */
void types_forget_unmet(struct state *state, const char *stream);
/* These types ("appels.urgence=text", a line each) are agreed to, of columns that the state knows. In a
 * transaction. */
void types_agree(struct state *state, const char *stream, const char *types);

#endif
