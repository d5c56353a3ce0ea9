/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/standing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/language.h"
#include "contact/lock.h"

#define FACT_MAX 65536
#define DAY_S 86400
#define ROOM_BYTES (1024 * 1024) /* with less, not even a database can begin */
#define STILL_S 300              /* collect without progress for longer is an error (DESIGN 6.6) */

static int64_t fact_int(struct spool *spool, const char *name, int64_t otherwise)
{
    struct buf text BUF_CLEANUP = BUF_INIT(FACT_MAX);
    if (spool_fact_get(spool, name, &text, NULL) != OK || text.len == 0)
        return otherwise;
    return strtoll(buf_text(&text), NULL, 10);
}

static void fact_text(struct spool *spool, const char *name, char *ret, size_t size)
{
    struct buf text BUF_CLEANUP = BUF_INIT(FACT_MAX);
    ret[0] = '\0';
    if (spool_fact_get(spool, name, &text, NULL) == OK)
        snprintf(ret, size, "%s", buf_text(&text));
}

static void read_spool(struct spool *spool, struct standing *s)
{
    fact_text(spool, "send.state", s->send_state, sizeof s->send_state);
    snprintf(s->proved, sizeof s->proved, "%s", s->collect.proved);
    fact_text(spool, "send.refused", s->refused, sizeof s->refused);
    fact_text(spool, "collect.error", s->error, sizeof s->error);
    fact_text(spool, "collect.barred", s->barred, sizeof s->barred);
    s->contact_s = fact_int(spool, "send.contact_s", 0);
    s->loaded = fact_int(spool, "send.loaded", 0);
    s->contiguous = fact_int(spool, "send.contiguous", 0);
    s->certificate_s = fact_int(spool, "send.certificate_s", 0);
    s->proxy_seen = fact_int(spool, "send.proxy_seen", 0) != 0;
    int64_t progress_ms = fact_int(spool, "collect.progress_ms", -1);
    s->progress_age_s = progress_ms < 0 ? -1 : (clock_monotonic_ms() - progress_ms) / 1000;
    bool alive = s->progress_age_s >= 0 && s->progress_age_s <= STILL_S;
    s->reads_on = alive && fact_int(spool, "collect.approved", 0) == 1;
    int64_t isolated = fact_int(spool, "collect.isolated", -1);
    s->isolated_known = isolated >= 0;
    s->isolated = isolated == 1;
}

static bool has_no_room(const char *folder)
{
    struct statvfs fs;
    return statvfs(folder, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < ROOM_BYTES;
}

enum err_code standing_read(const struct settings *settings, struct standing *ret, struct err *err)
{
    *ret = (struct standing){.progress_age_s = -1};
    enum err_code code = collect_status(settings, &ret->collect, err);
    if (code != OK)
        return code;
    struct spool *spool = NULL;
    ret->no_source = settings->source_database == NULL || settings->source_database[0] == '\0';
    if (access(settings->mapping, F_OK) != 0)
        snprintf(ret->draft, sizeof ret->draft, "contact-agent discover --out %s", settings->mapping);
    ret->no_room = has_no_room(settings->collect_folder) || has_no_room(settings->spool_folder);
    ret->collect_runs = lock_marked(settings->spool_folder, SPOOL_COLLECT_RUNS);
    ret->send_runs = lock_marked(settings->spool_folder, SPOOL_SEND_RUNS);
    if (spool_open(settings->spool_folder, &spool, NULL) != OK)
        return OK;
    ret->spool_there = spool_depth(spool, &ret->depth, NULL) == OK;
    read_spool(spool, ret);
    spool_close(spool);
    return OK;
}

/* NULL when every stream goes on by itself. */
static const char *next_of_streams(const struct collect_status *c)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].held_days > 0 || strcmp(c->streams[i].stopped, "few_rows") == 0)
            return "contact-agent deletions show";
    for (unsigned i = 0; i < c->stream_count; i++)
        if (strcmp(c->streams[i].stopped, "not_approved") == 0)
            return _("contact-agent approve           (something changed since the last approval)");
    for (unsigned i = 0; i < c->stream_count; i++)
        if (c->streams[i].stopped[0] != '\0' || c->streams[i].unread_days > 0)
            return "contact-agent check";
    return NULL;
}

static const char *next_to_approval(const struct standing *s)
{
    bool no_mapping = s->draft[0] != '\0';
    if (s->collect.approval_outdated)
        return s->collect.unusable
                   ? "contact-agent check"
                   : _("contact-agent approve           (something changed since the last approval)");
    if (!no_mapping)
        return _("contact-agent check, then preview, then approve");
    return s->no_source ? _("name the database in agent.yaml (source), then: contact-agent") : s->draft;
}

const char *standing_next(const struct standing *s)
{
    const struct collect_status *c = &s->collect;
    if (!c->enrolled)
        return _("contact-agent enroll BUNDLE     (the file the central team made for this site)");
    if (!c->approved)
        return next_to_approval(s);
    if (c->register_gone)
        return _("put objections.db back from a backup; without one: contact-agent approve, which pauses; "
                 "enter the "
                 "objections again, then resume");
    if (c->text && strcmp(c->text_stopped, "not_approved") == 0)
        return _("contact-agent approve           (the text engine changed since the last approval)");
    if (c->paused)
        return "contact-agent resume";
    if (c->leaving && c->unloaded == 0 && s->depth.queued == 0)
        return _("contact-agent leave             (the centre has removed this site's records)");
    const char *streams = next_of_streams(c);
    if (streams != NULL)
        return streams;
    if (!s->collect_runs || !s->send_runs || s->progress_age_s > STILL_S)
        return _("systemctl start contact-agent.target, or contact-agent run");
    return "";
}

static bool any_stream(const struct collect_status *c, bool held)
{
    for (unsigned i = 0; i < c->stream_count; i++)
        if (held ? c->streams[i].held_days > 0 : c->streams[i].stopped[0] != '\0')
            return true;
    return false;
}

static bool is_state(const struct standing *s, const char *word)
{
    return strcmp(s->send_state, word) == 0;
}

static bool text_is(const struct standing *s, const char *code)
{
    return s->collect.text && strcmp(s->collect.text_stopped, code) == 0;
}

/* Why collect read nothing in its last round; NULL when it did, or when something else on the list says it.
 */
static const char *round_trouble(const struct standing *s)
{
    if (strcmp(s->barred, "root-key") == 0)
        return _("the warehouse takes nothing of this machine, whose root key is not the site's "
                 "(contact-agent key status)");
    if (s->barred[0] != '\0')
        return _("the warehouse takes nothing of this machine; call the central team");
    if (s->no_room || strcmp(s->error, "full") == 0)
        return _("there is no room: a disk or the queue is full; nothing is read until there is, and nothing "
                 "is lost");
    if (s->error[0] == '\0' || strcmp(s->error, "rejected") == 0 || !s->collect.approved || s->collect.paused)
        return NULL;
    return _("collect could not read everything last time; it is tried again (its log says why)");
}

/* NULL when free text leaves. */
static const char *text_trouble(const struct standing *s)
{
    static const struct {
        const char *code, *text;
    } troubles[] = {
        {"no_words", N_("no free text leaves: the word file is missing; install contact-agent again")},
        {"canary",
         N_("no free text leaves: the text engine failed its test at the start; call the central team")},
        {"no_names",
         N_("no free text leaves: the site's names could not be learnt (`gazetteer` in the mapping)")},
        {"old_names", N_("no free text leaves: the site's names were last learnt more than eight days ago")},
        {"rate", N_("no free text leaves until tonight: too many texts could not be cleaned")},
        {"not_approved", N_("no free text leaves: the text engine is not the one that was approved")},
    };
    for (size_t i = 0; s->collect.approved && i < sizeof troubles / sizeof *troubles; i++)
        if (text_is(s, troubles[i].code))
            return _(troubles[i].text);
    return NULL;
}

static const char *approval_trouble(const struct standing *s)
{
    if (s->collect.approval_outdated && s->collect.unusable)
        return N_("the mapping cannot be used: contact-agent check");
    if (s->reads_on)
        return N_("the mapping was changed and not agreed to: what runs goes by the former one until it "
                  "begins anew");
    return s->collect.approval_outdated ? N_("what was approved has changed since: nothing is read")
                                        : N_("nothing is sent: the association has not approved");
}

/* NULL when both run, or need not. */
static const char *service_trouble(const struct standing *s)
{
    if (!s->collect.approved || s->collect.paused || (s->collect_runs && s->send_runs))
        return NULL;
    if (s->collect_runs)
        return N_("contact-agent-send does not run: nothing is sent, and nothing is lost");
    return s->send_runs
               ? N_("contact-agent-collect does not run: nothing is read")
               : N_("contact-agent-collect and contact-agent-send do not run: nothing is read or sent");
}

const char *standing_trouble(const struct standing *s, int *at)
{
    int64_t now = clock_wall_s();
    const struct {
        bool holds;
        const char *text;
    } troubles[] = {
        {s->collect.enrolled && !s->collect.approved, approval_trouble(s)},
        {s->collect.paused, N_("paused: nothing is read or sent")},
        {service_trouble(s) != NULL, service_trouble(s)},
        {s->collect.leaving,
         N_("this site leaves: no row is read any more, and the centre removes all that it holds of it")},
        {s->collect.key == KEY_OTHER || s->collect.key == KEY_OLDER,
         N_("nothing is sent: the centre knows another root key of this site (contact-agent key status)")},
        {s->collect.register_gone, N_("nothing is read: the register of objections (objections.db) is gone")},
        {round_trouble(s) != NULL, round_trouble(s)},
        {s->collect.enrolled && !s->collect.key_backup,
         N_("the root key has no backup: contact-agent key backup")},
        {any_stream(&s->collect, false), N_("a stream stands still (see below)")},
        {any_stream(&s->collect, true), N_("deletions are held back: too much vanished at once")},
        {s->collect.enrolled && s->collect.approved && is_state(s, ""),
         N_("nothing can be sent: the enrolment did not end well "
            "(contact-agent enroll BUNDLE, again), or the "
            "services do not run")},
        {is_state(s, "offline"),
         N_("the centre cannot be reached; the queue keeps filling and nothing is lost")},
        {is_state(s, "unauthorized"),
         N_("the centre does not accept this machine's certificate; call the central team")},
        {is_state(s, "expired"),
         N_("the certificate has expired: enrol again with a new bundle; nothing is lost")},
        {is_state(s, "refused"), N_("the centre refuses this site; call the central team")},
        {s->proxy_seen,
         N_("a proxy answers in the centre's place: ask for direct access to the centre's address")},
        {s->certificate_s > 0 && !is_state(s, "expired") && s->certificate_s < now + 7 * DAY_S,
         N_("the certificate ends within a week and could not be renewed")},
        {s->depth.parked > 0, N_("the centre refused batches; their days are read and sent again")},
        {s->refused[0] != '\0', N_("the warehouse could not use some batches; their days are sent again")},
        {s->collect.approved && !s->collect.paused && s->collect_runs && s->progress_age_s > STILL_S,
         N_("collect has not moved for over five minutes")},
        {s->collect.objections_overdue > 0,
         N_("an objection has waited over seven days for the centre's receipt")},
        {text_trouble(s) != NULL, text_trouble(s)},
        {s->isolated_known && !s->isolated, N_("collect is not isolated from the network on this machine")},
    };
    for (int count = (int)(sizeof troubles / sizeof *troubles); *at < count; (*at)++)
        if (troubles[*at].holds)
            return _(troubles[(*at)++].text);
    return NULL;
}

void standing_age(int64_t seconds, char *ret, size_t size)
{
    static const struct {
        int64_t below, unit;
        const char *name;
    } units[] = {{120, 1, "s"}, {7200, 60, "min"}, {172800, 3600, "h"}, {INT64_MAX, 86400, N_("days")}};
    size_t i = 0;
    while (seconds >= units[i].below)
        i++;
    snprintf(ret, size, "%" PRId64 " %s", seconds < 0 ? 0 : seconds / units[i].unit, _(units[i].name));
}
