/* SPDX-License-Identifier: Apache-2.0 */
/* audit.log for its reader: who did what here, when, to how many; and whether the record of it is whole. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "agent/collect/trail.h"
#include "agent/commands.h"
#include "agent/report.h"
#include "contact/language.h"

static void add_line(void *context, const struct trail_entry *entry)
{
    struct report *out = context;
    char at[32];
    time_t at_s = (time_t)entry->at_s;
    struct tm tm;
    localtime_r(&at_s, &tm);
    strftime(at, sizeof at, "%Y-%m-%d %H:%M", &tm);
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", at);
    table_cell(out->table, TABLE_PLAIN, "%s", entry->who);
    table_cell(out->table, TABLE_PLAIN, "%s", entry->what);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, entry->count);
    table_cell(out->table, TABLE_DIM, "%s", entry->detail == NULL ? "" : entry->detail);
    json_begin_object(&out->json);
    json_kv_int(&out->json, "at", entry->at_s);
    json_kv_string(&out->json, "who", entry->who);
    json_kv_string(&out->json, "what", entry->what);
    json_kv_int(&out->json, "count", (int64_t)entry->count);
    json_kv_string(&out->json, "detail", entry->detail == NULL ? "" : entry->detail);
    json_end_object(&out->json);
}

int cmd_audit(int argc, char **argv)
{
    static const char *const headings[] = {N_("when"), N_("who"), N_("what"), N_(">how many"), N_("of what")};
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !as_json)
        return command_usage(argv[0], argv[1]);
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct report out;
    struct err err, listed;
    report_begin(&out, headings, 5);
    enum err_code code = trail_read(&invocation.settings, add_line, &out, &err);
    if (report_print(&out, as_json, "", &listed) != OK && code == OK) {
        code = listed.code;
        err = listed;
    }
    if (code == OK && !as_json)
        printf(_("%llu entries; each follows from the one before it.\n"), (unsigned long long)out.lines);
    report_free(&out);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed(argv[0], &err);
}
