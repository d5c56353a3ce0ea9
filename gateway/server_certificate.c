/* SPDX-License-Identifier: Apache-2.0 */
/* `renew`: nginx's certificate anew, for the key and the names it has; or the key that batches are sealed to.
 */
#include "gateway/server_certificate.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "contact/cms.h"
#include "contact/language.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/pki.h"
#include "gateway/recipient.h"

#define SERVER_LIFE_S ((int64_t)397 * 24 * 3600) /* what TLS clients at large still accept */

enum err_code server_certificate_issue(EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, const char *const *hosts,
                                       X509 **ret, struct err *err)
{
    struct pki_request request = {.profile = PKI_SERVER,
                                  .common_name = hosts[0],
                                  .subject_key = key,
                                  .issuer = ca,
                                  .issuer_key = ca_key,
                                  .life_s = SERVER_LIFE_S,
                                  .hosts = hosts};
    return pki_issue(&request, ret, err);
}

static bool name_text(const GENERAL_NAME *name, char ret[static SERVER_HOST_TEXT])
{
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
    const unsigned char *data = ASN1_STRING_get0_data(value);
    int len = ASN1_STRING_length(value);
    if (type == GEN_DNS && len > 0 && len < SERVER_HOST_TEXT) {
        snprintf(ret, SERVER_HOST_TEXT, "%.*s", len, (const char *)data);
        return true;
    }
    if (type != GEN_IPADD || (len != 4 && len != 16))
        return false;
    return inet_ntop(len == 4 ? AF_INET : AF_INET6, data, ret, SERVER_HOST_TEXT) != NULL;
}

/* The names that a certificate is for; returns how many, at most SERVER_HOSTS_MAX. */
static size_t hosts_of(X509 *certificate, char ret[static SERVER_HOSTS_MAX][SERVER_HOST_TEXT])
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t count = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && count < SERVER_HOSTS_MAX; i++)
        if (name_text(sk_GENERAL_NAME_value(names, i), ret[count]))
            count++;
    GENERAL_NAMES_free(names);
    return count;
}

enum err_code server_certificate_url(const struct gateway_settings *settings, char *ret, size_t size,
                                     struct err *err)
{
    char path[PATH_ROOM], hosts[SERVER_HOSTS_MAX][SERVER_HOST_TEXT];
    X509 *certificate = NULL;
    snprintf(ret, size, "%s", settings->url);
    if (ret[0] != '\0')
        return OK;
    layout_path(path, settings->tls_folder, LAYOUT_SERVER);
    size_t count = pem_read_certificate(path, &certificate, NULL) == OK ? hosts_of(certificate, hosts) : 0;
    X509_free(certificate);
    if (count == 0) {
        err_set(err, ERR_CONFIG, "it is not known how sites reach this centre");
        return err_hint(err, "set url in gateway.yaml: https://host[:port]");
    }
    bool bare = strchr(hosts[0], ':') == NULL; /* an IPv6 address stands in brackets */
    snprintf(ret, size, bare ? "https://%s" : "https://[%s]", hosts[0]);
    return OK;
}

int certificate_days(const char *folder, const char *name)
{
    char path[PATH_ROOM];
    X509 *certificate = NULL;
    int days = 0, seconds = 0;
    if (pem_read_certificate(layout_path(path, folder, name), &certificate, NULL) != OK)
        return INT32_MAX;
    bool known = ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) == 1;
    X509_free(certificate);
    return !known ? INT32_MAX : seconds < 0 ? days - 1 : days;
}

int server_certificate_days(const struct gateway_settings *settings)
{
    return certificate_days(settings->tls_folder, LAYOUT_SERVER);
}

/* What renewing needs, read from three folders: only root reads them all. */
struct renewing {
    EVP_PKEY *key, *ca_key;
    X509 *ca, *old;
    char old_hosts[SERVER_HOSTS_MAX][SERVER_HOST_TEXT];
    const char *hosts[SERVER_HOSTS_MAX + 1];
};

static enum err_code read_all(const struct gateway_settings *s, struct renewing *r, struct err *err)
{
    char path[PATH_ROOM];
    enum err_code code = pem_read_key(layout_path(path, s->tls_folder, LAYOUT_SERVER_KEY), &r->key, err);
    if (code == OK)
        code = pem_read_certificate(layout_path(path, s->tls_folder, LAYOUT_SERVER), &r->old, err);
    if (code == OK)
        code = pem_read_key(layout_path(path, s->signer_folder, LAYOUT_CA_KEY), &r->ca_key, err);
    if (code == OK)
        code = pem_read_certificate(layout_path(path, s->public_folder, LAYOUT_CA), &r->ca, err);
    return code == OK ? OK : err_hint(err, "as root, on a centre that `contact-gateway init` made");
}

static enum err_code renew(const struct gateway_settings *s, struct renewing *r, struct err *err)
{
    char path[PATH_ROOM];
    X509 *made = NULL;
    enum err_code code = read_all(s, r, err);
    if (code != OK)
        return code;
    if (r->hosts[0] == NULL) {
        size_t count = hosts_of(r->old, r->old_hosts);
        for (size_t i = 0; i < count; i++)
            r->hosts[i] = r->old_hosts[i];
    }
    if (r->hosts[0] == NULL)
        return err_set(err, ERR_CONFIG, "the certificate there names no host: give them by --host");
    code = server_certificate_issue(r->key, r->ca, r->ca_key, r->hosts, &made, err);
    if (code == OK)
        code = pem_write_certificate(layout_path(path, s->tls_folder, LAYOUT_SERVER), made, err);
    X509_free(made);
    return code;
}

static int renew_recipient(const struct gateway_settings *settings, const char *root_key_path)
{
    struct err err = {0};
    if (recipient_renew(settings, root_key_path, &err) != OK)
        return command_failed("renew", &err);
    printf(_("Batches are sealed to a new key, for %d days, as each site hears of it by its next "
             "heartbeat.\nNext: back up %s and %s; put the warehouse root's key back into its safe\n"),
           recipient_days(settings), settings->loader_folder, settings->public_folder);
    return 0;
}

int cmd_renew(const struct gateway_settings *settings, int argc, char **argv)
{
    static const struct option options[] = {{"host", required_argument, NULL, 'H'},
                                            {"recipient", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    struct renewing renewing = {0};
    const char *root_key_path = NULL;
    size_t count = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'r')
            root_key_path = optarg;
        else if (option != 'H' || count == SERVER_HOSTS_MAX)
            return command_usage("renew", "%s", option == 'H' ? _("too many hosts") : _("unknown option"));
        else
            renewing.hosts[count++] = optarg;
    }
    if (optind < argc)
        return command_usage("renew", _("'%s' is not understood"), argv[optind]);
    if (root_key_path != NULL)
        return count == 0 ? renew_recipient(settings, root_key_path)
                          : command_usage("renew", "%s", _("--host is nginx's"));
    struct err err = {0};
    enum err_code code = renew(settings, &renewing, &err);
    EVP_PKEY_free(renewing.key);
    EVP_PKEY_free(renewing.ca_key);
    X509_free(renewing.ca);
    X509_free(renewing.old);
    if (code != OK)
        return command_failed("renew", &err);
    printf(_("nginx's certificate is good for %d days.\nNext: systemctl reload nginx\n"),
           server_certificate_days(settings));
    return 0;
}
