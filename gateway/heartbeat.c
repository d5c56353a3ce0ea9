/* SPDX-License-Identifier: Apache-2.0 */
/* POST heartbeat: kept, handed to the loader, answered with all that the site should know. */
#include <stdio.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/log.h"
#include "gateway/exchange.h"
#include "gateway/heartbeat_read.h"
#include "gateway/layout.h"
#include "gateway/series.h"
#include "gateway/watermark_json.h"

/* What one answer carries of each list, so that it stays under PROTOCOL_HEARTBEAT_ANSWER_MAX; the rest
 * follows in the next ones. */
#define REFUSED_MAX 500
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

/* Up to here the site has dealt with every refusal. One that does not say so deletes what is refused when it
 * is told. */
static uint64_t settled_of(const json_t *heartbeat)
{
    const json_t *settled = json_object_get(heartbeat, "settled");
    json_int_t value = json_integer_value(settled);
    if (settled == NULL)
        value = json_integer_value(json_object_get(heartbeat, "lowest_held")) - 1;
    return value > 0 ? (uint64_t)value : 0;
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
    json_kv_int(&json, "settled", (json_int_t)settled_of(heartbeat));
    json_kv_string(&json, "taken", member_text(heartbeat, "taken"));
    json_kv_int(&json, "at", clock_wall_s());
    json_end_object(&json);
    buf_putc(&text, '\n');
    enum err_code code = landing_site_folder(exchange->gateway->landing, exchange->route.site, folder, err);
    return code != OK ? code : buf_write_file(&text, layout_path(path, folder, "heartbeat.json"), 0644, err);
}

/* Elements of a list of the feedback, as they stand: count of them from `from`, beginning anew behind the
 * last. */
static void copy_list(struct json *json, const char *key, const json_t *list, size_t from, size_t count)
{
    json_key(json, key);
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        char *element = json_dumps(json_array_get(list, (from + i) % json_array_size(list)),
                                   JSON_COMPACT | JSON_ENCODE_ANY);
        if (element != NULL)
            buf_printf(json->out, "%s%s", i > 0 ? "," : "", element);
        free(element);
    }
    json_end_array(json);
}

/* A list too long for one answer: each heartbeat's time has another part of it, so that none is never told.
 */
static void copy_part(struct json *json, const char *key, const json_t *list, size_t max, int64_t every_s)
{
    size_t size = json_array_size(list), from = 0;
    if (size > max)
        from = (size_t)(clock_wall_s() / (every_s > 0 ? every_s : 1)) * max % size;
    copy_list(json, key, list, from, size > max ? max : size);
}

static uint64_t seq_at(const json_t *refused, size_t at)
{
    json_int_t seq = json_integer_value(json_array_get(json_array_get(refused, at), 0));
    return seq > 0 ? (uint64_t)seq : 0;
}

/* The lowest refusals that the site has not dealt with yet. Whatever has no room here holds the watermark
 * back: a batch below it that is not named would be taken for loaded. */
static void add_series(struct json *json, struct exchange *exchange, const json_t *heartbeat,
                       enum series_standing standing, const json_t *feedback)
{
    const char *series = member_text(heartbeat, "series");
    uint64_t settled = settled_of(heartbeat);
    const json_t *refused = feedback_refused(feedback, series);
    uint64_t loaded = feedback_loaded(feedback, series);
    size_t from = 0, size = json_array_size(refused);
    while (from < size && seq_at(refused, from) <= settled)
        from++;
    if (size - from > REFUSED_MAX && seq_at(refused, from + REFUSED_MAX) <= loaded)
        loaded = seq_at(refused, from + REFUSED_MAX) - 1;
    watermark_json(json, exchange, series, standing, feedback, loaded);
    copy_list(json, "refused", refused, from, size - from > REFUSED_MAX ? REFUSED_MAX : size - from);
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

static void compose(struct exchange *exchange, const json_t *heartbeat, enum series_standing standing)
{
    struct gateway *gateway = exchange->gateway;
    const int64_t every_s = gateway->settings->heartbeat_ms / 1000;
    const json_t *feedback = feedback_get(gateway->feedback, exchange->route.site);
    answer_status(&exchange->answer, 200);
    exchange->answer.content_type = "application/json";
    struct json json = JSON(&exchange->answer.body);
    json_begin_object(&json);
    json_kv_int(&json, "interval_s", every_s);
    json_kv_int(&json, "drain_per_minute", gateway->settings->drain_per_minute);
    if (standing != SERIES_UNKNOWN)
        add_series(&json, exchange, heartbeat, standing, feedback);
    copy_part(&json, "requests", json_object_get(feedback, "requests"), REQUESTS_MAX, every_s);
    copy_part(&json, "receipts", json_object_get(feedback, "receipts"), RECEIPTS_MAX, every_s);
    json_kv_string(&json, "proved", member_text(feedback, "proved"));
    if (member_text(feedback, "root_check")[0] !=
        '\0') { /* which root key the site's records are made with */
        json_kv_int(&json, "key_epoch", json_integer_value(json_object_get(feedback, "key_epoch")));
        json_kv_string(&json, "root_check", member_text(feedback, "root_check"));
    }
    add_recipients(&json, gateway);
    json_kv_int(&json, "time", clock_wall_s());
    json_end_object(&json);
}

/* What a superseded series says is no news of the site: it would hide how the machine that counts does, or
 * that it fell silent. That it speaks at all was noted when its series was looked up. */
static bool take(struct exchange *exchange, json_t *heartbeat, enum series_standing *ret)
{
    struct err err = {0};
    const char *series = member_text(heartbeat, "series");
    *ret = SERIES_UNKNOWN;
    if (series_valid(series) && !series_announce(exchange, series, ret))
        return false;
    if (*ret == SERIES_SUPERSEDED)
        return true;
    enum err_code code = keep(exchange, heartbeat, &err);
    if (code == OK)
        code = tell_loader(exchange, heartbeat, &err);
    if (code != OK)
        exchange_fail(exchange, "heartbeat", &err);
    return code == OK;
}

void heartbeat_end(struct exchange *exchange)
{
    json_t *heartbeat = NULL;
    struct err err = {0};
    enum series_standing standing;
    if (heartbeat_read(exchange->body.data, exchange->body.len, &heartbeat, &err) != OK) {
        exchange_refuse(exchange, 400, "bad-request", "The heartbeat is not of the agreed form.");
        return;
    }
    if (take(exchange, heartbeat, &standing))
        compose(exchange, heartbeat, standing);
    json_decref(heartbeat);
}
