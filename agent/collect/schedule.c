/* SPDX-License-Identifier: Apache-2.0 */
/* When what is done: one round after another, each until nothing is due. Waits use the monotonic clock; the
 * wall clock only says when the night is. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/approval.h"
#include "agent/collect/bar.h"
#include "agent/collect/internal.h"
#include "agent/collect/jobs.h"
#include "agent/collect/objector.h"
#include "agent/collect/series.h"
#include "agent/collect/texts.h"
#include "agent/collect/window.h"
#include "contact/clock.h"
#include "contact/language.h"
#include "contact/log.h"
#include "contact/notify.h"

#define INBOX_MS 2000
#define FACTS_MS 20000
#define DAY_S INT64_C(86400)
#define ASKED_ROUNDS 5 /* of one round: days that never settle wait for the next */

/* The last moment at which the site's quiet hour began. */
int64_t last_night(const struct collect *c)
{
    int hour = 3, minute = 30;
    if (sscanf(c->settings->quiet_hour, "%d:%d", &hour, &minute) != 2 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59) {
        hour = 3;
        minute = 30;
    }
    int64_t now = clock_wall_s(), moments[2];
    struct civil civil;
    zone_civil(c->zone, now, &civil);
    civil.hour = hour;
    civil.minute = minute;
    civil.second = 0;
    civil.has_offset = false;
    zone_moments(c->zone, &civil, moments);
    return moments[0] <= now ? moments[0] : moments[0] - DAY_S;
}

/* A time in the future was written by a clock that was wrong. */
static int64_t kept_time(struct collect *c, const char *name)
{
    int64_t then = state_get_int(c->state, name, 0);
    return then > clock_wall_s() ? 0 : then;
}

static bool warm_due(struct collect *c)
{
    return kept_time(c, "warm_s") < last_night(c);
}

static bool share_due(struct collect *c)
{
    return kept_time(c, "share_s") < last_night(c);
}

/* All of history at once: after a gap, after a change of policy, or when nothing is known of the last one. */
static bool cold_due(struct collect *c)
{
    if (state_get_int(c->state, "cold_due", 0) != 0 || state_get_int(c->state, "cold_s", 0) == 0)
        return true;
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].policy_new && !c->streams[i].stopped[0])
            return true;
    return false;
}

/* The stream was not read for longer than a hot sweep reaches back. One that stands still, or is read at
 * night only, has its gap once it goes on, or none: its warm sweeps reach as far. */
static bool has_gap(struct collect *c, const struct stream *stream)
{
    char name[64];
    if (stream->stopped[0] || stream->slow)
        return false;
    snprintf(name, sizeof(name), "hot_day.%s", stream->name);
    int64_t hot = state_get_int(c->state, name, c->today);
    snprintf(name, sizeof(name), "swept_day.%s", stream->name);
    int64_t swept = state_get_int(c->state, name, hot);
    return (swept > hot ? swept : hot) < c->today - HOT_DAYS;
}

static enum err_code note_gap(struct collect *c, struct err *err)
{
    enum err_code code = state_failure(c->state, err);
    for (unsigned i = 0; code == OK && i < c->stream_count; i++) {
        char name[64];
        snprintf(name, sizeof(name), "cold_had.%s", c->streams[i].name);
        bool noted = state_get_int(c->state, "cold_due", 0) != 0 && state_get_int(c->state, name, 0) == 0;
        if (noted || !has_gap(c, &c->streams[i]))
            continue;
        state_begin(c->state);
        state_put_int(c->state, "cold_due", 1);
        state_put(c->state, name, NULL);
        code = state_commit(c->state, err);
    }
    return code;
}

static enum err_code run_cold(struct collect *c, struct err *err)
{
    enum err_code code = job_cold(c, err);
    if (code != OK || state_get_int(c->state, "cold_due", 0) == 0)
        return code;
    state_begin(c->state);
    state_put(c->state, "cold_due", NULL);
    return state_commit(c->state, err);
}

static enum err_code work_off(struct collect *c, struct err *err)
{
    enum err_code code = OK;
    for (int round = 0; code == OK && round < ASKED_ROUNDS && job_work_waiting(c); round++)
        code = job_asked(c, err);
    return code;
}

/* May anything be read now? */
static enum err_code may_read(struct collect *c, struct err *err)
{
    bool outdated = false;
    if (!collect_approved(c, &outdated)) {
        err_set(err, ERR_CONFIG,
                outdated ? "what was approved has changed since: nothing is read"
                         : N_("nothing is read before it is approved"));
        return err_hint(err, "type: contact-agent approve");
    }
    if (state_get_int(c->state, "paused", 0) != 0)
        return err_set(err, ERR_RETRY, "paused");
    unsigned centre_epoch;
    enum key_agreement agreement = keys_agreement(c->spool, c->site, &centre_epoch);
    if (agreement == KEY_OTHER || agreement == KEY_OLDER) {
        err_set(err, ERR_CONFIG,
                "the centre knows another root key of this site: nothing is read under this one");
        return err_hint(err, "contact-agent key status");
    }
    if (c->blocked == ERR_FULL)
        return err_set(err, ERR_FULL,
                       "the spool is full: nothing is read until the centre has taken some of it");
    if (c->blocked != OK)
        return err_set(err, c->blocked, "the spool takes nothing now: nothing is read until it does");
    enum err_code code = bar_check(c, err);
    return code == OK ? state_failure(c->state, err) : code;
}

static enum err_code first_of(enum err_code first, enum err_code next)
{
    return first == OK ? next : first;
}

/* A stream that cannot be read now keeps the others from nothing. After a failure nothing half-made is gone
 * on with. */
static bool goes_on(struct collect *c, enum err_code code)
{
    struct err ignored;
    if (code == OK)
        return true;
    if (code == ERR_FULL || code == ERR_INTERNAL || c->stopping || !c->source || may_read(c, &ignored) != OK)
        return false;
    draft_discard(c);
    state_rollback(c->state);
    return true;
}

static enum err_code nightly(struct collect *c, struct err *err)
{
    struct err why;
    c->night = true;
    enum err_code code = warm_due(c) ? job_warm(c, err) : OK;
    if (goes_on(c, code) && share_due(c))
        code = first_of(code, job_share(c, code == OK ? err : &why));
    c->night = false;
    return code;
}

/* What all of history asks for, when it does. */
static enum err_code whole_history(struct collect *c, bool *ret_due, struct err *err)
{
    bool backfill = !c->leaving && job_backfill_due(c);
    *ret_due = backfill || cold_due(c);
    return backfill ? job_backfill(c, err) : *ret_due ? run_cold(c, err) : OK;
}

static enum err_code after_hot(struct collect *c, struct err *err)
{
    struct err why;
    bool whole = false;
    enum err_code code = work_off(c, err);
    if (goes_on(c, code))
        code = first_of(code, whole_history(c, &whole, code == OK ? err : &why));
    /* While the state recovers, what is remembered of the lost one stays until all of it is known again. */
    bool night = !whole || (code != OK && !c->recovering);
    if (night && goes_on(c, code))
        code = first_of(code, nightly(c, code == OK ? err : &why));
    return code == OK ? work_off(c, err) : code;
}

/* What a round and a sweep by hand begin with. */
static enum err_code make_ready(struct collect *c, struct err *err)
{
    enum err_code code = inbox_read(c, err);
    if (code == OK)
        code = may_read(c, err);
    return code == OK ? ready_source(c, err) : code;
}

static enum err_code round_once(struct collect *c, struct err *err)
{
    enum err_code code = make_ready(c, err);
    if (code == OK)
        code = note_gap(c, err);
    if (code != OK)
        return code;
    struct err why;
    code = job_hot(c, err);
    bool blocked = code != OK && c->blocked != OK;
    if (code == ERR_FULL || code == ERR_INTERNAL || blocked || c->stopping)
        return code;
    enum err_code later = after_hot(c, code == OK ? err : &why);
    return first_of(code, later);
}

/* After a round: nothing half-made stays, and a source that failed is opened anew. */
static void settle(struct collect *c, enum err_code code)
{
    draft_discard(c);
    state_rollback(c->state);
    if (code != OK && code != ERR_FULL)
        ready_close(c);
    struct err ignored;
    if (c->handed_over > 0 && series_drain(c, &ignored) != OK)
        log_err("outbox", &ignored);
    if (texts_keep(c, &ignored) != OK)
        log_err("text", &ignored);
    facts_write(c, code);
}

static enum err_code stopped_streams(const struct collect *c, struct err *err)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].stopped[0]) {
            err_set(err, ERR_CONFIG, "stream %s stands still: %s", c->streams[i].name, c->streams[i].stopped);
            return err_hint(err, "type: contact-agent check");
        }
    return OK;
}

enum err_code collect_once(struct collect *c, struct err *err)
{
    enum err_code code = round_once(c, err);
    settle(c, code);
    return code == OK ? stopped_streams(c, err) : code;
}

/* The backfill was begun, or another sweep has read days. */
static bool has_read(const struct collect *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (day_newest(c->state, c->streams[i].name, INT32_MAX) != DAY_NONE)
            return true;
    return state_get_int(c->state, "backfill_s", 0) != 0;
}

/* All of history as it is now: days that an earlier sweep or an interrupted backfill has behind it may have
 * changed since, so they are read too. */
static enum err_code cold_now(struct collect *c, struct err *err)
{
    bool begun = has_read(c);
    enum err_code code = OK;
    if (job_backfill_due(c)) {
        code = job_backfill(c, err);
        if (code != OK || !begun)
            return code;
    }
    state_begin(c->state);
    job_forget_cold(c);
    code = state_commit(c->state, err);
    return code == OK ? run_cold(c, err) : code;
}

static enum err_code sweep_now(struct collect *c, enum sweep sweep, struct err *err)
{
    switch (sweep) {
    case SWEEP_ASKED:
        return work_off(c, err);
    case SWEEP_HOT:
        return job_hot(c, err);
    case SWEEP_WARM:
        return job_warm(c, err);
    case SWEEP_COLD:
        break;
    }
    return cold_now(c, err);
}

enum err_code collect_sweep(struct collect *c, enum sweep sweep, struct err *err)
{
    enum err_code code = make_ready(c, err);
    if (code == OK)
        code = sweep_now(c, sweep, err);
    if (code == OK)
        code = work_off(c, err);
    settle(c, code);
    return code == OK ? stopped_streams(c, err) : code;
}

static struct collect *running;

static volatile sig_atomic_t hastened;

/* SIGHUP: everything now, whatever was to be waited for. What is read at the start would be half changed by
 * reading it again here, so that is said instead. */
static void hasten(struct collect *c)
{
    if (!hastened)
        return;
    hastened = 0;
    c->next_hot_ms = c->next_inbox_ms = c->next_look_ms = clock_monotonic_ms();
    c->explained_s = 0;
    for (unsigned i = 0; i < c->stream_count; i++)
        c->streams[i].unread_ms = 0;
    log_info("a sweep now; settings, mapping and keys are read at the start: systemctl restart "
             "contact-agent.target");
}

enum err_code collect_breathe(struct collect *c, struct err *err)
{
    enum err_code code = OK;
    if (c->stopping)
        return err_set(err, ERR_RETRY, "stopped");
    if (c->between)
        c->between(c->between_context);
    notify_alive();
    hasten(c);
    int64_t now = clock_monotonic_ms();
    if (c->pending_count > OBJECTORS_PENDING / 2) /* else when the stream's sweep is over */
        code = objector_flush(c, err);
    if (code == OK && now >= c->next_inbox_ms && !c->judging) {
        c->next_inbox_ms = now + INBOX_MS;
        code = inbox_read(c, err);
    }
    if (code == OK)
        code = may_read(c, err);
    if (code == OK && now >= c->next_facts_ms) {
        c->next_facts_ms = now + FACTS_MS;
        code = texts_refresh(c, err);
        facts_write(c, OK);
    }
    if (code == OK && now >= c->next_hot_ms && !c->in_hot) {
        c->in_hot = true; /* never a hot sweep within another */
        code = job_hot(c, err);
        c->in_hot = false;
    }
    return code;
}

static void on_signal(int number)
{
    if (number == SIGHUP)
        hastened = 1;
    else
        running->stopping = 1;
}

/* One that is not allowed now, or that failed, comes again after the usual time: what was waited for in vain
 * is no cost to be paid back. */
static void look_and_rest(struct collect *c)
{
    struct err ignored;
    int64_t began = clock_monotonic_ms();
    bool looked = may_read(c, &ignored) == OK && job_look(c);
    int64_t ended = clock_monotonic_ms(), rest = looked ? job_rest(c, ended - began) : 0;
    c->next_look_ms = ended + (rest > c->settings->look_ms ? rest : c->settings->look_ms);
}

static void log_change(struct collect *c, enum err_code code, const struct err *err)
{
    if (code == OK && c->last.code != OK)
        log_info("collect goes on");
    else if (code != OK && (c->last.code != code || strcmp(c->last.message, err->message) != 0))
        log_err("collect", err);
    c->last.code = code;
    if (code != OK)
        memcpy(c->last.message, err->message, sizeof(c->last.message));
}

static void wait_until(const struct collect *c, int64_t due_ms, const sigset_t *signals)
{
    int64_t left = due_ms - clock_monotonic_ms();
    if (c->stopping || left <= 0)
        return;
    if (left > 1000)
        left = 1000;
    const struct timespec t = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
    (void)ppoll(NULL, 0, &t, signals);
}

/* ERR_CORRUPT when a file of our own is damaged: only a start sets it aside. */
static enum err_code one_turn(struct collect *c, struct err *ret_err)
{
    int64_t now = clock_monotonic_ms();
    struct err err = {.code = OK};
    enum err_code code = OK;
    if (now >= c->next_look_ms && c->source)
        look_and_rest(c);
    if (now >= c->next_hot_ms) {
        code = round_once(c, &err);
        c->next_hot_ms = clock_monotonic_ms() + job_hot_interval(c);
        settle(c, code);
        if (!c->stopping)
            log_change(c, code, &err);
    } else if (now >= c->next_inbox_ms) {
        c->next_inbox_ms = now + INBOX_MS;
        code = inbox_read(c, &err);
        if (code == OK && job_work_waiting(c) && c->source && may_read(c, &err) == OK) {
            code = work_off(c, &err);
            settle(c, code);
        }
        if (code != OK)
            log_change(c, code, &err);
    }
    if (now >= c->next_facts_ms) {
        c->next_facts_ms = now + FACTS_MS;
        facts_write(c, c->last.code);
    }
    return code == ERR_CORRUPT ? series_check(c, ret_err) : OK;
}

enum err_code collect_run(struct collect *c, struct err *err)
{
    struct sigaction action = {.sa_handler = on_signal}, old_term, old_int, old_hangup;
    sigset_t blocked, before;
    enum err_code code = OK;
    running = c;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGHUP);
    sigaction(SIGHUP, &action, &old_hangup);
    sigaction(SIGTERM, &action, &old_term);
    sigaction(SIGINT, &action, &old_int);
    notify("READY=1");
    while (!c->stopping && code == OK) {
        notify_alive();
        hasten(c);
        code = one_turn(c, err);
        /* Signals are held while it is decided to wait, so that none is lost in between. */
        sigprocmask(SIG_BLOCK, &blocked, &before);
        int64_t due = c->next_hot_ms < c->next_inbox_ms ? c->next_hot_ms : c->next_inbox_ms;
        if (c->source && c->next_look_ms < due)
            due = c->next_look_ms;
        wait_until(c, due, &before);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    notify("STOPPING=1");
    sigaction(SIGTERM, &old_term, NULL);
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGHUP, &old_hangup, NULL);
    return code != OK ? code : state_failure(c->state, err);
}
