/* SPDX-License-Identifier: Apache-2.0 */
/* Where collect stands, read from its files beside a running daemon. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/approval.h"
#include "agent/collect/columns.h"
#include "agent/collect/internal.h"
#include "agent/collect/register.h"
#include "contact/clock.h"

#define OVERDUE_S (7 * INT64_C(86400))

static int64_t stream_int(struct state *state, const char *what, const char *stream, int64_t otherwise)
{
    char name[96];
    snprintf(name, sizeof(name), "%s.%s", what, stream);
    return state_get_int(state, name, otherwise);
}

/* By days: a day's rows are not known before it is read. */
static void read_backfill(struct state *state, struct status_stream *s)
{
    int64_t at = stream_int(state, "backfill", s->name, INT64_MAX);
    int64_t first = stream_int(state, "backfill_first", s->name, 0);
    int64_t oldest = stream_int(state, "backfill_oldest", s->name, 0);
    s->backfill_to = (int32_t)oldest;
    s->backfill_at = at == INT64_MAX ? (int32_t)first : (int32_t)at;
    if (at == DAY_NONE)
        s->backfill_percent = 100;
    else if (at != INT64_MAX && first > oldest && at < first)
        s->backfill_percent = (unsigned)((first - (at > oldest ? at : oldest)) * 99 / (first - oldest));
    if (at == DAY_NONE)
        s->backfill_at = DAY_NONE;
}

unsigned backfill_percent(struct state *state, const struct stream *streams, unsigned count)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++) {
        struct status_stream s = {.backfill_percent = 0};
        snprintf(s.name, sizeof(s.name), "%s", streams[i].name);
        read_backfill(state, &s);
        sum += s.backfill_percent;
    }
    return count ? sum / count : 0;
}

static void read_stream(struct state *state, struct spool *spool, struct status_stream *s)
{
    struct day_sums sums;
    char name[96];
    day_sum(state, s->name, &sums);
    s->records = sums.records;
    s->held_days = sums.held;
    s->waiting_days = sums.waiting;
    s->unread_days = sums.passed;
    s->unread_day = sums.first_passed;
    s->first_day = sums.first;
    s->last_day = sums.last;
    snprintf(name, sizeof(name), "stopped.%s", s->name);
    state_get(state, name, s->stopped, sizeof(s->stopped));
    snprintf(name, sizeof(name), "stopped_by.%s", s->name);
    state_get(state, name, s->stopped_by, sizeof(s->stopped_by));
    read_backfill(state, s);
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    snprintf(name, sizeof(name), "collect.sweep_s_%s", s->name);
    if (spool && spool_fact_get(spool, name, &text, NULL) == OK)
        s->swept_s = strtoll(buf_text(&text), NULL, 10);
}

static void add_withheld(void *context, const char *name, uint64_t count)
{
    struct collect_status *status = context;
    const char *reason = strchr(name, ' ') ? strchr(name, ' ') + 1 : name;
    unsigned at = 0;
    while (at < status->reason_count && strcmp(status->withheld[at].name, reason) != 0)
        at++;
    if (at == STATUS_REASONS)
        return;
    if (at == status->reason_count)
        snprintf(status->withheld[status->reason_count++].name, sizeof(status->withheld[0].name), "%s",
                 reason);
    status->withheld[at].count += count;
}

static void count_objection(void *context, const struct objection *objection)
{
    struct collect_status *status = context;
    bool erases = objection->state == OBJECTION_NEW || objection->state == OBJECTION_SENT;
    if (!erases || !objection_in_force(objection))
        return;
    status->objections_unreceipted++;
    if (objection->state == OBJECTION_SENT && objection->sent_s + OVERDUE_S < clock_wall_s())
        status->objections_overdue++;
}

/* A register that cannot be read is told at once: nothing is read without it. */
static enum err_code read_objections(const struct settings *settings, const struct site *site,
                                     struct state *state, struct collect_status *status, struct err *err)
{
    char path[4096];
    struct objections *objections = NULL;
    snprintf(path, sizeof(path), "%s/objections.db", settings->collect_folder);
    if (access(path, F_OK) != 0) {
        status->register_gone = state && register_known(state);
        return OK;
    }
    enum err_code code = objections_open(settings->collect_folder, site->root, &objections, err);
    if (code == OK)
        code = objections_each(objections, false, count_objection, status, err);
    objections_close(objections);
    return code;
}

static void read_streams(struct state *state, struct spool *spool, const struct mapping *mapping,
                         struct collect_status *ret)
{
    unsigned percent = 0;
    for (unsigned i = 0; i < mapping->stream_count && ret->stream_count < STATUS_STREAMS; i++) {
        if (!mapping->streams[i])
            continue;
        struct status_stream *s = &ret->streams[ret->stream_count++];
        snprintf(s->name, sizeof(s->name), "%s", mapping->streams[i]->model->name);
        s->first_day = s->last_day = s->unread_day = s->backfill_at = s->backfill_to = DAY_NONE;
        if (state)
            read_stream(state, spool, s);
        percent += s->backfill_percent;
    }
    ret->backfill_percent = ret->stream_count ? percent / ret->stream_count : 0;
}

/* Collect keeps what it found when it looked last. What was agreed to since is told as it is now. */
static void forget_agreed(struct state *state, const struct mapping *mapping, struct collect_status *ret)
{
    uint8_t engine[SHORT_SIZE];
    if (strcmp(ret->text_stopped, "not_approved") == 0) {
        cleaner_version_of(mapping, engine);
        if (memcmp(ret->approval.text, engine, SHORT_SIZE) == 0)
            ret->text_stopped[0] = '\0';
    }
    for (unsigned i = 0; i < ret->stream_count; i++)
        if (strcmp(ret->streams[i].stopped, "not_approved") == 0 &&
            approval_covers(state, mapping, ret->streams[i].name))
            ret->streams[i].stopped[0] = ret->streams[i].stopped_by[0] = '\0';
}

static void read_texts(struct state *state, const struct mapping *mapping, struct collect_status *ret)
{
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        const struct mapping_stream *stream = mapping->streams[i];
        if (!stream || stream->text_count == 0)
            continue;
        ret->text = true;
        if (state)
            ret->text_days += day_count_redo(state, stream->model->name);
    }
    if (!state)
        return;
    state_get(state, "text_stopped", ret->text_stopped, sizeof(ret->text_stopped));
    ret->names_s = state_get_int(state, "names_s", 0);
    ret->names = (uint64_t)state_get_int(state, "names", 0);
}

static void read_state(struct state *state, struct collect_status *ret)
{
    ret->paused = state_get_int(state, "paused", 0) != 0;
    ret->leaving = state_get_int(state, "leaving", 0) != 0;
    state_get(state, "series", ret->series, sizeof(ret->series));
    ret->last_seq = (uint64_t)state_get_int(state, "last_seq", 0);
    ret->unloaded = batch_unloaded(state);
    ret->backfill_began_s = state_get_int(state, "backfill_s", 0);
    state_counts(state, "withheld", add_withheld, ret);
    ret->new_columns = columns_since_approval(state, ret->new_column_names, sizeof(ret->new_column_names));
}

static void read_proved(struct spool *spool, struct collect_status *ret)
{
    BUF_CLEANUP struct buf text = BUF_INIT(64);
    if (spool_fact_get(spool, "send.proved", &text, NULL) == OK)
        snprintf(ret->proved, sizeof(ret->proved), "%.10s", buf_text(&text));
}

/* The centre knows what was stated to it, and nothing of days that are passed over. */
static void limit_proved(struct collect_status *ret)
{
    for (unsigned i = 0; i < ret->stream_count; i++) {
        int32_t unread = ret->streams[i].unread_day;
        if (unread != DAY_NONE && ret->proved[0] && day_parse(ret->proved, DAY_TEXT - 1) >= unread)
            day_format(unread - 1, ret->proved);
    }
}

static void read_approval(struct state *state, const struct site *site, const struct model *model,
                          const struct mapping *mapping, struct collect_status *ret)
{
    if (mapping)
        ret->approved = approval_holds(state, site, model, mapping, &ret->approval, &ret->approval_outdated);
    else
        ret->approval_outdated = approval_latest(state, &ret->approval);
}

enum err_code collect_status(const struct settings *settings, struct collect_status *ret, struct err *err)
{
    *ret = (struct collect_status){.enrolled = false};
    PROBLEMS_CLEANUP struct problems problems = {0};
    struct site *site = NULL;
    struct state *state = NULL;
    struct spool *spool = NULL;
    if (!site_enrolled(settings->collect_folder))
        return OK;
    enum err_code code = site_load(settings->collect_folder, &site, err);
    if (code != OK)
        return code;
    ret->enrolled = true;
    snprintf(ret->site, sizeof(ret->site), "%s", site->name);
    snprintf(ret->url, sizeof(ret->url), "%s", site->url);
    struct key_standing key;
    if (collect_key_standing(settings, &key, NULL) == OK) {
        ret->key_backup = key.backup[0] != '\0';
        ret->key = key.centre;
    }
    code = state_attach(settings->collect_folder, &state, err);
    code = code == ERR_RETRY ? OK : code;
    struct model *model = agent_model(settings, &problems);
    struct mapping *mapping = model ? mapping_load(settings->mapping, model, &problems) : NULL;
    ret->unusable = mapping == NULL;
    if (spool_open(settings->spool_folder, &spool, NULL) == OK)
        read_proved(spool, ret);
    if (code == OK && state) {
        read_state(state, ret);
        read_approval(state, site, model, mapping, ret);
    }
    if (mapping) {
        read_streams(state, spool, mapping, ret);
        read_texts(state, mapping, ret);
        limit_proved(ret);
        if (state && ret->approved)
            forget_agreed(state, mapping, ret);
    }
    if (code == OK)
        code = read_objections(settings, site, state, ret, err);
    if (code == OK && state)
        code = state_failure(state, err);
    spool_close(spool);
    state_close(state);
    mapping_free(mapping);
    model_free(model);
    site_free(site);
    return code;
}
