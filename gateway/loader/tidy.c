/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/tidy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/layout.h"

#define DAY_S 86400
#define KEEP_FILES_S (7 * DAY_S)
#define KEEP_RECEIPTS_S (90 * DAY_S) /* they name a token of somebody who was erased */

static void take_file(void *context, const struct sql_value *c)
{
    char path[PATH_ROOM];
    int len =
        snprintf(path, sizeof path, "%s/%.*s/%.*s/%lld.cms", (const char *)context, (int)c[0].len,
                 (const char *)c[0].data, (int)c[1].len, (const char *)c[1].data, (long long)c[2].integer);
    if (len > 0 && (size_t)len < sizeof path)
        unlink(path); /* what cannot be removed now is another's to find: the disk's alarm */
}

enum err_code tidy_landing(struct store *store, const char *landing, int64_t now_s, struct err *err)
{
    const struct sql_value due[] = {SQL_INT(now_s - KEEP_FILES_S)};
    enum err_code code =
        sql_run(store->sql,
                "SELECT b.site, s.name, b.seq FROM ops.batch b JOIN ops.series s ON s.site = b.site "
                "AND s.number = b.series WHERE b.present = 1 AND b.done_s < $1",
                due, 1, take_file, (void *)(uintptr_t)landing, err);
    if (code == OK)
        code = sql_run(store->sql, "UPDATE ops.batch SET present = 0 WHERE present = 1 AND done_s < $1", due,
                       1, NULL, NULL, err);
    const struct sql_value old[] = {SQL_INT(now_s - KEEP_RECEIPTS_S)};
    return code == OK
               ? sql_run(store->sql, "DELETE FROM ops.receipt WHERE made_s < $1", old, 1, NULL, NULL, err)
               : code;
}

struct fact {
    char text[33];
};

static void take_fact(void *context, const struct sql_value *c)
{
    struct fact *fact = context;
    snprintf(fact->text, sizeof fact->text, "%.*s", (int)c[0].len, (const char *)c[0].data);
}

enum err_code tidy_check_key(struct store *store, const struct loader_keys *keys, struct err *err)
{
    uint8_t mac[SHA256_SIZE];
    char check[17];
    struct fact fact = {""};
    struct hmac *hmac = hmac_new(keys->warehouse, sizeof keys->warehouse);
    hmac_add(hmac, "check", 5);
    hmac_end(hmac, mac);
    hmac_free(hmac);
    hex_encode(mac, 8, check);
    enum err_code code = sql_run(store->sql, "SELECT value FROM ops.fact WHERE name = 'warehouse_key'", NULL,
                                 0, take_fact, &fact, err);
    if (code != OK)
        return code;
    if (fact.text[0] != '\0' && strcmp(fact.text, check) != 0) {
        err_set(err, ERR_CONFIG, "warehouse.key is not the key that this warehouse was filled with");
        return err_hint(err, "restore the loader's folder that belongs to it");
    }
    const struct sql_value parameters[] = {SQL_STR(check)};
    return sql_run(store->sql,
                   "INSERT INTO ops.fact (name, value) VALUES ('warehouse_key', $1) "
                   "ON CONFLICT (name) DO NOTHING",
                   parameters, 1, NULL, NULL, err);
}
