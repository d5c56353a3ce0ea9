/* SPDX-License-Identifier: Apache-2.0 */
/* `seal`: an operator compares and accepts the certificates that sites seal with. */
#include <stdio.h>
#include <string.h>

#include "contact/batch.h"
#include "gateway/commands.h"
#include "gateway/registry.h"
#include "gateway/seal_file.h"

/* Four groups of sixteen, as one reads them out on the telephone. */
static void print_fingerprint(const char *fingerprint)
{
    for (int i = 0; i < FINGERPRINT_TEXT - 1; i += 16)
        printf("%s%.16s", i > 0 ? " " : "", fingerprint + i);
}

static void print_seal(void *context, const struct registry_site *site)
{
    const struct gateway_settings *const *settings = context;
    char fingerprint[FINGERPRINT_TEXT];
    printf("%-32s  ", site->name);
    if (!seal_offered(*settings, site->name, fingerprint)) {
        printf("-\n");
        return;
    }
    print_fingerprint(fingerprint);
    printf("  %s\n", seal_accepted(*settings, site->name, fingerprint) ? "accepted" : "NOT ACCEPTED");
}

static enum err_code list(const struct gateway_settings *settings, struct err *err)
{
    struct registry *registry = NULL;
    enum err_code code = registry_open(settings->state_folder, false, &registry, err);
    if (code == OK)
        code = registry_sites(registry, print_seal, &settings, err);
    registry_close(registry);
    return code;
}

int cmd_seal(const struct gateway_settings *settings, int argc, char **argv)
{
    struct err err = {0};
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list(settings, &err) == OK ? 0 : command_failed("seal", &err);
    if (argc != 4 || strcmp(argv[1], "accept") != 0)
        return command_usage("seal", "list, or accept SITE FINGERPRINT");
    if (!site_valid(argv[2]))
        return command_usage("seal", "'%s' is not the name of a site", argv[2]);
    if (seal_accept(settings, argv[2], argv[3], &err) != OK)
        return command_failed("seal", &err);
    printf("%s: accepted; the loader opens its batches from now on.\n", argv[2]);
    return 0;
}
