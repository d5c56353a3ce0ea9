/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/recipient.h"

#include <stdio.h>
#include <unistd.h>

#include "contact/cms.h"
#include "contact/language.h"
#include "gateway/key_file.h"
#include "gateway/layout.h"
#include "gateway/loader/keys.h"
#include "gateway/pki.h"
#include "gateway/server_certificate.h"

#define LIFE_S ((int64_t)3 * 365 * 24 * 3600)

/* The key is written last of its two files, since it is by the key that the loader finds them, and both
 * before a site can hear of them. */
enum err_code recipient_make(const struct gateway_settings *s, X509 *root, EVP_PKEY *root_key, int number,
                             struct err *err)
{
    char key_name[RECIPIENT_NAME], certificate_name[RECIPIENT_NAME];
    EVP_PKEY *key = key_new_p256();
    X509 *certificate = NULL;
    struct pki_request request = {.profile = PKI_RECIPIENT,
                                  .common_name = "Contact warehouse",
                                  .subject_key = key,
                                  .issuer = root,
                                  .issuer_key = root_key,
                                  .life_s = LIFE_S};
    recipient_name(number, "key", key_name);
    recipient_name(number, "pem", certificate_name);
    enum err_code code = pki_issue(&request, &certificate, err);
    if (code == OK)
        code = key_file_write_certificate(s->loader_folder, certificate_name, certificate, err);
    if (code == OK)
        code = key_file_write(s->loader_folder, key_name, key, err);
    if (code == OK)
        code = key_file_write_certificate(s->public_folder, LAYOUT_RECIPIENTS, certificate, err);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return code;
}

/* 0: no number is free. */
static int free_number(const struct gateway_settings *s)
{
    for (int number = 2; number <= LOADER_RECIPIENTS_MAX; number++) {
        char name[RECIPIENT_NAME], path[PATH_ROOM];
        recipient_name(number, "key", name);
        if (access(layout_path(path, s->loader_folder, name), F_OK) != 0)
            return number;
    }
    return 0;
}

static enum err_code renew(const struct gateway_settings *s, X509 *root, EVP_PKEY *root_key, struct err *err)
{
    if (X509_check_private_key(root, root_key) != 1)
        return err_set(err, ERR_CONFIG, "this is not the warehouse root's key");
    int number = free_number(s);
    if (number != 0)
        return recipient_make(s, root, root_key, number, err);
    err_set(err, ERR_CONFIG, "the loader holds as many decryption keys as it can");
    return err_hint(err, "move away recipient-N.key and .pem of those that no site queues batches for");
}

enum err_code recipient_renew(const struct gateway_settings *s, const char *root_key_path, struct err *err)
{
    char path[PATH_ROOM];
    EVP_PKEY *root_key = NULL;
    X509 *root = NULL;
    enum err_code code = pem_read_key(root_key_path, &root_key, err);
    if (code == OK)
        code = pem_read_certificate(layout_path(path, s->public_folder, LAYOUT_WAREHOUSE_ROOT), &root, err);
    if (code == OK)
        code = renew(s, root, root_key, err);
    X509_free(root);
    EVP_PKEY_free(root_key);
    return code;
}

int recipient_days(const struct gateway_settings *s)
{
    return certificate_days(s->public_folder, LAYOUT_RECIPIENTS);
}
