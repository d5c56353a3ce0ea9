/* SPDX-License-Identifier: Apache-2.0 */
/* SIV written out over AES-ECB: for a 16-byte token and fixed associated data it is two blocks, where the
 * library's SIV takes some twenty and an allocation each. A test compares both. */
#include "gateway/loader/rekey.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 16

struct rekey {
    EVP_CIPHER_CTX *mac, *counter; /* AES-256-ECB under the two halves of the key */
    uint8_t mask[BLOCK]; /* S2V of the associated data, XOR CMAC's K1: what the token is XORed with */
};

static void encrypt_block(EVP_CIPHER_CTX *ctx, const uint8_t in[static BLOCK], uint8_t out[static BLOCK])
{
    int len = 0;
    if (EVP_EncryptUpdate(ctx, out, &len, in, BLOCK) != 1 || len != BLOCK)
        abort();
}

static void xor_block(uint8_t to[static BLOCK], const uint8_t from[static BLOCK])
{
    for (int i = 0; i < BLOCK; i++)
        to[i] ^= from[i];
}

/* Multiplication by x in GF(2^128). */
static void double_block(uint8_t block[static BLOCK])
{
    unsigned carry = block[0] >> 7;
    for (int i = 0; i < BLOCK - 1; i++)
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    block[BLOCK - 1] = (uint8_t)(block[BLOCK - 1] << 1 ^ (carry ? 0x87 : 0));
}

/* CMAC (RFC 4493) of a message of any length. */
static void cmac(EVP_CIPHER_CTX *ctx, const void *data, size_t len, uint8_t ret[static BLOCK])
{
    const uint8_t *at = data;
    uint8_t subkey[BLOCK] = {0}, last[BLOCK] = {0};
    encrypt_block(ctx, subkey, subkey);
    double_block(subkey);
    memset(ret, 0, BLOCK);
    for (; len > BLOCK; at += BLOCK, len -= BLOCK) {
        xor_block(ret, at);
        encrypt_block(ctx, ret, ret);
    }
    memcpy(last, at, len);
    if (len < BLOCK) {
        last[len] = 0x80;
        double_block(subkey);
    }
    xor_block(ret, last);
    xor_block(ret, subkey);
    encrypt_block(ctx, ret, ret);
    wipe(subkey, sizeof subkey);
}

static void add_component(struct rekey *rekey, const void *data, size_t len)
{
    uint8_t mac[BLOCK];
    double_block(rekey->mask);
    cmac(rekey->mac, data, len, mac);
    xor_block(rekey->mask, mac);
}

static EVP_CIPHER_CTX *ecb(const uint8_t *key)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL || EVP_EncryptInit_ex(ctx, EVP_aes_256_ecb(), NULL, key, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1) {
        EVP_CIPHER_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

struct rekey *rekey_new(const uint8_t key[static WAREHOUSE_KEY_SIZE], const char *site, unsigned epoch,
                        const char *kind)
{
    static const char label[] = "psn-core/v1";
    static const uint8_t zero[BLOCK];
    uint8_t number[4], subkey[BLOCK] = {0};
    struct rekey *rekey = calloc(1, sizeof *rekey);
    if (rekey == NULL)
        return NULL;
    rekey->mac = ecb(key);
    rekey->counter = ecb(key + WAREHOUSE_KEY_SIZE / 2);
    if (rekey->mac == NULL || rekey->counter == NULL) {
        rekey_free(rekey);
        return NULL;
    }
    put_u32be(number, epoch);
    cmac(rekey->mac, zero, BLOCK, rekey->mask);
    add_component(rekey, label, sizeof label - 1);
    add_component(rekey, site, strlen(site));
    add_component(rekey, number, sizeof number);
    add_component(rekey, kind, strlen(kind));
    /* The token is one whole block, so its CMAC is E(token XOR S2V so far XOR K1). */
    encrypt_block(rekey->mac, subkey, subkey);
    double_block(subkey);
    xor_block(rekey->mask, subkey);
    wipe(subkey, sizeof subkey);
    return rekey;
}

void rekey_free(struct rekey *rekey)
{
    if (rekey == NULL)
        return;
    EVP_CIPHER_CTX_free(rekey->mac);
    EVP_CIPHER_CTX_free(rekey->counter);
    wipe(rekey, sizeof *rekey);
    free(rekey);
}

static void synthetic_iv(struct rekey *rekey, const uint8_t token[static BLOCK], uint8_t ret[static BLOCK])
{
    memcpy(ret, token, BLOCK);
    xor_block(ret, rekey->mask);
    encrypt_block(rekey->mac, ret, ret);
}

/* One block of CTR; the IV's two top bits of the last words are cleared (RFC 5297, 2.5). */
static void apply_counter(struct rekey *rekey, const uint8_t iv[static BLOCK], uint8_t block[static BLOCK])
{
    uint8_t stream[BLOCK];
    memcpy(stream, iv, BLOCK);
    stream[8] &= 0x7f;
    stream[12] &= 0x7f;
    encrypt_block(rekey->counter, stream, stream);
    xor_block(block, stream);
}

void rekey_core(struct rekey *rekey, const uint8_t token[static TOKEN_SIZE], uint8_t ret[static CORE_SIZE])
{
    synthetic_iv(rekey, token, ret);
    memcpy(ret + BLOCK, token, TOKEN_SIZE);
    apply_counter(rekey, ret, ret + BLOCK);
}
