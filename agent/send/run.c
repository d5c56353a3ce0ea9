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

/* How far off the next thing is. */
static int64_t wait_ms(const struct sender *s, int64_t now_ms)
{
    int64_t wait = TURN_MS;
    const int64_t waits[] = {s->heartbeat_ms - now_ms,
                             s->uploading || s->blocked || !s->watermark_known || !s->spool ? TURN_MS
                             : backoff_remaining_ms(&s->queue.backoff) > s->look_ms - now_ms
                                 ? backoff_remaining_ms(&s->queue.backoff)
                                 : s->look_ms - now_ms};
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
        if (waits[i] < wait)
            wait = waits[i];
    if (s->call == CALL_NONE && s->link_stale)
        wait = 0;
    /* Never a busy turn while a transfer is what is waited for. */
    if (wait <= 0 && (s->call != CALL_NONE || !s->link))
        wait = TURN_MS;
    return notify_wait_ms(wait > 0 ? wait : 0);
}

/* For `once`: is there nothing left to do now, and how did it end? */
static bool finished(struct sender *s, enum err_code *ret, struct err *err)
{
    bool failing = channel_failing(&s->control) || channel_failing(&s->queue);
    if (s->uploading || s->call != CALL_NONE)
        return false;
    if (!s->enrolled)
        *ret = err_set(err, ERR_CONFIG, "this site is not enrolled yet"),
        (void)err_hint(err, "contact-agent enroll BUNDLE");
    else if (sender_expired(s))
        *ret = err_set(err, ERR_AUTH, "this site's certificate has ended"),
        (void)err_hint(err, "ask the central team for a new code, then: contact-agent enroll BUNDLE");
    else if (s->control.state == CHANNEL_UNAUTHORIZED || s->queue.state == CHANNEL_UNAUTHORIZED)
        *ret = err_set(err, ERR_AUTH, "the centre does not accept this site");
    else if (failing || s->blocked || (s->spool_trouble != OK && s->spool_trouble != ERR_RETRY))
        *ret = err_set(err, ERR_RETRY, "not everything could be sent now; it is kept");
    else if (s->heartbeat_sent && (!s->spool || s->nothing_due))
        *ret = OK;
    else if (s->heartbeat_sent || !s->nothing_due)
        return false;
    else {
        s->heartbeat_ms = 0; /* the last word, after the last batch */
        return false;
    }
    return true;
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
