/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "gateway/loader/rekey.h"

static void the_design_vector_holds(void **state)
{
    (void)state;
    uint8_t key[WAREHOUSE_KEY_SIZE], token[TOKEN_SIZE], core[CORE_SIZE], expected[CORE_SIZE];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(0x20 + i);
    assert_true(hex_decode("6133ac4a9114cfe7f9d103db7f4a3f9a", 32, token, sizeof token));
    assert_true(
        hex_decode("68630d6635a4701cea888d7f7f6e1f08265978df77420fa5a2de87ba6d39b629", 64, expected, 32));
    struct rekey *rekey = rekey_new(key, "SOS-TEST-01", 1, "person");
    rekey_core(rekey, token, core);
    assert_memory_equal(expected, core, sizeof core);
    rekey_free(rekey);
}

static void library_siv(const uint8_t *key, const char *site, unsigned epoch, const char *kind,
                        const uint8_t *token, uint8_t *ret)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-SIV", NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t number[4];
    int len;
    put_u32be(number, epoch);
    assert_int_equal(1, EVP_EncryptInit_ex2(ctx, cipher, key, NULL, NULL));
    assert_int_equal(1, EVP_EncryptUpdate(ctx, NULL, &len, (const uint8_t *)"psn-core/v1", 11));
    assert_int_equal(1, EVP_EncryptUpdate(ctx, NULL, &len, (const uint8_t *)site, (int)strlen(site)));
    assert_int_equal(1, EVP_EncryptUpdate(ctx, NULL, &len, number, 4));
    assert_int_equal(1, EVP_EncryptUpdate(ctx, NULL, &len, (const uint8_t *)kind, (int)strlen(kind)));
    assert_int_equal(1, EVP_EncryptUpdate(ctx, ret + 16, &len, token, 16));
    assert_int_equal(1, EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, ret));
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
}

static void ours_is_the_librarys_siv(void **state)
{
    (void)state;
    static const char *const kinds[] = {"person", "call", "prescription",
                                        "a kind longer than one block of AES"};
    for (unsigned round = 0; round < 200; round++) {
        uint8_t key[WAREHOUSE_KEY_SIZE], token[TOKEN_SIZE], core[CORE_SIZE], expected[CORE_SIZE];
        random_bytes(key, sizeof key);
        random_bytes(token, sizeof token);
        const char *kind = kinds[round % 4];
        struct rekey *rekey = rekey_new(key, "sixteen-bytes-aa", round + 1, kind);
        rekey_core(rekey, token, core);
        library_siv(key, "sixteen-bytes-aa", round + 1, kind, token, expected);
        assert_memory_equal(expected, core, sizeof core);
        rekey_free(rekey);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_design_vector_holds),
        cmocka_unit_test(ours_is_the_librarys_siv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
