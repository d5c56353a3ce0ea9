/* SPDX-License-Identifier: Apache-2.0 */
/* Who a command works as. An administrator types as root; what reads the source must then work as collect,
 * and what uses the network as send, so that each file belongs to the service that will use it and neither
 * does with root's rights what the service may not do. The owner of a part's folder is its user: there is no
 * setting for it, and on a machine where one user owns everything nothing changes. */
#ifndef AGENT_USER_H
#define AGENT_USER_H

#include "agent/settings.h"
#include "contact/err.h"

enum user {
    USER_CALLER,  /* whoever typed it */
    USER_COLLECT, /* the owner of collect.folder, without a network when the source is a file */
    USER_SEND,    /* the owner of send.folder */
};

/* For good, if this process is root's; USER_CALLER and a folder that is not there yet change nothing.
 * ERR_CONFIG, with a hint, for somebody who is neither root nor that user. */
MUST_CHECK enum err_code user_become(const struct settings *settings, enum user user, struct err *err);

/* Goes into an empty network namespace: nothing can be reached, not even loopback. False where this machine
 * does not allow it. */
bool user_leave_network(void);

#endif
