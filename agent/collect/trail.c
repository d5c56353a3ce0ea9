/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/trail.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"
#include "contact/json.h"
#include "contact/lock.h"

#define FILE_NAME "audit.log"
#define FILE_MAX ((size_t)64 << 20)
#define LINE_ROOM 4096
#define PATH_SIZE 4096
#define KEPT_S (INT64_C(366) * 86400)
#define LOCK_TRIES 200 /* of 50 ms */
#define MAC_TEXT (2 * SHA256_SIZE + 1)
#define MAC_MEMBER ",\"mac\":\""
#define MAC_TAIL (sizeof MAC_MEMBER - 1 + MAC_TEXT - 1 + 2) /* with the closing quote and brace */

/* The chain's end, or a place in it. */
struct link {
    uint64_t number; /* of the last line; 0: none */
    char mac[MAC_TEXT];
};

struct trail {
    char path[PATH_SIZE];
    struct hmac *hmac;
    struct state *state; /* NULL: nothing was collected yet, and nothing remembers the end */
    struct link anchor;  /* the end, as the state remembers it */
    uint64_t first;      /* number of the first line that is kept; 0: nothing remembers it */
    struct buf text;
    int lock;
};

/* ---- opening ---- */

static enum err_code wait_lock(const char *folder, int *ret_lock, struct err *err)
{
    const struct timespec pause = {.tv_nsec = 50 * 1000000L};
    enum err_code code = lock_take(folder, "audit.lock", ret_lock, err);
    for (int i = 0; code == ERR_RETRY && i < LOCK_TRIES; i++) {
        nanosleep(&pause, NULL);
        code = lock_take(folder, "audit.lock", ret_lock, err);
    }
    return code;
}

static void read_anchor(struct trail *t)
{
    char value[128];
    if (t->state && state_get(t->state, "trail", value, sizeof(value)) &&
        sscanf(value, "%" SCNu64 " %64s %" SCNu64, &t->anchor.number, t->anchor.mac, &t->first) != 3)
        t->anchor.number = t->first = 0;
}

static enum err_code open_key(struct trail *t, const char *folder, struct err *err)
{
    struct site *site = NULL;
    uint8_t key[SHA256_SIZE];
    enum err_code code = site_load(folder, &site, err);
    if (code != OK)
        return code;
    pseudonym_derive(site->root, site->name, 1, "audit.chain", key);
    t->hmac = hmac_new(key, sizeof(key));
    wipe(key, sizeof(key));
    site_free(site);
    return OK;
}

static enum err_code trail_open(const struct settings *settings, struct trail *t, struct err *err)
{
    const char *folder = settings->collect_folder;
    *t = (struct trail){.lock = -1, .text = BUF_INIT(FILE_MAX)};
    if (snprintf(t->path, sizeof(t->path), "%s/" FILE_NAME, folder) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    enum err_code code = open_key(t, folder, err);
    if (code == OK)
        code = wait_lock(folder, &t->lock, err);
    if (code == OK && access(t->path, F_OK) == 0)
        code = buf_read_file(&t->text, t->path, err);
    if (code == OK)
        code = state_attach(folder, &t->state, err);
    if (code == ERR_RETRY && !t->state)
        code = OK;
    if (code == OK)
        read_anchor(t);
    return code;
}

static void trail_close(struct trail *t)
{
    state_close(t->state);
    hmac_free(t->hmac);
    buf_free(&t->text);
    lock_release(&t->lock);
}

/* ---- lines ---- */

static void chain(struct trail *t, const char *line, size_t len, char ret[static MAC_TEXT])
{
    uint8_t mac[SHA256_SIZE];
    hmac_add(t->hmac, line, len);
    hmac_end(t->hmac, mac);
    hex_encode(mac, sizeof(mac), ret);
}

/* A moment as people and programs read it, and back. */
static void put_time(int64_t at_s, char ret[static 32])
{
    struct tm tm;
    time_t at = (time_t)at_s;
    gmtime_r(&at, &tm);
    strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static int64_t take_time(const char *text)
{
    struct civil c;
    if (!text || !civil_parse(text, strlen(text), &c))
        return 0;
    int64_t day = day_from_civil(c.year, c.month, c.day);
    return day * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
}

static void write_line(struct trail *t, const struct link *before, const struct trail_entry *entry,
                       struct buf *out, struct link *ret)
{
    char at[32];
    struct json j = JSON(out);
    put_time(clock_wall_s(), at);
    *ret = (struct link){.number = before->number + 1};
    json_begin_object(&j);
    json_kv_int(&j, "n", (int64_t)ret->number);
    json_kv_string(&j, "at", at);
    json_kv_string(&j, "what", entry->what);
    json_kv_string(&j, "who", entry->who);
    json_kv_int(&j, "count", (int64_t)entry->count);
    if (entry->detail)
        json_kv_string(&j, "detail", entry->detail);
    json_kv_string(&j, "prev", before->mac);
    chain(t, buf_text(out), out->len, ret->mac);
    json_kv_string(&j, "mac", ret->mac);
    json_end_object(&j);
    buf_putc(out, '\n');
}

/* Reads a line that follows from *at, which moves on; false when it does not follow. *ret_json holds what the
 * entry points to. */
static bool read_line(struct trail *t, const char *line, size_t len, struct link *at, struct trail_entry *ret,
                      json_t **ret_json)
{
    char mac[MAC_TEXT];
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    *ret_json = json;
    const char *prev = json_string_value(json_object_get(json, "prev"));
    const char *said = json_string_value(json_object_get(json, "mac"));
    uint64_t number = (uint64_t)json_integer_value(json_object_get(json, "n"));
    if (!prev || !said || strlen(said) != MAC_TEXT - 1 || len <= MAC_TAIL)
        return false;
    chain(t, line, len - MAC_TAIL, mac);
    bool follows = at->number == 0 ? (t->first == 0 || number == t->first)
                                   : number == at->number + 1 && strcmp(prev, at->mac) == 0;
    if (!follows || number == 0 || memcmp(mac, said, MAC_TEXT) != 0)
        return false;
    *at = (struct link){.number = number};
    memcpy(at->mac, said, MAC_TEXT);
    *ret = (struct trail_entry){
        .at_s = take_time(json_string_value(json_object_get(json, "at"))),
        .what = json_string_value(json_object_get(json, "what")),
        .who = json_string_value(json_object_get(json, "who")),
        .detail = json_string_value(json_object_get(json, "detail")),
        .count = (uint64_t)json_integer_value(json_object_get(json, "count")),
    };
    return ret->what && ret->who;
}

struct walk {
    struct link at;
    bool met_anchor;
    size_t kept_from; /* offset of the first line that is young enough */
    uint64_t first;   /* its number */
    uint64_t lines;
};

/* To the end, or to the first line that does not follow. */
static bool walk_lines(struct trail *t, struct walk *walk,
                       void (*each)(void *context, const struct trail_entry *entry), void *context)
{
    const char *text = buf_text(&t->text);
    bool young = false;
    for (size_t at = 0; at < t->text.len;) {
        const char *end = memchr(text + at, '\n', t->text.len - at);
        struct trail_entry entry;
        json_t *json = NULL;
        bool good = end && read_line(t, text + at, (size_t)(end - text) - at, &walk->at, &entry, &json);
        if (good && each)
            each(context, &entry);
        if (good && !young) {
            young = entry.at_s > clock_wall_s() - KEPT_S;
            walk->kept_from = young ? at : (size_t)(end - text) + 1;
            walk->first = young ? walk->at.number : walk->at.number + 1;
        }
        json_decref(json);
        if (!good)
            return false;
        walk->lines++;
        walk->met_anchor = walk->met_anchor ||
                           (walk->at.number == t->anchor.number && strcmp(walk->at.mac, t->anchor.mac) == 0);
        at = (size_t)(end - text) + 1;
    }
    return true;
}

/* ---- what others call ---- */

/* The new line follows from the last one that is there, whether or not the chain before it holds: that is
 * said by whoever reads it, and nothing that is written may hide it. */
static void last_link(struct trail *t, struct walk *walk)
{
    bool whole = walk_lines(t, walk, NULL, NULL);
    if (!whole || walk->at.number < t->anchor.number) {
        walk->kept_from = 0;
        walk->first = t->first;
        walk->at = t->anchor.number > walk->at.number ? t->anchor : walk->at;
    }
}

static enum err_code keep_anchor(struct trail *t, const struct link *last, uint64_t first, struct err *err)
{
    char value[128];
    if (!t->state)
        return OK;
    snprintf(value, sizeof(value), "%" PRIu64 " %s %" PRIu64, last->number, last->mac, first);
    state_begin(t->state);
    state_put(t->state, "trail", value);
    return state_commit(t->state, err);
}

enum err_code trail_note(const struct settings *settings, const struct trail_entry *entry, struct err *err)
{
    struct trail t;
    struct walk walk = {.first = 1};
    struct link last;
    BUF_CLEANUP struct buf line = BUF_INIT(LINE_ROOM), out = BUF_INIT(FILE_MAX);
    if (!site_enrolled(settings->collect_folder))
        return OK;
    enum err_code code = trail_open(settings, &t, err);
    if (code == OK) {
        last_link(&t, &walk);
        write_line(&t, &walk.at, entry, &line, &last);
        buf_append(&out, buf_text(&t.text) + walk.kept_from, t.text.len - walk.kept_from); /* and its NULs */
        buf_append(&out, line.data, line.len);
        code = buf_ok(&line) && buf_ok(&out) ? buf_write_file(&out, t.path, 0600, err)
                                             : err_set(err, ERR_FULL, "audit.log has grown too long");
    }
    if (code == OK)
        code = keep_anchor(&t, &last, walk.first, err);
    trail_close(&t);
    return code;
}

enum err_code trail_read(const struct settings *settings,
                         void (*each)(void *context, const struct trail_entry *entry), void *context,
                         struct err *err)
{
    struct trail t;
    struct walk walk = {.lines = 0};
    if (!site_enrolled(settings->collect_folder))
        return OK;
    enum err_code code = trail_open(settings, &t, err);
    if (code == OK && !walk_lines(&t, &walk, each, context)) {
        err_set(err, ERR_CORRUPT, "audit.log: line %" PRIu64 " does not follow from the one before it",
                walk.lines + 1);
        code = err_hint(err, "somebody, or a failing disk, has changed it: compare it with a backup");
    } else if (code == OK && t.anchor.number > 0 && !walk.met_anchor) {
        err_set(err, ERR_CORRUPT, "audit.log: what was written last is gone");
        code = err_hint(err, "somebody, or a failing disk, has changed it: compare it with a backup");
    }
    trail_close(&t);
    return code;
}
