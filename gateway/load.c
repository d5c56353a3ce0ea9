/* SPDX-License-Identifier: Apache-2.0 */
/* contact-gateway load: the loader. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "contact/log.h"
#include "contact/notify.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/loader/follow.h"
#include "gateway/loader/forged.h"
#include "gateway/running.h"

#define SCAN_MS 5000 /* looks anyway so often: inotify may miss, and operators accept certificates */
#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 60000

static void on_signal(int signal_number)
{
    (void)signal_number;
    follower_stop();
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Blocked before the last look at the flag, let in while waiting: a signal in between is not slept over. */
static void wait_for_more(struct follower *follower)
{
    sigset_t both, before;
    sigemptyset(&both);
    sigaddset(&both, SIGTERM);
    sigaddset(&both, SIGINT);
    sigprocmask(SIG_BLOCK, &both, &before);
    if (!follower_stopped())
        follower_wait(follower, (int)notify_wait_ms(SCAN_MS), &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* One loader at a time; the lock goes with the process. */
static enum err_code lock(const char *folder, struct err *err)
{
    char path[PATH_ROOM];
    int fd = open(layout_path(path, folder, "lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_CONFIG, "cannot write in %s: %s", folder, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    close(fd);
    return err_set(err, ERR_RETRY, "another loader is running");
}

static bool may_pass(enum err_code code)
{
    return code == ERR_RETRY || code == ERR_FULL;
}

static enum err_code follow(const struct gateway_settings *settings, struct follower *follower, bool once,
                            struct err *err)
{
    int backoff_ms = BACKOFF_FIRST_MS;
    bool marked = once;
    for (;;) {
        notify_alive();
        marked = marked || running_loader(settings);
        enum err_code code = follower_drain(follower, err);
        if (once || follower_stopped() || (code != OK && !may_pass(code)))
            return code;
        if (code == OK) {
            backoff_ms = BACKOFF_FIRST_MS;
            wait_for_more(follower);
            continue;
        }
        log_err("load", err);
        struct timespec pause = {.tv_sec = backoff_ms / 1000, .tv_nsec = backoff_ms % 1000 * 1000000L};
        nanosleep(&pause, NULL);
        backoff_ms = backoff_ms * 2 < BACKOFF_MAX_MS ? backoff_ms * 2 : BACKOFF_MAX_MS;
        if (follower_stopped())
            return OK;
    }
}

int cmd_load(const struct gateway_settings *settings, int argc, char **argv)
{
    bool once = argc == 2 && strcmp(argv[1], "--once") == 0;
    struct follower *follower = NULL;
    struct err err = {0};
    if (argc > 1 && !once)
        return command_usage("load", "it takes --once or nothing");
    catch_signals();
    enum err_code code = forged_check(cms_decrypt, &err);
    if (code == OK)
        code = lock(settings->loader_folder, &err);
    if (code == OK)
        code = follower_open(settings, &follower, &err);
    if (code == OK) {
        notify("READY=1");
        code = follow(settings, follower, once, &err);
        notify("STOPPING=1");
    }
    follower_close(follower);
    return code == OK ? 0 : command_failed("load", &err);
}
