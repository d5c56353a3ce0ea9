/* SPDX-License-Identifier: Apache-2.0 */
/* The loader's keys, as files of its own folder (mode 0700) that `contact-gateway init` made:
 *
 *   recipient.key, recipient.pem        what batches are sealed to (EC P-256 or RSA)
 *   recipient-2.key, recipient-2.pem …  newer ones, up to 8: kept until no site queues batches for them
 *   warehouse.key                       K_warehouse: 64 raw bytes
 *   suppress.key                        K_suppress: 32 raw bytes
 *   receipt.key                         signs receipts of erasure (EC P-256)
 *   seals/<site>/<fingerprint>.pem      seal certificates that an operator accepted
 *   seals/<site>/epoch-<n>              check value of a later root key that an operator accepted
 *   suppressed/<site>                   who must never be stored again (suppression_file.h); the loader
 * writes it */
#ifndef GATEWAY_LOADER_KEYS_H
#define GATEWAY_LOADER_KEYS_H

#include "contact/batch.h"
#include "contact/cms.h"
#include "gateway/loader/rekey.h"

#define LOADER_RECIPIENTS_MAX 8
#define SEALS_MAX 16 /* accepted certificates of one site: one, and those of machines before */

struct loader_keys {
    char *folder; /* owned */
    struct {
        int number;
        EVP_PKEY *key;
        X509 *certificate;
    } recipients[LOADER_RECIPIENTS_MAX];
    size_t recipient_count;
    uint8_t warehouse[WAREHOUSE_KEY_SIZE];
    uint8_t suppress[32];
    EVP_PKEY *receipt;
};

MUST_CHECK enum err_code loader_keys_read(const char *folder, struct loader_keys **ret, struct err *err);
void loader_keys_free(struct loader_keys *keys); /* wipes */
/* Reads recipients that were made since. True when there are some. */
bool loader_keys_more(struct loader_keys *keys);
#define RECIPIENT_NAME 32
/* The file of a recipient: of the first recipient.key and .pem, of the second recipient-2.key… */
void recipient_name(int number, const char *suffix, char ret[static RECIPIENT_NAME]);

struct seals {
    X509 *certificates[SEALS_MAX];
    size_t count;
};
/* The site's accepted seal certificates; none is not an error. A file that cannot be read is passed over: it
 * accepts nothing. */
void seals_read(const char *loader_folder, const char *site, struct seals *ret);
void seals_free(struct seals *seals);
/* Did an operator accept the root key with this check value for a later epoch of the site? */
bool seals_epoch_accepted(const char *loader_folder, const char *site, unsigned epoch,
                          const uint8_t check[static 8]);

#endif
