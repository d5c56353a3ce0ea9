/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/watermark_json.h"

void watermark_json(struct json *json, struct exchange *exchange, const char *series,
                    enum series_standing standing, const json_t *feedback, uint64_t loaded)
{
    const struct gateway *gateway = exchange->gateway;
    struct watermarks marks;
    landing_watermarks(gateway->landing, exchange->route.site, series, feedback_done(feedback, series),
                       &marks);
    json_kv_string(json, "series", series);
    if (standing == SERIES_SUPERSEDED)
        json_kv_bool(json, "superseded", true);
    json_kv_int(json, "contiguous", (int64_t)marks.contiguous);
    json_kv_int(json, "loaded", (int64_t)loaded);
    json_kv_int(json, "highest", (int64_t)marks.highest);
    json_key(json, "missing");
    json_begin_array(json);
    for (size_t i = 0; i < marks.gap_count; i++) {
        json_begin_array(json);
        json_int(json, (int64_t)marks.gaps[i].first);
        json_int(json, (int64_t)marks.gaps[i].last);
        json_end_array(json);
    }
    json_end_array(json);
}
