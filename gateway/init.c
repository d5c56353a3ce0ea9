/* SPDX-License-Identifier: Apache-2.0 */
/* `init`: the centre's keys, each made in the folder of who will hold it. Nothing is ever overwritten;
 * beside keys that are there it makes the folders and the registry alone. */
#include <getopt.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contact/cms.h"
#include "contact/language.h"
#include "contact/user.h"
#include "gateway/commands.h"
#include "gateway/folders.h"
#include "gateway/key_file.h"
#include "gateway/layout.h"
#include "gateway/pki.h"
#include "gateway/recipient.h"
#include "gateway/registry.h"
#include "gateway/server_certificate.h"

#define YEAR_S ((int64_t)365 * 24 * 3600)
#define ROOT_LIFE_S (10 * YEAR_S)

/* The keys and certificates while they are made. */
struct making {
    const struct gateway_settings *settings;
    const char *const *hosts;
    EVP_PKEY *ca_key, *root_key;
    X509 *ca, *root;
};

static enum err_code write_secret(const char *folder, const char *name, size_t len, struct err *err)
{
    char path[PATH_ROOM];
    BUF_CLEANUP struct buf secret = BUF_INIT(len);
    uint8_t *bytes = buf_reserve(&secret, len);
    if (bytes == NULL)
        return err_set(err, ERR_INTERNAL, "no memory");
    random_bytes(bytes, len);
    secret.len = len;
    enum err_code code = buf_write_file(&secret, layout_path(path, folder, name), 0400, err);
    return code != OK ? code : key_file_settle(path, 0400, err);
}

static enum err_code write_public_key(const char *folder, const char *name, EVP_PKEY *key, struct err *err)
{
    char path[PATH_ROOM];
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    BUF_CLEANUP struct buf pem = BUF_INIT(4096);
    if (bio != NULL && PEM_write_bio_PUBKEY(bio, key) == 1) {
        long len = BIO_get_mem_data(bio, &text);
        buf_append(&pem, text, (size_t)len);
    }
    BIO_free(bio);
    if (!buf_ok(&pem) || pem.len == 0)
        return err_set(err, ERR_INTERNAL, "cannot write a public key");
    return buf_write_file(&pem, layout_path(path, folder, name), 0444, err);
}

/* A self-signed certificate of ten years and its key. */
static enum err_code make_root(const char *common_name, const char *key_folder, const char *key_name,
                               const char *certificate_folder, const char *certificate_name,
                               EVP_PKEY **ret_key, X509 **ret, struct err *err)
{
    *ret_key = key_new_p256();
    struct pki_request request = {.profile = PKI_ROOT,
                                  .common_name = common_name,
                                  .subject_key = *ret_key,
                                  .issuer_key = *ret_key,
                                  .life_s = ROOT_LIFE_S};
    enum err_code code = pki_issue(&request, ret, err);
    if (code == OK)
        code = key_file_write(key_folder, key_name, *ret_key, err);
    return code != OK ? code : key_file_write_certificate(certificate_folder, certificate_name, *ret, err);
}

static enum err_code make_server(const struct making *m, struct err *err)
{
    const struct gateway_settings *s = m->settings;
    EVP_PKEY *key = key_new_p256();
    X509 *certificate = NULL;
    enum err_code code = server_certificate_issue(key, m->ca, m->ca_key, m->hosts, &certificate, err);
    if (code == OK)
        code = key_file_write(s->tls_folder, LAYOUT_SERVER_KEY, key, err);
    if (code == OK)
        code = key_file_write_certificate(s->tls_folder, LAYOUT_SERVER, certificate, err);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return code;
}

static enum err_code make_loader_keys(const struct gateway_settings *s, struct err *err)
{
    EVP_PKEY *receipt = key_new_p256();
    enum err_code code = key_file_write(s->loader_folder, LAYOUT_RECEIPT_KEY, receipt, err);
    if (code == OK)
        code = write_public_key(s->public_folder, LAYOUT_RECEIPT_PUBLIC, receipt, err);
    if (code == OK)
        code = write_secret(s->loader_folder, LAYOUT_WAREHOUSE_KEY, 64, err);
    if (code == OK)
        code = write_secret(s->loader_folder, LAYOUT_SUPPRESS_KEY, 32, err);
    EVP_PKEY_free(receipt);
    return code;
}

static enum err_code make_keys(struct making *m, struct err *err)
{
    const struct gateway_settings *s = m->settings;
    enum err_code code = make_root("Contact centre CA", s->signer_folder, LAYOUT_CA_KEY, s->public_folder,
                                   LAYOUT_CA, &m->ca_key, &m->ca, err);
    if (code == OK)
        code = make_root("Contact warehouse root", s->offline_folder, LAYOUT_WAREHOUSE_ROOT_KEY,
                         s->public_folder, LAYOUT_WAREHOUSE_ROOT, &m->root_key, &m->root, err);
    if (code == OK)
        code = recipient_make(m->settings, m->root, m->root_key, 1, err);
    if (code == OK)
        code = make_server(m, err);
    return code != OK ? code : make_loader_keys(s, err);
}

/* Of the keys and certificates one that is there and one that is not: empty when there is none such. */
struct keys_there {
    char there[PATH_ROOM], missing[PATH_ROOM];
};

static void look_for_keys(const struct gateway_settings *s, struct keys_there *ret)
{
    const char *const files[][2] = {
        {s->public_folder, LAYOUT_CA},
        {s->public_folder, LAYOUT_WAREHOUSE_ROOT},
        {s->public_folder, LAYOUT_RECIPIENTS},
        {s->public_folder, LAYOUT_RECEIPT_PUBLIC},
        {s->signer_folder, LAYOUT_CA_KEY},
        {s->offline_folder, LAYOUT_WAREHOUSE_ROOT_KEY},
        {s->loader_folder, LAYOUT_RECIPIENT_KEY},
        {s->loader_folder, LAYOUT_RECIPIENT},
        {s->loader_folder, LAYOUT_WAREHOUSE_KEY},
        {s->loader_folder, LAYOUT_SUPPRESS_KEY},
        {s->loader_folder, LAYOUT_RECEIPT_KEY},
        {s->tls_folder, LAYOUT_SERVER_KEY},
        {s->tls_folder, LAYOUT_SERVER},
    };
    *ret = (struct keys_there){0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[PATH_ROOM];
        bool missing = layout_missing(layout_path(path, files[i][0], files[i][1]));
        bool in_a_safe = files[i][0] == s->offline_folder;
        if (!missing && ret->there[0] == '\0')
            snprintf(ret->there, sizeof ret->there, "%s", path);
        if (missing && !in_a_safe && ret->missing[0] == '\0')
            snprintf(ret->missing, sizeof ret->missing, "%s", path);
    }
}

static enum err_code refuse(const struct keys_there *keys, struct err *err)
{
    err_set(err, ERR_REJECTED, "%s is there already", keys->there);
    if (keys->missing[0] != '\0')
        return err_hint(err, "init makes no key beside others: put %s back from the backup", keys->missing);
    return err_hint(err,
                    "this centre has its keys; init never overwrites one. What is loaded, and what sites "
                    "have queued, needs the keys that are there");
}

static bool registry_missing(const struct gateway_settings *s)
{
    char path[PATH_ROOM];
    return layout_missing(layout_path(path, s->state_folder, "registry.db"));
}

static enum err_code make_registry(const struct gateway_settings *s, struct err *err)
{
    struct registry *registry = NULL;
    char path[PATH_ROOM];
    enum err_code code = registry_open(s->state_folder, true, &registry, err);
    registry_close(registry);
    return code != OK ? code : key_file_settle(layout_path(path, s->state_folder, "registry.db"), 0600, err);
}

static enum err_code initialise(const struct gateway_settings *settings, const char *const *hosts,
                                struct err *err)
{
    struct making making = {.settings = settings, .hosts = hosts};
    enum err_code code = pki_hosts_check(hosts, err);
    if (code == OK)
        code = folders_make(settings, err);
    if (code == OK)
        code = make_keys(&making, err);
    if (code == OK)
        code = make_registry(settings, err);
    X509_free(making.ca);
    X509_free(making.root);
    EVP_PKEY_free(making.ca_key);
    EVP_PKEY_free(making.root_key);
    return code;
}

/* What a backup need not hold is made beside the keys that were put back. */
static enum err_code mend(const struct gateway_settings *settings, bool *ret_registry_made, struct err *err)
{
    *ret_registry_made = registry_missing(settings);
    enum err_code code = folders_make(settings, err);
    return code == OK && *ret_registry_made ? make_registry(settings, err) : code;
}

/* Replaces the child of user_part. */
static int tell_manager(void *context)
{
    (void)context;
    fflush(NULL);
    execlp("systemctl", "systemctl", "start", "contact-gateway", "contact-signer", "contact-loader",
           (char *)NULL);
    return 127;
}

/* Where a package installed them: root typed this, systemd runs, and the folders are those of the units. */
static bool start_services(const struct gateway_settings *settings)
{
    return geteuid() == 0 && access("/run/systemd/system", F_OK) == 0 &&
           strcmp(settings->public_folder, CONTACT_STATEDIR "/contact-gateway/public") == 0 &&
           user_part(tell_manager, NULL) == 0;
}

static void tell_keys(const struct gateway_settings *s)
{
    printf(_("Keys made:\n  %s  CA (for the signer)\n  %s  decryption, re-keying, suppression, receipts (for "
             "the "
             "loader)\n"
             "  %s  server certificate (for nginx)\n  %s  warehouse root: move it to a safe, off this "
             "machine\n\n"),
           s->signer_folder, s->loader_folder, s->tls_folder, s->offline_folder);
    printf(_("Back up now:\n  %s\n  %s\n  %s\n  %s\n  %s  (sites and their keys: every night)\n"
             "Without them nothing loaded can be followed up, and no site comes back.\n"),
           s->loader_folder, s->signer_folder, s->tls_folder, s->public_folder, s->state_folder);
}

static void tell_mended(bool registry_made)
{
    puts(_("The folders are there; the keys are as they were."));
    if (registry_made)
        puts(_("The registry was lost and is made anew, empty: no site is known, and each is refused until "
               "it\nenrols again. Add each by the name it had; at the site: contact-agent enroll FILE"));
}

static int initialise_or_mend(const struct gateway_settings *settings, const char *const *hosts)
{
    struct err err = {0};
    struct keys_there keys;
    bool registry_made = false;
    look_for_keys(settings, &keys);
    bool fresh = keys.there[0] == '\0';
    if (fresh && hosts[0] == NULL)
        return command_usage("init", _("at least one --host NAME is needed, as sites write it in their URL"));
    enum err_code code;
    if (fresh)
        code = initialise(settings, hosts, &err);
    else if (keys.missing[0] != '\0' || (folders_whole(settings) && !registry_missing(settings)))
        code = refuse(&keys, &err);
    else
        code = mend(settings, &registry_made, &err);
    if (code != OK)
        return command_failed("init", &err);
    if (fresh)
        tell_keys(settings);
    else
        tell_mended(registry_made);
    if (start_services(settings))
        puts(_("The services run; nginx is to be told of them (centre.md)."));
    if (fresh || registry_made)
        puts(_("Next: contact-gateway site add NAME"));
    return 0;
}

int cmd_init(const struct gateway_settings *settings, int argc, char **argv)
{
    static const struct option options[] = {{"host", required_argument, NULL, 'H'}, {NULL, 0, NULL, 0}};
    const char *hosts[SERVER_HOSTS_MAX + 1] = {NULL};
    size_t host_count = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 'H')
            return command_usage("init", _("unknown option"));
        if (host_count == SERVER_HOSTS_MAX)
            return command_usage("init", _("at most %d hosts"), SERVER_HOSTS_MAX);
        hosts[host_count++] = optarg;
    }
    if (optind < argc)
        return command_usage("init", _("'%s' is not understood"), argv[optind]);
    return initialise_or_mend(settings, hosts);
}
