/* SPDX-License-Identifier: Apache-2.0 */
/* Rows before and after, field by field: so that a data-protection officer sees what leaves. On the terminal
 * only; identifiers are masked unless they are asked for. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/commands.h"
#include "agent/preview.h"
#include "agent/state/objections.h"
#include "contact/language.h"

#define ROWS_MAX 1000000

struct request {
    struct preview_options options;
    char id[OBJECTION_ID_MAX];
    bool patient;
};

static bool rows_of(const char *text, unsigned *ret)
{
    long number;
    bool good = command_number(text, ROWS_MAX, &number);
    if (good)
        *ret = (unsigned)number;
    return good;
}

static int parse(int argc, char **argv, struct request *ret)
{
    *ret = (struct request){.options = {.rows = 5}};
    struct preview_options *options = &ret->options;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--reveal") == 0)
            options->reveal = true;
        else if (strcmp(argv[i], "--json") == 0)
            options->as_json = true;
        else if (strcmp(argv[i], "--patient") == 0)
            ret->patient = true;
        else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc && rows_of(argv[i + 1], &options->rows))
            i++;
        else if (argv[i][0] != '-' && options->stream == NULL)
            options->stream = argv[i];
        else
            return command_usage(argv[0], argv[i]);
    }
    return options->reveal && options->as_json ? command_usage(argv[0], "--reveal with --json") : EX_OK;
}

static bool ask_patient(struct request *request)
{
    request->options.rows = UINT_MAX;
    request->options.id = request->id;
    return ask_id(_("Local id of the patient (not shown):"), request->id, sizeof request->id);
}

/* Written down before anything is shown. */
static bool note(const struct settings *settings, const struct request *request)
{
    const struct preview_options *options = &request->options;
    char detail[80];
    snprintf(detail, sizeof detail, "%.40s%s%s", options->stream != NULL ? options->stream : "every stream",
             request->patient ? ", one patient" : "", options->reveal ? ", revealed" : "");
    const struct trail_entry entry = {.what = "preview",
                                      .who = ask_who(NULL),
                                      .detail = detail,
                                      .count = request->patient ? 1 : options->rows};
    return command_note(settings, &entry);
}

int cmd_preview(int argc, char **argv)
{
    struct request request;
    int usage = parse(argc, argv, &request);
    if (usage != EX_OK)
        return usage;
    if (request.options.reveal && !command_shows(argv[0]))
        return EX_USAGE;
    if (request.patient && !ask_patient(&request))
        return command_usage(argv[0], _("no local id"));
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct err err;
    struct problems problems PROBLEMS_CLEANUP = {0};
    if (!note(&invocation.settings, &request)) {
        invocation_end(&invocation);
        return EX_SOFTWARE;
    }
    enum err_code code = preview(&invocation.settings, &request.options, &problems, &err);
    wipe(request.id, sizeof request.id);
    problems_print(&problems, stderr);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed(argv[0], &err);
}
