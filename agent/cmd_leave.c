/* SPDX-License-Identifier: Apache-2.0 */
/* leave: the association ends it. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "contact/language.h"

struct leaving {
    bool erase, sure;
    char folder[4096]; /* of send, whose own part empties it */
};

static bool confirm(const struct leaving *l, const char *site)
{
    char typed[SITE_TEXT + 2];
    if (l->erase)
        printf(_("Site %s leaves, and its records with it: no row is read any more, and the centre removes "
                 "all that it holds of\n"
                 "this site. When that is done (contact-agent status), type contact-agent leave.\n"),
               site);
    else
        printf(_("Site %s leaves: the root key, the register of objections, certificate and queue are "
                 "removed from this machine.\n"
                 "What the warehouse holds stays there (leave --erase removes it first), and nobody can link "
                 "it to your\n"
                 "patients any more, nor carry out an objection: without the key there is no way back.\n"
                 "audit.log and ledger.json stay until the package is purged, for those who must answer for "
                 "it; copies of the key\n"
                 "are yours to destroy.\n"),
               site);
    return l->sure ||
           (ask_line(_("Type the site's name to confirm:"), typed, sizeof typed) && strcmp(typed, site) == 0);
}

static int collect_part(void *context)
{
    const struct leaving *l = context;
    struct invocation invocation;
    struct collect_status status;
    struct err err;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    const struct settings *settings = &invocation.settings;
    enum err_code code = collect_status(settings, &status, &err);
    if (code == OK && !status.enrolled)
        code = err_set(&err, ERR_CONFIG, "this machine is not enrolled");
    if (code == OK && !confirm(l, status.site)) {
        puts(_("Nothing is changed."));
        invocation_end(&invocation);
        return EX_NOPERM;
    }
    if (code == OK)
        code = l->erase ? collect_leave_begin(settings, ask_who(NULL), &err)
                        : collect_leave_finish(settings, ask_who(NULL), &err);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed("leave", &err);
}

static int send_part(void *context)
{
    const struct leaving *l = context;
    struct err err;
    enum err_code code = user_become_owner(l->folder, true, &err);
    if (code == OK)
        code = leave_folder(l->folder, &err);
    return code == OK ? EX_OK : command_failed("leave", &err);
}

static int erase(struct leaving *l)
{
    int status = user_part(collect_part, l);
    if (status == EX_OK && command_services("restart"))
        puts(_("The services run."));
    if (status == EX_OK)
        puts(_("Next: contact-agent status"));
    return status;
}

/* The services end first: they hold what is removed. Who changed their mind has them back. */
static int finish(struct leaving *l)
{
    bool stopped = command_services("stop");
    int status = user_part(collect_part, l);
    if (status == EX_OK)
        status = user_part(send_part, l);
    else if (stopped)
        (void)command_services("start");
    if (status == EX_OK)
        puts(_("Left. Tell the central team: they close the site's access (contact-gateway site revoke). "
               "Then remove the package."));
    return status;
}

int cmd_leave(int argc, char **argv)
{
    struct leaving leaving = {.erase = false};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--erase") == 0)
            leaving.erase = true;
        else if (strcmp(argv[i], "--yes") == 0)
            leaving.sure = true;
        else
            return command_usage(argv[0], argv[i]);
    }
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_CALLER))
        return EX_CONFIG;
    snprintf(leaving.folder, sizeof leaving.folder, "%s", invocation.settings.send_folder);
    invocation_end(&invocation);
    return leaving.erase ? erase(&leaving) : finish(&leaving);
}
