/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/people.h"

#include <stdlib.h>
#include <string.h>

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
    *s = larger;
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
    bool failed;
};

static void take_key(void *context, const struct sql_value *columns)
{
    struct loading *loading = context;
    if (columns[0].len == 32 && !remember(loading->s, columns[0].data))
        loading->failed = true;
}

enum err_code suppressed_load(struct suppressed *s, struct store *store, const char *site,
                              const uint8_t key[static 32], struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site)};
    struct loading loading = {.s = s};
    *s = (struct suppressed){.hmac = hmac_new(key, 32)};
    enum err_code code = sql_run(store->sql, "SELECT person FROM ops.suppressed WHERE site = $1", parameters, 1,
                                 take_key, &loading, err);
    /* Storing somebody who objected is worse than storing nothing. */
    return code == OK && loading.failed ? err_set(err, ERR_INTERNAL, "no memory for the suppression list") : code;
}

void suppressed_free(struct suppressed *s)
{
    hmac_free(s->hmac);
    free(s->keys);
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
    const struct sql_value parameters[] = {SQL_STR(site), SQL_BLOB(key, sizeof key)};
    enum err_code code = sql_run(store->sql, "INSERT INTO ops.suppressed (site, person) VALUES ($1, $2) "
                                 "ON CONFLICT (site, person) DO NOTHING", parameters, 2, NULL, NULL, err);
    if (code == OK && !remember(s, key))
        code = err_set(err, ERR_INTERNAL, "no memory for the suppression list");
    return code;
}
