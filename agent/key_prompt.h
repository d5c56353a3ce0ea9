/* SPDX-License-Identifier: Apache-2.0 */
/* A key typed from its paper, or the text of a backup on standard input. */
#ifndef AGENT_KEY_PROMPT_H
#define AGENT_KEY_PROMPT_H

#include "agent/key_paper.h"
#include "contact/buf.h"
#include "contact/err.h"

/* Reads groups from standard input; lines with a colon are not of the key. At a terminal it asks, says which
 * group is mistyped, and goes on from there; else the first such group is the error (ERR_REJECTED). The
 * caller wipes *ret. */
MUST_CHECK enum err_code key_prompt(struct key_paper *ret, struct err *err);
/* One line of standard input, without its end, read so that no other buffer holds it. False at the end of
 * input. */
bool key_prompt_line(struct buf *ret);

#endif
