/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet as a table for a terminal, and as JSON. */
#include <stdio.h>
#include <string.h>

#include "contact/json.h"
#include "gateway/fleet.h"

static void put_number(struct buf *out, int64_t value, int width)
{
    if (value < 0)
        buf_printf(out, "  %*s", width, "-");
    else
        buf_printf(out, "  %*lld", width, (long long)value);
}

static void put_row(struct buf *out, const struct fleet_site *site)
{
    char heard[24], oldest[24];
    fleet_age(site->heard_s, heard);
    fleet_age(site->queue_batches > 0 ? site->queue_oldest_s : -1, oldest);
    buf_printf(out, "%-9s %-24s %8s", fleet_state_name(site->state), site->name, heard);
    put_number(out, site->queue_batches, 6);
    buf_printf(out, "  %8s  %-10s  %-10s", oldest, site->proved[0] != '\0' ? site->proved : "-",
               site->newest_day[0] != '\0' ? site->newest_day : "-");
    put_number(out, site->records, 9);
    put_number(out, site->rejected + site->refused, 8);
    buf_printf(out, "  %-10s", site->version[0] != '\0' ? site->version : "-");
    if (site->paused)
        buf_puts(out, " paused");
    if (site->heard_s >= 0 && !site->approved)
        buf_puts(out, " not-approved");
    if (site->superseded)
        buf_puts(out, " two-agents");
    if (site->key[0] != '\0')
        buf_printf(out, " key:%s", site->key);
    if (site->incomplete > 0)
        buf_printf(out, " incomplete:%lld", (long long)site->incomplete);
    if (site->collect_error[0] != '\0')
        buf_printf(out, " collect:%s", site->collect_error);
    if (site->stopped[0] != '\0')
        buf_printf(out, " stopped %s", site->stopped);
    if (site->text[0] != '\0')
        buf_printf(out, " text:%s", site->text);
    buf_putc(out, '\n');
}

void fleet_table(const struct fleet *fleet, struct buf *out)
{
    buf_printf(out, "%-9s %-24s %8s  %6s  %8s  %-10s  %-10s  %9s  %8s  %s\n", "STATE", "SITE", "HEARD",
               "QUEUE", "OLDEST", "PROVED TO", "NEWEST DAY", "RECORDS", "REJECTED", "VERSION");
    for (size_t i = 0; i < fleet->count; i++)
        put_row(out, &fleet->sites[i]);
    buf_printf(out, "%zu sites:", fleet->count);
    for (int state = 0; state < FLEET_STATES; state++)
        if (fleet->in_state[state] > 0)
            buf_printf(out, " %zu %s", fleet->in_state[state], fleet_state_name((enum fleet_state)state));
    buf_putc(out, '\n');
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
