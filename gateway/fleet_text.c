/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet as a table for a terminal, and as JSON. */
#include <stdio.h>
#include <string.h>

#include "contact/json.h"
#include "contact/language.h"
#include "contact/table.h"
#include "gateway/fleet.h"

#define REMARKS_MAX 1024

static const char *const headings[] = {N_("STATE"),     N_("SITE"),      N_(">HEARD"),     N_(">QUEUE"),
                                       N_(">OLDEST"),   N_("PROVED TO"), N_("NEWEST DAY"), N_(">RECORDS"),
                                       N_(">REJECTED"), N_("VERSION"),   N_("REMARKS")};
#define COLUMNS (sizeof headings / sizeof *headings)

static const struct {
    const char *word;
    enum table_style style;
} states[] = {
    [FLEET_SILENT] = {N_("silent"), TABLE_BAD}, [FLEET_TROUBLE] = {N_("trouble"), TABLE_WARNING},
    [FLEET_LATE] = {N_("late"), TABLE_WARNING}, [FLEET_EXPECTED] = {N_("expected"), TABLE_DIM},
    [FLEET_WELL] = {N_("well"), TABLE_GOOD},    [FLEET_REVOKED] = {N_("revoked"), TABLE_DIM},
};

static void add_number(struct table *table, int64_t value)
{
    if (value < 0)
        table_cell(table, TABLE_PLAIN, "-");
    else
        table_cell(table, TABLE_PLAIN, "%lld", (long long)value);
}

static void add_text(struct table *table, const char *text)
{
    table_cell(table, TABLE_PLAIN, "%s", text[0] != '\0' ? text : "-");
}

static void remark(struct buf *out, const char *words, const char *detail)
{
    buf_printf(out, "%s%s%s", out->len > 0 ? ", " : "", words, detail);
}

static void remark_number(struct buf *out, const char *words, int64_t value)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)value);
    if (value > 0)
        remark(out, words, number);
}

/* Every reason for which a site is in trouble (fleet.c) but what the loader refused, which has a column, and
 * what else a person may ask about. Codes and names stay as they are in every language. */
static void put_remarks(const struct fleet_site *site, struct buf *out)
{
    if (site->paused)
        remark(out, _("paused"), "");
    if (site->heard_s >= 0 && !site->approved)
        remark(out, _("not approved"), "");
    if (site->superseded)
        remark(out, "two-agents", "");
    if (site->key[0] != '\0')
        remark(out, "key:", site->key);
    remark_number(out, _("incomplete days: "), site->incomplete);
    remark_number(out, _("batches set aside: "), site->parked);
    if (site->receipt_overdue)
        remark(out, _("a receipt is overdue"), "");
    if (site->heard_s >= 0 && site->certificate_s < 0)
        remark(out, _("the certificate has ended"), "");
    if (site->collect_error[0] != '\0')
        remark(out, "collect:", site->collect_error);
    if (site->stopped[0] != '\0')
        remark(out, _("standing still: "), site->stopped);
    if (site->text[0] != '\0')
        remark(out, "text:", site->text);
}

static void add_row(struct table *table, const struct fleet_site *site)
{
    char heard[24], oldest[24];
    BUF_CLEANUP struct buf remarks = BUF_INIT(REMARKS_MAX);
    fleet_age(site->heard_s, heard);
    fleet_age(site->queue_batches > 0 ? site->queue_oldest_s : -1, oldest);
    put_remarks(site, &remarks);
    table_cell(table, states[site->state].style, "%s", _(states[site->state].word));
    add_text(table, site->name);
    add_text(table, heard);
    add_number(table, site->queue_batches);
    add_text(table, oldest);
    add_text(table, site->proved);
    add_text(table, site->newest_day);
    add_number(table, site->records);
    add_number(table, site->rejected + site->refused);
    add_text(table, site->version);
    table_cell(table, TABLE_PLAIN, "%s", buf_text(&remarks));
}

void fleet_print(const struct fleet *fleet, FILE *to)
{
    struct table *table = table_new(headings, COLUMNS);
    for (size_t i = 0; i < fleet->count; i++)
        add_row(table, &fleet->sites[i]);
    table_print(table, to);
    table_free(table);
    fprintf(to, _("Sites: %zu"), fleet->count); /* words before numbers: no plural in any language */
    const char *between = " (";
    for (int state = 0; state < FLEET_STATES; state++) {
        if (fleet->in_state[state] == 0)
            continue;
        fprintf(to, "%s%s %zu", between, _(states[state].word), fleet->in_state[state]);
        between = ", ";
    }
    fputs(fleet->count > 0 ? ")\n" : "\n", to);
    if (!fleet->running.signer)
        fputs(_("The signer does not run: no site can enrol or renew. systemctl start contact-signer\n"), to);
    if (!fleet->running.loader)
        fputs(_("The loader does not run: what comes waits. systemctl start contact-loader\n"), to);
}

static void put_site(struct json *json, const struct fleet_site *site)
{
    json_begin_object(json);
    json_kv_string(json, "site", site->name);
    json_kv_string(json, "state", fleet_state_name(site->state));
    json_kv_int(json, "heard_s", site->heard_s);
    json_kv_int(json, "queue_batches", site->queue_batches);
    json_kv_int(json, "queue_oldest_s", site->queue_oldest_s);
    json_kv_int(json, "parked", site->parked);
    json_kv_int(json, "backfill_percent", site->backfill_percent);
    json_kv_int(json, "disk_free_mb", site->disk_free_mb);
    json_kv_int(json, "records", site->records);
    json_kv_int(json, "rejected", site->rejected);
    json_kv_int(json, "refused", site->refused);
    json_kv_int(json, "incomplete", site->incomplete);
    json_kv_int(json, "new_columns", site->new_columns);
    json_kv_int(json, "certificate_s", site->certificate_s);
    json_kv_bool(json, "approved", site->approved);
    json_kv_bool(json, "paused", site->paused);
    json_kv_bool(json, "receipt_overdue", site->receipt_overdue);
    json_kv_bool(json, "superseded", site->superseded);
    json_kv_string(json, "proved", site->proved);
    json_kv_string(json, "newest_day", site->newest_day);
    json_kv_string(json, "version", site->version);
    json_kv_string(json, "stopped", site->stopped);
    json_kv_string(json, "text", site->text);
    json_kv_string(json, "collect_error", site->collect_error);
    json_kv_string(json, "key", site->key);
    json_end_object(json);
}

void fleet_json(const struct fleet *fleet, struct buf *out)
{
    struct json json = JSON(out);
    json_begin_object(&json);
    json_kv_int(&json, "time", fleet->now);
    json_kv_bool(&json, "signer", fleet->running.signer);
    json_kv_bool(&json, "loader", fleet->running.loader);
    json_key(&json, "states");
    json_begin_object(&json);
    for (int state = 0; state < FLEET_STATES; state++)
        json_kv_int(&json, fleet_state_name((enum fleet_state)state), (int64_t)fleet->in_state[state]);
    json_end_object(&json);
    json_key(&json, "sites");
    json_begin_array(&json);
    for (size_t i = 0; i < fleet->count; i++)
        put_site(&json, &fleet->sites[i]);
    json_end_array(&json);
    json_end_object(&json);
    buf_putc(out, '\n');
}
