/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify(3) without the library: one datagram to the socket that systemd names. */
#ifndef AGENT_COLLECT_NOTIFY_H
#define AGENT_COLLECT_NOTIFY_H

void notify(const char *state); /* "READY=1", "WATCHDOG=1", "STOPPING=1"; nothing without NOTIFY_SOCKET */

#endif
