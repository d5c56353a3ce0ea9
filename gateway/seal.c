/* SPDX-License-Identifier: Apache-2.0 */
/* `seal`: an operator compares and accepts the certificates that sites seal with. */
#include <stdio.h>
#include <string.h>

#include "contact/batch.h"
#include "contact/json.h"
#include "contact/language.h"
#include "contact/table.h"
#include "gateway/commands.h"
#include "gateway/registry.h"
#include "gateway/seal_file.h"

#define LIST_MAX (1 << 20)

struct listing {
    const struct gateway_settings *settings;
    struct table *table;
    struct json *json; /* NULL: for people */
};

static void list_seal(void *context, const struct registry_site *site)
{
    const struct listing *l = context;
    char fingerprint[FINGERPRINT_TEXT] = "", shown[FINGERPRINT_SHOWN];
    bool offered = seal_offered(l->settings, site->name, fingerprint);
    bool accepted = offered && seal_accepted(l->settings, site->name, fingerprint);
    if (l->json != NULL) {
        json_begin_object(l->json);
        json_kv_string(l->json, "site", site->name);
        json_kv_string(l->json, "fingerprint", offered ? fingerprint : "");
        json_kv_bool(l->json, "accepted", accepted);
        json_end_object(l->json);
        return;
    }
    table_cell(l->table, TABLE_PLAIN, "%s", site->name);
    hex_groups(fingerprint, shown);
    table_cell(l->table, TABLE_PLAIN, "%s", offered ? shown : "-");
    table_cell(l->table, accepted ? TABLE_GOOD : TABLE_WARNING, "%s",
               !offered   ? ""
               : accepted ? _("accepted")
                          : _("NOT ACCEPTED"));
}

static enum err_code list(const struct gateway_settings *settings, bool as_json, struct err *err)
{
    static const char *const headings[] = {N_("SITE"), N_("FINGERPRINT"), N_("STATE")};
    BUF_CLEANUP struct buf out = BUF_INIT(LIST_MAX);
    struct json json = JSON(&out);
    struct registry *registry = NULL;
    struct listing l = {.settings = settings,
                        .table = table_new(headings, sizeof headings / sizeof *headings),
                        .json = as_json ? &json : NULL};
    enum err_code code = registry_open(settings->state_folder, false, &registry, err);
    json_begin_array(&json);
    if (code == OK)
        code = registry_sites(registry, list_seal, &l, err);
    json_end_array(&json);
    if (code == OK && as_json)
        puts(buf_text(&out)); /* as it is */
    else if (code == OK)
        table_print(l.table, stdout);
    table_free(l.table);
    registry_close(registry);
    return code;
}

/* A fingerprint is pasted as it is shown: its groups are words of the command line. */
static enum err_code accept(const struct gateway_settings *settings, const char *site, char **groups,
                            struct err *err)
{
    BUF_CLEANUP struct buf typed = BUF_INIT(1024);
    for (; *groups != NULL; groups++)
        buf_puts(&typed, *groups);
    return seal_accept(settings, site, buf_ok(&typed) ? buf_text(&typed) : "", err);
}

int cmd_seal(const struct gateway_settings *settings, int argc, char **argv)
{
    struct err err = {0};
    bool as_json = argc == 3 && strcmp(argv[2], "--json") == 0;
    if ((argc == 2 || as_json) && strcmp(argv[1], "list") == 0)
        return list(settings, as_json, &err) == OK ? 0 : command_failed("seal", &err);
    if (argc < 4 || strcmp(argv[1], "accept") != 0)
        return command_usage("seal", _("list, or accept SITE FINGERPRINT"));
    if (!site_valid(argv[2]))
        return command_usage("seal", _("'%s' is not the name of a site"), argv[2]);
    if (accept(settings, argv[2], argv + 3, &err) != OK)
        return command_failed("seal", &err);
    printf(_("%s: accepted; the loader opens its batches from now on.\n"), argv[2]);
    return 0;
}
