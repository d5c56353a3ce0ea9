/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/identity.h"

#include <openssl/evp.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/cms.h"
#include "gateway/layout.h"

#define CERTIFICATE_MAX 8192

enum err_code identity_open(const struct gateway_settings *settings, struct registry *registry,
                            struct identity_source *ret, struct err *err)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf text = BUF_INIT(65536);
    *ret = (struct identity_source){.registry = registry,
                                    .header = (enum identity_header)settings->identity_header};
    enum err_code code = buf_read_file(&text, layout_path(path, settings->public_folder, LAYOUT_CA), err);
    if (code != OK)
        return err_hint(err, "contact-gateway init");
    return pem_parse_certificates(buf_text(&text), text.len, ret->ca, IDENTITY_CA_MAX, &ret->ca_count, err);
}

void identity_close(struct identity_source *source)
{
    for (size_t i = 0; i < source->ca_count; i++)
        X509_free(source->ca[i]);
    *source = (struct identity_source){0};
}

const char *identity_header_name(const struct identity_source *source)
{
    return source->header == IDENTITY_CLIENT_CERT ? "Client-Cert" : "X-SSL-Client-Cert";
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static X509 *parse_escaped_pem(const char *value)
{
    BUF_CLEANUP struct buf pem = BUF_INIT(CERTIFICATE_MAX);
    for (; *value != '\0'; value++) {
        if (*value != '%') {
            buf_putc(&pem, *value);
            continue;
        }
        int high = hex_digit(value[1]), low = high < 0 ? -1 : hex_digit(value[2]);
        if (low < 0)
            return NULL;
        buf_putc(&pem, (char)(high << 4 | low));
        value += 2;
    }
    X509 *certificate = NULL;
    size_t count = 0;
    if (!buf_ok(&pem) || pem_parse_certificates(buf_text(&pem), pem.len, &certificate, 1, &count, NULL) != OK)
        return NULL;
    return certificate;
}

static X509 *parse_byte_sequence(const char *value)
{
    size_t len = strlen(value);
    BUF_CLEANUP struct buf der = BUF_INIT(CERTIFICATE_MAX);
    if (len < 2 || value[0] != ':' || value[len - 1] != ':' || !base64_decode(value + 1, len - 2, &der))
        return NULL;
    const unsigned char *at = der.data;
    X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
    if (certificate != NULL && at != der.data + der.len) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

X509 *identity_parse(enum identity_header header, const char *value)
{
    return header == IDENTITY_CLIENT_CERT ? parse_byte_sequence(value) : parse_escaped_pem(value);
}

/* nginx is told not to verify the chain (it would answer 400 without our marker), so this does. A certificate
 * that the site's key signed for itself would otherwise never expire. */
static bool issued_by_us(const struct identity_source *source, X509 *certificate)
{
    for (size_t i = 0; i < source->ca_count; i++)
        if (X509_verify(certificate, X509_get0_pubkey(source->ca[i])) == 1)
            return true;
    return false;
}

static bool in_its_time(X509 *certificate)
{
    time_t now = (time_t)clock_wall_s();
    return X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &now) > 0;
}

static enum err_code look_up(const struct identity_source *source, struct identity *identity,
                             enum identity_outcome *ret, struct err *err)
{
    struct registry_key key;
    bool found = false;
    enum err_code code = registry_key_find(source->registry, identity->key, &key, &found, err);
    if (code != OK)
        return code;
    if (!found) {
        *ret = IDENTITY_UNKNOWN;
        return OK;
    }
    memcpy(identity->site, key.site, sizeof identity->site);
    if (key.site_revoked || key.state == KEY_RETIRED) {
        *ret = IDENTITY_REVOKED;
        return OK;
    }
    *ret = IDENTITY_KNOWN;
    return key.state == KEY_NEW ? registry_key_activate(source->registry, key.site, identity->key, err) : OK;
}

enum err_code identity_check(const struct identity_source *source, const char *value,
                             enum identity_outcome *ret_outcome, struct identity *ret, struct err *err)
{
    *ret = (struct identity){0};
    *ret_outcome = IDENTITY_NONE;
    if (value == NULL || value[0] == '\0')
        return OK;
    *ret_outcome = IDENTITY_UNKNOWN;
    X509 *certificate = identity_parse(source->header, value);
    if (certificate == NULL)
        return OK;
    enum err_code code = OK;
    if (issued_by_us(source, certificate)) {
        certificate_key_hash(certificate, ret->key);
        if (in_its_time(certificate))
            code = look_up(source, ret, ret_outcome, err);
        else
            *ret_outcome = IDENTITY_EXPIRED;
    }
    X509_free(certificate);
    return code;
}
