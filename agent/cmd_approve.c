/* SPDX-License-Identifier: Apache-2.0 */
/* approve, pause and resume: the association decides. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/approve_difference.h"
#include "agent/ask.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "agent/mapping/mapping.h"
#include "contact/language.h"
#include "contact/table.h"

/* The fields that the model leaves off unless an association names them: approving the mapping approves
 * these. */
static void print_optional(const struct mapping *mapping)
{
    bool any = false;
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        const struct mapping_stream *stream = mapping->streams[i];
        for (unsigned f = 0; stream != NULL && f < stream->model->field_count; f++) {
            const struct model_field *field = &stream->model->fields[f];
            if (stream->rules[f] == NULL || !field->opt_in)
                continue;
            if (!any)
                puts(_("Your mapping also sends what is off unless an association agrees:"));
            printf("  %s.%s: %s\n", stream->model->name, field->name, field->meaning);
            any = true;
        }
    }
    if (any)
        putchar('\n');
}

static void print_what(const struct collect_status *status, const struct settings *settings,
                       const struct mapping *mapping)
{
    printf(_("Site %s will send to %s:\n"), status->site, status->url);
    printf(_("  what       contact-agent model        (all that may leave)\n"));
    printf(_("  from what  %s\n"), settings->mapping);
    printf(_("  as seen    contact-agent preview      (rows before and after)\n\n"));
    printf(_("Names, addresses, telephone numbers, birth dates and free text as typed do not leave.\n"
             "The data are pseudonymised, not anonymous.\n\n"));
    print_optional(mapping);
}

struct approving {
    char who[65];
    bool sure, no_key_backup, only_difference, as_json;
};

/* What leaves is of use only as long as the key is there: without a copy, one disk decides about that. */
static bool key_is_safe(const struct collect_status *status, const struct approving *a)
{
    if (status->key_backup || a->no_key_backup)
        return true;
    if (!a->sure)
        puts(_("No backup of the root key was made here. When this machine is lost without one, every "
               "patient becomes a\n"
               "stranger and all of history is sent anew under other pseudonyms.\n"
               "Make one first: contact-agent key backup\n"));
    if (!a->sure && ask_yes(_("Approve without a backup? (yes/no)")))
        return true;
    fprintf(stderr, _("contact-agent: approve: no backup of the root key was made; nothing is sent\n"
                      "    HINT: contact-agent key backup; or, knowing what it means, --no-key-backup\n"));
    return false;
}

static void put_digest(struct buf *out, const char *of, const uint8_t digest[static SHORT_SIZE])
{
    buf_printf(out, "%s%s ", out->len > 0 ? ", " : "", of);
    buf_hex(out, digest, SHORT_SIZE);
}

/* What was agreed to, in audit.log: the streams by number, and digests of all that the agreement names; the
 * mapping's is the one that heartbeats carry. */
static bool note(const struct settings *settings, const char *who)
{
    BUF_CLEANUP struct buf detail = BUF_INIT(512);
    struct collect_status status;
    struct err err;
    if (collect_status(settings, &status, &err) != OK) {
        command_failed("approve", &err);
        return false;
    }
    put_digest(&detail, "mapping", status.approval.mapping);
    put_digest(&detail, "model", status.approval.model);
    put_digest(&detail, "text engine", status.approval.text);
    put_digest(&detail, "warehouse", status.approval.warehouse);
    const struct trail_entry entry = {
        .what = "approve", .who = who, .detail = buf_text(&detail), .count = status.stream_count};
    return command_note(settings, &entry);
}

/* Shows it, asks, and records what was shown. */
static int ask(const struct settings *settings, const struct collect_status *status, struct offer *offer,
               struct approving *a)
{
    struct err err;
    if (!a->as_json)
        print_what(status, settings, offer->mapping);
    enum err_code code = a->as_json ? approve_difference_json(settings, offer, &err)
                                    : approve_difference(settings, offer, &err);
    if (code != OK)
        return command_failed("approve", &err);
    if (a->only_difference)
        return EX_OK;
    if (!key_is_safe(status, a))
        return EX_CONFIG;
    if (a->who[0] == '\0' &&
        !ask_line(_("Who agrees, for the association (name and function)?"), a->who, sizeof a->who)) {
        fprintf(stderr, _("contact-agent: approve: nobody agreed; nothing is sent\n"));
        return EX_NOPERM;
    }
    if (!a->sure && !ask_yes(_("Send from now on? (yes/no)"))) {
        printf(_("Nothing is sent.\n"));
        return EX_NOPERM;
    }
    code = collect_approve(settings, offer, a->who, &err);
    if (code != OK)
        return command_failed("approve", &err);
    if (!note(settings, a->who))
        return EX_SOFTWARE;
    printf(_("Approved by %s. What would widen it waits for a new approval.\n"), a->who);
    return EX_OK;
}

static int approve(const struct settings *settings, struct approving *a)
{
    struct collect_status status;
    struct offer *offer = NULL;
    struct err err;
    enum err_code code = collect_status(settings, &status, &err);
    if (code != OK)
        return command_failed("approve", &err);
    if (!status.enrolled) {
        fprintf(stderr, _("contact-agent: approve: this machine is not enrolled\n    HINT: contact-agent "
                          "enroll BUNDLE\n"));
        return EX_CONFIG;
    }
    code = collect_offer(settings, &offer, &err);
    if (code != OK)
        return command_failed("approve", &err);
    int exit_status = ask(settings, &status, offer, a);
    offer_free(offer);
    return exit_status;
}

static int approve_part(void *context)
{
    struct approving *a = context;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    int status = approve(&invocation.settings, a);
    invocation_end(&invocation);
    return status;
}

/* The services begin anew: they read settings and mapping when they start, and these were written since. */
int cmd_approve(int argc, char **argv)
{
    struct approving approving = {.sure = false};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--yes") == 0)
            approving.sure = true;
        else if (strcmp(argv[i], "--difference") == 0)
            approving.only_difference = true;
        else if (strcmp(argv[i], "--json") == 0)
            approving.as_json = true;
        else if (strcmp(argv[i], "--no-key-backup") == 0)
            approving.no_key_backup = true;
        else if (strcmp(argv[i], "--by") == 0 && i + 1 < argc)
            snprintf(approving.who, sizeof approving.who, "%s", argv[++i]);
        else
            return command_usage(argv[0], argv[i]);
    }
    if (approving.as_json && !approving.only_difference)
        return command_usage(argv[0], "--json without --difference");
    int status = user_part(approve_part, &approving);
    if (approving.only_difference)
        return status;
    if (status != EX_OK)
        return status;
    if (command_services("restart"))
        puts(_("The services run."));
    puts(_("Next: contact-agent status"));
    return status;
}

int cmd_pause(int argc, char **argv)
{
    if (argc > 1)
        return command_usage(argv[0], argv[1]);
    bool pause = strcmp(argv[0], "pause") == 0;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct err err;
    const struct trail_entry entry = {.what = argv[0], .who = ask_who(NULL), .count = 1};
    enum err_code code = collect_pause(&invocation.settings, pause, &err);
    bool noted = code != OK || command_note(&invocation.settings, &entry);
    invocation_end(&invocation);
    if (!noted)
        return EX_SOFTWARE;
    if (code != OK)
        return command_failed(argv[0], &err);
    puts(pause ? _("Paused: nothing is read or sent but heartbeats. Next: contact-agent resume")
               : _("Going on."));
    return EX_OK;
}
