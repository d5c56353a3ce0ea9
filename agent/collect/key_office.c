/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with the root key: copy it, put it back. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/collect/internal.h"
#include "agent/collect/root_key.h"
#include "agent/collect/trail.h"
#include "agent/record/record.h"
#include "contact/clock.h"
#include "contact/json.h"
#include "contact/lock.h"
#include "contact/mem.h"

#define PATH_SIZE 4096
#define NOTE_MAX 4096
#define CHECK_SIZE 8
#define TRAIL_MAX ((size_t)64 << 20)

static void token_of(void *context, const struct objection *of, uint8_t ret[static TOKEN_SIZE])
{
    if (of->scope == SCOPE_PRACTITIONER)
        pseudonym_practitioner_always(context, of->id, strlen(of->id), ret);
    else
        pseudonym_person(context, of->id, strlen(of->id), ret);
}

enum err_code keys_settle(const char *folder, struct site *site, struct objections *objections,
                          struct err *err)
{
    struct root_key key = {.epoch = site->epoch};
    struct pseudonym_keys *keys = pseudonym_keys_new(site->root, site->name, site->epoch);
    enum err_code code =
        objections_settle(objections, site->has_previous ? site->previous : NULL, token_of, keys, err);
    pseudonym_keys_free(keys);
    if (code != OK || !site->has_previous)
        return code;
    memcpy(key.key, site->root, ROOT_KEY);
    code = root_key_write(folder, &key, err);
    wipe(&key, sizeof(key));
    if (code != OK)
        return code;
    wipe(site->previous, sizeof(site->previous));
    site->has_previous = false;
    return OK;
}

static void check_of(const struct site *site, uint8_t ret[static CHECK_SIZE])
{
    struct pseudonym_keys *keys = pseudonym_keys_new(site->root, site->name, site->epoch);
    pseudonym_root_check(keys, ret);
    pseudonym_keys_free(keys);
}

enum key_agreement keys_agreement(struct spool *spool, const struct site *site, unsigned *ret_epoch)
{
    BUF_CLEANUP struct buf said = BUF_INIT(64);
    uint8_t check[CHECK_SIZE];
    char ours[2 * CHECK_SIZE + 1], theirs[2 * CHECK_SIZE + 1];
    *ret_epoch = 0;
    if (!spool || spool_fact_get(spool, "send.key", &said, NULL) != OK ||
        sscanf(buf_text(&said), "%3u %16s", ret_epoch, theirs) != 2)
        return KEY_NOT_SAID;
    if (*ret_epoch != site->epoch)
        return *ret_epoch < site->epoch ? KEY_NEWER : KEY_OLDER;
    check_of(site, check);
    hex_encode(check, sizeof(check), ours);
    return strcmp(ours, theirs) == 0 ? KEY_SAME : KEY_OTHER;
}

static enum err_code note_path(const char *folder, char ret[static PATH_SIZE], struct err *err)
{
    if (snprintf(ret, PATH_SIZE, "%s/key-backup.json", folder) >= PATH_SIZE)
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    return OK;
}

/* A note that cannot be read counts for none: a copy too many does no harm. */
static void read_note(const char *folder, struct key_standing *s)
{
    char path[PATH_SIZE], check[2 * CHECK_SIZE + 1];
    BUF_CLEANUP struct buf text = BUF_INIT(NOTE_MAX);
    if (note_path(folder, path, NULL) != OK || buf_read_file(&text, path, NULL) != OK)
        return;
    json_t *note = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    const char *of = json_string_value(json_object_get(note, "check"));
    const char *how = json_string_value(json_object_get(note, "how"));
    hex_encode(s->check, CHECK_SIZE, check);
    if (of != NULL && how != NULL && strcmp(of, check) == 0) {
        snprintf(s->backup, sizeof(s->backup), "%s", how);
        s->backup_at_s = json_integer_value(json_object_get(note, "at"));
    }
    json_decref(note);
}

enum err_code collect_key_standing(const struct settings *settings, struct key_standing *ret, struct err *err)
{
    struct site *site = NULL;
    enum err_code code = site_load(settings->collect_folder, &site, err);
    if (code != OK)
        return code;
    *ret = (struct key_standing){.epoch = site->epoch};
    snprintf(ret->site, sizeof(ret->site), "%s", site->name);
    check_of(site, ret->check);
    struct spool *spool = NULL;
    if (spool_open(settings->spool_folder, &spool, NULL) != OK)
        spool = NULL;
    ret->centre = keys_agreement(spool, site, &ret->centre_epoch);
    spool_close(spool);
    read_note(settings->collect_folder, ret);
    site_free(site);
    return OK;
}

enum err_code collect_key_read(const struct settings *settings, uint8_t ret_root[static 32],
                               unsigned *ret_epoch, struct err *err)
{
    struct root_key key;
    enum err_code code = root_key_read(settings->collect_folder, &key, err);
    if (code != OK)
        return code;
    memcpy(ret_root, key.key, ROOT_KEY);
    *ret_epoch = key.epoch;
    wipe(&key, sizeof(key));
    return OK;
}

enum err_code collect_key_noted(const struct settings *settings, const char *how, struct err *err)
{
    char path[PATH_SIZE], check[2 * CHECK_SIZE + 1];
    struct key_standing standing;
    BUF_CLEANUP struct buf text = BUF_INIT(NOTE_MAX);
    struct json j = JSON(&text);
    enum err_code code = collect_key_standing(settings, &standing, err);
    if (code == OK)
        code = note_path(settings->collect_folder, path, err);
    if (code != OK)
        return code;
    hex_encode(standing.check, CHECK_SIZE, check);
    json_begin_object(&j);
    json_kv_int(&j, "at", clock_wall_s());
    json_kv_string(&j, "how", how);
    json_kv_string(&j, "check", check);
    json_end_object(&j);
    buf_putc(&text, '\n');
    return buf_write_file(&text, path, 0600, err);
}

/* The register, when there is one, under the key that this machine has now. */
static enum err_code settle_register(const char *folder, struct err *err)
{
    char path[PATH_SIZE];
    struct site *site = NULL;
    struct objections *objections = NULL;
    if (!site_enrolled(folder))
        return OK; /* nothing was pseudonymised here */
    enum err_code code = site_load(folder, &site, err);
    snprintf(path, sizeof(path), "%s/objections.db", folder);
    bool there = access(path, F_OK) == 0;
    if (code == OK && there)
        code = objections_open(folder, site->root, &objections, err);
    if (code == OK && there)
        code = keys_settle(folder, site, objections, err);
    objections_close(objections);
    site_free(site);
    return code;
}

/* audit.log is chained under the key that goes: it is laid aside whole, and the next one begins with its
 * digest. */
static enum err_code lay_trail_aside(const char *folder, char ret_digest[static 2 * SHA256_SIZE + 1],
                                     struct err *err)
{
    char path[PATH_SIZE], aside[PATH_SIZE];
    uint8_t digest[SHA256_SIZE];
    struct state *state = NULL;
    BUF_CLEANUP struct buf text = BUF_INIT(TRAIL_MAX);
    ret_digest[0] = '\0';
    if (snprintf(path, sizeof(path), "%s/audit.log", folder) >= (int)sizeof(path) ||
        snprintf(aside, sizeof(aside), "%s/audit-%lld.log", folder, (long long)clock_wall_s()) >=
            (int)sizeof(aside))
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    if (access(path, F_OK) != 0)
        return OK;
    enum err_code code = buf_read_file(&text, path, err);
    if (code == OK)
        code = state_attach(folder, &state, err);
    if (code == OK) {
        state_begin(state);
        state_put(state, "trail", NULL);
        code = state_commit(state, err);
    } else if (code == ERR_RETRY) {
        code = OK; /* nothing was collected yet, and nothing remembers the log's end */
    }
    state_close(state);
    if (code == OK && rename(path, aside) != 0)
        code = err_set(err, ERR_CONFIG, "cannot write in %s: %s", folder, strerror(errno));
    sha256(text.data, text.len, digest);
    hex_encode(digest, sizeof(digest), ret_digest);
    return code;
}

/* A file that is of no use any more, if it is there, kept beside for whoever may mend it. */
static enum err_code lay_aside(const char *folder, const char *file, const char *part, struct err *err)
{
    char path[PATH_SIZE], aside[PATH_SIZE];
    if (snprintf(path, sizeof(path), "%s/%s%s", folder, file, part) >= (int)sizeof(path) ||
        snprintf(aside, sizeof(aside), "%s/%s.damaged-%lld%s", folder, file, (long long)clock_wall_s(),
                 part) >= (int)sizeof(aside))
        return err_set(err, ERR_CONFIG, "the folder's name is too long");
    if (rename(path, aside) != 0 && errno != ENOENT)
        return err_set(err, ERR_CONFIG, "cannot write in %s: %s", folder, strerror(errno));
    return OK;
}

/* The key that was there is kept in the file until the register is under the new one. One that cannot be read
 * is what a restored one is to replace. */
static enum err_code replace(const char *folder, const struct root_key *with, bool *ret_same,
                             char ret_digest[static 2 * SHA256_SIZE + 1], struct err *err)
{
    struct root_key now = {.epoch = 0}, next = *with;
    bool present = root_key_present(folder), readable = present && root_key_read(folder, &now, err) == OK;
    enum err_code code = OK;
    *ret_same = false;
    if (present && !readable) {
        code = root_key_lost(folder, err);
        if (code == OK)
            code = lay_aside(folder, "root.key", "", err);
        if (code != OK)
            return code;
    } else if (readable) {
        if (now.has_previous) /* an earlier change that was cut off is finished first */
            code = settle_register(folder, err);
        if (code != OK)
            return code;
        *ret_same = now.epoch == next.epoch && equal_constant_time(now.key, next.key, ROOT_KEY);
        next.has_previous = true;
        memcpy(next.previous, now.key, ROOT_KEY);
        wipe(&now, sizeof(now));
    }
    if (!*ret_same)
        code = lay_trail_aside(folder, ret_digest, err);
    if (code == OK && !*ret_same)
        code = root_key_write(folder, &next, err);
    wipe(&next, sizeof(next));
    return code == OK ? settle_register(folder, err) : code;
}

enum err_code collect_key_restore(const struct settings *settings, const uint8_t root[static 32],
                                  unsigned epoch, const char *who, bool *ret_same, struct err *err)
{
    int lock = -1;
    char digest[2 * SHA256_SIZE + 1] = "";
    const struct trail_entry entry = {.what = "key restore", .who = who, .detail = digest, .count = 1};
    struct root_key key = {.epoch = epoch};
    memcpy(key.key, root, ROOT_KEY);
    enum err_code code = lock_take(settings->collect_folder, "collect.lock", &lock, err);
    if (code == ERR_RETRY)
        err_hint(err, "is contact-agent-collect running? Stop it first");
    if (code == OK)
        code = replace(settings->collect_folder, &key, ret_same, digest, err);
    if (code == OK && !*ret_same && site_enrolled(settings->collect_folder))
        code = trail_note(settings, &entry, err);
    wipe(&key, sizeof(key));
    lock_release(&lock);
    return code;
}

/* What is known of a key that is not there any more: the epoch that the centre named last. One too low is
 * told by the centre's next answer, and another follows it. */
static enum err_code lost_standing(const struct settings *settings, struct key_standing *ret, struct err *err)
{
    struct spool *spool = NULL;
    const struct site nobody = {.epoch = 0};
    if (!site_enrolled(settings->collect_folder))
        return collect_key_standing(settings, ret, err); /* says so */
    enum err_code code = root_key_lost(settings->collect_folder, err);
    if (code != OK)
        return code;
    *ret = (struct key_standing){.epoch = 1};
    if (spool_open(settings->spool_folder, &spool, NULL) != OK)
        spool = NULL;
    (void)keys_agreement(spool, &nobody, &ret->centre_epoch);
    spool_close(spool);
    return OK;
}

static enum err_code lay_database_aside(const char *folder, const char *file, struct err *err)
{
    static const char *const parts[] = {"-wal", "-shm", ""};
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < sizeof(parts) / sizeof(*parts); i++)
        code = lay_aside(folder, file, parts[i], err);
    return code;
}

/* An empty register in the place of one that nothing reads any more. Whoever objected on paper would be read
 * with it: the site pauses until they are entered again. A state that is damaged too is laid aside here, for
 * collect, which does it at its start, does not start without a key. */
static enum err_code begin_register(const struct settings *settings, const struct root_key *key,
                                    struct err *err)
{
    const char *folder = settings->collect_folder;
    struct objections *objections = NULL;
    enum err_code code = collect_pause(settings, true, err);
    if (code == ERR_CORRUPT) {
        code = lay_database_aside(folder, "state.db", err);
        if (code == OK)
            code = collect_pause(settings, true, err);
    }
    if (code == OK)
        code = lay_database_aside(folder, "objections.db", err);
    if (code == OK)
        code = objections_open(settings->collect_folder, key->key, &objections, err);
    objections_close(objections);
    return code;
}

enum err_code collect_key_new_epoch(const struct settings *settings, bool lost, const char *who,
                                    unsigned *ret_epoch, struct err *err)
{
    int lock = -1;
    bool same;
    char digest[2 * SHA256_SIZE + 1] = "";
    struct key_standing now = {.epoch = 0};
    const struct trail_entry entry = {.what = "key new-epoch", .who = who, .detail = digest, .count = 1};
    enum err_code code =
        lost ? lost_standing(settings, &now, err) : collect_key_standing(settings, &now, err);
    if (code != OK)
        return code;
    struct root_key key = {.epoch = (now.centre_epoch > now.epoch ? now.centre_epoch : now.epoch) + 1};
    if (key.epoch > EPOCH_MAX)
        return err_set(err, ERR_REJECTED, "no key epoch is left");
    random_bytes(key.key, ROOT_KEY);
    code = lock_take(settings->collect_folder, "collect.lock", &lock, err);
    if (code == ERR_RETRY)
        err_hint(err, "is contact-agent-collect running? Stop it first");
    if (code == OK && lost)
        code = begin_register(settings, &key, err);
    if (code == OK)
        code = replace(settings->collect_folder, &key, &same, digest, err);
    if (code == OK)
        code = trail_note(settings, &entry, err);
    *ret_epoch = key.epoch;
    wipe(&key, sizeof(key));
    lock_release(&lock);
    return code;
}
