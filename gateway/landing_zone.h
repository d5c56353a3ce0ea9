/* SPDX-License-Identifier: Apache-2.0 */
/* The landing zone as it stands on disk: landing/<site>/<series>/<seq>.cms. Names that are none are passed
 * over. */
#ifndef GATEWAY_LANDING_ZONE_H
#define GATEWAY_LANDING_ZONE_H

#include <time.h>

#include "contact/batch.h"
#include "gateway/ranges.h"

struct zone_names {
    char (*items)[SITE_TEXT]; /* owned; sorted. SITE_TEXT has room for a series' name */
    size_t count;
};
void zone_names_free(struct zone_names *names);
/* The sites. */
MUST_CHECK enum err_code zone_sites(const char *landing, struct zone_names *ret, struct err *err);
/* The site's series, by the place that the intake gave them (their `order` file). */
MUST_CHECK enum err_code zone_series(const char *landing, const char *site, struct zone_names *ret,
                                     struct err *err);

/* The series' place among the site's, which the intake gave it; 0 when it has none yet, or it cannot be read.
 */
int64_t zone_place(const char *landing, const char *site, const char *series);

struct zone_seqs {
    uint64_t *items; /* owned; ascending */
    size_t count, room;
};
void zone_seqs_free(struct zone_seqs *seqs);
/* The series' batches that are not in done. */
MUST_CHECK enum err_code zone_batches(const char *landing, const char *site, const char *series,
                                      const struct ranges *done, struct zone_seqs *ret, struct err *err);

struct zone_heartbeat {
    char series[SERIES_TEXT];
    uint64_t lowest;  /* held: what is missing below it in the zone will never come */
    uint64_t settled; /* every refusal up to it was dealt with */
};
/* Whether the series' folder may hold something new since *seen, which becomes its time of change; or 0, when
 * that is too young to be told from a later one. */
bool zone_changed(const char *landing, const char *site, const char *series, struct timespec *seen);

/* What the site's last heartbeat said; false when there is none. */
bool zone_heartbeat(const char *landing, const char *site, struct zone_heartbeat *ret);

#endif
