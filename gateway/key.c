/* SPDX-License-Identifier: Apache-2.0 */
/* `key`: the root key that each site's records are made with, and another one that waits to be accepted. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/json.h"
#include "contact/language.h"
#include "contact/protocol.h"
#include "contact/table.h"
#include "gateway/commands.h"
#include "gateway/feedback.h"
#include "gateway/registry.h"
#include "gateway/seal_file.h"

#define LIST_MAX (1 << 20)

struct root_key {
    int64_t epoch; /* 0: not known */
    char check[ROOT_CHECK_TEXT];
};

struct keys {
    const struct gateway_settings *settings;
    struct registry *registry;
    struct feedback_cache *feedback;
    struct table *table;
    struct json *json; /* NULL: for people */
};

static struct root_key key_of(const json_t *object)
{
    struct root_key key = {.epoch = json_integer_value(json_object_get(object, "key_epoch"))};
    const char *check = json_string_value(json_object_get(object, "root_check"));
    snprintf(key.check, sizeof key.check, "%s", check == NULL ? "" : check);
    return key;
}

/* What the site works with, by its last heartbeat. */
static struct root_key offered_key(const struct keys *k, const char *site)
{
    BUF_CLEANUP struct buf text = BUF_INIT((size_t)2 * PROTOCOL_HEARTBEAT_MAX);
    int64_t at = 0;
    struct root_key key = {.epoch = 0};
    if (registry_heartbeat_last(k->registry, site, &at, &text, NULL) != OK)
        return key;
    json_t *heartbeat = json_loadb(buf_text(&text), text.len, 0, NULL);
    key = key_of(heartbeat);
    json_decref(heartbeat);
    return key;
}

static bool same(const struct root_key *a, const struct root_key *b)
{
    return a->epoch == b->epoch && strcmp(a->check, b->check) == 0;
}

static const struct {
    const char *code, *words;
    enum table_style style;
} standings[] = {
    {"", "", TABLE_PLAIN},
    {"same", N_("the same"), TABLE_GOOD},
    {"new", N_("NEW: compare, then accept"), TABLE_WARNING},
    {"other", N_("ANOTHER KEY: the site must restore its own"), TABLE_BAD},
};

static int standing(const struct root_key *known, const struct root_key *offered)
{
    if (offered->epoch == 0 || known->epoch == 0)
        return 0;
    if (same(known, offered))
        return 1;
    return offered->epoch > known->epoch ? 2 : 3;
}

static void list_key(void *context, const struct registry_site *site)
{
    const struct keys *k = context;
    struct root_key known = key_of(feedback_get(k->feedback, site->name)),
                    offered = offered_key(k, site->name);
    int at = standing(&known, &offered);
    if (k->json != NULL) {
        json_begin_object(k->json);
        json_kv_string(k->json, "site", site->name);
        json_kv_int(k->json, "epoch_loaded", known.epoch);
        json_kv_string(k->json, "check_loaded", known.check);
        json_kv_int(k->json, "epoch_at_site", offered.epoch);
        json_kv_string(k->json, "check_at_site", offered.check);
        json_kv_string(k->json, "standing", standings[at].code);
        json_end_object(k->json);
        return;
    }
    table_cell(k->table, TABLE_PLAIN, "%s", site->name);
    table_cell(k->table, TABLE_PLAIN, "%lld %s", (long long)known.epoch, known.check);
    table_cell(k->table, TABLE_PLAIN, "%lld %s", (long long)offered.epoch, offered.check);
    table_cell(k->table, standings[at].style, "%s", _(standings[at].words));
}

static enum err_code list(struct keys *k, bool as_json, struct err *err)
{
    static const char *const headings[] = {N_("SITE"), N_("EPOCH LOADED"), N_("EPOCH AT THE SITE"),
                                           N_("STATE")};
    BUF_CLEANUP struct buf out = BUF_INIT(LIST_MAX);
    struct json json = JSON(&out);
    k->table = table_new(headings, sizeof headings / sizeof *headings);
    k->json = as_json ? &json : NULL;
    json_begin_array(&json);
    enum err_code code = registry_sites(k->registry, list_key, k, err);
    json_end_array(&json);
    if (code == OK && as_json)
        puts(buf_text(&out)); /* as it is */
    else if (code == OK)
        table_print(k->table, stdout);
    table_free(k->table);
    return code;
}

static enum err_code accept(struct keys *k, const char *site, const char *epoch, const char *check,
                            struct err *err)
{
    struct root_key known = key_of(feedback_get(k->feedback, site)), offered = offered_key(k, site);
    char *end;
    long number = strtol(epoch, &end, 10);
    if (*end != '\0' || number < 1 || number > 999)
        return err_set(err, ERR_REJECTED, "an epoch is a number from 1 to 999");
    if (number <= known.epoch)
        return err_set(err, ERR_REJECTED, "%s is at epoch %lld: only a later one can be accepted", site,
                       (long long)known.epoch);
    if (number != offered.epoch)
        return err_set(err, ERR_REJECTED, "%s does not work with epoch %ld", site, number);
    return seal_accept_epoch(k->settings, site, (unsigned)number, check, offered.check, err);
}

static int run(const struct gateway_settings *settings, char **argv, bool accepts, bool as_json)
{
    struct err err = {0};
    struct keys k = {.settings = settings, .feedback = feedback_cache_new(settings->feedback_folder)};
    enum err_code code = registry_open(settings->state_folder, false, &k.registry, &err);
    if (code == OK)
        code = accepts ? accept(&k, argv[2], argv[3], argv[4], &err) : list(&k, as_json, &err);
    registry_close(k.registry);
    feedback_cache_free(k.feedback);
    if (code != OK)
        return command_failed("key", &err);
    if (accepts)
        printf(_("%s: accepted; the loader takes records of epoch %s from now on, and the site sends all of "
                 "its history anew.\n"),
               argv[2], argv[3]);
    return 0;
}

int cmd_key(const struct gateway_settings *settings, int argc, char **argv)
{
    bool accepts = argc == 5 && strcmp(argv[1], "accept") == 0;
    bool as_json = argc == 3 && strcmp(argv[2], "--json") == 0;
    if (!accepts && ((argc != 2 && !as_json) || strcmp(argv[1], "list") != 0))
        return command_usage("key", _("list, or accept SITE EPOCH CHECK"));
    if (accepts && !site_valid(argv[2]))
        return command_usage("key", _("'%s' is not the name of a site"), argv[2]);
    return run(settings, argv, accepts, as_json);
}
