/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/watermark_json.h"

void watermark_json(struct json *json, struct gateway *gateway, const char *site, const char *series)
{
    struct watermarks marks;
    uint64_t loaded = feedback_loaded(feedback_get(gateway->feedback, site), series);
    landing_watermarks(gateway->landing, site, series, loaded, &marks);
    json_kv_string(json, "series", series);
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
