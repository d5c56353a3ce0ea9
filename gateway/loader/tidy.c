/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/tidy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/layout.h"
#include "gateway/landing_zone.h"

#define DAY_S 86400
#define KEEP_S (7 * DAY_S)
#define KEEP_RECEIPTS_S (90 * DAY_S) /* they name a token of somebody who was erased */

static void take_seq(void *context, const struct sql_value *columns)
{
    if (columns[0].type == SQL_INTEGER)
        *(int64_t *)context = columns[0].integer;
}

/* Every batch up to *ret is done for long enough. */
static enum err_code find_end(struct site *site, const struct series *series, int64_t due_s, uint64_t *ret,
                              struct err *err)
{
    int64_t recent = INT64_MAX;
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(series->number), SQL_INT(due_s)};
    enum err_code code = sql_run(
        site->store->sql, "SELECT MIN(seq) FROM ops.batch WHERE site = $1 AND series = $2 AND done_s >= $3",
        parameters, 3, take_seq, &recent, err);
    *ret = ranges_contiguous(&series->done);
    if (*ret >= (uint64_t)recent)
        *ret = (uint64_t)recent - 1;
    return code;
}

/* What cannot be removed now is found again in an hour, and else by the disk's alarm. */
static enum err_code remove_files(const struct site *site, const struct series *series, const char *landing,
                                  uint64_t upto, struct err *err)
{
    const struct ranges none = {0};
    struct zone_seqs seqs;
    char name[SITE_TEXT + SERIES_TEXT + 32], path[PATH_ROOM];
    enum err_code code = zone_batches(landing, site->name, series->name, &none, &seqs, err);
    for (size_t i = 0; code == OK && i < seqs.count && seqs.items[i] <= upto; i++) {
        snprintf(name, sizeof name, "%s/%s/%llu.cms", site->name, series->name,
                 (unsigned long long)seqs.items[i]);
        unlink(layout_path(path, landing, name));
    }
    zone_seqs_free(&seqs);
    return code;
}

/* What was refused of the series that sends is kept until the site has dealt with it. */
static enum err_code forget_batches(struct site *site, const struct series *series, uint64_t upto,
                                    uint64_t settled, struct err *err)
{
    const struct sql_value tidied[] = {SQL_INT(upto), SQL_STR(site->name), SQL_INT(series->number)};
    const struct sql_value loaded[] = {SQL_STR(site->name), SQL_INT(series->number), SQL_INT(upto),
                                       SQL_INT(settled)};
    static const char *const lists[] = {
        "DELETE FROM ops.brought WHERE site = $1 AND series = $2 AND seq <= $3",
        "DELETE FROM ops.reject WHERE site = $1 AND series = $2 AND seq <= $3"};
    enum err_code code = sql_run(
        site->store->sql, "UPDATE ops.series SET tidied = $1 WHERE site = $2 AND number = $3 AND tidied < $1",
        tidied, 3, NULL, NULL, err);
    if (code == OK)
        code = sql_run(site->store->sql,
                       "DELETE FROM ops.batch WHERE site = $1 AND series = $2 AND last <= $3 "
                       "AND (code = '' OR last <= $4)",
                       loaded, 4, NULL, NULL, err);
    for (size_t i = 0; code == OK && i < sizeof lists / sizeof *lists; i++)
        code = sql_run(site->store->sql, lists[i], loaded, 3, NULL, NULL, err);
    return code;
}

static enum err_code tidy_series(struct site *site, const struct series *series, const char *landing,
                                 int64_t now_s, struct err *err)
{
    struct zone_heartbeat heartbeat;
    uint64_t upto, settled = UINT64_MAX >> 1;
    enum err_code code = find_end(site, series, now_s - KEEP_S, &upto, err);
    if (code != OK || upto == 0)
        return code;
    if (series == &site->series[site->series_count - 1])
        settled =
            zone_heartbeat(landing, site->name, &heartbeat) && strcmp(heartbeat.series, series->name) == 0
                ? heartbeat.settled
                : 0;
    code = remove_files(site, series, landing, upto, err);
    if (code == OK)
        code = store_begin(site->store, err);
    if (code == OK)
        code = forget_batches(site, series, upto, settled, err);
    if (code == OK)
        code = store_commit(site->store, err);
    store_rollback(site->store);
    return code;
}

enum err_code tidy_site(struct site *site, const char *landing, int64_t now_s, struct err *err)
{
    const struct sql_value old[] = {SQL_STR(site->name), SQL_INT(now_s - KEEP_RECEIPTS_S)};
    enum err_code code = OK;
    for (size_t i = 0; code == OK && i < site->series_count; i++)
        code = tidy_series(site, &site->series[i], landing, now_s, err);
    return code == OK ? sql_run(site->store->sql, "DELETE FROM ops.receipt WHERE site = $1 AND made_s < $2",
                                old, 2, NULL, NULL, err)
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
