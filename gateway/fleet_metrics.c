/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet for Prometheus (text format 0.0.4). Names are the site's code alone: nothing here needs escaping.
 */
#include <stddef.h>

#include "contact/civil.h"
#include "gateway/fleet.h"

static int64_t heard(const struct fleet_site *s)
{
    return s->heard_s;
}

static int64_t silent(const struct fleet_site *s)
{
    return s->state == FLEET_SILENT;
}

static int64_t trouble(const struct fleet_site *s)
{
    return s->state == FLEET_TROUBLE;
}

static int64_t queue_batches(const struct fleet_site *s)
{
    return s->queue_batches;
}

static int64_t queue_oldest(const struct fleet_site *s)
{
    return s->queue_batches < 0 ? -1 : s->queue_oldest_s;
}

static int64_t parked(const struct fleet_site *s)
{
    return s->parked;
}

static int64_t records(const struct fleet_site *s)
{
    return s->records;
}

static int64_t rejected(const struct fleet_site *s)
{
    return s->rejected;
}

static int64_t refused(const struct fleet_site *s)
{
    return s->refused;
}

static int64_t incomplete(const struct fleet_site *s)
{
    return s->incomplete;
}

static int64_t stopped(const struct fleet_site *s)
{
    return s->stopped[0] != '\0' || s->collect_error[0] != '\0';
}

static int64_t receipt_overdue(const struct fleet_site *s)
{
    return s->receipt_overdue;
}

static int64_t new_columns(const struct fleet_site *s)
{
    return s->new_columns;
}

static int64_t superseded(const struct fleet_site *s)
{
    return s->superseded;
}

static int64_t disk_free(const struct fleet_site *s)
{
    return s->disk_free_mb < 0 ? -1 : s->disk_free_mb * 1024 * 1024;
}

static int64_t certificate(const struct fleet_site *s)
{
    return s->heard_s < 0 ? -1 : s->certificate_s < 0 ? 0 : s->certificate_s;
}

static int64_t proved(const struct fleet_site *s)
{
    int32_t day = s->proved[0] != '\0' ? day_parse(s->proved, 10) : DAY_NONE;
    return day == DAY_NONE ? -1 : (int64_t)day * 86400;
}

struct metric {
    const char *name, *help;
    int64_t (*value)(const struct fleet_site *site); /* negative: nothing is written */
};

static const struct metric metrics[] = {
    {"contact_heartbeat_age_seconds", "Since the site was last heard.", heard},
    {"contact_site_silent", "1 when an enrolled site is not heard any more.", silent},
    {"contact_site_trouble", "1 when something of the site needs a person.", trouble},
    {"contact_queue_batches", "Batches waiting at the site.", queue_batches},
    {"contact_queue_oldest_seconds", "Age of the oldest batch waiting at the site.", queue_oldest},
    {"contact_parked_batches", "Batches set aside at the site.", parked},
    {"contact_records", "Records of the site in the warehouse.", records},
    {"contact_rejected_records", "Records that the loader did not take.", rejected},
    {"contact_refused_batches", "Batches that the loader did not take, within a week.", refused},
    {"contact_incomplete", "Days that differ after two repairs.", incomplete},
    {"contact_stopped", "1 when a stream, or collecting, stands still.", stopped},
    {"contact_receipt_overdue", "1 when an erasure waits for its receipt too long.", receipt_overdue},
    {"contact_new_columns", "Columns that came into the tables a site reads since it approved its mapping.",
     new_columns},
    {"contact_superseded",
     "1 when an older series of the site spoke within a day: two agents of one identity?", superseded},
    {"contact_disk_free_bytes", "Free on the site's disk.", disk_free},
    {"contact_certificate_seconds", "Until the site's certificate expires.", certificate},
    {"contact_proved_timestamp_seconds", "The day up to which source and warehouse are proved equal.",
     proved},
};

static void put_parts(const struct running *running, struct buf *out)
{
    buf_puts(out, "# HELP contact_part_running 1 when this part of the centre runs.\n"
                  "# TYPE contact_part_running gauge\n");
    buf_printf(out, "contact_part_running{part=\"signer\"} %d\n", running->signer);
    buf_printf(out, "contact_part_running{part=\"loader\"} %d\n", running->loader);
}

void fleet_metrics(const struct fleet *fleet, struct buf *out)
{
    put_parts(&fleet->running, out);
    buf_puts(out, "# HELP contact_sites Sites by state.\n# TYPE contact_sites gauge\n");
    for (int state = 0; state < FLEET_STATES; state++)
        buf_printf(out, "contact_sites{state=\"%s\"} %zu\n", fleet_state_name((enum fleet_state)state),
                   fleet->in_state[state]);
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[m].name, metrics[m].help, metrics[m].name);
        for (size_t i = 0; i < fleet->count; i++) {
            const struct fleet_site *site = &fleet->sites[i];
            int64_t value = site->state == FLEET_REVOKED ? -1 : metrics[m].value(site);
            if (value >= 0)
                buf_printf(out, "%s{site=\"%s\"} %lld\n", metrics[m].name, site->name, (long long)value);
        }
    }
}
