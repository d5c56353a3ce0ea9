/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/heartbeat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/json.h"
#include "contact/protocol.h"
#include "contact/version.h"

#define TEXT_MAX 64
#define NAME_MAX_BYTES 48 /* of a member, as the centre reads it */
#define REST_MAX 150      /* members that vary */
#define CLOCK_OFF_S 300   /* further from the centre's clock than this is worth telling */

enum kind { TEXT, NUMBER, FLAG };

/* The list of all that collect can make a heartbeat say, besides the ages and counts below. */
static const struct {
    const char *fact;
    const char *member;
    enum kind kind;
} known[] = {
    {"collect.model", "model", TEXT},
    {"collect.config_hash", "config_hash", TEXT},
    {"collect.mapping_hash", "mapping_hash", TEXT},
    {"collect.approved", "approved", FLAG},
    {"collect.paused", "paused", FLAG},
    {"collect.backfill_percent", "backfill_percent", NUMBER},
    {"collect.receipt_overdue", "receipt_overdue", NUMBER},
    {"collect.new_columns", "new_columns", NUMBER},
    {"collect.settled", "settled", NUMBER},
    {"collect.stopped", "stopped", TEXT},
    {"collect.unread_day", "unread_day", TEXT},
    {"collect.text", "text", TEXT},
    {"collect.key_epoch", "key_epoch", NUMBER},
    {"collect.root_check", "root_check", TEXT},
};

static bool is_code(const char *text, size_t max)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:,<>";
    size_t len = strlen(text);
    return len <= max && strspn(text, letters) == len;
}

static bool read_number(const char *text, int64_t *ret)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return false;
    *ret = value;
    return true;
}

/* A value that is not what its kind allows is left at nothing: what would be said is not said. */
static void write_known(struct json *j, const char *member, enum kind kind, const char *value)
{
    int64_t number = 0;
    if (kind == TEXT)
        json_kv_string(j, member, is_code(value, 4 * TEXT_MAX) ? value : "");
    else if (kind == FLAG)
        json_kv_bool(j, member, strcmp(value, "1") == 0);
    else
        json_kv_int(j, member, read_number(value, &number) ? number : 0);
}

static enum err_code get_fact(struct spool *spool, const char *name, struct buf *value, struct err *err)
{
    buf_clear(value);
    return spool ? spool_fact_get(spool, name, value, err) : OK;
}

static enum err_code write_collect(struct spool *spool, struct json *j, struct err *err)
{
    BUF_CLEANUP struct buf value = BUF_INIT(4096);
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < sizeof(known) / sizeof(known[0]); i++) {
        code = get_fact(spool, known[i].fact, &value, err);
        if (code == OK)
            write_known(j, known[i].member, known[i].kind, buf_text(&value));
    }
    if (code == OK)
        code = get_fact(spool, "collect.error", &value, err);
    if (code == OK)
        json_kv_string(j, "collect_error",
                       !spool                                ? "no-spool"
                       : is_code(buf_text(&value), TEXT_MAX) ? buf_text(&value)
                                                             : "");
    if (code == OK)
        code = get_fact(spool, "collect.progress_ms", &value, err);
    /* A moment ahead of us is from before this machine started: no progress is known since. */
    int64_t progress_ms = 0, now_ms = clock_monotonic_ms();
    bool known_progress = code == OK && read_number(buf_text(&value), &progress_ms) && progress_ms <= now_ms;
    json_kv_int(j, "collect_progress_age_s", known_progress ? (now_ms - progress_ms) / 1000 : -1);
    return code;
}

static const char *clock_state(const struct heartbeat_own *own, const char *collect)
{
    if (own->time_known && llabs(own->time_offset_s) > CLOCK_OFF_S)
        return "off";
    return collect[0] != '\0' && is_code(collect, TEXT_MAX) ? collect : "ok";
}

static enum err_code write_queue(struct spool *spool, const struct heartbeat_own *own, struct json *j,
                                 struct err *err)
{
    struct spool_depth depth = {0};
    uint64_t lowest = 0, highest = 0;
    BUF_CLEANUP struct buf value = BUF_INIT(4096);
    enum err_code code = spool ? spool_depth(spool, &depth, err) : OK;
    if (code == OK && spool)
        code = spool_extent(spool, &lowest, &highest, err);
    if (code == OK)
        code = get_fact(spool, "collect.clock", &value, err);
    if (code != OK)
        return code;
    int64_t age_s = depth.oldest_unsent_s > 0 ? clock_wall_s() - depth.oldest_unsent_s : 0;
    json_kv_string(j, "instance", own->instance);
    json_kv_string(j, "series", spool ? spool_series(spool) : "");
    json_kv_int(j, "seq", (int64_t)highest);
    json_kv_int(j, "lowest_held", (int64_t)lowest);
    json_kv_string(j, "version", is_code(contact_version, TEXT_MAX) ? contact_version : "");
    json_kv_int(j, "queue_batches", (int64_t)depth.queued);
    json_kv_int(j, "queue_bytes", (int64_t)depth.bytes);
    json_kv_int(j, "queue_oldest_s", age_s > 0 ? age_s : 0);
    json_kv_int(j, "parked", (int64_t)depth.parked);
    json_kv_int(j, "disk_free_mb", own->disk_free_bytes < 0 ? -1 : own->disk_free_bytes / (1024 * 1024));
    json_kv_string(j, "clock", clock_state(own, buf_text(&value)));
    json_kv_bool(j, "proxy_seen", own->proxy_seen);
    return OK;
}

static void note_taken(void *context, const char *id)
{
    struct heartbeat_taken *taken = context;
    if (taken->count < HEARTBEAT_TAKEN_MAX && is_code(id, 32) && !strchr(id, ','))
        snprintf(taken->ids[taken->count++], sizeof(taken->ids[0]), "%s", id);
}

static enum err_code write_taken(struct spool *spool, struct json *j, struct heartbeat_taken *taken,
                                 struct err *err)
{
    BUF_CLEANUP struct buf list = BUF_INIT(HEARTBEAT_TAKEN_MAX * sizeof(taken->ids[0]));
    enum err_code code = spool ? spool_unacknowledged(spool, note_taken, taken, err) : OK;
    for (size_t i = 0; i < taken->count; i++)
        buf_printf(&list, "%s%s", i > 0 ? "," : "", taken->ids[i]);
    json_kv_string(j, "taken", buf_text(&list));
    return code;
}

/* Ages and counts have as many members as there are streams and reasons: those that still fit are written. */
struct rest {
    struct json *json;
    int64_t now_s;
    unsigned count;
};

/* "collect.withheld_no-rule" becomes "withheld_no_rule": the centre takes small letters, digits and _ alone.
 */
static bool member_name(const char *fact, const char *prefix, const char *member, char ret[static TEXT_MAX])
{
    size_t len = strlen(prefix);
    if (strncmp(fact, prefix, len) != 0 || fact[len] == '\0')
        return false;
    int n = snprintf(ret, TEXT_MAX, "%s%s", member, fact + len);
    for (char *c = ret; *c; c++)
        if (*c == '-' || *c == '.')
            *c = '_';
    return n > 0 && n <= NAME_MAX_BYTES && strspn(ret, "abcdefghijklmnopqrstuvwxyz0123456789_") == (size_t)n;
}

static void write_rest(void *context, const char *name, const char *value)
{
    struct rest *rest = context;
    int64_t number = 0;
    char member[TEXT_MAX];
    if (rest->count == REST_MAX || rest->json->out->len + 2 * TEXT_MAX > PROTOCOL_HEARTBEAT_MAX)
        return;
    rest->count++;
    if (member_name(name, "collect.sweep_s_", "sweep_age_", member) && read_number(value, &number))
        json_kv_string(rest->json, member, spool_fact_age(number, rest->now_s));
    else if (member_name(name, "collect.row_age_", "row_age_", member) && is_code(value, 8))
        json_kv_string(rest->json, member, value);
    else if (member_name(name, "collect.withheld_", "withheld_", member) && read_number(value, &number))
        json_kv_int(rest->json, member, number);
    else
        rest->count--;
}

enum err_code heartbeat_compose(struct spool *spool, const struct heartbeat_own *own, struct buf *out,
                                struct heartbeat_taken *ret_taken, struct err *err)
{
    struct json j = JSON(out);
    struct heartbeat_taken taken = {0};
    struct rest rest = {.json = &j, .now_s = clock_wall_s()};
    json_begin_object(&j);
    enum err_code code = write_queue(spool, own, &j, err);
    if (code == OK)
        code = write_collect(spool, &j, err);
    if (code == OK)
        code = write_taken(spool, &j, &taken, err);
    if (code == OK && spool)
        code = spool_facts(spool, "collect.", write_rest, &rest, err);
    json_end_object(&j);
    if (code == OK && (!buf_ok(out) || out->len > PROTOCOL_HEARTBEAT_MAX))
        code = err_set(err, ERR_INTERNAL, "heartbeat: longer than it may be");
    if (code == OK)
        *ret_taken = taken;
    return code;
}
