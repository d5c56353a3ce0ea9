/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the parts behind the intake run: each says so in the folder where the intake reads what it tells.
 */
#ifndef GATEWAY_RUNNING_H
#define GATEWAY_RUNNING_H

#include <stdbool.h>

#include "gateway/settings.h"

struct running {
    bool signer, loader;
};

/* Until this process ends; false when its folder takes no file now. */
bool running_signer(const struct gateway_settings *settings);
bool running_loader(const struct gateway_settings *settings);
struct running running_read(const struct gateway_settings *settings);

#endif
