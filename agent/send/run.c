/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/send/commands.h"
#include "agent/send/sender.h"
#include "contact/clock.h"
#include "contact/lock.h"
#include "contact/log.h"
#include "contact/notify.h"

#define TURN_MS 500 /* longest wait: the spool is looked at this often */

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* True when told to stop. SIGHUP: try everything now, whatever was to be waited for. */
static bool told_to_stop(struct sender *s, int fd)
{
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo != SIGHUP)
            return true;
        backoff_succeeded(&s->control.backoff);
        backoff_succeeded(&s->queue.backoff);
        backoff_succeeded(&s->renewal_wait);
        s->heartbeat_ms = 0;
        s->seal_settled = false;
    }
    return false;
}

static void wait_without_link(int fd, int64_t timeout_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    (void)poll(&poll_fd, 1, (int)timeout_ms);
}

static void tell_manager(struct sender *s)
{
    static char before[64];
    char now[64];
    snprintf(now, sizeof(now), "centre %s, queue %s",
             !s->enrolled        ? "not-enrolled"
             : sender_expired(s) ? "expired"
                                 : channel_word(s->control.state),
             channel_word(s->queue.state));
    if (strcmp(before, now) != 0)
        notify("STATUS=%s", now);
    memcpy(before, now, sizeof(before));
    notify_alive();
}

/* How far off the next thing is that time alone brings; transfers wake the loop themselves. */
static int64_t wait_ms(const struct sender *s, int64_t now_ms)
{
    int64_t wait = TURN_MS, upload_ms = upload_wait_ms(s, now_ms);
    if (s->link && !s->link_stale && s->call == CALL_NONE && s->heartbeat_ms - now_ms < wait)
        wait = s->heartbeat_ms - now_ms;
    if (upload_ms >= 0 && upload_ms < wait)
        wait = upload_ms;
    return notify_wait_ms(wait > 0 ? wait : 0);
}

/* For `once`: what keeps it from going on, or OK. */
static enum err_code obstacle(const struct sender *s, struct err *err)
{
    enum err_code code = OK;
    if (!s->enrolled)
        code = err_set(err, ERR_CONFIG, "this site is not enrolled yet");
    else if (sender_expired(s))
        code = err_set(err, ERR_AUTH, "this site's certificate has ended");
    else if (s->control.state == CHANNEL_UNAUTHORIZED || s->queue.state == CHANNEL_UNAUTHORIZED)
        code = err_set(err, ERR_AUTH, "the centre does not accept this site");
    else if (s->watermark_bad)
        code = err_set(err, ERR_REJECTED, "the centre does not say what it holds; everything is kept");
    else if (channel_failing(&s->control) || channel_failing(&s->queue) || s->blocked ||
             (s->spool_trouble != OK && s->spool_trouble != ERR_RETRY))
        code = err_set(err, ERR_RETRY, "not everything could be sent now; it is kept");
    if (code == ERR_CONFIG || code == ERR_AUTH)
        (void)err_hint(err, "ask the central team for a code, then: contact-agent enroll BUNDLE");
    return code;
}

/* For `once`: the last word to the centre comes after the last batch. */
static bool finished(struct sender *s, enum err_code *ret, struct err *err)
{
    if (s->uploading || s->call != CALL_NONE)
        return false;
    *ret = obstacle(s, err);
    if (*ret != OK)
        return true;
    if (s->spool && !s->nothing_due)
        return false;
    if (!s->heartbeat_sent)
        s->heartbeat_ms = 0;
    return s->heartbeat_sent;
}

static enum err_code loop(struct sender *s, int signals, struct err *err)
{
    enum err_code code = OK;
    for (;;) {
        int64_t now_ms = clock_monotonic_ms();
        sender_follow(s, now_ms);
        control_start(s, now_ms);
        upload_start(s, now_ms);
        tell_manager(s);
        s->marked = s->marked || s->once || lock_mark(s->settings->spool_folder, SPOOL_SEND_RUNS);
        if (s->once && finished(s, &code, err))
            return code;
        int64_t wait = wait_ms(s, clock_monotonic_ms());
        if (s->link)
            code = link_wait(s->link, signals, wait, err);
        else
            wait_without_link(signals, wait);
        if (code != OK)
            return code;
        if (told_to_stop(s, signals))
            return s->once ? err_set(err, ERR_RETRY, "stopped before the end") : OK;
    }
}

enum err_code command_run(const struct settings *settings, bool once, struct err *err)
{
    struct sender s;
    int signals = open_signals();
    if (signals < 0)
        return err_set(err, ERR_INTERNAL, "cannot listen for signals: %s", strerror(errno));
    sender_init(&s, settings, once);
    notify("READY=1");
    enum err_code code = loop(&s, signals, err);
    notify("STOPPING=1");
    sender_fini(&s);
    close(signals);
    return code;
}
