/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "contact/clock.h"

static void send_text(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path, path, strlen(path));
    if (path[0] == '@') /* an abstract name */
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&address, len);
    close(fd);
}

void notify(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    send_text(text);
}

/* Half of what the manager allows; 0: it does not watch this process. */
static int64_t watchdog_ms(void)
{
    const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!us || (pid && strtol(pid, NULL, 10) != (long)getpid()))
        return 0;
    long long value = strtoll(us, NULL, 10);
    return value > 0 ? value / 2000 : 0;
}

void notify_alive(void)
{
    static int64_t next_ms;
    int64_t every_ms = watchdog_ms(), now_ms = clock_monotonic_ms();
    if (every_ms == 0 || now_ms < next_ms)
        return;
    next_ms = now_ms + every_ms / 2;
    send_text("WATCHDOG=1");
}

int64_t notify_wait_ms(int64_t wanted_ms)
{
    int64_t every_ms = watchdog_ms();
    return every_ms > 0 && every_ms / 2 < wanted_ms ? every_ms / 2 : wanted_ms;
}
