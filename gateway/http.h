/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP library, libmicrohttpd, and nothing else: requests become exchanges, answers become responses. */
#ifndef GATEWAY_HTTP_H
#define GATEWAY_HTTP_H

#include "gateway/gateway.h"

struct MHD_Daemon;
/* Each takes a listening socket, which it closes when stopped; NULL when it cannot start. Both are driven by
 * the caller through their epoll descriptor. */
struct MHD_Daemon *http_sites_start(int fd, struct gateway *gateway);
struct MHD_Daemon *http_operators_start(int fd, struct gateway *gateway);

#endif
