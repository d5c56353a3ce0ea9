/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/site_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/mem.h"
#include "gateway/loader/erase.h"
#include "gateway/loader/rejudge.h"

static struct series *append_series(struct site *site, const char *name, size_t len, uint64_t number)
{
    site->series = mem_grow(site->series, site->series_count, sizeof *site->series);
    struct series *series = &site->series[site->series_count++];
    snprintf(series->name, sizeof series->name, "%.*s", (int)len, name);
    series->number = number;
    return series;
}

static void take_series(void *context, const struct sql_value *columns)
{
    struct series *series =
        append_series(context, columns[0].data, columns[0].len, (uint64_t)columns[1].integer);
    ranges_add(&series->done, 1, (uint64_t)columns[2].integer);
}

static void take_done(void *context, const struct sql_value *columns)
{
    struct series *series = site_numbered_series(context, (uint64_t)columns[0].integer);
    if (series != NULL)
        ranges_add(&series->done, (uint64_t)columns[1].integer, (uint64_t)columns[2].integer);
}

static enum err_code load(struct site *site, struct err *err)
{
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    enum err_code code = sql_run(
        site->store->sql, "SELECT name, number, tidied FROM ops.series WHERE site = $1 ORDER BY number",
        parameters, 1, take_series, site, err);
    if (code == OK)
        code = sql_run(site->store->sql,
                       "SELECT series, seq, last FROM ops.batch WHERE site = $1 ORDER BY series, seq",
                       parameters, 1, take_done, site, err);
    for (size_t i = 0; code == OK && i < site->series_count; i++)
        if (site->series[i].done.failed)
            code = err_set(err, ERR_INTERNAL, "no memory for the list of batches");
    return code;
}

/* In one transaction: a list that is known and records that are still there would be believed erased. */
static enum err_code settle_past(struct site *site, struct err *err)
{
    bool forgotten = false;
    enum err_code code = store_begin(site->store, err);
    if (code == OK)
        code = suppressed_load(&site->suppressed, site->store, site->name, site->keys, &forgotten, err);
    if (code == OK && forgotten)
        code = erase_forgotten(site, err);
    if (code == OK)
        code = rejudge(site, err);
    if (code == OK)
        code = store_commit(site->store, err);
    store_rollback(site->store);
    days_forget(&site->days);
    return code;
}

enum err_code site_open(const char *name, struct store *store, struct loader_keys *keys, struct site **ret,
                        struct err *err)
{
    struct site *site = mem_new(1, sizeof *site);
    snprintf(site->name, sizeof site->name, "%s", name);
    site->store = store;
    site->keys = keys;
    site->changed = true;
    days_init(&site->days, store, site->name);
    enum err_code code = load(site, err);
    if (code == OK)
        code = settle_past(site, err);
    if (code != OK) {
        site_state_free(site);
        return code;
    }
    *ret = site;
    return OK;
}

static void forget_epoch(struct site *site)
{
    rekey_free(site->person);
    rekey_free(site->practitioner);
    for (unsigned i = 0; site->streams != NULL && i < site->store->model->stream_count; i++)
        rekey_free(site->streams[i]);
    free(site->streams);
    site->person = site->practitioner = NULL;
    site->streams = NULL;
    site->epoch = 0;
}

void site_state_free(struct site *site)
{
    if (site == NULL)
        return;
    for (size_t i = 0; i < site->series_count; i++)
        ranges_free(&site->series[i].done);
    free(site->series);
    forget_epoch(site);
    suppressed_free(&site->suppressed);
    days_forget(&site->days);
    free(site);
}

struct series *site_find_series(struct site *site, const char *name)
{
    for (size_t i = 0; i < site->series_count; i++)
        if (strcmp(site->series[i].name, name) == 0)
            return &site->series[i];
    return NULL;
}

struct series *site_numbered_series(struct site *site, uint64_t number)
{
    for (size_t i = 0; i < site->series_count; i++)
        if (site->series[i].number == number)
            return &site->series[i];
    return NULL;
}

enum err_code site_add_series(struct site *site, const char *name, struct series **ret, struct err *err)
{
    uint64_t number = site->series_count > 0 ? site->series[site->series_count - 1].number + 1 : 1;
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_STR(name), SQL_INT(number)};
    enum err_code code = sql_run(site->store->sql,
                                 "INSERT INTO ops.series (site, name, number, tidied) VALUES ($1, $2, $3, 0)",
                                 parameters, 3, NULL, NULL, err);
    if (code == OK)
        *ret = append_series(site, name, strlen(name), number);
    return code;
}

struct root {
    uint8_t check[8];
    bool found;
};

static void take_epoch(void *context, const struct sql_value *columns)
{
    *(int64_t *)context = columns[0].type == SQL_INTEGER ? columns[0].integer : 0;
}

/* The first key is believed: its batches bear an accepted seal. Another one, of a later epoch, waits for an
 * operator.
 */
static enum err_code check_new_root(struct site *site, unsigned epoch, const uint8_t check[static 8],
                                    struct err *err)
{
    int64_t last = 0;
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    enum err_code code = sql_run(site->store->sql, "SELECT MAX(key_epoch) FROM ops.root WHERE site = $1",
                                 parameters, 1, take_epoch, &last, err);
    if (code != OK || last == 0)
        return code;
    if (epoch < last)
        return err_refuse(err, "root-key");
    if (!seals_epoch_accepted(site->keys->folder, site->name, epoch, check))
        return err_set(err, ERR_AUTH, "key-epoch");
    return OK;
}

static void take_root(void *context, const struct sql_value *columns)
{
    struct root *root = context;
    root->found = true;
    if (columns[0].len == sizeof root->check)
        memcpy(root->check, columns[0].data, sizeof root->check);
}

enum err_code site_check_root(struct site *site, unsigned epoch, const uint8_t check[static 8],
                              struct err *err)
{
    struct root root = {0};
    const struct sql_value parameters[] = {SQL_STR(site->name), SQL_INT(epoch), SQL_BLOB(check, 8)};
    enum err_code code =
        sql_run(site->store->sql, "SELECT root_check FROM ops.root WHERE site = $1 AND key_epoch = $2",
                parameters, 2, take_root, &root, err);
    if (code != OK)
        return code;
    if (root.found)
        return memcmp(root.check, check, 8) == 0 ? OK : err_refuse(err, "root-key");
    code = check_new_root(site, epoch, check, err);
    if (code != OK)
        return code;
    return sql_run(site->store->sql, "INSERT INTO ops.root (site, key_epoch, root_check) VALUES ($1, $2, $3)",
                   parameters, 3, NULL, NULL, err);
}

enum err_code site_set_epoch(struct site *site, unsigned epoch, struct err *err)
{
    if (site->epoch == epoch)
        return OK;
    forget_epoch(site);
    const struct model *model = site->store->model;
    const uint8_t *key = site->keys->warehouse;
    site->person = rekey_new(key, site->name, epoch, "person");
    site->practitioner = rekey_new(key, site->name, epoch, "prac");
    site->streams = mem_new(model->stream_count, sizeof *site->streams);
    bool good = site->person != NULL && site->practitioner != NULL;
    for (unsigned i = 0; good && i < model->stream_count; i++) {
        site->streams[i] = rekey_new(key, site->name, epoch, model->streams[i].name);
        good = site->streams[i] != NULL;
    }
    if (!good) {
        forget_epoch(site);
        return err_set(err, ERR_INTERNAL, "no memory for re-keying");
    }
    site->epoch = epoch;
    return OK;
}

enum err_code site_batch_done(struct site *site, const struct series *series, uint64_t seq, uint64_t last,
                              const char *code, const char *stream, uint64_t records, uint64_t rejects,
                              struct err *err)
{
    const struct sql_value parameters[] = {
        SQL_STR(site->name), SQL_INT(series->number), SQL_INT(seq),     SQL_INT(last),          SQL_STR(code),
        SQL_STR(stream),     SQL_INT(records),        SQL_INT(rejects), SQL_INT(clock_wall_s())};
    return sql_run(site->store->sql,
                   "INSERT INTO ops.batch (site, series, seq, last, code, stream, records, rejects, done_s) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   parameters, 9, NULL, NULL, err);
}
