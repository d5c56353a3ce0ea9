/* SPDX-License-Identifier: Apache-2.0 */
/* EST (RFC 7030): the CA's certificate, enrolment by one-time code, renewal by certificate. The intake holds
 * no CA key: requests go to the signer by a folder, and 202 is answered until the certificate is there. */
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "contact/log.h"
#include "gateway/code.h"
#include "gateway/enrolment.h"
#include "gateway/exchange.h"
#include "gateway/signer/csr.h"

#define RETRY_SIGNER_S 1
#define RETRY_OPERATOR_S 60
#define CSR_MAX 8192
#define CREDENTIAL_MAX 128
#define CHALLENGE "Basic realm=\"contact\""

/* A certs-only PKCS#7 in base64, as EST wants it. */
static void answer_certificates(struct answer *answer, X509 *const *certificates, size_t count)
{
    PKCS7 *pkcs7 = PKCS7_new();
    uint8_t *der = NULL;
    bool ok = pkcs7 != NULL && PKCS7_set_type(pkcs7, NID_pkcs7_signed) == 1 &&
              PKCS7_content_new(pkcs7, NID_pkcs7_data) == 1;
    for (size_t i = 0; i < count && ok; i++)
        ok = PKCS7_add_certificate(pkcs7, certificates[i]) == 1;
    int len = ok ? i2d_PKCS7(pkcs7, &der) : -1;
    PKCS7_free(pkcs7);
    answer_status(answer, 200);
    answer->content_type = "application/pkcs7-mime; smime-type=certs-only";
    answer->transfer = "base64";
    for (int at = 0; at < len; at += 48) { /* 48 bytes are one line of 64 characters */
        buf_base64(&answer->body, der + at, len - at < 48 ? (size_t)(len - at) : 48);
        buf_putc(&answer->body, '\n');
    }
    if (len <= 0)
        answer->body.failed = true;
    OPENSSL_free(der);
}

void est_cacerts_end(struct exchange *exchange)
{
    const struct identity_source *identity = &exchange->gateway->identity;
    answer_certificates(&exchange->answer, identity->ca, identity->ca_count);
}

static void refuse_code(struct exchange *exchange, const char *site)
{
    limiters_add(&exchange->gateway->failed_codes, site);
    exchange_refuse(exchange, 401, "bad-code", "The site, or its enrolment code, is not good, or no longer.");
    exchange->answer.challenge = CHALLENGE;
}

/* Refuses when a site, or all together, had too many wrong codes within the minute. */
static bool too_many(struct exchange *exchange, const char *site)
{
    const struct limiter *full = limiters_full(&exchange->gateway->failed_codes, site);
    if (full == NULL)
        return false;
    exchange_refuse(exchange, 429, "slow-down", "Too many enrolment codes were wrong.");
    exchange->answer.retry_after_s = limiter_wait_s(full);
    return true;
}

/* Authorization: Basic base64(site:code). */
static bool read_credential(const char *value, char ret_site[static SITE_TEXT],
                            uint8_t ret_digest[static SHA256_SIZE])
{
    BUF_CLEANUP struct buf plain = BUF_INIT(CREDENTIAL_MAX);
    if (value == NULL || strncasecmp(value, "Basic ", 6) != 0 || strlen(value) > CREDENTIAL_MAX ||
        !base64_decode(value + 6, strlen(value + 6), &plain))
        return false;
    const char *colon = memchr(plain.data, ':', plain.len);
    if (colon == NULL)
        return false;
    size_t site_len = (size_t)((const uint8_t *)colon - plain.data);
    if (site_len >= SITE_TEXT)
        return false;
    snprintf(ret_site, SITE_TEXT, "%.*s", (int)site_len, (const char *)plain.data);
    return site_valid(ret_site) && code_digest(colon + 1, plain.len - site_len - 1, ret_digest);
}

/* The body, as a request that holds for this site; refuses otherwise. */
static X509_REQ *read_request(struct exchange *exchange, const char *site)
{
    BUF_CLEANUP struct buf der = BUF_INIT(CSR_MAX);
    X509_REQ *request = NULL;
    struct err err = {0};
    if (base64_decode((const char *)exchange->body.data, exchange->body.len, &der) &&
        csr_parse(der.data, der.len, site, &request, &err) == OK)
        return request;
    exchange_refuse(exchange, 400, "bad-request",
                    "A PKCS#10 in base64 is needed: P-256, common name = the site.");
    return NULL;
}

static void answer_waiting(struct exchange *exchange, int64_t retry_s, const char *detail)
{
    answer_problem(&exchange->answer, 202, "waiting", detail);
    exchange->answer.retry_after_s = retry_s;
}

/* The key counts as the site's from the moment its certificate is given out. */
static enum err_code give(struct exchange *exchange, const char *site, X509_REQ *request, X509 *certificate,
                          struct err *err)
{
    uint8_t key[SHA256_SIZE];
    bool by_code = exchange->route.kind == ROUTE_ENROLL;
    struct tm end;
    csr_key_hash(request, key);
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
        return err_set(err, ERR_CORRUPT, "enrolment: a certificate without an end");
    enum err_code code = registry_key_add(exchange->gateway->registry, site, key, timegm(&end), by_code, err);
    if (code == OK)
        answer_certificates(&exchange->answer, &certificate, 1);
    return code;
}

static void ask_signer(struct exchange *exchange, const char *site, X509_REQ *request)
{
    enum enrolment_state state;
    X509 *certificate = NULL;
    struct err err = {0};
    enum err_code code =
        enrolment_ask(exchange->gateway->settings, site, request, &state, &certificate, &err);
    if (code == OK && state == ENROLMENT_ISSUED)
        code = give(exchange, site, request, certificate, &err);
    X509_free(certificate);
    if (code == ERR_REJECTED || (code == OK && state == ENROLMENT_REFUSED))
        exchange_refuse(exchange, 400, "bad-request", "The certificate request was refused.");
    else if (code != OK)
        exchange_fail(exchange, "enrolment", &err);
    else if (state == ENROLMENT_WAITING)
        answer_waiting(exchange, RETRY_SIGNER_S, "The certificate is being made.");
}

static void enroll(struct exchange *exchange, const char *site, const uint8_t digest[static SHA256_SIZE],
                   X509_REQ *request)
{
    struct gateway *gateway = exchange->gateway;
    uint8_t key[SHA256_SIZE];
    csr_key_hash(request, key);
    enum code_outcome outcome;
    struct registry_site known = {0};
    bool found = false;
    struct err err = {0};
    if (registry_code_use(gateway->registry, site, digest, key, &outcome, &err) != OK ||
        registry_site_get(gateway->registry, site, &known, &found, &err) != OK)
        exchange_fail(exchange, "enrolment", &err);
    else if (outcome == CODE_BAD)
        refuse_code(exchange, site);
    else if (outcome == CODE_USED)
        exchange_refuse(exchange, 409, "code-used", "This code was used by another key.");
    else if (gateway->settings->manual_approval && known.approved == 0)
        answer_waiting(exchange, RETRY_OPERATOR_S, "An operator has not approved yet.");
    else
        ask_signer(exchange, site, request);
}

void est_enroll_end(struct exchange *exchange)
{
    char site[SITE_TEXT] = "";
    uint8_t digest[SHA256_SIZE];
    bool read = read_credential(exchange_header(exchange, "Authorization"), site, digest);
    if (too_many(exchange, site))
        return;
    if (!read) {
        refuse_code(exchange, site);
        return;
    }
    X509_REQ *request = read_request(exchange, site);
    if (request == NULL)
        return;
    enroll(exchange, site, digest, request);
    X509_REQ_free(request);
}

void est_reenroll_end(struct exchange *exchange)
{
    const char *site = exchange->identity.site;
    X509_REQ *request = read_request(exchange, site);
    if (request == NULL)
        return;
    ask_signer(exchange, site, request);
    X509_REQ_free(request);
}
