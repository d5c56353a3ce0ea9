/* SPDX-License-Identifier: Apache-2.0 */
/* `contact-gateway` alone: where this gateway stands, and the next command to type. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/language.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/registry.h"
#include "gateway/seal_file.h"
#include "gateway/server_certificate.h"

#define RENEW_DAYS 30

struct standing {
    const struct gateway_settings *settings;
    int sites, revoked, waiting, enrolled;
    char unsealed[SITE_TEXT]; /* the first site whose offered seal nobody has accepted */
    char fingerprint[FINGERPRINT_TEXT];
    char to_approve[SITE_TEXT];
};

static void count_site(void *context, const struct registry_site *site)
{
    struct standing *s = context;
    s->sites++;
    if (site->revoked != 0) {
        s->revoked++;
        return;
    }
    if (site->enrolled != 0)
        s->enrolled++;
    else
        s->waiting++;
    char fingerprint[FINGERPRINT_TEXT];
    if (s->unsealed[0] == '\0' && seal_offered(s->settings, site->name, fingerprint) &&
        !seal_accepted(s->settings, site->name, fingerprint)) {
        snprintf(s->unsealed, sizeof s->unsealed, "%s", site->name);
        snprintf(s->fingerprint, sizeof s->fingerprint, "%s", fingerprint);
    }
    if (s->to_approve[0] == '\0' && s->settings->manual_approval && site->code_bound && site->approved == 0 &&
        site->enrolled == 0)
        snprintf(s->to_approve, sizeof s->to_approve, "%s", site->name);
}

static bool listening(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= sizeof address.sun_path)
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}

static void print_next(const struct standing *s, bool serving)
{
    if (s->sites == 0)
        printf(_("Next: contact-gateway site add NAME\n"));
    else if (!serving)
        printf(_("Next: systemctl start contact-gateway  (or: contact-gateway serve)\n"));
    else if (server_certificate_days(s->settings) < RENEW_DAYS)
        printf(_("Next: contact-gateway renew  (nginx's certificate has %d days left)\n"),
               server_certificate_days(s->settings));
    else if (s->to_approve[0] != '\0')
        printf(_("Next: contact-gateway site approve %s\n"), s->to_approve);
    else if (s->unsealed[0] != '\0')
        printf(_("Next: compare this fingerprint with %s, then: contact-gateway seal accept %s %s\n"),
               s->unsealed, s->unsealed, s->fingerprint);
    else
        printf(_("Next: contact-gateway fleet\n"));
}

int where_print(const struct gateway_settings *settings)
{
    char path[PATH_ROOM];
    if (access(layout_path(path, settings->public_folder, LAYOUT_CA), F_OK) != 0) {
        printf(_("This centre has no keys yet.\nNext: contact-gateway init --host NAME\n"));
        return 0;
    }
    struct standing standing = {.settings = settings};
    struct registry *registry = NULL;
    struct err err = {0};
    enum err_code code = registry_open(settings->state_folder, false, &registry, &err);
    if (code == OK)
        code = registry_sites(registry, count_site, &standing, &err);
    registry_close(registry);
    if (code != OK)
        return command_failed("state", &err);
    bool serving = listening(settings->socket);
    printf(_("Sites: %d enrolled, %d not yet, %d revoked. Intake: %s.\n"), standing.enrolled,
           standing.waiting, standing.revoked, serving ? _("running") : _("not running"));
    print_next(&standing, serving);
    return 0;
}
