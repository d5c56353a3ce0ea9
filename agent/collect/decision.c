/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/decision.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/mapping/mapping.h"
#include "agent/state/ledger.h"
#include "contact/json.h"
#include "contact/log.h"

#define FILE_MAX (2 * TERMS_MAX + 65536) /* as JSON writes them */
#define PATH_SIZE 4096

static enum err_code path_of(const char *folder, char ret[static PATH_SIZE], struct err *err)
{
    if (snprintf(ret, PATH_SIZE, "%s/approval.json", folder) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    return OK;
}

static void put_hex(struct json *j, const char *key, const void *data, size_t len)
{
    json_key(j, key);
    json_hex(j, data, len);
}

static void put_approval(struct json *j, const struct approval *a, const char *terms)
{
    json_kv_int(j, "at", a->at_s);
    json_kv_string(j, "by", a->who);
    json_kv_string(j, "site", a->site);
    put_hex(j, "model", a->model, sizeof(a->model));
    put_hex(j, "mapping", a->mapping, sizeof(a->mapping));
    put_hex(j, "text", a->text, sizeof(a->text));
    put_hex(j, "warehouse", a->warehouse, sizeof(a->warehouse));
    json_kv_string(j, "terms", terms);
}

enum err_code decision_keep(const char *folder, struct state *state, struct err *err)
{
    char path[PATH_SIZE];
    struct approval approval;
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX), terms = BUF_INIT(TERMS_MAX);
    struct json j = JSON(&text);
    enum err_code code = path_of(folder, path, err);
    if (code != OK)
        return code;
    json_begin_object(&j);
    json_kv_bool(&j, "paused", state_get_int(state, "paused", 0) != 0);
    if (approval_latest(state, &approval)) {
        approval_terms(state, &terms);
        put_approval(&j, &approval, buf_text(&terms));
    }
    json_end_object(&j);
    buf_putc(&text, '\n');
    code = state_failure(state, err);
    return code == OK ? buf_write_file(&text, path, 0600, err) : code;
}

enum err_code decision_keep_missing(const char *folder, struct state *state, struct err *err)
{
    char path[PATH_SIZE];
    enum err_code code = path_of(folder, path, err);
    return code == OK && access(path, F_OK) != 0 ? decision_keep(folder, state, err) : code;
}

static bool take_text(const json_t *object, const char *key, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && snprintf(ret, size, "%s", text) < (int)size;
}

static bool take_hex(const json_t *object, const char *key, uint8_t *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && hex_decode(text, strlen(text), ret, size);
}

static bool take_approval(const json_t *object, struct approval *ret)
{
    ret->at_s = json_integer_value(json_object_get(object, "at"));
    return take_text(object, "by", ret->who, sizeof(ret->who)) &&
           take_text(object, "site", ret->site, sizeof(ret->site)) &&
           take_hex(object, "model", ret->model, sizeof(ret->model)) &&
           take_hex(object, "mapping", ret->mapping, sizeof(ret->mapping)) &&
           take_hex(object, "text", ret->text, sizeof(ret->text)) &&
           take_hex(object, "warehouse", ret->warehouse, sizeof(ret->warehouse));
}

enum err_code decision_restore(const char *folder, struct state *state, struct err *err)
{
    char path[PATH_SIZE];
    struct approval approval = {.at_s = 0};
    BUF_CLEANUP struct buf text = BUF_INIT(FILE_MAX);
    enum err_code code = path_of(folder, path, err);
    if (code != OK || access(path, F_OK) != 0)
        return code;
    if (buf_read_file(&text, path, NULL) != OK)
        buf_clear(&text); /* says nothing, like one that is damaged */
    json_t *object = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    bool approved = take_approval(object, &approval);
    bool known = json_is_boolean(json_object_get(object, "paused"));
    bool paused = !known || json_is_true(json_object_get(object, "paused"));
    if (!known) {
        json_decref(object);
        log_warning("approval.json cannot be read: nothing is sent before contact-agent approve");
        return OK;
    }
    if (approved)
        approval_put(state, &approval, json_string_value(json_object_get(object, "terms")));
    json_decref(object);
    if (paused)
        state_put_int(state, "paused", 1);
    return state_failure(state, err);
}
