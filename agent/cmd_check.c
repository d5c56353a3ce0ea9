/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that would keep this site from sending, at once. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/check_source.h"
#include "agent/checklist.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "contact/language.h"

#define DISK_WANTED_MB 512

static void check_place(struct checklist *list, const struct settings *settings)
{
    const struct {
        const char *what, *path;
    } folders[] = {{"collect.folder", settings->collect_folder}, {"spool.folder", settings->spool_folder}};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        struct statvfs disk;
        if (access(folders[i].path, W_OK) != 0) {
            checklist_add(list, FINDING_ERROR, folders[i].what,
                          "contact-agent enroll makes it; or correct the setting",
                          "%s is not there, or not writable by this user", folders[i].path);
        } else if (statvfs(folders[i].path, &disk) == 0) {
            uint64_t free_mb = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
            checklist_add(list, free_mb < DISK_WANTED_MB ? FINDING_WARNING : FINDING_OK, folders[i].what,
                          free_mb < DISK_WANTED_MB ? "make room: when the disk is full, reading pauses"
                                                   : NULL,
                          "%s, %" PRIu64 " MB free", folders[i].path, free_mb);
        }
    }
}

static void check_stopped(struct checklist *list, const struct status_stream *stream)
{
    bool another = strcmp(stream->stopped, "type_changed") == 0;
    checklist_add(list, FINDING_WARNING, stream->name,
                  another
                      ? N_("goes on by itself once it is as before; if it is meant: preview, then approve")
                      : N_("goes on by itself once the cause is gone"),
                  "stands still: %s%s%s", stream->stopped, stream->stopped_by[0] == '\0' ? "" : ": ",
                  stream->stopped_by);
}

static void check_unread(struct checklist *list, const struct status_stream *stream)
{
    char day[DAY_TEXT];
    day_format(stream->unread_day, day);
    checklist_add(
        list, FINDING_WARNING, stream->name,
        "look there for a huge value, or for a computed column that fails; it is tried again each hour",
        "days passed over: %" PRIu64 ", the oldest %s: the database cannot give a value of them",
        stream->unread_days, day);
}

/* Did anybody agree once? *ret_approved: and it still holds. */
static bool check_standing(struct checklist *list, const struct settings *settings, bool *ret_approved)
{
    *ret_approved = false;
    struct collect_status status;
    struct err err;
    if (collect_status(settings, &status, &err) != OK) {
        checklist_add_err(list, "state", &err);
        return true;
    }
    if (!status.enrolled)
        checklist_add(list, FINDING_ERROR, "enrolment", "contact-agent enroll BUNDLE",
                      "this machine is not enrolled");
    else
        checklist_add(list, FINDING_OK, "enrolment", NULL, "site %s", status.site);
    if (!status.approved)
        checklist_add(list, FINDING_NOTE, "approval", "contact-agent preview, then contact-agent approve",
                      status.approval_outdated ? N_("something changed since the last one")
                                               : N_("not yet: nothing is sent"));
    else
        checklist_add(list, FINDING_OK, "approval", NULL, "by %s", status.approval.who);
    if (status.approved && status.text && status.text_stopped[0] != '\0')
        checklist_add(list, FINDING_WARNING, "free text", "contact-agent status", "withheld: %s",
                      status.text_stopped);
    if (status.new_columns > 0)
        checklist_add(list, FINDING_NOTE, "new columns",
                      "nothing reads them; look whether something stands there now that stood elsewhere",
                      "%u since the approval: %s", status.new_columns, status.new_column_names);
    for (unsigned i = 0; i < status.stream_count; i++) {
        if (status.streams[i].stopped[0] != '\0')
            check_stopped(list, &status.streams[i]);
        if (status.streams[i].unread_days > 0)
            check_unread(list, &status.streams[i]);
    }
    *ret_approved = status.approved;
    return status.approved || status.approval_outdated;
}

static void add_problems(struct checklist *list, const char *what, const struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->items[i];
        char place[512];
        checklist_add(list, p->warning ? FINDING_WARNING : FINDING_ERROR, what, p->hint, "%s%s",
                      problem_place(p, place, sizeof place), p->message);
    }
}

/* NULL after saying why. agreed: there was a mapping once. */
static struct mapping *check_mapping(struct checklist *list, const struct settings *settings, bool agreed,
                                     struct model **ret_model)
{
    struct problems problems PROBLEMS_CLEANUP = {0};
    char draft[512];
    if (access(settings->mapping, F_OK) != 0) {
        snprintf(draft, sizeof draft, "contact-agent discover --out %s", settings->mapping);
        checklist_add(list, FINDING_ERROR, "mapping",
                      agreed ? N_("put back the one that was agreed to, or correct the setting mapping")
                             : draft,
                      "%s is not there", settings->mapping);
        return NULL;
    }
    *ret_model = agent_model(settings, &problems);
    struct mapping *mapping =
        *ret_model == NULL ? NULL : mapping_load(settings->mapping, *ret_model, &problems);
    add_problems(list, "mapping", &problems);
    unsigned streams = 0;
    for (unsigned i = 0; mapping != NULL && i < mapping->stream_count; i++)
        streams += mapping->streams[i] != NULL;
    if (mapping != NULL)
        checklist_add(list, FINDING_OK, "mapping", NULL, "%s fills %u streams of %s", mapping->name, streams,
                      (*ret_model)->name);
    return mapping;
}

int cmd_check(int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !as_json)
        return command_usage(argv[0], argv[1]);
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct checklist *list = checklist_new();
    if (list == NULL) {
        invocation_end(&invocation);
        return EX_OSERR;
    }
    checklist_add(list, FINDING_OK, "settings", NULL, "%s", invocation.config_path);
    bool approved, agreed = check_standing(list, &invocation.settings, &approved);
    check_place(list, &invocation.settings);
    struct model *model = NULL;
    struct mapping *mapping = check_mapping(list, &invocation.settings, agreed, &model);
    check_source(list, &invocation.settings, mapping);
    mapping_free(mapping);
    model_free(model);
    enum finding worst = checklist_print(list, as_json);
    checklist_free(list);
    if (!as_json && worst < FINDING_ERROR && approved)
        command_next(&invocation.settings, "contact-agent check");
    else if (!as_json && worst < FINDING_ERROR)
        puts(_("\nNext: contact-agent preview"));
    invocation_end(&invocation);
    return worst == FINDING_ERROR ? EX_CONFIG : EX_OK;
}
