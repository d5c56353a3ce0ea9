/* SPDX-License-Identifier: Apache-2.0 */
/* The loader as it runs: follows the landing zone, gives each site its turn, tells the intake, tidies. */
#ifndef GATEWAY_LOADER_FOLLOW_H
#define GATEWAY_LOADER_FOLLOW_H

#include <signal.h>

#include "gateway/settings.h"

struct follower;
/* Reads keys and model, opens the warehouse. settings is borrowed. */
MUST_CHECK enum err_code follower_open(const struct gateway_settings *settings, struct follower **ret,
                                       struct err *err);
void follower_close(struct follower *follower);
/* Loads until nothing is left to load. ERR_RETRY and ERR_FULL may pass: the warehouse was let go, and the
 * next call opens it again. */
MUST_CHECK enum err_code follower_drain(struct follower *follower, struct err *err);
/* Waits for something new in the landing zone, a signal of the mask's, or the time. */
void follower_wait(struct follower *follower, int timeout_ms, const sigset_t *mask);
/* Asks a drain to return after the transaction under way. Safe in a signal handler. */
void follower_stop(void);
bool follower_stopped(void);

#endif
