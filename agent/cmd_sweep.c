/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that read the source: collect, once, sweep. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "agent/spool/spool.h"
#include "contact/lock.h"
#include "contact/log.h"
#include "contact/notify.h"

#define OPEN_AGAIN_S 5
#define MAPPING_TRIES 720 /* an hour */

typedef enum err_code open_collect(const struct settings *settings, struct collect **ret, struct err *err);

/* Opens collect, does one thing, closes. */
static int with_collect(const char *what, open_collect *open,
                        enum err_code (*run)(struct collect *collect, struct err *err))
{
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct collect *collect = NULL;
    struct err err;
    enum err_code code = open(&invocation.settings, &collect, &err);
    if (code == OK)
        code = run(collect, &err);
    int status = code == OK ? EX_OK : command_failed(what, &err);
    collect_close(collect);
    invocation_end(&invocation);
    return status;
}

/* A machine is enrolled before anybody has written its mapping: that is waited for too, but not for ever,
 * since the settings, which say where it will be, are read at the start. */
static bool worth_waiting(enum err_code code, const struct settings *settings, int tries)
{
    if (code == ERR_CONFIG)
        return tries < MAPPING_TRIES && access(settings->mapping, F_OK) != 0;
    return code == ERR_FULL || code == ERR_RETRY;
}

/* The service waits for what passes by itself (a full disk, a command at work in its folders): ending each
 * time would be a loop that the service manager gives up on. */
static enum err_code open_patiently(const struct settings *settings, struct collect **ret, struct err *err)
{
    enum err_code code;
    int tries = 0;
    bool marked = lock_mark(settings->spool_folder, SPOOL_COLLECT_RUNS);
    while (worth_waiting(code = collect_open(settings, ret, err), settings, tries)) {
        if (tries++ == 0)
            log_err("collect waits", err);
        notify("READY=1\nSTATUS=waits: %s", err_name(code));
        notify_alive();
        sleep(OPEN_AGAIN_S);
        marked = marked || lock_mark(settings->spool_folder, SPOOL_COLLECT_RUNS);
    }
    if (tries > 0 && code == OK)
        log_info("collect goes on");
    return code;
}

int cmd_collect(int argc, char **argv)
{
    if (argc > 1)
        return command_usage(argv[0], argv[1]);
    return with_collect(argv[0], open_patiently, collect_run);
}

static int sweep_part(void *context)
{
    (void)context;
    return with_collect("once", collect_open, collect_once);
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
    int swept = user_part(sweep_part, NULL);
    int sent = send ? user_part(drain_part, NULL) : EX_OK;
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
        return command_usage(argv[0], argc > 1 ? argv[1] : "");
    return with_collect(argv[0], collect_open, sweep_wanted);
}
