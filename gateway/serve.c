/* SPDX-License-Identifier: Apache-2.0 */
/* `serve`: the intake on its Unix sockets, behind nginx. One thread, one loop: two daemons of libmicrohttpd
 * (the sites', the operators'), and once a minute what is held goes to the registry. */
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "contact/notify.h"
#include "gateway/commands.h"
#include "gateway/gateway.h"
#include "gateway/http.h"

#define SAVE_MS 60000
#define SOCKET_MODE 0660
#define FAILED_CODES_OF_SITE 10 /* in a minute */
#define FAILED_CODES_OF_ALL 1000

enum { POLL_SIGNALS, POLL_SITES, POLL_OPERATORS, POLL_COUNT };

struct serving {
    struct gateway gateway;
    struct MHD_Daemon *daemon[POLL_COUNT]; /* POLL_SIGNALS has none */
    struct pollfd polled[POLL_COUNT];
    int64_t saved_ms;
};

static enum err_code listen_at(const char *path, int *ret, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= sizeof address.sun_path)
        return err_set(err, ERR_CONFIG, "the socket's path is longer than %zu bytes",
                       sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_INTERNAL, "socket: %s", strerror(errno));
    /* A socket that somebody answers at is not ours to take. */
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        close(fd);
        return err_set(err, ERR_CONFIG, "another gateway answers at %s", path);
    }
    unlink(path);
    mode_t mask = umask(0777 & ~SOCKET_MODE);
    bool ok = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 128) == 0;
    int error = errno;
    umask(mask);
    if (!ok) {
        close(fd);
        return err_set(err, ERR_CONFIG, "cannot listen at %s: %s", path, strerror(error));
    }
    *ret = fd;
    return OK;
}

static enum err_code start_daemon(struct serving *serving, int which, const char *path,
                                  struct MHD_Daemon *(*start)(int fd, struct gateway *gateway),
                                  struct err *err)
{
    int fd = -1;
    enum err_code code = listen_at(path, &fd, err);
    if (code != OK)
        return code;
    serving->daemon[which] = start(fd, &serving->gateway);
    if (serving->daemon[which] == NULL) {
        close(fd);
        return err_set(err, ERR_INTERNAL, "cannot start the HTTP server at %s", path);
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(serving->daemon[which], MHD_DAEMON_INFO_EPOLL_FD);
    serving->polled[which] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    return OK;
}

static enum err_code open_gateway(struct gateway *gateway, const struct gateway_settings *settings,
                                  struct err *err)
{
    gateway->settings = settings;
    limiters_init(&gateway->failed_codes, FAILED_CODES_OF_SITE, FAILED_CODES_OF_ALL);
    enum err_code code = registry_open(settings->state_folder, false, &gateway->registry, err);
    if (code == OK)
        code = identity_open(settings, gateway->registry, &gateway->identity, err);
    if (code == OK)
        code = landing_open(settings, gateway->registry, &gateway->landing, err);
    gateway->feedback = feedback_cache_new(settings->feedback_folder);
    return code;
}

static enum err_code catch_signals(struct serving *serving, struct err *err)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int fd = signalfd(-1, &signals, SFD_CLOEXEC);
    serving->polled[POLL_SIGNALS] = (struct pollfd){.fd = fd, .events = POLLIN};
    return fd >= 0 ? OK : err_set(err, ERR_INTERNAL, "signalfd: %s", strerror(errno));
}

static enum err_code start(struct serving *serving, const struct gateway_settings *settings, struct err *err)
{
    enum err_code code = catch_signals(serving, err);
    if (code == OK)
        code = open_gateway(&serving->gateway, settings, err);
    if (code == OK)
        code = start_daemon(serving, POLL_SITES, settings->socket, http_sites_start, err);
    if (code == OK)
        code = start_daemon(serving, POLL_OPERATORS, settings->operators_socket, http_operators_start, err);
    return code;
}

static void save(struct serving *serving)
{
    struct err err = {0};
    if (serving->gateway.landing != NULL && landing_save(serving->gateway.landing, &err) != OK)
        log_err("saving what is held", &err);
    serving->saved_ms = clock_monotonic_ms();
}

static int poll_timeout(struct serving *serving)
{
    int64_t timeout = serving->saved_ms + SAVE_MS - clock_monotonic_ms();
    for (int i = POLL_SITES; i < POLL_COUNT; i++) {
        MHD_UNSIGNED_LONG_LONG wait_ms;
        if (MHD_get_timeout(serving->daemon[i], &wait_ms) == MHD_YES && (int64_t)wait_ms < timeout)
            timeout = (int64_t)wait_ms;
    }
    return (int)notify_wait_ms(timeout < 0 ? 0 : timeout);
}

static enum err_code loop(struct serving *serving, struct err *err)
{
    serving->saved_ms = clock_monotonic_ms();
    for (;;) {
        notify_alive();
        if (poll(serving->polled, POLL_COUNT, poll_timeout(serving)) < 0 && errno != EINTR)
            return err_set(err, ERR_INTERNAL, "poll: %s", strerror(errno));
        if (serving->polled[POLL_SIGNALS].revents != 0)
            return OK;
        for (int i = POLL_SITES; i < POLL_COUNT; i++)
            MHD_run(serving->daemon[i]);
        if (clock_monotonic_ms() - serving->saved_ms >= SAVE_MS)
            save(serving);
    }
}

static void stop(struct serving *serving)
{
    for (int i = POLL_SITES; i < POLL_COUNT; i++)
        if (serving->daemon[i] != NULL)
            MHD_stop_daemon(serving->daemon[i]);
    save(serving);
    landing_close(serving->gateway.landing);
    identity_close(&serving->gateway.identity);
    feedback_cache_free(serving->gateway.feedback);
    registry_close(serving->gateway.registry);
    if (serving->polled[POLL_SIGNALS].fd > 0)
        close(serving->polled[POLL_SIGNALS].fd);
}

int cmd_serve(const struct gateway_settings *settings, int argc, char **argv)
{
    if (argc != 1)
        return command_usage("serve", "'%s' is not understood", argv[1]);
    struct serving serving = {0};
    struct err err = {0};
    umask(0007); /* the loader's and the signer's groups take part in the folders where the parts meet */
    enum err_code code = start(&serving, settings, &err);
    if (code == OK) {
        log_info("serving at %s", settings->socket);
        notify("READY=1");
        code = loop(&serving, &err);
        notify("STOPPING=1");
    }
    stop(&serving);
    return code == OK ? 0 : command_failed("serve", &err);
}
