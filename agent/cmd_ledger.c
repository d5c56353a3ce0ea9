/* SPDX-License-Identifier: Apache-2.0 */
/* ledger and deletions: what left, and what is held back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/ask.h"
#include "agent/collect/collect.h"
#include "agent/commands.h"
#include "agent/report.h"
#include "contact/civil.h"
#include "contact/clock.h"
#include "contact/language.h"

#define DAYS_MAX 36500

static void ledger_line(void *context, const struct ledger_line *line)
{
    struct report *out = context;
    char day[DAY_TEXT], digest[2 * SHORT_SIZE + 1];
    day_format(line->left_on, day);
    hex_encode(line->digest, SHORT_SIZE, digest);
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", day);
    table_cell(out->table, TABLE_PLAIN, "%s", line->stream);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, line->batches);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, line->records);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, line->ends);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, line->bytes);
    table_cell(out->table, TABLE_DIM, "%s", digest);
    json_begin_object(&out->json);
    json_kv_string(&out->json, "left_on", day);
    json_kv_string(&out->json, "stream", line->stream);
    json_kv_int(&out->json, "batches", (int64_t)line->batches);
    json_kv_int(&out->json, "records", (int64_t)line->records);
    json_kv_int(&out->json, "ends", (int64_t)line->ends);
    json_kv_int(&out->json, "bytes", (int64_t)line->bytes);
    json_kv_string(&out->json, "digest", digest);
    json_end_object(&out->json);
}

static void stop_line(void *context, const struct stop *stop, uint64_t held_days)
{
    struct report *out = context;
    out->lines++;
    table_cell(out->table, TABLE_PLAIN, "%s", stop->stream);
    table_cell(out->table, TABLE_BAD, "%" PRIu64, stop->vanished);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, stop->records);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, stop->differing);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, stop->days);
    table_cell(out->table, TABLE_PLAIN, "%" PRIu64, held_days);
    json_begin_object(&out->json);
    json_kv_string(&out->json, "stream", stop->stream);
    json_kv_int(&out->json, "vanished", (int64_t)stop->vanished);
    json_kv_int(&out->json, "records", (int64_t)stop->records);
    json_kv_int(&out->json, "days_differing", (int64_t)stop->differing);
    json_kv_int(&out->json, "days", (int64_t)stop->days);
    json_kv_int(&out->json, "days_held", (int64_t)held_days);
    json_end_object(&out->json);
}

int cmd_ledger(int argc, char **argv)
{
    static const char *const headings[] = {N_("left on"),
                                           N_("stream"),
                                           N_(">batches"),
                                           N_(">records"),
                                           N_(">ends"),
                                           N_(">bytes"),
                                           N_("digest of the batches")};
    bool as_json = false;
    long days = 30;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            as_json = true;
        else if (strcmp(argv[i], "--days") == 0 && i + 1 < argc &&
                 command_number(argv[i + 1], DAYS_MAX, &days))
            i++;
        else
            return command_usage(argv[0], argv[i]);
    }
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    struct report out;
    struct err err;
    report_begin(&out, headings, 7);
    int32_t from = (int32_t)(clock_wall_s() / 86400) - (int32_t)days;
    enum err_code code = collect_ledger(&invocation.settings, from, ledger_line, &out, &err);
    if (code == OK)
        code = report_print(&out, as_json, _("Nothing has left this site in that time."), &err);
    report_free(&out);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed(argv[0], &err);
}

static int deletions_show(const struct settings *settings, bool as_json)
{
    static const char *const headings[] = {N_("stream"),       N_(">vanished"), N_(">of records"),
                                           N_(">days differ"), N_(">of days"),  N_(">days held back")};
    struct report out;
    struct err err;
    report_begin(&out, headings, 6);
    enum err_code code = collect_deletions_show(settings, stop_line, &out, &err);
    if (code == OK)
        code = report_print(&out, as_json, _("No deletion is held back."), &err);
    report_free(&out);
    if (code == OK && out.lines > 0 && !as_json)
        puts(_("\nRows are sent as ever; only their deletions wait. Were they meant (an archive, a purge)?\n"
               "   yes: contact-agent deletions accept\n"
               "   no:  mend the database; the stop goes away by itself"));
    return code == OK ? EX_OK : command_failed("deletions", &err);
}

static int deletions_accept(const struct settings *settings, const char *stream)
{
    struct err err;
    uint64_t accepted = 0;
    const char *who = ask_who(NULL);
    if (collect_deletions_accept(settings, stream, who, &accepted, &err) != OK)
        return command_failed("deletions", &err);
    const struct trail_entry entry = {
        .what = "deletions accept", .who = who, .detail = stream, .count = accepted};
    if (!command_note(settings, &entry))
        return EX_SOFTWARE;
    puts(_("Accepted: the next sweep sends them."));
    return EX_OK;
}

int cmd_deletions(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "", *stream = NULL;
    bool as_json = false, show = strcmp(verb, "show") == 0;
    if (!show && strcmp(verb, "accept") != 0)
        return command_usage(argv[0], verb);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0 && show)
            as_json = true;
        else if (argv[i][0] != '-' && !show && stream == NULL)
            stream = argv[i];
        else
            return command_usage(argv[0], argv[i]);
    }
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    int status =
        show ? deletions_show(&invocation.settings, as_json) : deletions_accept(&invocation.settings, stream);
    invocation_end(&invocation);
    return status;
}
