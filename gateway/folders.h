/* SPDX-License-Identifier: Apache-2.0 */
/* The centre's folders, each of the user who works with it. */
#ifndef GATEWAY_FOLDERS_H
#define GATEWAY_FOLDERS_H

#include <stdbool.h>

#include "gateway/settings.h"

/* Those that are there get their owner and mode again. ERR_CONFIG. */
MUST_CHECK enum err_code folders_make(const struct gateway_settings *settings, struct err *err);
/* All are there, but for the offline one, which is moved to a safe. */
bool folders_whole(const struct gateway_settings *settings);

#endif
