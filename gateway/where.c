/* SPDX-License-Identifier: Apache-2.0 */
/* `contact-gateway` alone: where this gateway stands, and the next command to type. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "contact/json.h"
#include "contact/language.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/nginx_files.h"
#include "gateway/recipient.h"
#include "gateway/registry.h"
#include "gateway/running.h"
#include "gateway/seal_file.h"
#include "gateway/server_certificate.h"

#define RENEW_DAYS 30
#define RECIPIENT_DAYS 180 /* sites may be off for long */
#define NEXT_MAX 1024
#define SHIPPED CONTACT_GATEWAY_DATADIR "/nginx"

struct standing {
    const struct gateway_settings *settings;
    bool set_up; /* has its keys */
    bool serving;
    struct running running;
    int sites, revoked, waiting, enrolled;
    char unsealed[SITE_TEXT]; /* the first site whose offered seal nobody has accepted */
    char fingerprint[FINGERPRINT_SHOWN];
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
        hex_groups(fingerprint, s->fingerprint);
    }
    if (s->to_approve[0] == '\0' && s->settings->manual_approval && registry_site_waits(site))
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

/* The next thing to do, for a person or a program. */
static void put_next(const struct standing *s, struct buf *out)
{
    int days_left = server_certificate_days(s->settings), sealed_days = recipient_days(s->settings);
    if (!s->set_up)
        buf_puts(out, _("contact-gateway init --host NAME"));
    else if (nginx_files_old(CONTACT_SYSCONFDIR "/nginx", SHIPPED))
        buf_printf(out,
                   _("copy both of nginx's files again: those in /etc/nginx are not this version's (%s)"),
                   SHIPPED);
    else if (s->sites == 0)
        buf_puts(out, _("contact-gateway site add NAME"));
    else if (!s->serving)
        buf_puts(out, _("systemctl start contact-gateway  (or: contact-gateway serve)"));
    else if (!s->running.signer)
        buf_puts(out, _("systemctl start contact-signer  (or: contact-gateway sign)"));
    else if (!s->running.loader)
        buf_puts(out, _("systemctl start contact-loader  (or: contact-gateway load)"));
    else if (days_left < RENEW_DAYS)
        buf_printf(out, _("contact-gateway renew  (nginx's certificate has %d days left)"), days_left);
    else if (sealed_days < RECIPIENT_DAYS)
        buf_printf(out,
                   _("contact-gateway renew --recipient FILE  (the decryption certificate has %d days left)"),
                   sealed_days);
    else if (s->to_approve[0] != '\0')
        buf_printf(out, "contact-gateway site approve %s", s->to_approve);
    else if (s->unsealed[0] != '\0')
        buf_printf(out, _("compare this fingerprint with %s, then: contact-gateway seal accept %s %s"),
                   s->unsealed, s->unsealed, s->fingerprint);
    else
        buf_puts(out, "contact-gateway fleet");
}

static const char *word(bool runs)
{
    return runs ? _("running") : _("not running");
}

static void print_text(const struct standing *s)
{
    BUF_CLEANUP struct buf next = BUF_INIT(NEXT_MAX);
    put_next(s, &next);
    if (!s->set_up)
        puts(_("This centre has no keys yet."));
    else
        printf(_("Sites: %d enrolled, %d not yet, %d revoked. Intake: %s. Signer: %s. Loader: %s.\n"),
               s->enrolled, s->waiting, s->revoked, word(s->serving), word(s->running.signer),
               word(s->running.loader));
    printf(_("Next: %s\n"), buf_text(&next));
}

static void print_json(const struct standing *s)
{
    BUF_CLEANUP struct buf next = BUF_INIT(NEXT_MAX), text = BUF_INIT(8 * NEXT_MAX);
    struct json j = JSON(&text);
    put_next(s, &next);
    json_begin_object(&j);
    json_kv_bool(&j, "set_up", s->set_up);
    json_kv_int(&j, "enrolled", s->enrolled);
    json_kv_int(&j, "waiting", s->waiting);
    json_kv_int(&j, "revoked", s->revoked);
    json_kv_bool(&j, "running", s->serving);
    json_kv_bool(&j, "signer", s->running.signer);
    json_kv_bool(&j, "loader", s->running.loader);
    json_kv_string(&j, "next", buf_text(&next));
    json_end_object(&j);
    puts(buf_text(&text));
}

static enum err_code count(const struct gateway_settings *settings, struct standing *ret, struct err *err)
{
    struct registry *registry = NULL;
    enum err_code code = registry_open(settings->state_folder, false, &registry, err);
    if (code == OK)
        code = registry_sites(registry, count_site, ret, err);
    registry_close(registry);
    return code;
}

int where_print(const struct gateway_settings *settings, bool as_json)
{
    char path[PATH_ROOM];
    struct standing standing = {.settings = settings};
    struct err err = {0};
    standing.set_up = access(layout_path(path, settings->public_folder, LAYOUT_CA), F_OK) == 0;
    if (standing.set_up && count(settings, &standing, &err) != OK)
        return command_failed("state", &err);
    standing.serving = standing.set_up && listening(settings->socket);
    standing.running = running_read(settings);
    if (as_json)
        print_json(&standing);
    else
        print_text(&standing);
    return 0;
}
