/* SPDX-License-Identifier: Apache-2.0 */
/* Both processes as children of this one, for machines without systemd and for trials. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/commands.h"
#include "agent/settings_source.h"
#include "contact/clock.h"
#include "contact/log.h"

#define RESTART_MS 5000

enum child_role { CHILD_COLLECT, CHILD_SEND, CHILDREN };

struct child {
    const char *name;
    pid_t pid;          /* 0: not running */
    int64_t restart_ms; /* monotonic; when it may start again */
};

static void become(enum child_role role, bool isolate)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (role == CHILD_SEND) {
        char name[] = "contact-agent-send", verb[] = "run";
        _exit(command_exec_send((char *[]){name, verb, NULL}));
    }
    if (isolate && !user_leave_network())
        log_warning(
            "collect is not isolated from the network: this machine allows no network namespace here");
    char name[] = "contact-agent", verb[] = "collect", self[4096];
    ssize_t len =
        readlink("/proc/self/exe", self, sizeof self - 1); /* by its path: ps shows a name, not "exe" */
    self[len > 0 ? len : 0] = '\0';
    execv(self, (char *[]){name, verb, NULL});
    _exit(EX_OSERR);
}

static void start(struct child *child, enum child_role role, bool isolate)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(role, isolate);
    child->pid = pid > 0 ? pid : 0;
    child->restart_ms = clock_monotonic_ms() + RESTART_MS;
}

static void reap(struct child *children)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < CHILDREN; i++) {
            if (children[i].pid != pid)
                continue;
            children[i].pid = 0;
            if (WIFSIGNALED(status))
                log_error("%s ended by signal %d; it starts again", children[i].name, WTERMSIG(status));
            else
                log_error("%s ended with status %d; it starts again", children[i].name, WEXITSTATUS(status));
        }
    }
}

static void stop(struct child *children)
{
    for (size_t i = 0; i < CHILDREN; i++)
        if (children[i].pid > 0)
            kill(children[i].pid, SIGTERM);
    for (size_t i = 0; i < CHILDREN; i++)
        if (children[i].pid > 0)
            waitpid(children[i].pid, NULL, 0);
}

/* Everything now: what SIGHUP asks of either. */
static void hasten(const struct child *children)
{
    for (size_t i = 0; i < CHILDREN; i++)
        if (children[i].pid > 0)
            kill(children[i].pid, SIGHUP);
}

static void watch(struct child *children, int signals, bool isolate)
{
    for (;;) {
        int64_t now = clock_monotonic_ms();
        for (enum child_role role = CHILD_COLLECT; role < CHILDREN; role++)
            if (children[role].pid == 0 && now >= children[role].restart_ms)
                start(&children[role], role, isolate);
        struct pollfd wait = {.fd = signals, .events = POLLIN};
        if (poll(&wait, 1, 1000) <= 0)
            continue;
        struct signalfd_siginfo info;
        if (read(signals, &info, sizeof info) != (ssize_t)sizeof info || info.ssi_signo == SIGCHLD)
            reap(children);
        else if (info.ssi_signo == SIGHUP && info.ssi_code != SI_KERNEL) /* its terminal did not go */
            hasten(children);
        else
            return;
    }
}

int cmd_run(int argc, char **argv)
{
    if (argc > 1)
        return command_usage(argv[0], argv[1]);
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_CALLER))
        return EX_CONFIG;
    bool isolate = settings_source_local(&invocation.settings); /* else it needs the way to the server */
    invocation_end(&invocation);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (signals < 0) {
        perror("contact-agent: run");
        return EX_OSERR;
    }
    struct child children[CHILDREN] = {
        [CHILD_COLLECT] = {.name = "collect"}, [CHILD_SEND] = {.name = "send"}};
    watch(children, signals, isolate);
    stop(children);
    close(signals);
    return EX_OK;
}
