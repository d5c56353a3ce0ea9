/* SPDX-License-Identifier: Apache-2.0 */
/* What a method and a canonical path ask for. */
#ifndef GATEWAY_ROUTE_H
#define GATEWAY_ROUTE_H

#include "contact/batch.h"

enum route_kind {
    ROUTE_NONE,         /* 404 */
    ROUTE_OTHER_METHOD, /* 405 */
    ROUTE_BAD_NAME,     /* 422: a site, series or seq of impossible form */
    ROUTE_BATCH,
    ROUTE_WATERMARK,
    ROUTE_HEARTBEAT,
    ROUTE_SEAL,
    ROUTE_CACERTS,
    ROUTE_ENROLL,
    ROUTE_REENROLL,
};

struct route {
    enum route_kind kind;
    char site[SITE_TEXT];     /* of the /v1/sites paths */
    char series[SERIES_TEXT]; /* of batches and watermarks */
    uint64_t seq;             /* of batches, from 1 */
};

/* target must have passed the guard. */
struct route route_parse(const char *method, const char *target);

#endif
