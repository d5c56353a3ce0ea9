/* SPDX-License-Identifier: Apache-2.0 */
/* approval.json: what the association decided, kept beside the register of objections where it outlives the
 * state. A state that is lost is then made anew without asking anybody again, and without sending under
 * anything nobody agreed to: the approval names model, mapping, text engine and warehouse, and counts only
 * while they are as they were. A pause is kept too, else a lost state would end it. */
#ifndef AGENT_COLLECT_DECISION_H
#define AGENT_COLLECT_DECISION_H

#include "agent/state/state.h"

/* Writes what the state holds. */
MUST_CHECK enum err_code decision_keep(const char *folder, struct state *state, struct err *err);
/* Likewise when there is no such file: of an agent older than it. */
MUST_CHECK enum err_code decision_keep_missing(const char *folder, struct state *state, struct err *err);
/* Puts what the file says into a fresh state, in the caller's transaction: one in which a state is made anew,
 * or it would be fresh no more and the file never looked at again. A file that is not there or not to be read
 * changes nothing: a person is asked again. */
MUST_CHECK enum err_code decision_restore(const char *folder, struct state *state, struct err *err);

#endif
