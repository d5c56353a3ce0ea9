/* SPDX-License-Identifier: Apache-2.0 */
/* Words to the service manager (sd_notify(3)); nothing happens where there is none. */
#ifndef CONTACT_NOTIFY_H
#define CONTACT_NOTIFY_H

#include <stdint.h>

#include "contact/err.h"

/* Sends e.g. "READY=1", "STATUS=online, 3 batches queued", "STOPPING=1". */
void notify(const char *format, ...) PRINTF(1, 2);
/* "WATCHDOG=1", if the manager asked for it and a quarter of its time has passed since the last: legal at
 * every turn of a loop. */
void notify_alive(void);
/* The longest that a loop may wait between two turns, in milliseconds; wanted_ms without a watchdog. */
int64_t notify_wait_ms(int64_t wanted_ms);

#endif
