/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/err.h>

#include "gateway/loader/forged.h"

static void our_opener_refuses_both_forgeries(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(OK, forged_check(cms_decrypt, &err));
}

/* The library's CMS, which the loader does not use, as an opener. */
static enum err_code library_opener(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                    struct buf *out, struct err *err)
{
    const unsigned char *at = der;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
    BIO *plain = BIO_new(BIO_s_mem());
    bool good = cms != NULL && CMS_decrypt(cms, key, certificate, NULL, plain, 0) == 1;
    buf_putc(out, 'x');
    CMS_ContentInfo_free(cms);
    BIO_free(plain);
    ERR_clear_error();
    return good ? OK : err_set(err, ERR_REJECTED, "decrypt");
}

/* Both vectors are real: a library older than 3.0.20 takes at least one. */
static void the_vectors_are_forgeries_that_a_library_took(void **state)
{
    (void)state;
    struct err err = {0};
    enum err_code code = forged_check(library_opener, &err);
    print_message("%s: %s\n", OpenSSL_version(OPENSSL_VERSION), code == OK ? "refuses both" : err.message);
    if (OpenSSL_version_num() < 0x30000140L)
        assert_int_equal(ERR_CONFIG, code);
}

static enum err_code opener_accepting_all(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                          struct buf *out, struct err *err)
{
    (void)der, (void)len, (void)key, (void)certificate, (void)out, (void)err;
    return OK;
}

static enum err_code opener_refusing_all(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                         struct buf *out, struct err *err)
{
    (void)der, (void)len, (void)key, (void)certificate, (void)out;
    return err_set(err, ERR_REJECTED, "decrypt");
}

/* Refuses all but the one forgery. */
static enum err_code opener_taking_cut_tags(const void *der, size_t len, EVP_PKEY *key, X509 *certificate,
                                            struct buf *out, struct err *err)
{
    enum err_code code = cms_decrypt(der, len, key, certificate, out, err);
    return ((const uint8_t *)der)[len - 2] == 1 && ((const uint8_t *)der)[len - 3] == 4 ? OK : code;
}

static void the_loader_does_not_run_with_a_bad_opener(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(ERR_CONFIG, forged_check(opener_accepting_all, &err));
    assert_non_null(strstr(err.message, "rewritten cipher"));
    assert_int_equal(ERR_CONFIG, forged_check(opener_taking_cut_tags, &err));
    assert_non_null(strstr(err.message, "tag of one byte"));
    assert_int_equal(ERR_CONFIG, forged_check(opener_refusing_all, &err));
    assert_non_null(strstr(err.message, "genuine"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_opener_refuses_both_forgeries),
        cmocka_unit_test(the_vectors_are_forgeries_that_a_library_took),
        cmocka_unit_test(the_loader_does_not_run_with_a_bad_opener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
