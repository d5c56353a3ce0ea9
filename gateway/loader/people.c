/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/people.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/loader/suppression_file.h"

static size_t place_of(const struct suppressed *s, const uint8_t key[static 32])
{
    static const uint8_t none[32];
    uint64_t start;
    memcpy(&start, key, sizeof start); /* an HMAC: as good as random */
    size_t at = (size_t)start & (s->room - 1);
    while (memcmp(s->keys[at], none, 32) != 0 && memcmp(s->keys[at], key, 32) != 0)
        at = (at + 1) & (s->room - 1);
    return at;
}

static bool grow(struct suppressed *s)
{
    static const uint8_t none[32];
    struct suppressed larger = *s;
    larger.room = s->room == 0 ? 64 : s->room * 2;
    larger.keys = calloc(larger.room, sizeof *larger.keys);
    if (larger.keys == NULL)
        return false;
    for (size_t i = 0; i < s->room; i++)
        if (memcmp(s->keys[i], none, 32) != 0)
            memcpy(larger.keys[place_of(&larger, s->keys[i])], s->keys[i], 32);
    free(s->keys);
    s->keys = larger.keys;
    s->room = larger.room;
    return true;
}

static bool remember(struct suppressed *s, const uint8_t key[static 32])
{
    if (s->count * 2 >= s->room && !grow(s))
        return false;
    size_t at = place_of(s, key);
    s->count += memcmp(s->keys[at], key, 32) != 0;
    memcpy(s->keys[at], key, 32);
    return true;
}

struct loading {
    struct suppressed *s;
    struct buf *unknown; /* what memory did not know yet */
    bool failed;
};

static bool known(const struct suppressed *s, const uint8_t key[static 32])
{
    return s->room != 0 && memcmp(s->keys[place_of(s, key)], key, 32) == 0;
}

static bool take_from_file(void *context, const uint8_t key[static 32])
{
    struct loading *loading = context;
    if (known(loading->s, key))
        return true;
    buf_append(loading->unknown, key, 32);
    return buf_ok(loading->unknown) && remember(loading->s, key);
}

static void take_from_table(void *context, const struct sql_value *columns)
{
    struct loading *loading = context;
    if (columns[0].len == 32 && !remember(loading->s, columns[0].data))
        loading->failed = true;
}

static enum err_code add_to_table(struct store *store, const char *site, const uint8_t key[static 32],
                                  struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(key, 32)};
    return sql_run(store->sql,
                   "INSERT INTO ops.suppressed (site, person) VALUES ($1, $2) "
                   "ON CONFLICT (site, person) DO NOTHING",
                   parameters, 2, NULL, NULL, err);
}

/* Only for a loader's folder that was restored from before: the table knows more than the file. */
static bool count_in_file(void *context, const uint8_t key[static 32])
{
    (void)key;
    ++*(size_t *)context;
    return true;
}

static enum err_code complete_file(struct suppressed *s, const char *site, struct err *err)
{
    static const uint8_t none[32];
    size_t count = 0;
    enum err_code code = suppression_file_read(s->folder, site, count_in_file, &count, err);
    for (size_t i = 0; code == OK && count < s->count && i < s->room; i++)
        if (memcmp(s->keys[i], none, 32) != 0)
            buf_append(&s->unwritten, s->keys[i], 32);
    return code == OK ? suppressed_write(s, site, err) : code;
}

enum err_code suppressed_load(struct suppressed *s, struct store *store, const char *site,
                              const struct loader_keys *keys, bool *ret_forgotten, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site)};
    BUF_CLEANUP struct buf unknown = BUF_INIT((size_t)1 << 30);
    struct loading loading = {.s = s, .unknown = &unknown};
    *s = (struct suppressed){.hmac = hmac_new(keys->suppress, sizeof keys->suppress),
                             .folder = keys->folder,
                             .unwritten = BUF_INIT((size_t)1 << 28)};
    enum err_code code = sql_run(store->sql, "SELECT person FROM ops.suppressed WHERE site = $1", parameters,
                                 1, take_from_table, &loading, err);
    /* Storing somebody who objected is worse than storing nothing. */
    if (code == OK && loading.failed)
        code = err_set(err, ERR_INTERNAL, "no memory for the suppression list");
    if (code == OK)
        code = complete_file(s, site, err);
    if (code == OK)
        code = suppression_file_read(s->folder, site, take_from_file, &loading, err);
    for (size_t at = 0; code == OK && at < unknown.len; at += 32)
        code = add_to_table(store, site, unknown.data + at, err);
    *ret_forgotten = unknown.len > 0;
    return code;
}

void suppressed_free(struct suppressed *s)
{
    hmac_free(s->hmac);
    free(s->keys);
    buf_free(&s->unwritten);
    *s = (struct suppressed){0};
}

static void key_of(struct suppressed *s, const uint8_t core[static CORE_SIZE], uint8_t ret[static 32])
{
    hmac_add(s->hmac, core, CORE_SIZE);
    hmac_end(s->hmac, ret);
}

bool suppressed_has(struct suppressed *s, const uint8_t core[static CORE_SIZE])
{
    uint8_t key[32];
    if (s->count == 0)
        return false;
    key_of(s, core, key);
    return memcmp(s->keys[place_of(s, key)], key, 32) == 0;
}

enum err_code suppressed_add(struct suppressed *s, struct store *store, const char *site,
                             const uint8_t core[static CORE_SIZE], struct err *err)
{
    uint8_t key[32];
    key_of(s, core, key);
    if (known(s, key))
        return OK;
    enum err_code code = add_to_table(store, site, key, err);
    buf_append(&s->unwritten, key, sizeof key);
    if (code == OK && (!buf_ok(&s->unwritten) || !remember(s, key)))
        code = err_set(err, ERR_INTERNAL, "no memory for the suppression list");
    return code;
}

enum err_code suppressed_note(struct suppressed *s, struct store *store, const char *site,
                              const uint8_t core[static CORE_SIZE], uint64_t deleted, struct err *err)
{
    uint8_t key[32];
    key_of(s, core, key);
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(key, 32), SQL_INT(deleted)};
    return sql_run(store->sql,
                   "INSERT INTO ops.forgotten AS f (site, person, deleted) VALUES ($1, $2, $3) "
                   "ON CONFLICT (site, person) DO UPDATE SET deleted = f.deleted + excluded.deleted",
                   parameters, 3, NULL, NULL, err);
}

static void add_number(void *context, const struct sql_value *columns)
{
    *(uint64_t *)context += (uint64_t)columns[0].integer;
}

enum err_code suppressed_take(struct suppressed *s, struct store *store, const char *site,
                              const uint8_t core[static CORE_SIZE], uint64_t *deleted, struct err *err)
{
    uint8_t key[32];
    key_of(s, core, key);
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(key, 32)};
    enum err_code code =
        sql_run(store->sql, "SELECT deleted FROM ops.forgotten WHERE site = $1 AND person = $2", parameters,
                2, add_number, deleted, err);
    return code == OK ? sql_run(store->sql, "DELETE FROM ops.forgotten WHERE site = $1 AND person = $2",
                                parameters, 2, NULL, NULL, err)
                      : code;
}

enum err_code suppressed_write(struct suppressed *s, const char *site, struct err *err)
{
    if (s->unwritten.len == 0)
        return OK;
    if (!buf_ok(&s->unwritten))
        return err_set(err, ERR_INTERNAL, "no memory for the suppression list");
    enum err_code code = suppression_file_add(s->folder, site, s->unwritten.data, s->unwritten.len / 32, err);
    if (code == OK)
        buf_clear(&s->unwritten);
    return code;
}
