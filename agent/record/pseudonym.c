/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/record/pseudonym.h"

#include <stdlib.h>
#include <string.h>

#include "agent/mapping/local_id.h"
#include "contact/mem.h"

#define SALT "contact-edge/v1"
#define SITE_MAX 64
#define MESSAGE_MAX (4 + 64 + 4 + CANONICAL_ID_MAX)
#define ROOT_SIZE 32
#define CHECK_SIZE 8

#define LABELS_KEPT 256 /* a power of two: most rows have one of some hundred codes */

/* The last token of a kind: several rows in succession are of one call, and of one person. A code of a
 * thesaurus is in many rows, so its token is kept longer. */
struct last_token {
    uint8_t message[MESSAGE_MAX];
    size_t size; /* 0: none */
    uint8_t token[TOKEN_SIZE];
};

struct pseudonym_keys {
    unsigned epoch;
    struct last_token last_person, last_call, last_labels[LABELS_KEPT];
    struct hmac *person, *event, *practitioner, *raw;
    uint8_t check[CHECK_SIZE];
};

static size_t put_lp(uint8_t *to, const void *data, size_t len)
{
    put_u32be(to, (uint32_t)len);
    memcpy(to + 4, data, len);
    return 4 + len;
}

/* K(purpose, epoch). */
void pseudonym_derive(const uint8_t root[static ROOT_SIZE], const char *site, unsigned epoch,
                      const char *purpose, uint8_t ret[static SHA256_SIZE])
{
    uint8_t info[4 + SITE_MAX + 4 + 32 + 4];
    size_t len = put_lp(info, site, strnlen(site, SITE_MAX));
    len += put_lp(info + len, purpose, strlen(purpose));
    put_u32be(info + len, epoch);
    hkdf_sha256(root, ROOT_SIZE, SALT, strlen(SALT), info, len + 4, ret, SHA256_SIZE);
}

static struct hmac *derive_hmac(const uint8_t root[static ROOT_SIZE], const char *site, const char *purpose,
                                unsigned epoch)
{
    uint8_t key[SHA256_SIZE];
    pseudonym_derive(root, site, epoch, purpose, key);
    struct hmac *hmac = hmac_new(key, sizeof key);
    wipe(key, sizeof key);
    return hmac;
}

struct pseudonym_keys *pseudonym_keys_new(const uint8_t root[static ROOT_SIZE], const char *site,
                                          unsigned epoch)
{
    struct pseudonym_keys *keys = mem_new(1, sizeof *keys);
    uint8_t check[SHA256_SIZE];
    keys->epoch = epoch;
    keys->person = derive_hmac(root, site, "psn.person", epoch);
    keys->event = derive_hmac(root, site, "psn.event", epoch);
    keys->practitioner = derive_hmac(root, site, "psn.practitioner", epoch);
    keys->raw = derive_hmac(root, site, "fp.raw", epoch);
    pseudonym_derive(root, site, epoch, "root.check", check);
    memcpy(keys->check, check, sizeof keys->check);
    return keys;
}

void pseudonym_keys_free(struct pseudonym_keys *keys)
{
    if (keys == NULL)
        return;
    hmac_free(keys->person);
    hmac_free(keys->event);
    hmac_free(keys->practitioner);
    hmac_free(keys->raw);
    wipe(keys, sizeof *keys);
    free(keys);
}

/* One call of HMAC for the whole message: each call costs more than hashing these few bytes. last may be
 * NULL. */
static void token(struct hmac *hmac, struct last_token *last, const char *kind, const char *id, size_t len,
                  uint8_t ret[static TOKEN_SIZE])
{
    uint8_t message[MESSAGE_MAX], full[SHA256_SIZE];
    size_t kind_len = strnlen(kind, 64);
    if (len > CANONICAL_ID_MAX)
        abort(); /* canonical_id makes none so long */
    size_t size = put_lp(message, kind, kind_len);
    size += put_lp(message + size, id, len);
    if (last != NULL && last->size == size && memcmp(last->message, message, size) == 0) {
        memcpy(ret, last->token, TOKEN_SIZE);
        return;
    }
    hmac_add(hmac, message, size);
    hmac_end(hmac, full);
    memcpy(ret, full, TOKEN_SIZE);
    if (last == NULL)
        return;
    memcpy(last->message, message, size);
    memcpy(last->token, full, TOKEN_SIZE);
    last->size = size;
}

void pseudonym_person(struct pseudonym_keys *keys, const char *id, size_t len, uint8_t ret[static TOKEN_SIZE])
{
    token(keys->person, &keys->last_person, "person", id, len, ret);
}

static struct last_token *last_label(struct pseudonym_keys *keys, const char *id, size_t len)
{
    unsigned place = 0;
    for (size_t i = 0; i < len; i++)
        place = place * 31u + (uint8_t)id[i];
    return &keys->last_labels[place % LABELS_KEPT];
}

void pseudonym_event(struct pseudonym_keys *keys, const char *kind, const char *id, size_t len,
                     uint8_t ret[static TOKEN_SIZE])
{
    struct last_token *last = NULL;
    if (strcmp(kind, "call") == 0)
        last = &keys->last_call;
    else if (strcmp(kind, "label") == 0)
        last = last_label(keys, id, len);
    token(keys->event, last, kind, id, len, ret);
}

/* Another one each quarter, so that no doctor can be followed over years: LP(id) || LP("2026Q1"). */
void pseudonym_practitioner(struct pseudonym_keys *keys, const char *id, size_t len, int32_t day,
                            uint8_t ret[static TOKEN_SIZE])
{
    int year, month, day_of_month;
    char local[8 + 16 + CANONICAL_ID_MAX];
    if (len > CANONICAL_ID_MAX - 8 - 6)
        len = CANONICAL_ID_MAX - 8 - 6;
    day_to_civil(day, &year, &month, &day_of_month);
    const char quarter[] = {(char)('0' + year / 1000 % 10),
                            (char)('0' + year / 100 % 10),
                            (char)('0' + year / 10 % 10),
                            (char)('0' + year % 10),
                            'Q',
                            (char)('1' + (month - 1) / 3)};
    size_t size = put_lp((uint8_t *)local, id, len);
    size += put_lp((uint8_t *)local + size, quarter, sizeof quarter);
    token(keys->practitioner, NULL, "prac", local, size, ret);
}

void pseudonym_practitioner_always(struct pseudonym_keys *keys, const char *id, size_t len,
                                   uint8_t ret[static TOKEN_SIZE])
{
    char local[4 + CANONICAL_ID_MAX];
    if (len > CANONICAL_ID_MAX - 4)
        len = CANONICAL_ID_MAX - 4;
    size_t size = put_lp((uint8_t *)local, id, len);
    for (char *c = local + size - len; c < local + size; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    token(keys->practitioner, NULL, "prac", local, size, ret);
}

void pseudonym_root_check(struct pseudonym_keys *keys, uint8_t ret[static CHECK_SIZE])
{
    memcpy(ret, keys->check, CHECK_SIZE);
}

unsigned pseudonym_epoch(const struct pseudonym_keys *keys)
{
    return keys->epoch;
}

struct hmac *pseudonym_raw(struct pseudonym_keys *keys)
{
    return keys->raw;
}
