/* SPDX-License-Identifier: Apache-2.0 */
/* POST heartbeat: kept, handed to the loader, answered with all that the site should know. */
#include <stdio.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "gateway/exchange.h"
#include "gateway/heartbeat_read.h"
#include "gateway/layout.h"
#include "gateway/watermark_json.h"

/* What one answer carries of each list, so that it stays under PROTOCOL_HEARTBEAT_ANSWER_MAX; the rest
 * follows in the next ones, when these have been dealt with. */
#define REFUSED_MAX 1000
#define REQUESTS_MAX 200
#define RECEIPTS_MAX 100

/* "" when absent, or no text. */
static const char *member_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* The heartbeat without whatever the site's JSON had around it. */
static enum err_code keep(struct exchange *exchange, json_t *heartbeat, struct err *err)
{
    struct gateway *gateway = exchange->gateway;
    const char *site = exchange->route.site;
    char text[2 * PROTOCOL_HEARTBEAT_MAX];
    size_t len = json_dumpb(heartbeat, text, sizeof text, JSON_COMPACT);
    if (len > sizeof text)
        return err_set(err, ERR_INTERNAL, "heartbeat: longer than it was");
    return registry_heartbeat_put(gateway->registry, site, text, len, err);
}

/* What the loader needs of it, for it hears of a site by the landing zone alone: the series, the lowest seq
 * still held (missing ones below it will never come), and which requests were taken. */
static enum err_code tell_loader(struct exchange *exchange, const json_t *heartbeat, struct err *err)
{
    char folder[PATH_ROOM], path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(PROTOCOL_HEARTBEAT_MAX);
    struct json json = JSON(&text);
    json_begin_object(&json);
    json_kv_string(&json, "series", member_text(heartbeat, "series"));
    json_kv_int(&json, "seq", json_integer_value(json_object_get(heartbeat, "seq")));
    json_kv_int(&json, "lowest_held", json_integer_value(json_object_get(heartbeat, "lowest_held")));
    json_kv_string(&json, "taken", member_text(heartbeat, "taken"));
    json_kv_int(&json, "at", clock_wall_s());
    json_end_object(&json);
    buf_putc(&text, '\n');
    enum err_code code = landing_site_folder(exchange->gateway->landing, exchange->route.site, folder, err);
    return code != OK ? code : buf_write_file(&text, layout_path(path, folder, "heartbeat.json"), 0644, err);
}

/* One list of the feedback, as it stands: elements from..from + max - 1. */
static void copy_list(struct json *json, const char *key, const json_t *list, size_t from, size_t max)
{
    json_key(json, key);
    json_begin_array(json);
    for (size_t i = from; i < json_array_size(list) && i < from + max; i++) {
        char *element = json_dumps(json_array_get(list, i), JSON_COMPACT | JSON_ENCODE_ANY);
        if (element != NULL)
            buf_printf(json->out, "%s%s", i > from ? "," : "", element);
        free(element);
    }
    json_end_array(json);
}

/* Where the newest max elements begin. */
static size_t newest(const json_t *list, size_t max)
{
    return json_array_size(list) > max ? json_array_size(list) - max : 0;
}

/* The newest recipient certificates, for a site to check against the root in its bundle. */
static void add_recipients(struct json *json, const struct gateway *gateway)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(32768);
    layout_path(path, gateway->settings->public_folder, LAYOUT_RECIPIENTS);
    if (buf_read_file(&text, path, NULL) == OK)
        json_kv_string(json, "recipients", buf_text(&text));
}

static void compose(struct exchange *exchange, const char *series)
{
    struct gateway *gateway = exchange->gateway;
    const char *site = exchange->route.site;
    answer_status(&exchange->answer, 200);
    exchange->answer.content_type = "application/json";
    struct json json = JSON(&exchange->answer.body);
    json_begin_object(&json);
    json_kv_int(&json, "interval_s", gateway->settings->heartbeat_ms / 1000);
    json_kv_int(&json, "drain_per_minute", gateway->settings->drain_per_minute);
    const json_t *feedback = feedback_get(gateway->feedback, site);
    if (series_valid(series)) {
        watermark_json(&json, gateway, site, series);
        const json_t *refused = feedback_refused(feedback, series);
        copy_list(&json, "refused", refused, newest(refused, REFUSED_MAX), REFUSED_MAX);
    }
    const json_t *receipts = json_object_get(feedback, "receipts");
    copy_list(&json, "requests", json_object_get(feedback, "requests"), 0, REQUESTS_MAX);
    copy_list(&json, "receipts", receipts, newest(receipts, RECEIPTS_MAX), RECEIPTS_MAX);
    json_kv_string(&json, "proved", member_text(feedback, "proved"));
    add_recipients(&json, gateway);
    json_kv_int(&json, "time", clock_wall_s());
    json_end_object(&json);
}

void heartbeat_end(struct exchange *exchange)
{
    json_t *heartbeat = NULL;
    struct err err = {0};
    if (heartbeat_read(exchange->body.data, exchange->body.len, &heartbeat, &err) != OK) {
        exchange_refuse(exchange, 400, "bad-request", "The heartbeat is not of the agreed form.");
        return;
    }
    if (keep(exchange, heartbeat, &err) != OK || tell_loader(exchange, heartbeat, &err) != OK) {
        exchange_fail(exchange, "heartbeat", &err);
    } else {
        compose(exchange, member_text(heartbeat, "series"));
    }
    json_decref(heartbeat);
}
