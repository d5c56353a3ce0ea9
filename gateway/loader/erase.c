/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/erase.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contact/clock.h"
#include "gateway/loader/store_driver.h"

#define AT_TEXT 16 /* 2026-01-02T14Z */

static enum err_code erase_stream(struct site *site, const struct model_stream *stream, struct version at,
                                  const uint8_t core[static CORE_SIZE], uint64_t *deleted, struct err *err)
{
    struct stored_list list = {0};
    BUF_CLEANUP struct buf ids = BUF_INIT((size_t)1 << 30);
    struct day_state *day;
    enum err_code code = store_of_patient(site->store, stream, site->name, core, &list, err);
    for (size_t i = 0; code == OK && i < list.count; i++) {
        buf_append(&ids, list.items[i].id, CORE_SIZE);
        code = days_get(&site->days, stream->index, list.items[i].day, &day, err);
        if (code == OK)
            day_remove(day, list.items[i].fp, at);
    }
    if (code == OK && !buf_ok(&ids))
        code = err_set(err, ERR_INTERNAL, "no memory for a person's records");
    if (code == OK)
        code = store_delete(site->store, stream, site->name, ids.data, list.count, err);
    *deleted += list.count;
    stored_list_free(&list);
    return code;
}

/* ECDSA over the receipt's members, as docs/protocol.md lists them; base64. */
static bool sign(EVP_PKEY *key, const struct buf *text, struct buf *ret)
{
    uint8_t signature[128];
    size_t len = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(ctx, signature, &len, text->data, text->len) == 1;
    EVP_MD_CTX_free(ctx);
    if (good)
        buf_base64(ret, signature, len);
    return good && buf_ok(ret);
}

static enum err_code write_receipt(struct site *site, const char *token, const char *request,
                                   uint64_t deleted, struct err *err)
{
    char at[AT_TEXT];
    struct tm tm;
    time_t now = (time_t)clock_wall_s();
    BUF_CLEANUP struct buf text = BUF_INIT(4096), signature = BUF_INIT(256);
    gmtime_r(&now, &tm);
    strftime(at, sizeof at, "%Y-%m-%dT%HZ", &tm);
    buf_printf(&text, "contact-receipt/1\n%s\n%s\n%s\n%llu\n%s\n", site->name, token, request,
               (unsigned long long)deleted, at);
    if (!buf_ok(&text) || !sign(site->keys->receipt, &text, &signature))
        return err_set(err, ERR_INTERNAL, "cannot sign a receipt");
    const struct sql_value parameters[] = {
        SQL_STR(site->name),           SQL_STR(request), SQL_STR(token), SQL_INT(deleted), SQL_STR(at),
        SQL_STR(buf_text(&signature)), SQL_INT(now)};
    return sql_run(site->store->sql,
                   "INSERT INTO ops.receipt (site, request, token, deleted, at, signature, made_s) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (site, request, token) DO NOTHING",
                   parameters, 7, NULL, NULL, err);
}

enum err_code erase_person(struct site *site, struct version at, const struct record_line *line,
                           struct err *err)
{
    uint8_t core[CORE_SIZE];
    char token[TOKEN_TEXT];
    uint64_t deleted = 0;
    rekey_core(site->person, line->head.patient, core);
    enum err_code code = suppressed_add(&site->suppressed, site->store, site->name, core, err);
    for (unsigned i = 0; code == OK && i < site->store->model->stream_count; i++)
        code = erase_stream(site, &site->store->model->streams[i], at, core, &deleted, err);
    if (code == OK)
        code = suppressed_take(&site->suppressed, site->store, site->name, core, &deleted, err);
    token_format('p', line->head.epoch, line->head.patient, token);
    site->changed = true;
    return code == OK ? write_receipt(site, token, line->request, deleted, err) : code;
}

struct people {
    struct suppressed *suppressed;
    struct buf cores; /* of those to remove */
};

static void take_person(void *context, const struct sql_value *columns)
{
    struct people *people = context;
    if (columns[0].len == CORE_SIZE && suppressed_has(people->suppressed, columns[0].data))
        buf_append(&people->cores, columns[0].data, CORE_SIZE);
}

/* Counted for the receipt: the batch that asks for it may be about to come again. */
static enum err_code erase_forgotten_person(struct site *site, const struct model_stream *stream,
                                            const uint8_t core[static CORE_SIZE], struct err *err)
{
    uint64_t deleted = 0;
    const struct version nothing = {0, 0};
    enum err_code code = erase_stream(site, stream, nothing, core, &deleted, err);
    return code == OK ? suppressed_note(&site->suppressed, site->store, site->name, core, deleted, err)
                      : code;
}

static enum err_code erase_forgotten_of(struct site *site, const struct model_stream *stream, struct err *err)
{
    struct people people = {.suppressed = &site->suppressed, .cores = BUF_INIT((size_t)1 << 30)};
    const struct sql_value parameters[] = {SQL_STR(site->name)};
    enum err_code code = sql_run(site->store->sql, site->store->streams[stream->index].people, parameters, 1,
                                 take_person, &people, err);
    if (code == OK && people.cores.failed)
        code = err_set(err, ERR_INTERNAL, "no memory for a list of people");
    for (size_t at = 0; code == OK && at < people.cores.len; at += CORE_SIZE)
        code = erase_forgotten_person(site, stream, people.cores.data + at, err);
    buf_free(&people.cores);
    return code;
}

enum err_code erase_forgotten(struct site *site, struct err *err)
{
    enum err_code code = OK;
    for (unsigned i = 0; code == OK && i < site->store->model->stream_count; i++)
        code = erase_forgotten_of(site, &site->store->model->streams[i], err);
    return code == OK ? days_write(&site->days, err) : code;
}
