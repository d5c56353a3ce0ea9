/* SPDX-License-Identifier: Apache-2.0 */
/* One process at a time: a lock that goes with the process, however it ends. */
#ifndef CONTACT_LOCK_H
#define CONTACT_LOCK_H

#include "contact/err.h"

/* Locks the file `name` in a folder, which is made when it is not there and never removed. *ret_fd is the
 * caller's: closing it unlocks. ERR_RETRY when another process has it. */
MUST_CHECK enum err_code lock_take(const char *folder, const char *name, int *ret_fd, struct err *err);
void lock_release(int *fd); /* below 0: nothing to do */

#endif
