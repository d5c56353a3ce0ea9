/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/rsa.h>

#include "common/cms_profile.h"

static const char text[] = "records of a batch, already compressed";

static struct {
    EVP_PKEY *seal, *warehouse, *escrow, *other;
    X509 *seal_cert, *warehouse_cert, *escrow_cert, *other_cert;
} who;

static int make_keys(void **state)
{
    (void)state;
    who.seal = key_new_p256();
    who.warehouse = key_new_p256();
    who.escrow = EVP_RSA_gen(3072);
    who.other = key_new_p256();
    who.seal_cert = certificate_self_signed(who.seal, "seal", 30);
    who.warehouse_cert = certificate_self_signed(who.warehouse, "warehouse", 30);
    who.escrow_cert = certificate_self_signed(who.escrow, "escrow", 30);
    who.other_cert = certificate_self_signed(who.other, "other", 30);
    return who.escrow_cert == NULL || who.other_cert == NULL;
}

static int free_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(who.seal);
    EVP_PKEY_free(who.warehouse);
    EVP_PKEY_free(who.escrow);
    EVP_PKEY_free(who.other);
    X509_free(who.seal_cert);
    X509_free(who.warehouse_cert);
    X509_free(who.escrow_cert);
    X509_free(who.other_cert);
    return 0;
}

static void seal_text(struct buf *out, size_t recipients)
{
    X509 *to[] = {who.warehouse_cert, who.escrow_cert};
    struct cms_sealer *sealer;
    struct err err;
    assert_int_equal(OK, cms_sealer_new(who.seal, who.seal_cert, to, recipients, &sealer, &err));
    assert_int_equal(OK, cms_seal(sealer, text, sizeof text, out, &err));
    cms_sealer_free(sealer);
}

static void open_with(const struct buf *der, EVP_PKEY *key, X509 *certificate)
{
    struct err err;
    BUF_CLEANUP struct buf inner = BUF_INIT(65536), content = BUF_INIT(65536);
    X509 *accepted[] = {who.other_cert, who.seal_cert};
    assert_int_equal(OK, cms_decrypt(der->data, der->len, key, certificate, &inner, &err));
    assert_int_equal(OK, cms_verify(inner.data, inner.len, accepted, 2, &content, &err));
    assert_int_equal(sizeof text, content.len);
    assert_memory_equal(text, content.data, sizeof text);
}

static void each_recipient_opens(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf der = BUF_INIT(65536);
    seal_text(&der, 2);
    open_with(&der, who.warehouse, who.warehouse_cert);
    open_with(&der, who.escrow, who.escrow_cert);
}

/* Anyone with the key opens a batch with the library's own command: what we write is ordinary CMS. */
static void the_library_opens_it_too(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf der = BUF_INIT(65536);
    seal_text(&der, 2);
    const unsigned char *at = der.data;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
    BIO *inner = BIO_new(BIO_s_mem());
    assert_int_equal(1, CMS_decrypt(cms, who.warehouse, who.warehouse_cert, NULL, inner, 0));
    CMS_ContentInfo *signed_data = d2i_CMS_bio(inner, NULL);
    STACK_OF(X509) *certificates = sk_X509_new_null();
    sk_X509_push(certificates, who.seal_cert);
    assert_int_equal(1, CMS_verify(signed_data, certificates, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY));
    sk_X509_free(certificates);
    CMS_ContentInfo_free(signed_data);
    CMS_ContentInfo_free(cms);
    BIO_free(inner);
}

static const char *decrypt_code(const void *der, size_t len, EVP_PKEY *key, X509 *certificate)
{
    static struct err err;
    BUF_CLEANUP struct buf inner = BUF_INIT(65536);
    enum err_code code = cms_decrypt(der, len, key, certificate, &inner, &err);
    assert_true(code == OK || (code == ERR_REJECTED && inner.len == 0));
    return code == OK ? "ok" : err.refusal;
}

static void a_stranger_does_not_open(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf der = BUF_INIT(65536);
    seal_text(&der, 1);
    assert_string_equal("decrypt", decrypt_code(der.data, der.len, who.other, who.other_cert));
    assert_string_equal("decrypt", decrypt_code(der.data, der.len, who.other, who.warehouse_cert));
}

static void every_altered_byte_is_refused(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf der = BUF_INIT(65536);
    seal_text(&der, 1);
    for (size_t i = 0; i < der.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            der.data[i] ^= (uint8_t)(1 << bit);
            const char *code = decrypt_code(der.data, der.len, who.warehouse, who.warehouse_cert);
            assert_true(strcmp(code, "profile") == 0 || strcmp(code, "decrypt") == 0);
            der.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    for (size_t len = 0; len < der.len; len++)
        assert_string_equal("profile", decrypt_code(der.data, len, who.warehouse, who.warehouse_cert));
    buf_putc(&der, 0);
    assert_string_equal("profile", decrypt_code(der.data, der.len, who.warehouse, who.warehouse_cert));
}

static void every_altered_byte_of_the_signed_is_refused(void **state)
{
    (void)state;
    struct err err;
    X509 *accepted[] = {who.seal_cert};
    BUF_CLEANUP struct buf der = BUF_INIT(65536), inner = BUF_INIT(65536), content = BUF_INIT(65536);
    seal_text(&der, 1);
    assert_int_equal(OK, cms_decrypt(der.data, der.len, who.warehouse, who.warehouse_cert, &inner, &err));
    for (size_t i = 0; i < inner.len; i++) {
        inner.data[i] ^= 0x01;
        assert_int_equal(ERR_REJECTED, cms_verify(inner.data, inner.len, accepted, 1, &content, &err));
        assert_int_equal(0, content.len);
        inner.data[i] ^= 0x01;
    }
    X509 *others[] = {who.other_cert};
    assert_int_equal(ERR_REJECTED, cms_verify(inner.data, inner.len, others, 1, &content, &err));
    assert_string_equal("signature", err.refusal);
    assert_int_equal(ERR_REJECTED, cms_verify(inner.data, inner.len, NULL, 0, &content, &err));
}

static void an_opener_insists_on_a_whole_tag(void **state)
{
    (void)state;
    struct cms_envelope envelope;
    struct err err;
    BUF_CLEANUP struct buf der = BUF_INIT(65536), out = BUF_INIT(65536);
    seal_text(&der, 1);
    assert_true(cms_profile_envelope(der.data, der.len, &envelope));
    assert_int_equal(OK, cms_open_envelope(&envelope, who.warehouse, who.warehouse_cert, &out, &err));
    for (size_t len = 0; len < GCM_TAG_SIZE; len++) {
        envelope.tag.len = len;
        assert_int_equal(ERR_REJECTED,
                         cms_open_envelope(&envelope, who.warehouse, who.warehouse_cert, &out, &err));
    }
}

static void weak_recipients_are_refused(void **state)
{
    (void)state;
    struct err err;
    struct cms_sealer *sealer = NULL;
    EVP_PKEY *small = EVP_RSA_gen(1024);
    X509 *small_cert = certificate_self_signed(small, "small", 1);
    assert_int_equal(ERR_CONFIG, cms_sealer_new(who.seal, who.seal_cert, &small_cert, 1, &sealer, &err));
    assert_int_equal(ERR_CONFIG, cms_sealer_new(who.seal, who.seal_cert, NULL, 0, &sealer, &err));
    assert_int_equal(ERR_CONFIG,
                     cms_sealer_new(who.seal, who.other_cert, &who.warehouse_cert, 1, &sealer, &err));
    assert_null(sealer);
    EVP_PKEY_free(small);
    X509_free(small_cert);
}

static void nothing_names_the_moment_of_signing(void **state)
{
    (void)state;
    struct err err;
    BUF_CLEANUP struct buf der = BUF_INIT(65536), inner = BUF_INIT(65536);
    seal_text(&der, 1);
    assert_int_equal(OK, cms_decrypt(der.data, der.len, who.warehouse, who.warehouse_cert, &inner, &err));
    assert_null(memmem(inner.data, inner.len, "\x17\x0d", 2)); /* UTCTime */
    assert_null(memmem(inner.data, inner.len, "seal", 4));     /* a certificate's name */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_recipient_opens),
        cmocka_unit_test(the_library_opens_it_too),
        cmocka_unit_test(a_stranger_does_not_open),
        cmocka_unit_test(every_altered_byte_is_refused),
        cmocka_unit_test(every_altered_byte_of_the_signed_is_refused),
        cmocka_unit_test(an_opener_insists_on_a_whole_tag),
        cmocka_unit_test(weak_recipients_are_refused),
        cmocka_unit_test(nothing_names_the_moment_of_signing),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
