/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/series.h"

#define RETRY_ANNOUNCE_S 1

/* An older series speaks: shown on the fleet page for a day. */
static enum err_code note_superseded(struct exchange *exchange, enum series_standing standing,
                                     struct err *err)
{
    return standing == SERIES_SUPERSEDED
               ? registry_site_superseded(exchange->gateway->registry, exchange->route.site, err)
               : OK;
}

bool series_announce(struct exchange *exchange, const char *series, enum series_standing *ret)
{
    struct registry *registry = exchange->gateway->registry;
    const char *site = exchange->route.site;
    int64_t place;
    struct err err = {0};
    enum err_code code = registry_series_standing(registry, site, series, ret, &place, &err);
    if (code == OK)
        code = note_superseded(exchange, *ret, &err);
    if (code == OK && *ret == SERIES_UNKNOWN) {
        code = registry_series_begin(registry, site, series, &err);
        if (code == ERR_RETRY)
            return true;
        *ret = SERIES_NEWEST;
    }
    if (code != OK)
        exchange_fail(exchange, "series", &err);
    return code == OK;
}

bool series_may_send(struct exchange *exchange)
{
    enum series_standing standing;
    int64_t place;
    struct err err = {0};
    enum err_code code = registry_series_standing(exchange->gateway->registry, exchange->route.site,
                                                  exchange->route.series, &standing, &place, &err);
    if (code == OK)
        code = note_superseded(exchange, standing, &err);
    if (code != OK) {
        exchange_fail(exchange, "series", &err);
    } else if (standing == SERIES_SUPERSEDED) {
        exchange_refuse(exchange, 409, "superseded", "The site has begun another series since.");
    } else if (standing == SERIES_UNKNOWN) {
        exchange_refuse(exchange, 503, "unavailable", "Ask for this series' watermarks first.");
        exchange->answer.retry_after_s = RETRY_ANNOUNCE_S;
    }
    return code == OK && standing == SERIES_NEWEST;
}
