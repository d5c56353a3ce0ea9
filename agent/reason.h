/* SPDX-License-Identifier: Apache-2.0 */
/* Why something stays on site, for a person. Programs and counters have withheld_name(). */
#ifndef AGENT_REASON_H
#define AGENT_REASON_H

#include "agent/record/record.h"

const char *reason_text(enum withheld why); /* in the person's language */

#endif
