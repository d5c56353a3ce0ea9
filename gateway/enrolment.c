/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/enrolment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contact/clock.h"
#include "contact/cms.h"
#include "gateway/layout.h"
#include "gateway/pki.h"
#include "gateway/signer/csr.h"

#define DAY_S (24 * 3600)
#define REFUSAL_LIFE_S 3600

static const char *path_of(const struct gateway_settings *settings, const char *folder, const char *name,
                           const char *suffix, char ret[static PATH_ROOM])
{
    char relative[REQUEST_NAME + 32];
    snprintf(relative, sizeof relative, "%s/%s%s", folder, name, suffix);
    return layout_path(ret, settings->enrol_folder, relative);
}

/* The certificate that was issued for this key, unless it has lived half its life from when it was made (a
 * renewal may keep its key), or does not hold yet: it was made while this clock was ahead, and nobody would
 * take it. */
static X509 *issued_before(const char *path)
{
    X509 *certificate = NULL;
    int days = 0, seconds = 0, life_days = 0, life_seconds = 0;
    if (access(path, F_OK) != 0 || pem_read_certificate(path, &certificate, NULL) != OK)
        return NULL;
    const ASN1_TIME *begin = X509_get0_notBefore(certificate), *end = X509_get0_notAfter(certificate);
    if (X509_cmp_current_time(begin) < 0 && ASN1_TIME_diff(&days, &seconds, NULL, end) == 1 &&
        ASN1_TIME_diff(&life_days, &life_seconds, begin, end) == 1 &&
        2 * ((int64_t)days * DAY_S + seconds) > (int64_t)life_days * DAY_S + life_seconds - PKI_EARLIER_S)
        return certificate;
    X509_free(certificate);
    unlink(path);
    return NULL;
}

static bool refused_before(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    if (clock_wall_s() - st.st_mtime < REFUSAL_LIFE_S)
        return true;
    unlink(path);
    return false;
}

static enum err_code put_request(const char *path, X509_REQ *request, struct err *err)
{
    if (access(path, F_OK) == 0)
        return OK;
    uint8_t *der = NULL;
    int len = i2d_X509_REQ(request, &der);
    BUF_CLEANUP struct buf text = BUF_INIT(16384);
    if (len > 0)
        buf_append(&text, der, (size_t)len);
    OPENSSL_free(der);
    if (len <= 0 || !buf_ok(&text))
        return err_set(err, ERR_INTERNAL, "cannot write a certificate request");
    return buf_write_file(&text, path, 0640, err);
}

enum err_code enrolment_ask(const struct gateway_settings *settings, const char *site, X509_REQ *request,
                            enum enrolment_state *ret_state, X509 **ret, struct err *err)
{
    char name[REQUEST_NAME], issued[PATH_ROOM], refused[PATH_ROOM], asked[PATH_ROOM];
    uint8_t key[SHA256_SIZE];
    csr_key_hash(request, key);
    csr_name(site, key, name);
    path_of(settings, LAYOUT_ANSWERS, name, ".pem", issued);
    path_of(settings, LAYOUT_ANSWERS, name, ".refused", refused);
    path_of(settings, LAYOUT_REQUESTS, name, ".csr", asked);
    *ret = issued_before(issued);
    if (*ret != NULL)
        *ret_state = ENROLMENT_ISSUED;
    else
        *ret_state = refused_before(refused) ? ENROLMENT_REFUSED : ENROLMENT_WAITING;
    return *ret_state == ENROLMENT_WAITING ? put_request(asked, request, err) : OK;
}
