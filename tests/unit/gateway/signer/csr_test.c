/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/x509.h>
#include <string.h>

#include "contact/cms.h"
#include "gateway/signer/csr.h"

static size_t make(const char *site, EVP_PKEY *key, EVP_PKEY *signer, uint8_t *ret, size_t size)
{
    X509_REQ *request = X509_REQ_new();
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_ASC,
                               (const unsigned char *)site, -1, -1, 0);
    X509_REQ_set_pubkey(request, key);
    X509_REQ_sign(request, signer, EVP_sha256());
    uint8_t *der = NULL;
    int len = i2d_X509_REQ(request, &der);
    assert_true(len > 0 && (size_t)len <= size);
    memcpy(ret, der, (size_t)len);
    OPENSSL_free(der);
    X509_REQ_free(request);
    return (size_t)len;
}

static void only_a_request_that_holds_is_taken(void **state)
{
    (void)state;
    EVP_PKEY *key = key_new_p256(), *other = key_new_p256(), *rsa = EVP_RSA_gen(2048),
             *p384 = EVP_EC_gen("P-384");
    uint8_t der[8192];
    X509_REQ *request = NULL;
    struct err err = {0};
    size_t len = make("lyon", key, key, der, sizeof der);
    assert_int_equal(csr_parse(der, len, "lyon", &request, &err), OK);
    X509_REQ_free(request);
    assert_int_equal(csr_parse(der, len, "lyo", &request, &err), ERR_REJECTED);
    assert_int_equal(csr_parse(der, len, "lyon2", &request, &err), ERR_REJECTED);
    assert_int_equal(csr_parse(der, len - 1, "lyon", &request, &err), ERR_REJECTED);
    der[len] = 0;
    assert_int_equal(csr_parse(der, len + 1, "lyon", &request, &err), ERR_REJECTED);
    assert_int_equal(csr_parse(der, 0, "lyon", &request, &err), ERR_REJECTED);
    assert_int_equal(csr_parse(der, make("lyon", key, other, der, sizeof der), "lyon", &request, &err),
                     ERR_REJECTED);
    assert_int_equal(csr_parse(der, make("lyon", rsa, rsa, der, sizeof der), "lyon", &request, &err),
                     ERR_REJECTED);
    assert_int_equal(csr_parse(der, make("lyon", p384, p384, der, sizeof der), "lyon", &request, &err),
                     ERR_REJECTED);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(p384);
}

static void names_say_site_and_key(void **state)
{
    (void)state;
    uint8_t key[SHA256_SIZE] = {0xab, 1}, back[SHA256_SIZE];
    char name[REQUEST_NAME], site[SITE_TEXT];
    csr_name("lyon", key, name);
    assert_true(csr_name_parse(name, site, back));
    assert_string_equal(site, "lyon");
    assert_memory_equal(key, back, sizeof key);
    const char *const bad[] = {"", ".", "lyon", "lyon.", "lyon.ab", "../x.ab", "a/b.ab", "LYON.ab"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(csr_name_parse(bad[i], site, back));
    name[5] = 'X';
    assert_false(csr_name_parse(name, site, back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_request_that_holds_is_taken),
        cmocka_unit_test(names_say_site_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
