/* SPDX-License-Identifier: Apache-2.0 */
/* `sign`: holds the CA's key, reaches no network, and answers the requests that the intake leaves in a
 * folder. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "contact/cms.h"
#include "contact/log.h"
#include "contact/notify.h"
#include "gateway/commands.h"
#include "gateway/layout.h"
#include "gateway/pki.h"
#include "gateway/running.h"
#include "gateway/signer/csr.h"

#define LOOK_MS 5000 /* should a notification be lost */
#define SUFFIX ".csr"
#define CSR_MAX 16384

struct signer {
    const struct gateway_settings *settings;
    char requests[PATH_ROOM], answers[PATH_ROOM];
    EVP_PKEY *key;
    X509 *ca;
};

static enum err_code signer_open(const struct gateway_settings *settings, struct signer *ret, struct err *err)
{
    char path[PATH_ROOM];
    ret->settings = settings;
    layout_path(ret->requests, settings->enrol_folder, LAYOUT_REQUESTS);
    layout_path(ret->answers, settings->enrol_folder, LAYOUT_ANSWERS);
    enum err_code code =
        pem_read_key(layout_path(path, settings->signer_folder, LAYOUT_CA_KEY), &ret->key, err);
    if (code == OK)
        code = pem_read_certificate(layout_path(path, settings->public_folder, LAYOUT_CA), &ret->ca, err);
    return code == OK ? OK : err_hint(err, "contact-gateway init, or run as the signer's user");
}

static void signer_close(struct signer *signer)
{
    EVP_PKEY_free(signer->key);
    X509_free(signer->ca);
}

static enum err_code issue(const struct signer *signer, const char *site, X509_REQ *request, const char *path,
                           struct err *err)
{
    X509 *certificate = NULL;
    struct pki_request wanted = {.profile = PKI_CLIENT,
                                 .common_name = site,
                                 .subject_key = X509_REQ_get0_pubkey(request),
                                 .issuer = signer->ca,
                                 .issuer_key = signer->key,
                                 .life_s = signer->settings->certificate_ms / 1000};
    enum err_code code = pki_issue(&wanted, &certificate, err);
    if (code == OK)
        code = pem_write_certificate(path, certificate, err);
    X509_free(certificate);
    return code;
}

/* Everything that the name and the file say is checked here again, whoever wrote them. */
static enum err_code check_and_issue(const struct signer *signer, const char *name, const char *request_path,
                                     const char *answer_path, struct err *err)
{
    char site[SITE_TEXT];
    uint8_t named_key[SHA256_SIZE], key[SHA256_SIZE];
    BUF_CLEANUP struct buf der = BUF_INIT(CSR_MAX);
    if (!csr_name_parse(name, site, named_key))
        return err_set(err, ERR_REJECTED, "certificate request: a name of another form");
    if (buf_read_regular(&der, request_path, err) != OK)
        return err_set(err, ERR_REJECTED, "certificate request: cannot be read");
    X509_REQ *request = NULL;
    enum err_code code = csr_parse(der.data, der.len, site, &request, err);
    if (code != OK)
        return code;
    csr_key_hash(request, key);
    if (memcmp(key, named_key, sizeof key) != 0)
        code = err_set(err, ERR_REJECTED, "certificate request: named after another key");
    else
        code = issue(signer, site, request, answer_path, err);
    X509_REQ_free(request);
    return code;
}

static void answer(const struct signer *signer, const char *file)
{
    char name[256], request_path[PATH_ROOM], answer_path[PATH_ROOM], answer_name[256 + 16];
    snprintf(name, sizeof name, "%.*s", (int)(strlen(file) - strlen(SUFFIX)), file);
    layout_path(request_path, signer->requests, file);
    snprintf(answer_name, sizeof answer_name, "%s.pem", name);
    layout_path(answer_path, signer->answers, answer_name);
    struct err err = {0};
    enum err_code code = check_and_issue(signer, name, request_path, answer_path, &err);
    if (code == OK) {
        log_info("issued a certificate for %s", name);
    } else {
        log_err("sign", &err);
        if (code != ERR_REJECTED)
            return; /* tried again later */
        BUF_CLEANUP struct buf refusal = BUF_INIT(16);
        buf_puts(&refusal, "refused\n");
        snprintf(answer_name, sizeof answer_name, "%s.refused", name);
        if (buf_write_file(&refusal, layout_path(answer_path, signer->answers, answer_name), 0640, &err) !=
            OK)
            log_err("sign", &err);
    }
    unlink(request_path);
}

static enum err_code answer_all(const struct signer *signer, struct err *err)
{
    DIR *dir = opendir(signer->requests);
    if (dir == NULL)
        return err_set(err, ERR_CONFIG, "cannot read %s: %s", signer->requests, strerror(errno));
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && len > strlen(SUFFIX) &&
            strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0)
            answer(signer, entry->d_name);
    }
    closedir(dir);
    return OK;
}

/* Signals, and arrivals in the folder. */
static enum err_code watch(const struct signer *signer, struct pollfd polled[static 2], struct err *err)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    polled[0] = (struct pollfd){.fd = signalfd(-1, &signals, SFD_CLOEXEC), .events = POLLIN};
    polled[1] = (struct pollfd){.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN};
    if (polled[0].fd < 0 || polled[1].fd < 0 ||
        inotify_add_watch(polled[1].fd, signer->requests, IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
        return err_set(err, ERR_CONFIG, "cannot watch %s: %s", signer->requests, strerror(errno));
    return OK;
}

static enum err_code follow(const struct signer *signer, struct err *err)
{
    struct pollfd polled[2] = {{.fd = -1}, {.fd = -1}};
    bool marked = false;
    enum err_code code = watch(signer, polled, err);
    if (code == OK)
        notify("READY=1");
    while (code == OK && polled[0].revents == 0) {
        char drained[4096];
        notify_alive();
        marked = marked || running_signer(signer->settings);
        while (read(polled[1].fd, drained, sizeof drained) > 0)
            continue;
        code = answer_all(signer, err);
        if (code == OK && poll(polled, 2, (int)notify_wait_ms(LOOK_MS)) < 0 && errno != EINTR)
            code = err_set(err, ERR_INTERNAL, "poll: %s", strerror(errno));
    }
    notify("STOPPING=1");
    for (int i = 0; i < 2; i++)
        if (polled[i].fd >= 0)
            close(polled[i].fd);
    return code;
}

int cmd_sign(const struct gateway_settings *settings, int argc, char **argv)
{
    bool once = argc == 2 && strcmp(argv[1], "--once") == 0;
    if (argc > 1 && !once)
        return command_usage("sign", "'%s' is not understood", argv[1]);
    struct signer signer = {0};
    struct err err = {0};
    enum err_code code = signer_open(settings, &signer, &err);
    if (code == OK)
        code = once ? answer_all(&signer, &err) : follow(&signer, &err);
    signer_close(&signer);
    return code == OK ? 0 : command_failed("sign", &err);
}
