/* SPDX-License-Identifier: Apache-2.0 */
/* `site`: which associations may send, and the bundle each enrols with. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contact/bundle.h"
#include "contact/clock.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/table.h"
#include "contact/user.h"
#include "gateway/code.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/registry.h"
#include "gateway/server_certificate.h"

#define PEM_MAX 65536
#define URL_ROOM 512
#define LIST_MAX (1 << 20)

/* The text of a certificate file in the public folder. */
static enum err_code read_public(const struct gateway_settings *settings, const char *name, struct buf *out,
                                 struct err *err)
{
    char path[PATH_ROOM];
    enum err_code code = buf_read_file(out, layout_path(path, settings->public_folder, name), err);
    return code == OK ? OK : err_hint(err, "contact-gateway init");
}

static enum err_code write_bundle(const struct gateway_settings *settings, const char *site, char *url,
                                  char *code_text, const char *path, struct err *err)
{
    BUF_CLEANUP struct buf ca = BUF_INIT(PEM_MAX), root = BUF_INIT(PEM_MAX);
    BUF_CLEANUP struct buf recipients = BUF_INIT(PEM_MAX), receipt = BUF_INIT(PEM_MAX);
    BUF_CLEANUP struct buf text = BUF_INIT(4 * PEM_MAX);
    enum err_code code = read_public(settings, LAYOUT_CA, &ca, err);
    if (code == OK)
        code = read_public(settings, LAYOUT_WAREHOUSE_ROOT, &root, err);
    if (code == OK)
        code = read_public(settings, LAYOUT_RECIPIENTS, &recipients, err);
    if (code == OK)
        code = read_public(settings, LAYOUT_RECEIPT_PUBLIC, &receipt, err);
    if (code != OK)
        return code;
    struct bundle bundle = {.url = url,
                            .code = code_text,
                            .ca = (char *)ca.data,
                            .warehouse_root = (char *)root.data,
                            .recipients = (char *)recipients.data,
                            .receipt = (char *)receipt.data};
    snprintf(bundle.site, sizeof bundle.site, "%s", site);
    bundle_write(&bundle, &text);
    if (!buf_ok(&text))
        return err_set(err, ERR_INTERNAL, "no memory");
    if (strcmp(path, "-") == 0)
        return fwrite(text.data, 1, text.len, stdout) == text.len ? OK
                                                                  : err_set(err, ERR_FULL, "cannot write");
    return buf_write_file(&text, path, 0600, err);
}

struct adding {
    const struct gateway_settings *settings;
    const char *name, *out; /* out NULL: NAME.bundle.yaml; "-": the terminal */
    bool new_code;
    uint8_t digest[SHA256_SIZE]; /* of the code */
};

/* The registry is the intake's, the bundle belongs to whoever typed the command. */
static int register_part(void *context)
{
    const struct adding *a = context;
    struct registry *registry = NULL;
    struct err err = {0};
    int64_t expires = clock_wall_s() + a->settings->code_life_ms / 1000;
    enum err_code code = user_become_owner(a->settings->state_folder, false, &err);
    if (code == OK)
        code = registry_open(a->settings->state_folder, false, &registry, &err);
    if (code == OK)
        code = registry_site_add(registry, a->name, a->digest, expires, a->new_code, &err);
    registry_close(registry);
    return code == OK ? 0 : command_failed("site", &err);
}

static int add(struct adding *a)
{
    char code_text[CODE_TEXT], out[PATH_ROOM], url[URL_ROOM];
    struct err err = {0};
    if (server_certificate_url(a->settings, url, sizeof url, &err) != OK)
        return command_failed("site", &err);
    snprintf(out, sizeof out, "%s%s", a->out != NULL ? a->out : a->name,
             a->out != NULL ? "" : ".bundle.yaml");
    code_new(code_text, a->digest);
    int status = user_part(register_part, a);
    if (status == 0 && write_bundle(a->settings, a->name, url, code_text, out, &err) != OK)
        status = command_failed("site", &err);
    wipe(code_text, sizeof code_text);
    if (status == 0 && strcmp(out, "-") != 0)
        printf(_("%s: give this file to the site, by a way you trust; its code works once, for %lld days.\n"
                 "The site will look for this centre at %s (setting url).\n"
                 "There: contact-agent enroll %s\n"
                 "Then compare the seal's fingerprint by telephone, and here: contact-gateway seal list\n"),
               out, (long long)(a->settings->code_life_ms / (24LL * 3600 * 1000)), url, out);
    return status;
}

static int site_add(const struct gateway_settings *settings, int argc, char **argv)
{
    static const struct option options[] = {
        {"out", required_argument, NULL, 'o'}, {"new-code", no_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
    struct adding adding = {.settings = settings};
    int option;
    while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
        if (option == 'o')
            adding.out = optarg;
        else if (option == 'n')
            adding.new_code = true;
        else
            return command_usage("site", _("unknown option"));
    }
    if (argc - optind != 1 || !site_valid(argv[optind]))
        return command_usage("site",
                             _("add needs one NAME of a-z, 0-9 and -, at most 32; it can never change"));
    adding.name = argv[optind];
    return add(&adding);
}

static void format_day(int64_t moment, char ret[static 11])
{
    time_t seconds = (time_t)moment;
    struct tm utc;
    if (moment == 0 || gmtime_r(&seconds, &utc) == NULL || strftime(ret, 11, "%Y-%m-%d", &utc) == 0)
        snprintf(ret, 11, "-");
}

static const char *site_state(const struct registry_site *site, bool manual_approval)
{
    if (site->revoked != 0)
        return N_("revoked");
    if (manual_approval && registry_site_waits(site))
        return N_("waits for approval");
    if (site->enrolled != 0)
        return site->certificate_expires > clock_wall_s() ? N_("enrolled") : N_("certificate expired");
    if (site->code_expires <= clock_wall_s())
        return N_("code expired");
    return site->code_bound ? N_("enrolling") : N_("code given");
}

/* A list, for people or for programs: one of the two is there. */
struct listing {
    bool manual_approval;
    struct table *table;
    struct json *json;
};

static void list_site(void *context, const struct registry_site *site)
{
    const struct listing *l = context;
    char added[11], expires[11];
    const char *state = site_state(site, l->manual_approval);
    format_day(site->added, added);
    format_day(site->certificate_expires, expires);
    if (l->json != NULL) {
        json_begin_object(l->json);
        json_kv_string(l->json, "site", site->name);
        json_kv_string(l->json, "added", added);
        json_kv_string(l->json, "state", state);
        json_kv_string(l->json, "certificate_until", expires);
        json_end_object(l->json);
        return;
    }
    table_cell(l->table, TABLE_PLAIN, "%s", site->name);
    table_cell(l->table, TABLE_PLAIN, "%s", added);
    table_cell(l->table, site->revoked != 0 ? TABLE_DIM : TABLE_PLAIN, "%s", _(state));
    table_cell(l->table, TABLE_PLAIN, "%s", expires);
}

static enum err_code list(const struct gateway_settings *settings, struct registry *registry, bool as_json,
                          struct err *err)
{
    static const char *const headings[] = {N_("SITE"), N_("ADDED"), N_("STATE"), N_("CERTIFICATE UNTIL")};
    BUF_CLEANUP struct buf out = BUF_INIT(LIST_MAX);
    struct json json = JSON(&out);
    struct listing l = {.manual_approval = settings->manual_approval,
                        .table = table_new(headings, sizeof headings / sizeof *headings),
                        .json = as_json ? &json : NULL};
    json_begin_array(&json);
    enum err_code code = registry_sites(registry, list_site, &l, err);
    json_end_array(&json);
    if (code == OK && as_json)
        puts(buf_text(&out)); /* as it is */
    else if (code == OK)
        table_print(l.table, stdout);
    table_free(l.table);
    return code;
}

static enum err_code mark(struct registry *registry, const char *verb, const char *name, struct err *err)
{
    bool approve = strcmp(verb, "approve") == 0;
    enum err_code code =
        approve ? registry_site_approve(registry, name, err) : registry_site_revoke(registry, name, err);
    if (code == OK)
        printf("%s: %s\n", name, approve ? _("approved; it is enrolled when it next asks") : _("revoked"));
    return code;
}

/* 0, or the status of a command line that is not understood. */
static int check_line(int argc, char **argv, bool marks, bool *ret_json)
{
    const char *verb = argc > 1 ? argv[1] : "";
    *ret_json = !marks && argc == 3 && strcmp(argv[2], "--json") == 0;
    if (!marks && strcmp(verb, "list") != 0)
        return command_usage("site", _("add, list, approve or revoke, not '%s'"), verb);
    if (marks && argc != 3)
        return command_usage("site", _("%s needs one NAME"), verb);
    return marks || argc == 2 || *ret_json ? 0 : command_usage("site", _("'%s' is not understood"), argv[2]);
}

int cmd_site(const struct gateway_settings *settings, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    bool marks = strcmp(verb, "approve") == 0 || strcmp(verb, "revoke") == 0, as_json;
    if (strcmp(verb, "add") == 0)
        return site_add(settings, argc - 1, argv + 1);
    int status = check_line(argc, argv, marks, &as_json);
    if (status != 0)
        return status;
    struct registry *registry = NULL;
    struct err err = {0};
    enum err_code code = user_become_owner(settings->state_folder, false, &err);
    if (code == OK)
        code = registry_open(settings->state_folder, false, &registry, &err);
    if (code == OK)
        code = marks ? mark(registry, verb, argv[2], &err) : list(settings, registry, as_json, &err);
    registry_close(registry);
    return code == OK ? 0 : command_failed("site", &err);
}
