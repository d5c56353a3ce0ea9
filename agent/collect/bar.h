/* SPDX-License-Identifier: Apache-2.0 */
/* The loader refuses whatever this machine sends, so that sending it again is of no use. */
#ifndef AGENT_COLLECT_BAR_H
#define AGENT_COLLECT_BAR_H

#include "agent/collect/internal.h"

/* A code for which a batch was refused; those that concern the batch alone are ignored. */
void bar_note(struct collect *c, const char *code);
bool bar_holds(const struct collect *c);
/* OK, or ERR_AUTH with what to do: nothing is read until it is tried again. */
MUST_CHECK enum err_code bar_check(const struct collect *c, struct err *err);

#endif
