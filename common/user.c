/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/user.h"
#include "contact/language.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Without the privilege for a network namespace, a user namespace that maps us to ourselves gives one. */
static bool map_to_self(uid_t uid, gid_t gid)
{
    static const char *const files[] = {"/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"};
    for (size_t i = 0; i < 3; i++) {
        char map[64] = "deny";
        if (i > 0)
            snprintf(map, sizeof map, "%u %u 1", i == 1 ? uid : gid, i == 1 ? uid : gid);
        int fd = open(files[i], O_WRONLY | O_CLOEXEC);
        ssize_t done = fd < 0 ? -1 : write(fd, map, strlen(map));
        if (fd >= 0)
            close(fd);
        if (done < 0)
            return false;
    }
    return true;
}

bool user_leave_network(void)
{
    if (unshare(CLONE_NEWNET) == 0)
        return true;
    uid_t uid = geteuid();
    gid_t gid = getegid();
    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && map_to_self(uid, gid);
}

/* The groups of the user too: the spool's is one of them. */
static enum err_code become(uid_t uid, gid_t gid, struct err *err)
{
    const struct passwd *entry = getpwuid(uid);
    int groups = entry != NULL ? initgroups(entry->pw_name, entry->pw_gid) : setgroups(0, NULL);
    if (entry != NULL)
        gid = entry->pw_gid;
    if (groups != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        return err_set(err, ERR_INTERNAL, "cannot become user %u: %s", uid, strerror(errno));
    return OK;
}

static enum err_code refuse(const char *folder, uid_t owner, struct err *err)
{
    const struct passwd *entry = getpwuid(owner);
    err_set(err, ERR_CONFIG, "this works on %s, which belongs to %s", folder,
            entry != NULL ? entry->pw_name : _("another user"));
    return err_hint(err, "type the same with sudo");
}

enum err_code user_become_owner(const char *folder, bool leave_network, struct err *err)
{
    struct stat about;
    if (stat(folder, &about) != 0)
        return OK;
    if (geteuid() != 0)
        return about.st_uid == geteuid() ? OK : refuse(folder, about.st_uid, err);
    if (about.st_uid == 0)
        return OK;
    if (leave_network)
        (void)user_leave_network(); /* the unit does the same; a machine that cannot says so in `status` */
    return become(about.st_uid, about.st_gid, err);
}

int user_part(int (*run)(void *context), void *context)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return EX_OSERR;
    if (pid == 0) {
        int status = run(context);
        fflush(NULL);
        _exit(status);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return EX_OSERR;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}
