/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of contact-agent-send; each returns the code that makes its exit status. */
#ifndef AGENT_SEND_COMMANDS_H
#define AGENT_SEND_COMMANDS_H

#include <stdbool.h>

#include "agent/settings.h"
#include "contact/err.h"

/* run: sends until told to stop. once: sends what is due, tells, ends. */
MUST_CHECK enum err_code command_run(const struct settings *settings, bool once, struct err *err);
/* Makes the TLS key and asks for its certificate. ERR_RETRY: an operator has not approved yet (wait: stays
 * and asks again). */
MUST_CHECK enum err_code command_enroll(const struct settings *settings, const char *bundle_path, bool wait,
                                        struct err *err);
/* Renews now, whatever the certificate's age. */
MUST_CHECK enum err_code command_renew(const struct settings *settings, struct err *err);
/* Where sending stands, on standard output. */
MUST_CHECK enum err_code command_status(const struct settings *settings, bool json, struct err *err);

#endif
