/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that read the source: collect, once, sweep. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/collect/collect.h"
#include "agent/commands.h"

/* Opens collect, does one thing, closes. */
static int with_collect(const char *what, enum err_code (*run)(struct collect *collect, struct err *err))
{
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct collect *collect = NULL;
    struct err err;
    enum err_code code = collect_open(&invocation.settings, &collect, &err);
    if (code == OK)
        code = run(collect, &err);
    int status = code == OK ? EX_OK : command_failed(what, &err);
    collect_close(collect);
    invocation_end(&invocation);
    return status;
}

int cmd_collect(int argc, char **argv)
{
    if (argc > 1)
        return command_usage(argv[0], argv[1]);
    return with_collect(argv[0], collect_run);
}

static int sweep_part(void *context)
{
    (void)context;
    return with_collect("once", collect_once);
}

static int drain_part(void *context)
{
    (void)context;
    char name[] = "contact-agent-send", verb[] = "once";
    return command_exec_send((char *[]){name, verb, NULL});
}

/* What could not be read does not keep what was read from going. */
int cmd_once(int argc, char **argv)
{
    bool send = true;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--no-send") != 0)
            return command_usage(argv[0], argv[i]);
        send = false;
    }
    int swept = command_part(sweep_part, NULL);
    int sent = send ? command_part(drain_part, NULL) : EX_OK;
    return swept != EX_OK ? swept : sent;
}

static enum sweep wanted;

static enum err_code sweep_wanted(struct collect *collect, struct err *err)
{
    return collect_sweep(collect, wanted, err);
}

int cmd_sweep(int argc, char **argv)
{
    if (argc != 2 || !sweep_parse(argv[1], &wanted))
        return command_usage(argv[0], argc > 1 ? argv[1] : "nothing");
    return with_collect(argv[0], sweep_wanted);
}
