/* SPDX-License-Identifier: Apache-2.0 */
/* Who a command works as. An administrator types as root; what it does must then be done by the service whose
 * folder it touches, so that each file belongs to who will use it, and nothing is done with root's rights
 * that the service may not do. The owner of a folder is its user: there is no setting for it, and on a
 * machine where one user owns everything nothing changes. */
#ifndef CONTACT_USER_H
#define CONTACT_USER_H

#include <stdbool.h>

#include "contact/err.h"

/* Becomes the owner of the folder for good, with the owner's groups, if this process is root's. A folder that
 * is not there yet, or is root's or the caller's own, changes nothing. With leave_network it goes into an
 * empty network namespace first, where this machine allows it. ERR_CONFIG, with a hint, for somebody who is
 * neither root nor the owner. */
MUST_CHECK enum err_code user_become_owner(const char *folder, bool leave_network, struct err *err);

/* Goes into an empty network namespace: nothing can be reached, not even loopback. False where this machine
 * does not allow it. */
bool user_leave_network(void);

/* Runs one part of a command in a child, which may become somebody for good; returns the child's exit
 * status. */
int user_part(int (*run)(void *context), void *context);

#endif
