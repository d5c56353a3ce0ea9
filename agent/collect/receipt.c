/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/receipt.h"

#include <inttypes.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"
#include "contact/log.h"

#define RECEIPTS_MAX (512 * 1024)
#define SIGNATURE_MAX 256

struct receipt {
    const char *token, *request, *at, *signature; /* borrowed from the JSON */
    json_int_t deleted;
};

/* The bytes that docs/protocol.md names, signed with ECDSA by the receipt key. */
static bool signature_holds(const struct collect *c, EVP_PKEY *key, const struct receipt *r)
{
    BUF_CLEANUP struct buf signature = BUF_INIT(SIGNATURE_MAX);
    if (!base64_decode(r->signature, strlen(r->signature), &signature))
        return false;
    BUF_CLEANUP struct buf text = BUF_INIT(1024);
    buf_printf(&text, "contact-receipt/1\n%s\n%s\n%s\n%" JSON_INTEGER_FORMAT "\n%s\n", c->site->name,
               r->token, r->request, r->deleted, r->at);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && buf_ok(&text) && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(ctx, signature.data, signature.len, text.data, text.len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

static bool parse(json_t *json, struct receipt *ret)
{
    ret->token = json_string_value(json_object_get(json, "token"));
    ret->request = json_string_value(json_object_get(json, "request"));
    ret->at = json_string_value(json_object_get(json, "at"));
    ret->signature = json_string_value(json_object_get(json, "signature"));
    ret->deleted = json_integer_value(json_object_get(json, "deleted"));
    return ret->token && ret->request && ret->at && ret->signature;
}

static EVP_PKEY *receipt_key(const struct collect *c)
{
    BIO *bio = BIO_new_mem_buf(c->site->receipt, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return key;
}

/* ret_begun: a transaction of the register, begun for the first that is new. */
static enum err_code take_one(struct collect *c, EVP_PKEY *key, json_t *json, bool *ret_begun,
                              struct err *err)
{
    struct receipt receipt;
    struct objection entry;
    uint8_t token[TOKEN_SIZE];
    char letter = 0;
    unsigned epoch = 0;
    bool found;
    if (!parse(json, &receipt) ||
        !token_parse(receipt.token, strlen(receipt.token), &letter, &epoch, token) || letter != 'p')
        return OK;
    enum err_code code = objections_find(c->objections, token, &found, &entry, err);
    if (code != OK || !found || strcmp(entry.request, receipt.request) != 0 ||
        entry.state == OBJECTION_RECEIVED)
        return code;
    if (!signature_holds(c, key, &receipt)) {
        log_warning("a receipt of erasure does not bear the centre's signature");
        return OK;
    }
    if (!*ret_begun)
        code = objections_begin(c->objections, err);
    if (code != OK)
        return code;
    *ret_begun = true;
    entry.state = OBJECTION_RECEIVED;
    entry.received_s = clock_wall_s();
    entry.deleted = receipt.deleted;
    return objections_update(c->objections, &entry, err);
}

/* The centre repeats them all: those that are known cost a look by their token each, the new ones one wait
 * for the disk together. */
static enum err_code take_all(struct collect *c, const json_t *array, struct err *err)
{
    enum err_code code = OK;
    bool begun = false;
    EVP_PKEY *key = receipt_key(c);
    if (!key)
        log_warning("the receipt key of enrolment cannot be read: receipts are not believed");
    for (size_t i = 0; key && code == OK && i < json_array_size(array); i++)
        code = take_one(c, key, json_array_get(array, i), &begun, err);
    EVP_PKEY_free(key);
    return begun ? objections_end(c->objections, code, err) : code;
}

enum err_code receipts_take(struct collect *c, struct err *err)
{
    BUF_CLEANUP struct buf text = BUF_INIT(RECEIPTS_MAX);
    enum err_code code = spool_fact_get(c->spool, "send.receipts", &text, err);
    if (code != OK || text.len == 0)
        return code;
    uint8_t digest[SHA256_SIZE];
    char now[2 * SHA256_SIZE + 1], before[2 * SHA256_SIZE + 1];
    sha256(text.data, text.len, digest);
    hex_encode(digest, sizeof(digest), now);
    if (state_get(c->state, "receipts", before, sizeof(before)) && strcmp(now, before) == 0)
        return state_failure(c->state, err);
    json_t *array = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    code = take_all(c, array, err);
    json_decref(array);
    if (code != OK)
        return code;
    state_begin(c->state);
    state_put(c->state, "receipts", now);
    return state_commit(c->state, err);
}
