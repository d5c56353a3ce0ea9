/* SPDX-License-Identifier: Apache-2.0 */
/* Rows before and after, field by field: so that a data-protection officer sees what leaves. On the terminal
 * only; identifiers are masked unless they are asked for. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/commands.h"
#include "agent/preview.h"

static bool parse(int argc, char **argv, struct preview_options *ret)
{
    *ret = (struct preview_options){.rows = 5};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--reveal") == 0)
            ret->reveal = true;
        else if (strcmp(argv[i], "--json") == 0)
            ret->as_json = true;
        else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc && strtol(argv[i + 1], NULL, 10) > 0)
            ret->rows = (unsigned)strtol(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && ret->stream == NULL)
            ret->stream = argv[i];
        else
            return command_usage(argv[0], argv[i]) == EX_OK;
    }
    if (ret->reveal && ret->as_json)
        return command_usage(argv[0], "--reveal with --json") == EX_OK;
    return true;
}

int cmd_preview(int argc, char **argv)
{
    struct preview_options options;
    if (!parse(argc, argv, &options))
        return EX_USAGE;
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct err err;
    struct problems problems PROBLEMS_CLEANUP = {0};
    char detail[80];
    snprintf(detail, sizeof detail, "%.40s%s", options.stream != NULL ? options.stream : "every stream",
             options.reveal ? ", revealed" : "");
    const struct trail_entry entry = {
        .what = "preview", .who = ask_who(NULL), .detail = detail, .count = options.rows};
    if (!command_note(&invocation.settings, &entry)) {
        invocation_end(&invocation);
        return EX_SOFTWARE;
    }
    enum err_code code = preview(&invocation.settings, &options, &problems, &err);
    problems_print(&problems, stderr);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed(argv[0], &err);
}
