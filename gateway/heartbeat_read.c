/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/heartbeat_read.h"

#include <stdbool.h>
#include <string.h>

#include "contact/protocol.h"

#define MEMBERS_MAX 200
#define TEXT_MAX 1024
#define NAME_MAX_BYTES 48

enum kind { TEXT, NUMBER, FLAG };

struct member {
    const char *name; /* ends in _ : every name that begins so */
    enum kind kind;
};

static const struct member known[] = {
    {"instance", TEXT},
    {"series", TEXT},
    {"seq", NUMBER},
    {"lowest_held", NUMBER},
    {"settled", NUMBER},
    {"version", TEXT},
    {"model", TEXT},
    {"config_hash", TEXT},
    {"mapping_hash", TEXT},
    {"approved", FLAG},
    {"paused", FLAG},
    {"collect_error", TEXT},
    {"collect_progress_age_s", NUMBER},
    {"queue_batches", NUMBER},
    {"queue_bytes", NUMBER},
    {"queue_oldest_s", NUMBER},
    {"parked", NUMBER},
    {"disk_free_mb", NUMBER},
    {"clock", TEXT},
    {"stopped", TEXT},
    {"unread_day", TEXT},
    {"text", TEXT},
    {"backfill_percent", NUMBER},
    {"proxy_seen", FLAG},
    {"key_epoch", NUMBER},
    {"root_check", TEXT},
    {"taken", TEXT},
    {"receipt_overdue", NUMBER},
    {"new_columns", NUMBER},
    {"sweep_age_", TEXT},
    {"row_age_", TEXT},
    {"withheld_", NUMBER},
    {NULL, TEXT},
};

static bool name_plain(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static const struct member *find(const char *name)
{
    for (const struct member *m = known; m->name != NULL; m++) {
        size_t len = strlen(m->name);
        bool prefix = m->name[len - 1] == '_';
        if (prefix ? strncmp(name, m->name, len) == 0 && name[len] != '\0' : strcmp(name, m->name) == 0)
            return m;
    }
    return NULL;
}

/* The alphabet of codes, ages and versions: a sentence, and thus a driver's message, cannot be written in it.
 */
static bool text_plain(const json_t *value)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    return len <= TEXT_MAX && strlen(text) == len &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:,<>+~") == len;
}

static bool fits(enum kind kind, const json_t *value)
{
    if (kind == NUMBER)
        return json_is_integer(value);
    return kind == FLAG ? json_is_boolean(value) : json_is_string(value) && text_plain(value);
}

static bool is_flat(const json_t *value)
{
    return json_is_string(value) || json_is_integer(value) || json_is_boolean(value);
}

static bool take_members(json_t *heartbeat)
{
    if (json_object_size(heartbeat) > MEMBERS_MAX)
        return false;
    void *next;
    for (void *at = json_object_iter(heartbeat); at != NULL; at = next) {
        next = json_object_iter_next(heartbeat, at);
        const char *name = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        const struct member *member = find(name);
        if (!name_plain(name) || !is_flat(value) || (member != NULL && !fits(member->kind, value)))
            return false;
        if (member == NULL)
            json_object_del(heartbeat, name);
    }
    return true;
}

enum err_code heartbeat_read(const void *data, size_t len, json_t **ret, struct err *err)
{
    if (len > PROTOCOL_HEARTBEAT_MAX)
        return err_set(err, ERR_REJECTED, "heartbeat: too long");
    json_t *heartbeat = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(heartbeat) && take_members(heartbeat)) {
        *ret = heartbeat;
        return OK;
    }
    json_decref(heartbeat);
    return err_set(err, ERR_REJECTED, "heartbeat: not of the agreed form");
}
