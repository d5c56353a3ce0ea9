/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/pki.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "contact/buf.h"
#include "contact/clock.h"

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
#define HOST_MAX 253       /* RFC 1035, written out */
#define COMMON_NAME_MAX 64 /* RFC 5280, ub-common-name */

struct extension {
    int nid;
    const char *value;
};

static const struct extension extensions[][4] = {
    [PKI_ROOT] = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                  {NID_key_usage, "critical,keyCertSign,cRLSign"}},
    [PKI_SERVER] = {{NID_basic_constraints, "critical,CA:FALSE"},
                    {NID_key_usage, "critical,digitalSignature"},
                    {NID_ext_key_usage, "serverAuth"}},
    [PKI_CLIENT] = {{NID_basic_constraints, "critical,CA:FALSE"},
                    {NID_key_usage, "critical,digitalSignature"},
                    {NID_ext_key_usage, "clientAuth"}},
    [PKI_RECIPIENT] = {{NID_basic_constraints, "critical,CA:FALSE"},
                       {NID_key_usage, "critical,keyAgreement"},
                       {NID_ext_key_usage, "emailProtection"}},
};

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool host_is_address(const char *host)
{
    struct in6_addr address;
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static bool host_is_name(const char *host)
{
    size_t len = strlen(host);
    return len > 0 && len <= HOST_MAX && strspn(host, HOST_CHARACTERS) == len;
}

enum err_code pki_hosts_check(const char *const *hosts, struct err *err)
{
    for (size_t i = 0; hosts[i] != NULL; i++) {
        if (host_is_address(hosts[i]) || host_is_name(hosts[i]))
            continue;
        err_set(err, ERR_CONFIG, "'%s' is not a host name", hosts[i]);
        return err_hint(err, "a name or an address alone, as eds.example.org: without https:// or a port");
    }
    if (hosts[0] == NULL || strlen(hosts[0]) <= COMMON_NAME_MAX)
        return OK;
    err_set(err, ERR_CONFIG, "'%s' cannot stand in a certificate", hosts[0]);
    return err_hint(err, "the first --host has at most %d characters: give a shorter one before it",
                    COMMON_NAME_MAX);
}

static enum err_code add_hosts(X509 *certificate, X509 *issuer, const char *const *hosts, struct err *err)
{
    BUF_CLEANUP struct buf names = BUF_INIT(8192);
    for (size_t i = 0; hosts[i] != NULL; i++)
        buf_printf(&names, "%s%s:%s", i > 0 ? "," : "", host_is_address(hosts[i]) ? "IP" : "DNS", hosts[i]);
    if (!buf_ok(&names) || !add_extension(certificate, issuer, NID_subject_alt_name, buf_text(&names)))
        return err_set(err, ERR_CONFIG, "the host names cannot stand in a certificate");
    return OK;
}

static bool set_serial(X509 *certificate)
{
    /* RFC 5280: at most 20 bytes, positive; random, so that a registry lost never repeats one. */
    BIGNUM *number = BN_new();
    bool ok = number != NULL && BN_rand(number, 158, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return ok;
}

static bool fill(X509 *certificate, const struct pki_request *request)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    const unsigned char *common_name = (const unsigned char *)request->common_name;
    int64_t now = clock_wall_s();
    X509_NAME *issuer = request->issuer != NULL ? X509_get_subject_name(request->issuer) : name;
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, common_name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, issuer) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), now - PKI_EARLIER_S) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), now + request->life_s) != NULL &&
           X509_set_pubkey(certificate, request->subject_key) == 1;
}

static bool extend(X509 *certificate, X509 *issuer, enum pki_profile profile)
{
    for (const struct extension *e = extensions[profile]; e->value != NULL; e++)
        if (!add_extension(certificate, issuer, e->nid, e->value))
            return false;
    return add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

enum err_code pki_issue(const struct pki_request *request, X509 **ret, struct err *err)
{
    X509 *certificate = X509_new();
    if (certificate == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    X509 *issuer = request->issuer != NULL ? request->issuer : certificate;
    enum err_code code = request->hosts != NULL ? pki_hosts_check(request->hosts, err) : OK;
    if (code == OK && !fill(certificate, request))
        code = err_set(err, ERR_CONFIG, "'%s' cannot stand in a certificate", request->common_name);
    if (code == OK && request->hosts != NULL)
        code = add_hosts(certificate, issuer, request->hosts, err);
    if (code == OK && (!extend(certificate, issuer, request->profile) ||
                       X509_sign(certificate, request->issuer_key, EVP_sha256()) == 0))
        code = err_set(err, ERR_INTERNAL, "cannot sign a certificate");
    if (code != OK) {
        X509_free(certificate);
        return code;
    }
    *ret = certificate;
    return OK;
}
