/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/cms.h"
#include "gateway/identity.h"
#include "gateway/pki.h"

static X509 *certificate;
static EVP_PKEY *ca_key, *site_key;
static X509 *ca;

static X509 *issue(EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, int64_t life_s)
{
    struct pki_request request = {.profile = PKI_CLIENT,
                                  .common_name = "lyon",
                                  .subject_key = key,
                                  .issuer = issuer,
                                  .issuer_key = issuer_key,
                                  .life_s = life_s};
    X509 *made = NULL;
    struct err err = {0};
    assert_int_equal(pki_issue(&request, &made, &err), OK);
    return made;
}

static int begin(void **state)
{
    (void)state;
    ca_key = key_new_p256();
    site_key = key_new_p256();
    struct pki_request request = {.profile = PKI_ROOT,
                                  .common_name = "CA",
                                  .subject_key = ca_key,
                                  .issuer_key = ca_key,
                                  .life_s = 100000};
    struct err err = {0};
    assert_int_equal(pki_issue(&request, &ca, &err), OK);
    certificate = issue(site_key, ca, ca_key, 1000);
    return 0;
}

static int end(void **state)
{
    (void)state;
    X509_free(certificate);
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(site_key);
    return 0;
}

static void escape(X509 *x, char *ret, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem;
    PEM_write_bio_X509(bio, x);
    long len = BIO_get_mem_data(bio, &pem);
    size_t at = 0;
    for (long i = 0; i < len && at + 4 < size; i++) {
        if (strchr("+/= \n-", pem[i]) != NULL)
            at += (size_t)snprintf(ret + at, 4, "%%%02X", (unsigned)pem[i]);
        else
            ret[at++] = pem[i];
    }
    ret[at] = '\0';
    BIO_free(bio);
}

static void both_forms_of_the_header_give_the_certificate(void **state)
{
    (void)state;
    char text[8192] = ":";
    uint8_t *der = NULL;
    int len = i2d_X509(certificate, &der);
    EVP_EncodeBlock((uint8_t *)text + 1, der, len);
    strncat(text, ":", 2);
    X509 *parsed = identity_parse(IDENTITY_CLIENT_CERT, text);
    assert_non_null(parsed);
    assert_int_equal(X509_cmp(parsed, certificate), 0);
    X509_free(parsed);
    assert_null(identity_parse(IDENTITY_X_SSL_CLIENT_CERT, text));
    OPENSSL_free(der);
    escape(certificate, text, sizeof text);
    parsed = identity_parse(IDENTITY_X_SSL_CLIENT_CERT, text);
    assert_non_null(parsed);
    assert_int_equal(X509_cmp(parsed, certificate), 0);
    X509_free(parsed);
    assert_null(identity_parse(IDENTITY_CLIENT_CERT, text));
}

static void garbage_gives_none(void **state)
{
    (void)state;
    char long_text[20000];
    memset(long_text, 'A', sizeof long_text);
    long_text[0] = long_text[sizeof long_text - 2] = ':';
    long_text[sizeof long_text - 1] = '\0';
    const char *const bad[] = {
        "",       ":",      "::",   ":AAAA:", ":AAA:",   "%",
        "%4",     "%zz",    "%00",  "AAAA",   ":====:",  "-----BEGIN CERTIFICATE-----",
        ":A===:", "%2D%2D", ":\n:", ":*:",    long_text, "-----BEGIN%20CERTIFICATE-----%0AAAAA"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(identity_parse(IDENTITY_CLIENT_CERT, bad[i]));
        assert_null(identity_parse(IDENTITY_X_SSL_CLIENT_CERT, bad[i]));
    }
}

static int64_t later_s;

static int64_t wall(void *context)
{
    (void)context;
    return later_s;
}

static enum identity_outcome outcome_of(X509 *x)
{
    struct identity_source source = {.ca = {ca}, .ca_count = 1};
    struct identity identity;
    enum identity_outcome outcome = IDENTITY_KNOWN;
    struct err err = {0};
    char text[8192];
    escape(x, text, sizeof text);
    assert_int_equal(identity_check(&source, text, &outcome, &identity, &err), OK);
    return outcome;
}

/* None of these gets as far as the registry, of which there is none here. */
static void only_our_certificates_in_their_time_are_looked_up(void **state)
{
    (void)state;
    struct identity_source source = {.ca = {ca}, .ca_count = 1};
    struct identity identity;
    enum identity_outcome outcome;
    struct err err = {0};
    assert_int_equal(identity_check(&source, NULL, &outcome, &identity, &err), OK);
    assert_int_equal(outcome, IDENTITY_NONE);
    assert_int_equal(identity_check(&source, "", &outcome, &identity, &err), OK);
    assert_int_equal(outcome, IDENTITY_NONE);
    X509 *self = certificate_self_signed(site_key, "lyon", 3650);
    assert_int_equal(outcome_of(self), IDENTITY_UNKNOWN);
    X509_free(self);
    X509 *posing = issue(site_key, ca, site_key, 1000); /* names our CA, signed by another key */
    assert_int_equal(outcome_of(posing), IDENTITY_UNKNOWN);
    X509_free(posing);
    later_s = clock_wall_s() + 2000;
    const struct clock_source clock = {wall, wall, NULL};
    clock_set_source(&clock);
    assert_int_equal(outcome_of(certificate), IDENTITY_EXPIRED);
    later_s -= 10000;
    assert_int_equal(outcome_of(certificate), IDENTITY_EXPIRED);
    clock_set_source(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_forms_of_the_header_give_the_certificate, begin, end),
        cmocka_unit_test_setup_teardown(garbage_gives_none, begin, end),
        cmocka_unit_test_setup_teardown(only_our_certificates_in_their_time_are_looked_up, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
