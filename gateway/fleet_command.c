/* SPDX-License-Identifier: Apache-2.0 */
/* `fleet` and `metrics`: what the operators' socket serves, on the terminal. */
#include <stdio.h>
#include <string.h>

#include "contact/language.h"
#include "gateway/commands.h"
#include "gateway/fleet.h"

#define OUTPUT_MAX (8 * 1024 * 1024)

/* write NULL: a table for people. */
static int print_fleet(const struct gateway_settings *settings, const char *command,
                       void (*write)(const struct fleet *fleet, struct buf *out))
{
    struct err err = {0};
    struct registry *registry = NULL;
    struct fleet *fleet = NULL;
    BUF_CLEANUP struct buf out = BUF_INIT(OUTPUT_MAX);
    struct feedback_cache *feedback = feedback_cache_new(settings->feedback_folder);
    enum err_code code = registry_open(settings->state_folder, false, &registry, &err);
    if (code == OK)
        code = fleet_read(settings, registry, feedback, &fleet, &err);
    if (code == OK && write == NULL) {
        fleet_print(fleet, stdout);
    } else if (code == OK) {
        write(fleet, &out);
        fputs(buf_text(&out), stdout);
    }
    fleet_free(fleet);
    feedback_cache_free(feedback);
    registry_close(registry);
    return code == OK ? 0 : command_failed(command, &err);
}

int cmd_fleet(const struct gateway_settings *settings, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--json") == 0)
        return print_fleet(settings, "fleet", fleet_json);
    if (argc != 1)
        return command_usage("fleet", _("'%s' is not understood"), argv[1]);
    return print_fleet(settings, "fleet", NULL);
}

int cmd_metrics(const struct gateway_settings *settings, int argc, char **argv)
{
    if (argc != 1)
        return command_usage("metrics", _("'%s' is not understood"), argv[1]);
    return print_fleet(settings, "metrics", fleet_metrics);
}
