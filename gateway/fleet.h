/* SPDX-License-Identifier: Apache-2.0 */
/* All sites at a glance: what the registry, the last heartbeats and the loader's feedback say, put together.
 */
#ifndef GATEWAY_FLEET_H
#define GATEWAY_FLEET_H

#include <stdio.h>

#include "gateway/feedback.h"
#include "gateway/registry.h"
#include "gateway/running.h"
#include "gateway/settings.h"

/* Worst first: that is also the order of the list. */
enum fleet_state {
    FLEET_SILENT,   /* was heard once, not lately */
    FLEET_TROUBLE,  /* a stream stands still, batches or records refused or parked, days incomplete… */
    FLEET_LATE,     /* the queue is older than an hour */
    FLEET_EXPECTED, /* not enrolled, or not heard yet */
    FLEET_WELL,
    FLEET_REVOKED,
    FLEET_STATES
};

struct fleet_site {
    char name[SITE_TEXT];
    enum fleet_state state;
    int64_t heard_s;       /* age of the last heartbeat; -1: never */
    int64_t queue_batches; /* -1 wherever the site has not said */
    int64_t queue_oldest_s;
    int64_t parked;
    int64_t backfill_percent;
    int64_t disk_free_mb;
    int64_t rejected;   /* records */
    int64_t refused;    /* batches */
    int64_t incomplete; /* days */
    int64_t records;
    int64_t new_columns;   /* in tables that the site reads, since it approved its mapping */
    int64_t certificate_s; /* until it expires; negative: it has */
    bool approved, paused, receipt_overdue;
    bool superseded; /* an older series spoke lately: a machine restored, or two agents of one identity */
    char proved[11], newest_day[11]; /* days; empty: none */
    char version[33];
    char stopped[129]; /* STREAM:CODE by commas */
    char text[17];     /* why no free text leaves; "" when it does, or none is mapped */
    char collect_error[33];
    char key[6]; /* "new": a later root key waits to be accepted; "other": not the site's */
};

struct fleet {
    struct fleet_site *sites; /* owned */
    size_t count;
    size_t in_state[FLEET_STATES];
    int64_t now; /* wall seconds */
    struct running running;
};

MUST_CHECK enum err_code fleet_read(const struct gateway_settings *settings, struct registry *registry,
                                    struct feedback_cache *feedback, struct fleet **ret, struct err *err);
void fleet_free(struct fleet *fleet);
/* "silent", "trouble", "late", "expected", "well", "revoked" */
const char *fleet_state_name(enum fleet_state state);
/* "45 s", "12 min", "5 h", "3 d"; "-" for negative. */
void fleet_age(int64_t seconds, char ret[static 24]);

void fleet_print(const struct fleet *fleet, FILE *to); /* a table for a terminal */
void fleet_json(const struct fleet *fleet, struct buf *out);
void fleet_metrics(const struct fleet *fleet, struct buf *out); /* Prometheus text format */

#endif
