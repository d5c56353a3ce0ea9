/* SPDX-License-Identifier: Apache-2.0 */
/* One process at a time, and which processes run: locks that go with the process, however it ends. */
#ifndef CONTACT_LOCK_H
#define CONTACT_LOCK_H

#include <stdbool.h>

#include "contact/err.h"

/* Locks the file `name` in a folder, which is made when it is not there and never removed. *ret_fd is the
 * caller's: closing it unlocks. ERR_RETRY when another process has it. */
MUST_CHECK enum err_code lock_take(const char *folder, const char *name, int *ret_fd, struct err *err);
void lock_release(int *fd); /* below 0: nothing to do */

/* Says until this process ends that it runs, by the file `name` in a folder that whoever asks can read.
 * Several may say the same. False: the folder is not there, or takes no file now. */
bool lock_mark(const char *folder, const char *name);
/* Does any process say so? Asking takes no lock, so that it keeps nobody from one. */
bool lock_marked(const char *folder, const char *name);

#endif
