/* SPDX-License-Identifier: Apache-2.0 */
/* status, and the bare command. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/commands.h"
#include "agent/report.h"
#include "agent/standing.h"
#include "contact/civil.h"
#include "contact/clock.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/table.h"

#define JSON_MAX 65536
#define LABEL_WIDTH 20

/* The name of a line; what it is about stands in a column. */
static void print_label(const char *label)
{
    size_t width = table_width(label);
    printf("%s%*s ", label, width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 0, "");
}

static void print_age(const char *label, int64_t at_s)
{
    char age[32];
    print_label(label);
    standing_age(clock_wall_s() - at_s, age, sizeof age);
    if (at_s <= 0)
        puts(_("never"));
    else
        printf(_("%s ago\n"), age);
}

static void print_line(const char *label, const char *text)
{
    print_label(label);
    puts(text);
}

static void print_head(const struct standing *s)
{
    const struct collect_status *c = &s->collect;
    print_line(_("site"), c->site);
    print_line(_("centre"), c->url);
    print_label(_("approval"));
    if (c->approved)
        printf(c->approval_outdated ? _("by %s; streams that changed since wait") : _("by %s"),
               c->approval.who);
    else
        fputs(c->approval_outdated ? _("outdated") : _("missing"), stdout);
    puts(c->paused ? _(" (paused)") : "");
    print_age(_("centre answered"), s->contact_s);
    print_label(_("queue"));
    printf(_("%" PRIu64 " to send, %" PRIu64 " not loaded yet, %.1f MB\n"), s->depth.queued, s->depth.stored,
           (double)s->depth.bytes / 1e6);
    if (s->depth.oldest_unsent_s > 0)
        print_age(_("oldest unsent"), s->depth.oldest_unsent_s);
    if (s->proved[0] == '\0')
        print_line(_("proved equal"), _("not yet"));
    else
        print_line(_("proved equal up to"), s->proved);
}

/* By the pace so far. */
static void print_backfill(const struct collect_status *c)
{
    if (c->backfill_began_s == 0 || c->backfill_percent >= 100 || c->unusable)
        return;
    print_label(_("backfill"));
    printf("%u %%", c->backfill_percent);
    int64_t spent = clock_wall_s() - c->backfill_began_s;
    if (c->backfill_percent > 0 && spent > 0) {
        char left[32];
        standing_age(spent * (100 - c->backfill_percent) / c->backfill_percent, left, sizeof left);
        printf(_(", about %s left"), left);
    }
    putchar('\n');
}

static void print_text(const struct collect_status *c)
{
    if (!c->text)
        return;
    print_label(_("free text"));
    if (c->text_stopped[0] != '\0')
        printf(_("withheld: %s"), c->text_stopped);
    else
        fputs(_("cleaned"), stdout);
    if (c->text_days > 0)
        printf(_("; %" PRIu64 " days will be sent again with theirs"), c->text_days);
    putchar('\n');
    print_age(_("names learnt"), c->names_s);
}

static void day_cell(struct table *table, int32_t day)
{
    char text[DAY_TEXT] = "";
    if (day != DAY_NONE)
        day_format(day, text);
    table_cell(table, TABLE_PLAIN, "%s", text);
}

static void unread_cell(struct table *table, const struct status_stream *stream)
{
    char day[DAY_TEXT];
    day_format(stream->unread_day, day);
    table_cell(table, TABLE_WARNING, _("days that cannot be read: %" PRIu64 ", the oldest %s"),
               stream->unread_days, day);
}

static void print_streams(const struct collect_status *c)
{
    static const char *const headings[] = {N_("stream"),    N_(">records"),   N_("first day"), N_("last day"),
                                           N_(">backfill"), N_("last sweep"), N_("state")};
    struct table *table = table_new(headings, 7);
    for (unsigned i = 0; i < c->stream_count; i++) {
        const struct status_stream *stream = &c->streams[i];
        char age[32];
        snprintf(age, sizeof age, "%s", _("never"));
        if (stream->swept_s > 0)
            standing_age(clock_wall_s() - stream->swept_s, age, sizeof age);
        table_cell(table, TABLE_PLAIN, "%s", stream->name);
        table_cell(table, TABLE_PLAIN, "%" PRIu64, stream->records);
        day_cell(table, stream->first_day);
        day_cell(table, stream->last_day);
        table_cell(table, TABLE_PLAIN, "%u %%", stream->backfill_percent);
        table_cell(table, TABLE_PLAIN, "%s", age);
        if (stream->stopped[0] != '\0')
            table_cell(table, TABLE_BAD, _("stands still: %s"), stream->stopped);
        else if (stream->held_days > 0)
            table_cell(table, TABLE_WARNING, _("%" PRIu64 " days' deletions held back"), stream->held_days);
        else if (stream->unread_days > 0)
            unread_cell(table, stream);
        else if (stream->waiting_days > 0)
            table_cell(table, TABLE_PLAIN, _("%" PRIu64 " days to send whole"), stream->waiting_days);
        else
            table_cell(table, TABLE_GOOD, _("ok"));
    }
    putchar('\n');
    table_print(table, stdout);
    table_free(table);
}

static void print_withheld(const struct collect_status *c)
{
    if (c->reason_count == 0)
        return;
    printf(_("\nwithheld on site, since installation:"));
    for (unsigned i = 0; i < c->reason_count; i++)
        printf("%s %s %" PRIu64, i > 0 ? "," : "", c->withheld[i].name, c->withheld[i].count);
    putchar('\n');
}

static void print_new_columns(const struct collect_status *c)
{
    if (c->new_columns > 0)
        printf(_("\nnew columns since the approval, which nothing reads (%u): %s\n"), c->new_columns,
               c->new_column_names);
}

static void print_troubles(const struct standing *s)
{
    bool colour = table_colour(stdout);
    const char *text;
    for (int at = 0; (text = standing_trouble(s, &at)) != NULL;)
        printf("%s!%s %s\n", colour ? "\033[31m" : "", colour ? "\033[0m" : "", text);
}

static void print_next(const struct standing *s)
{
    const char *next = standing_next(s);
    if (next[0] != '\0')
        printf(_("\nNext: %s\n"), next);
}

void command_next(const struct settings *settings, const char *but)
{
    struct standing s;
    struct err err;
    if (standing_read(settings, &s, &err) == OK && strcmp(standing_next(&s), but) != 0)
        print_next(&s);
}

static void json_stream(struct json *j, const struct status_stream *stream)
{
    char day[DAY_TEXT];
    json_begin_object(j);
    json_kv_string(j, "stream", stream->name);
    json_kv_int(j, "records", (int64_t)stream->records);
    json_kv_string(j, "stopped", stream->stopped);
    json_kv_int(j, "days_held", (int64_t)stream->held_days);
    json_kv_int(j, "days_waiting", (int64_t)stream->waiting_days);
    json_kv_int(j, "days_unread", (int64_t)stream->unread_days);
    if (stream->unread_days > 0) {
        day_format(stream->unread_day, day);
        json_kv_string(j, "unread_day", day);
    }
    json_kv_int(j, "swept", stream->swept_s);
    json_kv_int(j, "backfill_percent", stream->backfill_percent);
    if (stream->last_day != DAY_NONE) {
        day_format(stream->first_day, day);
        json_kv_string(j, "first_day", day);
        day_format(stream->last_day, day);
        json_kv_string(j, "last_day", day);
    }
    json_end_object(j);
}

static void json_lists(struct json *j, const struct standing *s)
{
    json_key(j, "streams");
    json_begin_array(j);
    for (unsigned i = 0; i < s->collect.stream_count; i++)
        json_stream(j, &s->collect.streams[i]);
    json_end_array(j);
    json_key(j, "withheld");
    json_begin_object(j);
    for (unsigned i = 0; i < s->collect.reason_count; i++)
        json_kv_int(j, s->collect.withheld[i].name, (int64_t)s->collect.withheld[i].count);
    json_end_object(j);
    json_key(j, "troubles");
    json_begin_array(j);
    const char *text;
    for (int at = 0; (text = standing_trouble(s, &at)) != NULL;)
        json_text(j, text);
    json_end_array(j);
}

static void print_json(const struct standing *s)
{
    const struct collect_status *c = &s->collect;
    struct buf text BUF_CLEANUP = BUF_INIT(JSON_MAX);
    struct json j = JSON(&text);
    json_begin_object(&j);
    json_kv_bool(&j, "enrolled", c->enrolled);
    json_kv_bool(&j, "approved", c->approved);
    json_kv_bool(&j, "paused", c->paused);
    json_kv_string(&j, "site", c->site);
    json_kv_string(&j, "url", c->url);
    json_kv_string(&j, "series", c->series);
    json_kv_int(&j, "last_seq", (int64_t)c->last_seq);
    json_kv_int(&j, "unloaded", (int64_t)c->unloaded);
    json_kv_int(&j, "queue_batches", (int64_t)s->depth.queued);
    json_kv_int(&j, "stored_batches", (int64_t)s->depth.stored);
    json_kv_int(&j, "parked_batches", (int64_t)s->depth.parked);
    json_kv_int(&j, "queue_bytes", (int64_t)s->depth.bytes);
    json_kv_int(&j, "oldest_unsent", s->depth.oldest_unsent_s);
    json_kv_string(&j, "centre", s->send_state);
    json_kv_int(&j, "centre_answered", s->contact_s);
    json_kv_int(&j, "loaded", s->loaded);
    json_kv_string(&j, "proved", s->proved);
    json_kv_int(&j, "backfill_percent", c->backfill_percent);
    json_kv_bool(&j, "isolated", s->isolated);
    json_kv_string(&j, "text", !c->text ? "none" : c->text_stopped[0] != '\0' ? c->text_stopped : "ok");
    json_kv_int(&j, "text_days_waiting", (int64_t)c->text_days);
    json_kv_int(&j, "names", (int64_t)c->names);
    json_kv_int(&j, "names_learnt", c->names_s);
    json_kv_int(&j, "new_columns", (int64_t)c->new_columns);
    json_kv_string(&j, "new_column_names", c->new_column_names);
    json_kv_int(&j, "objections_unreceipted", (int64_t)c->objections_unreceipted);
    json_lists(&j, s);
    json_kv_string(&j, "next", standing_next(s));
    json_end_object(&j);
    report_json(&text);
}

/* Reads the standing; false after printing why not. */
static bool stand(const char *what, struct standing *ret, int *ret_status)
{
    struct invocation invocation;
    *ret_status = EX_CONFIG;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return false;
    struct err err;
    enum err_code code = standing_read(&invocation.settings, ret, &err);
    *ret_status = code == OK ? EX_OK : command_failed(what, &err);
    invocation_end(&invocation);
    return code == OK;
}

int cmd_status(int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !as_json)
        return command_usage(argv[0], argv[1]);
    struct standing s;
    int status;
    if (!stand(argv[0], &s, &status))
        return status;
    if (as_json) {
        print_json(&s);
    } else if (!s.collect.enrolled) {
        puts(_("This machine is not enrolled."));
        print_next(&s);
    } else {
        print_troubles(&s);
        print_head(&s);
        print_text(&s.collect);
        print_backfill(&s.collect);
        if (s.collect.stream_count > 0)
            print_streams(&s.collect);
        print_withheld(&s.collect);
        print_new_columns(&s.collect);
        print_next(&s);
    }
    return EX_OK;
}

int cmd_stand(int argc, char **argv)
{
    (void)argc;
    struct standing s;
    int status;
    if (!stand(argv[0], &s, &status))
        return status;
    if (!s.collect.enrolled) {
        puts(_("contact-agent is installed; this machine is not enrolled yet."));
    } else {
        uint64_t records = 0;
        for (unsigned i = 0; i < s.collect.stream_count; i++)
            records += s.collect.streams[i].records;
        char proved[64];
        snprintf(proved, sizeof proved, _("proved equal up to %s"), s.proved);
        if (!s.collect.unusable || !s.collect.approval_outdated) /* else no stream is known */
            printf(_("Site %s: %" PRIu64 " records sent, %" PRIu64 " batches waiting, %s.\n"), s.collect.site,
                   records, s.depth.queued, s.proved[0] == '\0' ? _("no day proved equal yet") : proved);
        print_backfill(&s.collect);
        print_troubles(&s);
    }
    print_next(&s);
    if (standing_next(&s)[0] == '\0')
        puts(_("Nothing to do. More: contact-agent status, contact-agent help"));
    return EX_OK;
}
