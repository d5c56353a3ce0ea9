/* SPDX-License-Identifier: Apache-2.0 */
/* `key`: the root key that each site's records are made with, and another one that waits to be accepted. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/protocol.h"
#include "gateway/commands.h"
#include "gateway/feedback.h"
#include "gateway/registry.h"
#include "gateway/seal_file.h"

struct root_key {
    int64_t epoch; /* 0: not known */
    char check[ROOT_CHECK_TEXT];
};

struct keys {
    const struct gateway_settings *settings;
    struct registry *registry;
    struct feedback_cache *feedback;
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

static const char *standing(const struct root_key *known, const struct root_key *offered)
{
    if (offered->epoch == 0 || known->epoch == 0)
        return "";
    if (same(known, offered))
        return "the same";
    return offered->epoch > known->epoch ? "NEW: compare, then accept"
                                         : "ANOTHER KEY: the site must restore its own";
}

static void print_key(void *context, const struct registry_site *site)
{
    const struct keys *k = context;
    struct root_key known = key_of(feedback_get(k->feedback, site->name)),
                    offered = offered_key(k, site->name);
    printf("%-32s  %5lld %-16s  %5lld %-16s  %s\n", site->name, (long long)known.epoch, known.check,
           (long long)offered.epoch, offered.check, standing(&known, &offered));
}

static enum err_code list(struct keys *k, struct err *err)
{
    printf("%-32s  %-22s  %-22s\n", "SITE", "EPOCH LOADED", "EPOCH AT THE SITE");
    return registry_sites(k->registry, print_key, k, err);
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

static int run(const struct gateway_settings *settings, char **argv, bool accepts)
{
    struct err err = {0};
    struct keys k = {.settings = settings, .feedback = feedback_cache_new(settings->feedback_folder)};
    enum err_code code = registry_open(settings->state_folder, false, &k.registry, &err);
    if (code == OK)
        code = accepts ? accept(&k, argv[2], argv[3], argv[4], &err) : list(&k, &err);
    registry_close(k.registry);
    feedback_cache_free(k.feedback);
    if (code != OK)
        return command_failed("key", &err);
    if (accepts)
        printf("%s: accepted; the loader takes records of epoch %s from now on, and the site sends all of "
               "its history "
               "anew.\n",
               argv[2], argv[3]);
    return 0;
}

int cmd_key(const struct gateway_settings *settings, int argc, char **argv)
{
    bool accepts = argc == 5 && strcmp(argv[1], "accept") == 0;
    if (!accepts && (argc != 2 || strcmp(argv[1], "list") != 0))
        return command_usage("key", "list, or accept SITE EPOCH CHECK");
    if (accepts && !site_valid(argv[2]))
        return command_usage("key", "'%s' is not the name of a site", argv[2]);
    return run(settings, argv, accepts);
}
