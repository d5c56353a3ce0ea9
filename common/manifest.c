/* SPDX-License-Identifier: Apache-2.0 */
/* The first line of a batch, written and read in one exact form. */
#include "contact/batch.h"

#include <jansson.h>
#include <string.h>

#include "contact/json.h"

const char *lane_name(enum lane lane)
{
    return lane == LANE_FRESH ? "fresh" : "backlog";
}

static bool lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool site_valid(const char *text)
{
    size_t len = strnlen(text, SITE_TEXT);
    if (len == 0 || len >= SITE_TEXT || !lower_or_digit(text[0]))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!lower_or_digit(text[i]) && text[i] != '-')
            return false;
    return true;
}

bool series_valid(const char *text)
{
    uint8_t bytes[16];
    char again[SERIES_TEXT];
    size_t len = strnlen(text, SERIES_TEXT);
    if (!base32_decode(text, len, bytes, sizeof bytes))
        return false;
    base32_encode(bytes, sizeof bytes, again);
    return strcmp(again, text) == 0; /* one spelling only: it is a folder's name */
}

void manifest_write(const struct manifest *m, struct buf *out)
{
    struct json j = JSON(out);
    json_begin_object(&j);
    json_kv_string(&j, "site", m->site);
    json_kv_string(&j, "series", m->series);
    json_kv_int(&j, "seq", (int64_t)m->seq);
    json_kv_string(&j, "stream", m->stream);
    json_kv_string(&j, "lane", lane_name(m->lane));
    json_kv_int(&j, "records", (int64_t)m->records);
    json_key(&j, "sha256");
    json_hex(&j, m->body, sizeof m->body);
    json_kv_string(&j, "model", m->model);
    json_key(&j, "mapping");
    json_hex(&j, m->mapping, sizeof m->mapping);
    json_kv_int(&j, "key_epoch", (int64_t)m->key_epoch);
    json_key(&j, "root_check");
    json_hex(&j, m->root_check, sizeof m->root_check);
    json_kv_string(&j, "agent", m->agent);
    json_kv_string(&j, "created", m->created);
    json_end_object(&j);
    buf_putc(out, '\n');
}

static bool get_text(const json_t *root, const char *name, char *ret, size_t size)
{
    const json_t *value = json_object_get(root, name);
    size_t len = value != NULL ? json_string_length(value) : 0;
    if (!json_is_string(value) || len >= size || strlen(json_string_value(value)) != len)
        return false;
    memcpy(ret, json_string_value(value), len + 1);
    return true;
}

static bool get_number(const json_t *root, const char *name, uint64_t max, uint64_t *ret)
{
    const json_t *value = json_object_get(root, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > max)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

static bool get_hex(const json_t *root, const char *name, uint8_t *ret, size_t size)
{
    const json_t *value = json_object_get(root, name);
    return json_is_string(value) &&
           hex_decode(json_string_value(value), json_string_length(value), ret, size);
}

static bool plain_word(const char *text)
{
    if (text[0] == '\0')
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!lower_or_digit(*p) && strchr("-_.+~ABCDEFGHIJKLMNOPQRSTUVWXYZ", *p) == NULL)
            return false;
    return true;
}

static bool hour_valid(const char *text)
{
    static const char form[] = "dddd-dd-ddTddZ";
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return true;
}

/* Whose batch it is, and which. */
static bool get_name(const json_t *root, struct manifest *m)
{
    return get_text(root, "site", m->site, sizeof m->site) && site_valid(m->site) &&
           get_text(root, "series", m->series, sizeof m->series) && series_valid(m->series) &&
           get_number(root, "seq", INT64_MAX, &m->seq) && m->seq > 0;
}

static bool get_content(const json_t *root, struct manifest *m)
{
    char lane[8];
    if (!get_text(root, "stream", m->stream, sizeof m->stream) || !plain_word(m->stream) ||
        !get_text(root, "lane", lane, sizeof lane))
        return false;
    m->lane = strcmp(lane, "fresh") == 0 ? LANE_FRESH : LANE_BACKLOG; /* another word fails the rewriting */
    return get_number(root, "records", INT32_MAX, &m->records) &&
           get_hex(root, "sha256", m->body, sizeof m->body);
}

static bool get_origin(const json_t *root, struct manifest *m)
{
    uint64_t epoch;
    if (!get_text(root, "model", m->model, sizeof m->model) || !plain_word(m->model) ||
        !get_hex(root, "mapping", m->mapping, sizeof m->mapping) ||
        !get_number(root, "key_epoch", 999, &epoch) || epoch == 0)
        return false;
    m->key_epoch = (unsigned)epoch;
    return get_hex(root, "root_check", m->root_check, sizeof m->root_check) &&
           get_text(root, "agent", m->agent, sizeof m->agent) && plain_word(m->agent) &&
           get_text(root, "created", m->created, sizeof m->created) && hour_valid(m->created);
}

static bool manifest_get(const json_t *root, struct manifest *m)
{
    return get_name(root, m) && get_content(root, m) && get_origin(root, m);
}

bool manifest_read(const char *line, size_t len, struct manifest *ret)
{
    struct manifest m = {0};
    BUF_CLEANUP struct buf again = BUF_INIT(4096);
    json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    bool good = json_is_object(root) && manifest_get(root, &m);
    json_decref(root);
    if (!good)
        return false;
    manifest_write(&m, &again);
    if (!buf_ok(&again) || again.len != len + 1 || memcmp(again.data, line, len) != 0)
        return false;
    *ret = m;
    return true;
}
